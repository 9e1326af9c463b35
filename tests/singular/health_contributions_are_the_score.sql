-- The contributions of a day add up to its score, to the hundredth.
with

sums as (
    select
        account_id,
        health_date,
        sum(contribution) as contribution_sum
    from {{ ref('account_health__components') }}
    group by account_id, health_date
)

select
    days.account_id,
    days.health_date,
    days.score,
    sums.contribution_sum
from sums
full join {{ ref('account_health__account_days') }} as days
    on sums.account_id = days.account_id
    and sums.health_date = days.health_date
where coalesce(
        sums.contribution_sum <> days.score,
        sums.contribution_sum is not null or days.score is not null
    )

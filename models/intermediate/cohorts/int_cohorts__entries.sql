with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

first_payments as (
    select account_id, min(valid_from) as paid_at
    from {{ ref('int_subscription_items__mrr') }}
    where mrr_minor > 0
    group by account_id
),

entries as (
    select
        'sign_up' as cohort_kind,
        'sign_up' as cohort_name,
        'user' as grain,
        user_key as actor_key,
        signed_up_at as entered_at
    from {{ ref('int_users__first_times') }}
    union all
    select
        'sign_up' as cohort_kind,
        'sign_up' as cohort_name,
        'account' as grain,
        account_key as actor_key,
        signed_up_at as entered_at
    from {{ ref('int_accounts__first_times') }}
    union all
    select
        'first_value' as cohort_kind,
        rule_id as cohort_name,
        grain,
        actor_key,
        activated_at as entered_at
    from {{ ref('int_activation__outcomes') }}
    union all
    select
        'first_payment' as cohort_kind,
        'first_payment' as cohort_name,
        'account' as grain,
        ids.account_key as actor_key,
        first_payments.paid_at as entered_at
    from first_payments
    inner join {{ ref('int_accounts__ids') }} as ids
        on first_payments.account_id = ids.account_id
    union all
    select
        'feature' as cohort_kind,
        feature as cohort_name,
        grain,
        actor_key,
        tried_at as entered_at
    from {{ ref('int_actors__features') }}
)

select entries.*
from entries
cross join clock
where entries.entered_at <= clock.as_of_at

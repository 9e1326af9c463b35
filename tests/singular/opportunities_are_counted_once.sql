-- Every opportunity stands in one month of close, with its outcome and amount, in one
-- present stage of the pipeline, and in the renewals exactly if it is one.
with

facts as (
    select
        count(*) as opportunity_count,
        count(case when is_won then 1 end) as won_count,
        count(case when outcome = 'lost' then 1 end) as lost_count,
        coalesce(sum(case when is_won then amount end), 0) as won_amount,
        count(case when is_renewal then 1 end) as renewal_count
    from {{ ref('fct_opportunities') }}
),

months as (
    select
        coalesce(sum(won_count + lost_count + open_count), 0) as opportunity_count,
        coalesce(sum(won_count), 0) as won_count,
        coalesce(sum(lost_count), 0) as lost_count,
        coalesce(sum(won_amount), 0) as won_amount
    from {{ ref('revenue__opportunity_months') }}
),

stages as (
    select coalesce(sum(open_count + closed_count), 0) as opportunity_count
    from {{ ref('revenue__pipeline_stages') }}
),

renewals as (
    select count(*) as renewal_count from {{ ref('revenue__renewals') }}
)

select
    facts.opportunity_count,
    months.opportunity_count as in_months_count,
    stages.opportunity_count as in_stages_count,
    facts.renewal_count,
    renewals.renewal_count as in_renewals_count
from facts
cross join months
cross join stages
cross join renewals
where facts.opportunity_count <> months.opportunity_count
    or facts.opportunity_count <> stages.opportunity_count
    or facts.won_count <> months.won_count
    or facts.lost_count <> months.lost_count
    or facts.won_amount <> months.won_amount
    or facts.renewal_count <> renewals.renewal_count

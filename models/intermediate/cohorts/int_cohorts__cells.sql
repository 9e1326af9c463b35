with

activity as (
    select * from {{ ref('int_cohorts__activity') }}
),

calendar as (
    select * from {{ ref('int_cohorts__calendar') }}
),

{{ cohort_cells(['grain']) }}

select * from cells

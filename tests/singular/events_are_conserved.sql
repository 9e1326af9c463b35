-- Lines in = accepted + duplicates + quarantined, counted from the raw files.
with

messages_in as (
    select count(*) as line_count from {{ ref('base_events__messages') }}
),

rejects_in as (
    select count(*) as line_count from {{ ref('stg_events__rejects') }}
),

lines_in as (
    select messages_in.line_count + rejects_in.line_count as line_count
    from messages_in
    cross join rejects_in
),

outcomes as (
    select
        sum(row_count) as line_count,
        sum(
            case when outcome not in ('accepted', 'duplicate') then row_count else 0 end
        ) as quarantined_count
    from {{ ref('event_conservation') }}
),

quarantined as (
    select count(*) as row_count from {{ ref('quarantined_events') }}
)

select
    lines_in.line_count as lines_in,
    outcomes.line_count as lines_out,
    outcomes.quarantined_count,
    quarantined.row_count as quarantined_rows
from lines_in
cross join outcomes
cross join quarantined
where lines_in.line_count <> coalesce(outcomes.line_count, 0)
    or quarantined.row_count <> coalesce(outcomes.quarantined_count, 0)

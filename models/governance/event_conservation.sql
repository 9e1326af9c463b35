select
    source,
    loaded_date,
    outcome,
    cast(sum(row_count) as bigint) as row_count
from {{ ref('stg_events__line_counts') }}
group by source, loaded_date, outcome

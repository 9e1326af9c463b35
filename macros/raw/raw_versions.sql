{#
  Every row of one raw table as a version of its object (rulings 25), judged and ordered.
  A version is true from `valid_from` (the column that the contract's `valid_at` names,
  else the load time) until the next one, `valid_to` (null = still). Order: valid time, load
  time, row hash.
    outcome  accepted   it is a version
             duplicate  it says what the version before it says
             corrected  another one with the same valid time was loaded after it
             quarantined, with `reasons`: it cannot be told whose or since when it is, it
             lacks what the contract requires, or a column holds what is not of its type
#}
{% macro raw_versions(source_name, table_name) -%}
{%- set contract = raw_contract(source_name, table_name) if execute else none -%}
with

raw_rows as (
    {{ raw_rows(source_name, table_name, with_evidence=true) }}
)
{%- if not execute %} select * from raw_rows
{%- else %}
{%- set key = contract.meta['key'] %},

judged as (
    select
        *,
        coalesce({{ contract.meta['valid_at'] }}, _loaded_at) as valid_from,
        concat_ws(
            ','
            {%- for column in contract.columns.values()
                if column.meta.get('required', false) and column.name != '_loaded_at' %},
            case
                when coalesce({{ trimmed(adapter.quote(column.name)) }}, '') = ''
                    {% if column.name not in key -%} and not coalesce(_deleted, false) {%- endif %}
                    then 'missing_{{ column.name }}'
            end
            {%- endfor %},
            case when _loaded_at is null then 'missing_loaded_at' end,
            case when unreadable_columns <> '' then 'unreadable_value' end
        ) as reasons
    from raw_rows
),

neighbours as (
    select
        *,
        lead(valid_from) over (
            partition by {% for name in key %}{{ name }}, {% endfor %}reasons = ''
            order by valid_from, _loaded_at, row_hash, file_path, file_row
        ) as next_valid_from,
        lead(row_hash) over (
            partition by {% for name in key %}{{ name }}, {% endfor %}reasons = ''
            order by valid_from, _loaded_at, row_hash, file_path, file_row
        ) as next_row_hash
    from judged
),

corrections as (
    select
        *,
        case
            when reasons <> '' then 'quarantined'
            when next_valid_from = valid_from and next_row_hash = row_hash then 'duplicate'
            when next_valid_from = valid_from then 'corrected'
        end as early_outcome
    from neighbours
),

repeats as (
    select
        *,
        lag(row_hash) over (
            partition by {% for name in key %}{{ name }}, {% endfor %}early_outcome is null
            order by valid_from, _loaded_at, row_hash, file_path, file_row
        ) as previous_row_hash
    from corrections
),

outcomes as (
    select
        *,
        coalesce(
            early_outcome,
            case when previous_row_hash = row_hash then 'duplicate' else 'accepted' end
        ) as outcome
    from repeats
),

final as (
    select
        {% for column in contract.columns.values() -%}
        {{ adapter.quote(column.name) }},
        {% endfor -%}
        valid_from,
        case
            when outcome = 'accepted' then lead(valid_from) over (
                partition by {% for name in key %}{{ name }}, {% endfor %}outcome
                order by valid_from, _loaded_at, row_hash, file_path, file_row
            )
        end as valid_to,
        case
            when outcome = 'accepted' then row_number() over (
                partition by {% for name in key %}{{ name }}, {% endfor %}outcome
                order by valid_from, _loaded_at, row_hash, file_path, file_row
            )
        end as version_number,
        outcome,
        reasons,
        unreadable_columns,
        row_hash,
        file_path,
        file_row
    from outcomes
)

select * from final
{%- endif -%}
{%- endmacro %}

{#
  A query of the place of each valid row among the copies of its message id: copy_number 1
  is the first received, has_first_payload whether it says the same as that one. Only
  messages that came more than once have rows. Payloads are read again for them, so that
  wide columns are not stored; sent_at and received_at differ in every retry and are no
  part of the payload.
    candidates  a CTE with the columns of stg_events__messages
    load_units  a CTE of the load units
#}
{% macro rank_copies(candidates, load_units) -%}
with

    repeated_ids as (
        select message_id
        from {{ candidates }} as candidates
        where defects is null
        group by message_id
        having count(*) > 1
    ),

    -- Payloads are read again, and only for messages that came more than once.
    copies as (
        select
            candidates.*,
            base.original_timestamp,
            base.properties,
            base.traits as all_traits
        from {{ candidates }} as candidates
        inner join {{ load_units }} as load_units on candidates.load_unit = load_units.load_unit
        inner join {{ ref('base_events__messages') }} as base
            on load_units.file_path = base.file_path
            and candidates.file_row = base.file_row
        where candidates.defects is null
            and candidates.message_id in (select message_id from repeated_ids)
    ),

    canonical as (
        {{ canonical_json('copies', ['load_unit', 'file_row'], ['properties', 'all_traits']) }}
    ),

    compared as (
        select
            copies.load_unit,
            copies.file_row,
            copies.message_id,
            copies.loaded_at,
            copies.received_at,
            copies.source_file,
            copies.source_row,
            concat_ws(
                chr(31),
                copies.message_type,
                copies.event_name,
                copies.device_id,
                coalesce(copies.own_user_id, ''),
                coalesce(copies.own_account_id, ''),
                coalesce(copies.previous_id, ''),
                coalesce(
                    cast(copies.original_timestamp as {{ engine_type('string') }}), ''
                ),
                canonical.canonical_text
            ) as payload,
            concat_ws(
                '|',
                cast(copies.event_at as {{ engine_type('string') }}),
                copies.source,
                coalesce(copies.user_agent, ''),
                coalesce(copies.consent_status, ''),
                coalesce(copies.traits, '')
            ) as remainder
        from copies
        inner join canonical
            on copies.load_unit = canonical.load_unit
            and copies.file_row = canonical.file_row
    )

    select
        load_unit,
        file_row,
        row_number() over first_received as copy_number,
        payload = first_value(payload) over first_received as has_first_payload
    from compared
    window first_received as (
        partition by message_id
        order by
            loaded_at asc nulls last,
            received_at asc nulls last,
            source_file asc nulls last,
            source_row asc nulls last,
            payload asc,
            remainder asc,
            load_unit asc,
            file_row asc
    )
{%- endmacro %}

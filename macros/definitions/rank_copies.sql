{#
  A query of the place of each valid row among the copies of its message id: copy_number 1
  is the first received, has_first_payload whether it says the same as that one; sent_at and
  received_at differ in every retry and are no part of the payload.
    copies  a CTE of message_rows with unit_id, original_timestamp, properties, all_traits
#}
{% macro rank_copies(copies) -%}
with

    valid as (
        select * from {{ copies }}
        where defects is null
    ),

    canonical as (
        {{ canonical_json('valid', ['unit_id', 'file_row'], ['properties', 'all_traits']) }}
    ),

    compared as (
        select
            valid.unit_id,
            valid.file_row,
            valid.message_id,
            valid.loaded_at,
            valid.received_at,
            valid.source_file,
            valid.source_row,
            concat_ws(
                chr(31),
                valid.message_type,
                valid.event_name,
                valid.device_id,
                coalesce(valid.own_user_id, ''),
                coalesce(valid.own_account_id, ''),
                coalesce(valid.previous_id, ''),
                coalesce(
                    cast(valid.original_timestamp as {{ engine_type('string') }}), ''
                ),
                canonical.canonical_text
            ) as payload,
            concat_ws(
                '|',
                cast(valid.event_at as {{ engine_type('string') }}),
                valid.source,
                coalesce(valid.user_agent, ''),
                coalesce(valid.consent_status, ''),
                coalesce(valid.traits, '')
            ) as remainder
        from valid
        inner join canonical
            on valid.unit_id = canonical.unit_id
            and valid.file_row = canonical.file_row
    )

    select
        unit_id,
        file_row,
        source_file,
        source_row,
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
            unit_id asc,
            file_row asc
    )
{%- endmacro %}

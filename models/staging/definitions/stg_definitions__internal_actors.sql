-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('internal_actors') }}
),

named as (
    select
        case lower(trim(kind))
            when 'domain' then 'email_domain'
            when 'user' then 'user_id'
            when 'account' then 'account_id'
            when 'group_id' then 'account_id'
            when 'device' then 'device_id'
            when 'anonymous_id' then 'device_id'
            else lower(trim(kind))
        end as kind,
        trim(value) as value
    from seed
    where nullif(trim(value), '') is not null
),

-- Ids as the events carry them: e-mail-shaped ones are keyed hashes there.
carried as (
    select
        kind,
        case
            when kind = 'email_domain' then lower(value) else {{ public_id('value') }}
        end as value
    from named
),

final as (
    select kind, value from carried
    group by kind, value
)

select * from final

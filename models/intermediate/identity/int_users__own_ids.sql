with

own_users as (
    select own_user_key
    from {{ ref('int_events__accepted') }}
    where own_user_key is not null
    group by own_user_key
),

final as (
    select
        own_users.own_user_key,
        texts.text as own_user_id
    from own_users
    inner join {{ ref('stg_events__texts') }} as texts
        on texts.kind = 'user' and own_users.own_user_key = texts.text_key
)

select * from final

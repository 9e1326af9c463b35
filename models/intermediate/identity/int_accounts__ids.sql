with

accounts as (
    select own_account_key as account_key
    from {{ ref('int_events__accepted') }}
    where own_account_key is not null
    group by own_account_key
),

final as (
    select
        accounts.account_key,
        texts.text as account_id
    from accounts
    inner join {{ ref('stg_events__texts') }} as texts
        on texts.kind = 'account' and accounts.account_key = texts.text_key
)

select * from final

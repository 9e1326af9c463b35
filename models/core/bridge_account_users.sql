with

final as (
    select
        accounts.account_id,
        users.user_id,
        intervals.valid_from,
        intervals.valid_to
    from {{ ref('int_users__account_intervals') }} as intervals
    inner join
        {{ ref('int_users__ids') }} as users
        on intervals.user_key = users.user_key
    inner join {{ ref('int_accounts__ids') }} as accounts
        on intervals.account_key = accounts.account_key
    where intervals.valid_to is null or intervals.valid_from < intervals.valid_to
)

select * from final

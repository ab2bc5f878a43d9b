-- An alias, cut where its owners change. While it has two owners, it belongs to no customer
-- (customer_id is null).
with windows as (
    select * from {{ ref('ratebook', 'int_alias_windows') }}
    where effective_at < ineffective_at
),

bounds as (
    select
        rating_set,
        alias,
        effective_at as bound_at
    from windows
    union
    select
        rating_set,
        alias,
        ineffective_at as bound_at
    from windows
),

pieces as (
    select
        rating_set,
        alias,
        bound_at as effective_at,
        lead(bound_at) over (partition by rating_set, alias order by bound_at) as ineffective_at
    from bounds
)

select
    pieces.rating_set,
    pieces.alias,
    pieces.effective_at,
    pieces.ineffective_at,
    case when count(distinct windows.customer_id) = 1 then min(windows.customer_id) end
        as customer_id
from pieces
inner join windows
    on
        pieces.rating_set = windows.rating_set
        and pieces.alias = windows.alias
        and pieces.effective_at >= windows.effective_at
        and pieces.effective_at < windows.ineffective_at
where pieces.ineffective_at is not null
group by pieces.rating_set, pieces.alias, pieces.effective_at, pieces.ineffective_at

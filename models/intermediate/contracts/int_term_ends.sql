-- The ends of the terms from which contracts renew, by themselves or negotiated. A price that ends
-- or begins with the ended_at of its contract, as it is written, ends or begins with the term.
with contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

ends as (
    select
        rating_set,
        contract_id,
        ended_at,
        min(term_ends_at) as term_ends_at,
        max(case when renews_at is not null then 1 else 0 end) = 1 as is_automatic
    from contract_windows
    where renews_at is not null or is_renewed_by_next
    group by rating_set, contract_id, ended_at
)

select * from ends

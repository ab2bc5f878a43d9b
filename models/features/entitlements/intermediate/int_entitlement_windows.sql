{{ config(enabled=ratebook.has_feature('entitlements')) }}

-- What a contract entitles its customer to use, in windows with the same quantity: recurring fees
-- and usage. A one-time fee pays for something done once, and a negative price is a credit. While a
-- marketplace has suspended the contract, there is no entitlement.
with prices as (
    select * from {{ ref('ratebook', 'int_entitling_prices') }}
),

{% if ratebook.has_feature('marketplaces') -%}
suspensions as (
    select * from {{ ref('ratebook', 'int_suspensions') }}
),

{% endif -%}
changes as (
    select
        rating_set,
        contract_id,
        customer_id,
        product_uid,
        effective_at as changed_at
    from prices
    union
    select
        rating_set,
        contract_id,
        customer_id,
        product_uid,
        ineffective_at as changed_at
    from prices
    {%- for bound in ['effective_at', 'ineffective_at'] if ratebook.has_feature('marketplaces') %}
    union
    select
        prices.rating_set,
        prices.contract_id,
        prices.customer_id,
        prices.product_uid,
        suspensions.{{ bound }} as changed_at
    from prices
    inner join suspensions
        on
            prices.rating_set = suspensions.rating_set
            and prices.contract_id = suspensions.contract_id
            and suspensions.{{ bound }} > prices.effective_at
            and suspensions.{{ bound }} < prices.ineffective_at
    {%- endfor %}
),

pieces as (
    select
        rating_set,
        contract_id,
        customer_id,
        product_uid,
        changed_at as effective_at,
        lead(changed_at) over (
            partition by rating_set, contract_id, customer_id, product_uid
            order by changed_at
        ) as ineffective_at
    from changes
),

-- Fees add up. Usage is free up to the lowest free quantity of the prices that rate it.
entitled_quantities as (
    select
        pieces.rating_set,
        pieces.contract_id,
        pieces.customer_id,
        pieces.product_uid,
        prices.product_type,
        pieces.effective_at,
        pieces.ineffective_at,
        case prices.product_type
            when 'FIXED' then cast(sum(prices.fixed_quantity) as decimal(38, 12))
            else nullif(min(prices.allowance), 0)
        end as quantity
    from pieces
    inner join prices
        on
            pieces.rating_set = prices.rating_set
            and pieces.contract_id = prices.contract_id
            and pieces.customer_id = prices.customer_id
            and pieces.product_uid = prices.product_uid
            and pieces.effective_at >= prices.effective_at
            and pieces.effective_at < prices.ineffective_at
    {%- if ratebook.has_feature('marketplaces') %}
    left join suspensions
        on
            pieces.rating_set = suspensions.rating_set
            and pieces.contract_id = suspensions.contract_id
            and pieces.effective_at >= suspensions.effective_at
            and pieces.effective_at < suspensions.ineffective_at
    where suspensions.contract_id is null
    {%- endif %}
    group by
        pieces.rating_set,
        pieces.contract_id,
        pieces.customer_id,
        pieces.product_uid,
        prices.product_type,
        pieces.effective_at,
        pieces.ineffective_at
),

with_neighbours as (
    select
        *,
        coalesce(
            lag(ineffective_at) over pieces_in_order = effective_at
            and lag(quantity) over pieces_in_order is not distinct from quantity,
            false
        ) as continues_previous
    from entitled_quantities
    window pieces_in_order as (
        partition by rating_set, contract_id, customer_id, product_uid
        order by effective_at
    )
),

numbered as (
    select
        *,
        sum(case when continues_previous then 0 else 1 end) over (
            partition by rating_set, contract_id, customer_id, product_uid
            order by effective_at
            rows between unbounded preceding and current row
        ) as window_number
    from with_neighbours
)

select
    rating_set,
    contract_id,
    customer_id,
    product_uid,
    product_type,
    quantity,
    min(effective_at) as effective_at,
    max(ineffective_at) as ineffective_at
from numbered
group by
    rating_set, contract_id, customer_id, product_uid, product_type, quantity, window_number

-- What a contract row sells under a pricebook row, before overrides: list prices and ad hoc
-- prices.
with contract_pricebooks as (
    select * from {{ ref('ratebook', 'int_offer_pricebooks') }}
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

bindings as (
    select * from {{ ref('ratebook', 'int_contract_price_bindings') }}
),

list_prices as (
    select
        *,
        -- A second list price of one product and phase in one pricebook row has its own
        -- lineage.
        row_number() over (
            partition by
                rating_set, pricebook_uid, product_uid, coalesce(start_period, 0), end_period
            order by price_uid
        ) as lineage_ordinal
    from price_terms
    where input = 'list_prices'
),

ad_hoc_prices as (
    select
        price_terms.*,
        bindings.contract_uid as bound_contract_uid,
        bindings.is_bound_to_amendment
    from price_terms
    inner join bindings
        on
            price_terms.rating_set = bindings.rating_set
            and price_terms.price_uid = bindings.contract_price_uid
    where
        price_terms.input = 'contract_prices'
        and price_terms.list_price_uid is null
        and price_terms.list_price_id is null
),

offers as (
    select
        contract_pricebooks.*, -- noqa: AM04
        list_prices.price_uid as list_price_uid,
        cast(null as varchar) as ad_hoc_price_uid,
        list_prices.product_uid,
        list_prices.durable_id as list_price_id,
        list_prices.lineage_ordinal,
        cast(null as varchar) as own_started_at,
        cast(null as varchar) as own_ended_at,
        list_prices.start_period,
        list_prices.end_period,
        {{ ratebook.phase_anchor('contract_pricebooks', 'list_prices') }} as phase_anchor,
        false as is_dated_from_amendment
    from contract_pricebooks
    inner join list_prices
        on
            contract_pricebooks.configuration_set = list_prices.rating_set
            and contract_pricebooks.pricebook_uid = list_prices.pricebook_uid
    union all
    select
        contract_pricebooks.*, -- noqa: AM04
        cast(null as varchar) as list_price_uid,
        ad_hoc_prices.price_uid as ad_hoc_price_uid,
        ad_hoc_prices.product_uid,
        cast(null as varchar) as list_price_id,
        cast(null as bigint) as lineage_ordinal,
        ad_hoc_prices.started_at as own_started_at,
        ad_hoc_prices.ended_at as own_ended_at,
        ad_hoc_prices.start_period,
        ad_hoc_prices.end_period,
        {{ ratebook.phase_anchor('contract_pricebooks', ad_hoc_price='ad_hoc_prices') }}
            as phase_anchor,
        ad_hoc_prices.is_bound_to_amendment
        and coalesce(ad_hoc_prices.invoice_delivery, contract_pricebooks.pricebook_invoice_delivery)
        = 'ONE_TIME'
        and ad_hoc_prices.started_at is null
        and ad_hoc_prices.start_period is null as is_dated_from_amendment
    from contract_pricebooks
    inner join ad_hoc_prices
        on
            contract_pricebooks.rating_set = ad_hoc_prices.rating_set
            and contract_pricebooks.contract_uid = ad_hoc_prices.bound_contract_uid
)

select
    *, -- noqa: AM04
    {{ ratebook.surrogate_key([
        'rating_set', 'contract_uid', 'pricebook_uid', 'list_price_uid', 'ad_hoc_price_uid',
        'cast(list_renewal_number as varchar)',
    ]) }} as offer_id
from offers

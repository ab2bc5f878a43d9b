-- What a contract row sells under a pricebook row, before overrides: its list prices and its ad hoc prices.
with contract_pricebooks as (
    select * from {{ ref('ratebook', 'int_contract_pricebooks') }}
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

bindings as (
    select * from {{ ref('ratebook', 'int_contract_price_bindings') }}
),

products as (
    select * from {{ ref('ratebook', 'int_products') }}
),

list_prices as (
    select
        *,
        -- A second list price of one product and phase in one pricebook row is a lineage of its own.
        row_number() over (
            partition by rating_set, pricebook_uid, product_uid, coalesce(start_period, 0), end_period
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
        contract_pricebooks.*,
        list_prices.price_uid as list_price_uid,
        cast(null as varchar) as ad_hoc_price_uid,
        list_prices.product_uid,
        list_prices.durable_id as list_price_id,
        list_prices.lineage_ordinal,
        cast(null as varchar) as own_started_at,
        cast(null as varchar) as own_ended_at,
        list_prices.start_period,
        list_prices.end_period,
        coalesce(
            contract_pricebooks.contract_billing_anchor,
            list_prices.billing_anchor,
            contract_pricebooks.pricebook_billing_anchor,
            'CALENDAR'
        ) as own_billing_anchor,
        false as is_dated_from_amendment
    from contract_pricebooks
    inner join list_prices
        on
            contract_pricebooks.rating_set = list_prices.rating_set
            and contract_pricebooks.pricebook_uid = list_prices.pricebook_uid
    union all
    select
        contract_pricebooks.*,
        cast(null as varchar) as list_price_uid,
        ad_hoc_prices.price_uid as ad_hoc_price_uid,
        ad_hoc_prices.product_uid,
        cast(null as varchar) as list_price_id,
        cast(null as bigint) as lineage_ordinal,
        ad_hoc_prices.started_at as own_started_at,
        ad_hoc_prices.ended_at as own_ended_at,
        ad_hoc_prices.start_period,
        ad_hoc_prices.end_period,
        coalesce(
            ad_hoc_prices.billing_anchor,
            contract_pricebooks.contract_billing_anchor,
            contract_pricebooks.pricebook_billing_anchor,
            'CALENDAR'
        ) as own_billing_anchor,
        ad_hoc_prices.is_bound_to_amendment
        and coalesce(ad_hoc_prices.invoice_delivery, contract_pricebooks.pricebook_invoice_delivery) = 'ONE_TIME'
        and ad_hoc_prices.started_at is null
        and ad_hoc_prices.start_period is null as is_dated_from_amendment
    from contract_pricebooks
    inner join ad_hoc_prices
        on
            contract_pricebooks.rating_set = ad_hoc_prices.rating_set
            and contract_pricebooks.contract_uid = ad_hoc_prices.bound_contract_uid
),

with_terms as (
    select
        offers.*,
        products.product_name,
        products.product_type,
        products.defect as product_defect,
        {{ ratebook.instant_of('products.archived_at', 'offers.billing_timezone') }} as product_archived_at,
        {{ ratebook.instant_of('offers.own_started_at', 'offers.billing_timezone') }} as own_start,
        {{ ratebook.instant_of('offers.own_ended_at', 'offers.billing_timezone') }} as own_end,
        {{ ratebook.period_start('offers.start_period', 'offers.own_billing_anchor', 'offers.contract_started_at', 'offers.billing_timezone') }}
            as phase_start_date,
        {{ ratebook.period_start('offers.end_period', 'offers.own_billing_anchor', 'offers.contract_started_at', 'offers.billing_timezone') }}
            as phase_end_date,
        {{ ratebook.months_after_start('offers.end_period', 'offers.contract_started_at', 'offers.billing_timezone') }}
        >= {{ ratebook.to_local('offers.contract_ended_at', 'offers.billing_timezone') }} as is_end_past_contract
    from offers
    inner join products
        on
            offers.rating_set = products.rating_set
            and offers.product_uid = products.product_uid
),

dated as (
    select
        *,
        greatest(
            contract_started_at,
            coalesce(
                own_start,
                {{ ratebook.local_midnight('phase_start_date', 'billing_timezone') }},
                case when is_dated_from_amendment then contract_effective_at end,
                contract_started_at
            )
        ) as term_started_at,
        least(
            contract_ended_at,
            coalesce(
                own_end,
                case
                    when not is_end_past_contract
                        then greatest(
                            contract_started_at,
                            {{ ratebook.local_midnight('phase_end_date', 'billing_timezone') }}
                        )
                end,
                contract_ended_at
            )
        ) as term_ended_at
    from with_terms
)

select
    rating_set,
    {{ ratebook.surrogate_key(['rating_set', 'contract_uid', 'pricebook_uid', 'list_price_uid', 'ad_hoc_price_uid']) }}
        as offer_id,
    {{ ratebook.surrogate_key([
        'contract_id', 'product_uid', 'cast(coalesce(start_period, 0) as varchar)', 'cast(end_period as varchar)',
        'cast(lineage_ordinal as varchar)', 'ad_hoc_price_uid',
    ]) }} as lineage_id,
    contract_uid,
    contract_id,
    customer_id,
    pricebook_id,
    pricebook_uid,
    list_price_uid,
    list_price_id,
    ad_hoc_price_uid,
    lineage_ordinal,
    product_uid,
    product_name,
    product_type,
    product_defect,
    billing_timezone,
    contract_started_at,
    contract_ended_at,
    own_billing_anchor,
    contract_currency,
    contract_billing_anchor,
    contract_prorate,
    contract_payment_terms_days,
    pricebook_currency,
    pricebook_invoice_delivery,
    pricebook_invoice_schedule,
    pricebook_billing_anchor,
    pricebook_prorate,
    pricebook_payment_terms_days,
    billing_target,
    term_started_at,
    term_ended_at,
    greatest(effective_at, term_started_at) as effective_at,
    least(ineffective_at, term_ended_at, coalesce(product_archived_at, ineffective_at)) as ineffective_at
from dated

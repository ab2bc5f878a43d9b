-- Offers with their product, their lineage, the term of the lineage, and their own window within
-- the term.
with offers as (
    select * from {{ ref('ratebook', 'int_offers_undated') }}
),

products as (
    select * from {{ ref('ratebook', 'int_products') }}
),

with_products as (
    select
        offers.*,
        products.product_name,
        products.unit_name,
        products.product_type,
        products.aggregation,
        products.defect as product_defect,
        offers.is_unreadable or products.is_unreadable as is_offer_unreadable,
        products.archived_at
    from offers
    inner join products
        on
            offers.configuration_set = products.rating_set
            and offers.product_uid = products.product_uid
),

phase_bounds as (
    select * from {{ ref('ratebook', 'int_phase_bounds') }}
),

with_bounds as (
    select
        with_products.*,
        {{ ratebook.instant_of('with_products.archived_at', 'with_products.billing_timezone') }}
            as product_archived_at,
        coalesce(price_bounds.own_start_at, start_bounds.bound_at) as own_start_at,
        coalesce(price_bounds.ends_at, end_bounds.bound_at) as ends_at
    from with_products
    left join {{ ref('ratebook', 'int_contract_price_bounds') }} as price_bounds
        on
            with_products.rating_set = price_bounds.rating_set
            and with_products.contract_id = price_bounds.contract_id
            and with_products.ad_hoc_price_uid = price_bounds.contract_price_uid
            and with_products.phase_anchor = price_bounds.phase_anchor
    {%- for name in ['start', 'end'] %}
    left join phase_bounds as {{ name }}_bounds
        on
            with_products.rating_set = {{ name }}_bounds.rating_set
            and with_products.contract_id = {{ name }}_bounds.contract_id
            and with_products.{{ name }}_period = {{ name }}_bounds.period
            and with_products.phase_anchor = {{ name }}_bounds.phase_anchor
            and with_products.ad_hoc_price_uid is null
    {%- endfor %}
),

-- Periods of an ANNIVERSARY phase count from the start of the contract, so that each of their days
-- is clipped to its month only once.
dated as (
    select
        *,
        cast(coalesce(start_period, 0) as varchar)
        || ' to '
        || coalesce(cast(end_period as varchar), 'the end')
            as phase,
        case
            when phase_anchor = 'ANNIVERSARY' and own_started_at is null and start_period > 0
                then least(start_period, 12000)
            else 0
        end as phase_start_months,
        greatest(
            contract_started_at,
            coalesce(
                own_start_at,
                case when is_dated_from_amendment then contract_effective_at end,
                contract_started_at
            )
        ) as term_started_at,
        least(contract_ended_at, coalesce(ends_at, contract_ended_at)) as term_ended_at
    from with_bounds
)

select
    rating_set,
    configuration_set,
    offer_id,
    {{ ratebook.lineage_key('contract_id') }} as lineage_id,
    contract_uid,
    contract_id,
    customer_id,
    pricebook_id,
    pricebook_uid,
    list_price_uid,
    list_price_id,
    ad_hoc_price_uid,
    lineage_ordinal,
    phase,
    product_uid,
    product_name,
    unit_name,
    product_type,
    aggregation,
    product_defect,
    is_offer_unreadable as is_unreadable,
    billing_timezone,
    contract_started_at,
    contract_ended_at,
    renews_at,
    list_renewal_number,
    phase_anchor,
    phase_start_months,
    contract_billing_anchor,
    contract_prorate,
    contract_payment_terms_days,
    pricebook_invoice_delivery,
    pricebook_invoice_schedule,
    pricebook_schedule_unit,
    pricebook_billing_anchor,
    pricebook_prorate,
    pricebook_payment_terms_days,
    currency,
    currency_source,
    is_currency_mismatch,
    payment_terms_kind,
    billing_target,
    term_started_at,
    term_ended_at,
    greatest(effective_at, term_started_at) as effective_at,
    least(ineffective_at, term_ended_at, coalesce(product_archived_at, ineffective_at))
        as ineffective_at
from dated

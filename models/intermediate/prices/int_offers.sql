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
        products.defect as product_defect,
        products.archived_at
    from offers
    inner join products
        on
            offers.configuration_set = products.rating_set
            and offers.product_uid = products.product_uid
),

with_terms as (
    select
        *,
        {{ ratebook.instant_of('archived_at', 'billing_timezone') }} as product_archived_at,
        {{ ratebook.instant_of('own_started_at', 'billing_timezone') }} as own_start,
        {{ ratebook.instant_of('own_ended_at', 'billing_timezone') }} as own_end,
        {{ ratebook.phase_date('start_period') }} as phase_start_date,
        {{ ratebook.phase_date('end_period') }} as phase_end_date,
        {{ ratebook.is_phase_date_past_contract('start_period') }} as is_start_past_contract,
        {{ ratebook.is_phase_date_past_contract('end_period') }} as is_end_past_contract
    from with_products
),

dated as (
    select
        *,
        cast(coalesce(start_period, 0) as varchar)
        || ' to '
        || coalesce(cast(end_period as varchar), 'the end')
            as phase,
        greatest(
            contract_started_at,
            coalesce(
                own_start,
                case
                    when is_start_past_contract then contract_ended_at
                    else {{ ratebook.local_midnight('phase_start_date', 'billing_timezone') }}
                end,
                case when is_dated_from_amendment then contract_effective_at end,
                contract_started_at
            )
        ) as term_started_at,
        least(
            contract_ended_at,
            coalesce(
                -- A price that lasts to the end of the term continues in its renewals.
                case when own_end = contract_renews_at then contract_ended_at else own_end end,
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
    configuration_set,
    {{ ratebook.surrogate_key([
        'rating_set', 'contract_uid', 'pricebook_uid', 'list_price_uid', 'ad_hoc_price_uid',
    ]) }} as offer_id,
    {{ ratebook.surrogate_key([
        'contract_id', 'product_uid', 'phase', 'cast(lineage_ordinal as varchar)',
        'ad_hoc_price_uid',
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
    phase,
    product_uid,
    product_name,
    unit_name,
    product_type,
    product_defect,
    billing_timezone,
    contract_started_at,
    contract_ended_at,
    contract_renews_at,
    renews_at,
    own_billing_anchor,
    contract_billing_anchor,
    contract_prorate,
    contract_payment_terms_days,
    pricebook_invoice_delivery,
    pricebook_invoice_schedule,
    pricebook_billing_anchor,
    pricebook_prorate,
    pricebook_payment_terms_days,
    currency,
    is_currency_mismatch,
    billing_target,
    term_started_at,
    term_ended_at,
    greatest(effective_at, term_started_at) as effective_at,
    least(ineffective_at, term_ended_at, coalesce(product_archived_at, ineffective_at))
        as ineffective_at
from dated

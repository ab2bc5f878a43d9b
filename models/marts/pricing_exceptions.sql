{%- set billed_reasons = [
    'UNKNOWN_CUSTOMER', 'CUSTOMER_CHANGED', 'UNKNOWN_TIMEZONE', 'OVERLAPPING_AMENDMENTS',
    'HOLE_IN_TERM',
    'SAME_PRODUCT_TWICE', 'PRICE_ABOVE_LIST', 'MULTIPLE_CONTRACTS', 'UNPRORATED_STUB',
    'SCHEDULE_CHANGED',
    'MINIMUM_ABOVE_MAXIMUM', 'STARTS_NEAR_BOUNDARY', 'RENEWAL_WITHOUT_END',
    'ACCEPTED_AFTER_EXPIRY',
    'DISCOUNT_ABOVE_LIMIT', 'PRICE_BELOW_FLOOR', 'MISSING_REQUIRED_PRODUCT', 'TERM_TOO_SHORT',
    'QUOTE_DIFFERS', 'UNKNOWN_PARTNER', 'INCOMPLETE_AGREEMENT', 'OFFER_OF_ANOTHER',
    'PRODUCT_NOT_LISTED', 'NOT_ONE_PRICE', 'UNKNOWN_AGREEMENT',
] -%}
with configuration_in_use as (
    select * from {{ ref('ratebook', 'int_configuration_in_use') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

quotes as (
    select * from {{ ref('ratebook', 'int_quote_states') }}
),

by_id as (
    {%- for subject in [
        'reference', 'window', 'hole', 'currency', 'price', 'override', 'one_time', 'same_product',
        'period', 'rating', 'renewal', 'quote', 'id', 'partner', 'partner_share',
        'grant', 'marketplace', 'marketplace_price',
    ] %}
    select
        rating_set,
        input,
        id,
        reason,
        detail,
        input = 'contract_prices'
        and {{ ratebook.is_reserved('id') }}
        and reason != 'RESERVED_ID' as is_of_quote,
        input = 'contracts' and id like 'agreement:%' and reason != 'RESERVED_ID' as is_agreement
    from {{ ref('ratebook', 'int_' ~ subject ~ '_exceptions') }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- What is said of a quote, an order or an agreement as a contract stands on its row.
translated as (
    select
        case
            when contracts.quote_uid is not null then contracts.input
            when by_id.is_agreement then 'marketplace_agreements'
            when offer_prices.price_uid is not null then 'marketplace_private_offer_prices'
            when by_id.is_of_quote and by_id.id like 'quote:%' then 'quote_prices'
            when by_id.is_of_quote then 'order_items'
            else by_id.input
        end as input,
        case
            when contracts.quote_uid is not null then contracts.quote_uid
            when by_id.is_agreement then substr(by_id.id, length('agreement:') + 1)
            when offer_prices.price_uid is not null then offer_prices.offer_price_uid
            when by_id.is_of_quote then substr(by_id.id, length('quote:') + 1)
            else by_id.id
        end as id,
        by_id.reason,
        by_id.detail
    from by_id
    left join quotes as contracts
        on
            by_id.input = 'contracts'
            and by_id.id = contracts.quote_set
            and by_id.reason != 'RESERVED_ID'
    left join {{ ref('ratebook', 'int_marketplace_offer_prices') }} as offer_prices
        on
            by_id.rating_set = offer_prices.rating_set
            and by_id.input = 'contract_prices'
            and by_id.id = offer_prices.price_uid
    left join quotes as previews
        on by_id.rating_set = previews.quote_set
    where
        by_id.rating_set = {{ ratebook.public_rating_set() }}
        or (
            previews.quote_set is not null
            -- Of a rejected quote only the catalogue that it used.
            and not (
                previews.is_rejected and (contracts.quote_set is not null or by_id.is_of_quote)
            )
            and not (by_id.reason = 'UNKNOWN_CUSTOMER' and previews.customer_id is null)
        )
),

reported as (
    select
        configuration_in_use.input,
        configuration_in_use.row_id,
        configuration_in_use.id,
        configuration_in_use.version,
        translated.reason,
        translated.detail
    from configuration_in_use
    inner join translated
        on
            configuration_in_use.input = translated.input
            and configuration_in_use.id = translated.id
    where configuration_in_use.is_in_force
    union all
    select
        input,
        row_id,
        id,
        version,
        'UNPARSABLE_CELL' as reason,
        'cannot be read: ' || unparsable_cells as detail
    from configuration_in_use
    where unparsable_cells is not null and is_in_force
    union all
    select
        input,
        row_id,
        id,
        version,
        'NO_ID' as reason,
        'id is empty' as detail
    from configuration_in_use
    where is_without_id
    union all
    select
        input,
        row_id,
        id,
        version,
        'DUPLICATE_ID_AND_VERSION' as reason,
        'another row has this id and version' as detail
    from configuration_in_use
    where has_same_id_and_version
    union all
    select
        input,
        row_id,
        id,
        0 as version,
        reason,
        detail
    from {{ ref('ratebook', 'int_marketplace_record_exceptions') }}
)

select
    input,
    row_id,
    id,
    version,
    reason,
    case
        when reason in {{ ratebook.text_list(billed_reasons) }} then 'BILLED'
        else 'NOT_BILLED'
    end as effect,
    min(detail) as detail
from reported
group by input, row_id, id, version, reason

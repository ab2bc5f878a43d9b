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
{%- set subjects = [
    'reference', 'window', 'hole', 'currency', 'price', 'override', 'one_time', 'same_product',
    'period', 'rating', 'renewal', 'id',
] -%}
{%- for feature, own in {
    'quotes': ['quote'], 'partners': ['partner', 'partner_share'], 'entitlements': ['grant'],
    'marketplaces': ['marketplace', 'marketplace_price'],
}.items() if ratebook.has_feature(feature) -%}
    {%- do subjects.extend(own) -%}
{%- endfor -%}
with configuration_in_use as (
    select * from {{ ref('ratebook', 'int_configuration_in_use') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
    where input = 'contract_prices'
),

by_id as (
    {%- for subject in subjects %}
    select
        rating_set,
        input,
        id,
        reason,
        detail
    from {{ ref('ratebook', 'int_' ~ subject ~ '_exceptions') }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- What is said of a contract of a feature, such as a quote, stands on the row that it comes from.
translated as (
    select
        by_id.rating_set,
        coalesce(contract_rows.source, price_terms.source, by_id.input) as input,
        coalesce(contract_rows.source_id, price_terms.source_id, by_id.id) as id,
        by_id.input as known_as_input,
        by_id.reason,
        by_id.detail
    from by_id
    left join contract_rows
        on
            by_id.rating_set = contract_rows.rating_set
            and by_id.input = 'contracts'
            and by_id.id = contract_rows.contract_uid
            and by_id.reason != 'RESERVED_ID'
    left join price_terms
        on
            by_id.rating_set = price_terms.rating_set
            and by_id.input = 'contract_prices'
            and by_id.id = price_terms.price_uid
            and by_id.reason != 'RESERVED_ID'
),

shown as (
    select
        input,
        id,
        reason,
        detail
    from translated
    where rating_set = {{ ratebook.public_rating_set() }}
    {%- if ratebook.has_feature('quotes') %}
    union all
    select
        translated.input,
        translated.id,
        translated.reason,
        translated.detail
    from translated
    inner join {{ ref('ratebook', 'int_quote_states') }} as previews
        on translated.rating_set = previews.quote_set
    -- Of a rejected quote only the catalogue that it used is reported.
    where
        not (previews.is_rejected and translated.input != translated.known_as_input)
        and not (translated.reason = 'UNKNOWN_CUSTOMER' and previews.customer_id is null)
    {%- endif %}
),

reported as (
    select
        configuration_in_use.input,
        configuration_in_use.row_id,
        configuration_in_use.id,
        configuration_in_use.version,
        shown.reason,
        shown.detail
    from configuration_in_use
    inner join shown
        on
            configuration_in_use.input = shown.input
            and configuration_in_use.id = shown.id
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
    {%- if ratebook.has_feature('marketplaces') %}
    union all
    select
        input,
        row_id,
        id,
        0 as version,
        reason,
        detail
    from {{ ref('ratebook', 'int_marketplace_record_exceptions') }}
    {%- endif %}
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

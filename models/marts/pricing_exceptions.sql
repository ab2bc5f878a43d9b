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

reasons as (
    select * from {{ ref('ratebook', 'int_reasons_by_row') }}
),

reported as (
    select
        configuration_in_use.input,
        configuration_in_use.row_id,
        configuration_in_use.id,
        configuration_in_use.version,
        reasons.reason,
        reasons.detail
    from configuration_in_use
    inner join reasons
        on
            configuration_in_use.input = reasons.input
            and configuration_in_use.id = reasons.id
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

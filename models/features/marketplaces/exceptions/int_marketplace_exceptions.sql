{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- Rows of marketplace inputs that take no effect, or probably not the intended one.
with listings as (
    select * from {{ ref('ratebook', 'int_marketplace_listings') }}
),

agreements as (
    select * from {{ ref('ratebook', 'int_marketplace_agreements') }}
),

states as (
    select * from {{ ref('ratebook', 'int_marketplace_states') }}
),

-- With a misspelled agreement_id both the marketplace and we would bill. Without any agreements the
-- id is only for reference.
contracts as (
    select distinct
        rows_in_force.rating_set,
        contracts.id as contract_uid,
        contracts.agreement_id
    from {{ ref('ratebook', 'stg_contracts') }} as contracts
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            contracts.row_id = rows_in_force.row_id
            and rows_in_force.input = 'contracts'
            and rows_in_force.is_in_force
    inner join agreements as any_agreements
        on rows_in_force.rating_set = any_agreements.rating_set
    left join agreements
        on
            rows_in_force.rating_set = agreements.rating_set
            and contracts.agreement_id = agreements.agreement_id
    where
        contracts.agreement_id is not null
        and agreements.agreement_id is null
        and not coalesce(contracts.void, false)
)

{% for source, input, id, reason, condition, detail in [
    ('listings', 'marketplace_listings', 'listing_uid', 'UNKNOWN_MARKETPLACE',
        'has_unknown_marketplace', "coalesce('marketplace is ' || marketplace, 'marketplace is empty')"),
    ('listings', 'marketplace_listings', 'listing_uid', 'INCOMPLETE_LISTING', 'is_incomplete',
        "case when listing_id is null then 'listing_id is empty' else 'dimension is empty' end"),
    ('listings', 'marketplace_listings', 'listing_uid', 'NOT_METERABLE', 'is_not_meterable',
        "'only EVENT products with COUNT or SUM are metered'"),
    ('listings', 'marketplace_listings', 'listing_uid', 'OUT_OF_RANGE', 'is_out_of_range',
        "'unit_factor is not above 0, out of its range, or has more than 6 decimals'"),
    ('listings', 'marketplace_listings', 'listing_uid', 'UNKNOWN_LATE_USAGE',
        'has_unknown_late_usage', "'late_usage is ' || late_usage"),
    ('listings', 'marketplace_listings', 'listing_uid', 'OVERRIDE_SUPERSEDED', 'is_superseded',
        "'a row with a lower id has this product or this dimension'"),
    ('agreements', 'marketplace_agreements', 'agreement_uid', 'NO_ID', 'agreement_id is null',
        "'durable_id is empty'"),
    ('agreements', 'marketplace_agreements', 'agreement_uid', 'UNKNOWN_MARKETPLACE',
        'has_unknown_marketplace', "coalesce('marketplace is ' || marketplace, 'marketplace is empty')"),
    ('agreements', 'marketplace_agreements', 'agreement_uid', 'INCOMPLETE_AGREEMENT',
        'is_current and missing_field is not null',
        "missing_field || ' is empty: no record can be sent'"),
    ('agreements', 'marketplace_agreements', 'agreement_uid', 'OFFER_OF_ANOTHER',
        'is_offer_of_another', "'offer ' || offer_id || ' is for another customer'"),
    ('contracts', 'contracts', 'contract_uid', 'UNKNOWN_AGREEMENT', 'true',
        "'agreement_id ' || agreement_id || ' is not in marketplace_agreements: we bill it'"),
    ('states', 'marketplace_notifications', 'notification_uid', 'UNKNOWN_NOTIFICATION',
        'is_unknown',
        "marketplace || ' has no notification ' || coalesce(notification, '(empty)')"
        ~ " || ': agreement ' || agreement_id || ' stays as it is'"),
    ('states', 'marketplace_notifications', 'notification_uid', 'NO_START', 'has_no_time',
        "'occurred_at is empty'"),
    ('states', 'marketplace_notifications', 'notification_uid', 'AFTER_THE_END', 'is_after_end',
        "notification || ' after the agreement has ended'"),
] -%}
select
    rating_set,
    '{{ input }}' as input,
    {{ id }} as id,
    '{{ reason }}' as reason,
    {{ detail }} as detail
from {{ source }}
where {{ condition }}
{{ "union all" if not loop.last }}
{% endfor %}

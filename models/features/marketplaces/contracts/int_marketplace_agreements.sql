{{ config(enabled=ratebook.has_feature('marketplaces')) }}
{%- set own = [
    'marketplace', 'listing_id', 'customer_id', 'buyer_id', 'resource_id', 'plan_id',
    'replaces_agreement_id', 'partner_id', 'signed_at', 'started_at', 'ended_at', 'effective_at',
    'auto_renew', 'renewal_term_months', 'renewal_uplift_percent', 'renewal_pricing',
] -%}
{%- set offered = ['currency', 'billing_anchor', 'prorate', 'payment_terms_days'] -%}
-- Rows of agreements with the terms of their private offer, if they have one.
with rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force
),

offers as (
    select
        rows_in_force.rating_set,
        rows_in_force.is_unreadable,
        offers.*,
        row_number() over (
            partition by rows_in_force.rating_set, offers.durable_id
            order by offers.id
        ) as choice
    from {{ ref('ratebook', 'stg_marketplace_private_offers') }} as offers
    inner join rows_in_force
        on
            offers.row_id = rows_in_force.row_id
            and rows_in_force.input = 'marketplace_private_offers'
),

agreements as (
    select
        rows_in_force.rating_set,
        rows_in_force.is_unreadable,
        {{ ratebook.is_unparsable(['started_at'], 'rows_in_force.unparsable_cells') }}
            as has_unreadable_start,
        agreements.*,
        coalesce(
            {{ ratebook.instant_of('agreements.effective_at', "'UTC'") }},
            {{ ratebook.beginning_of_time() }}
        ) as order_at
    from {{ ref('ratebook', 'stg_marketplace_agreements') }} as agreements
    inner join rows_in_force
        on
            agreements.row_id = rows_in_force.row_id
            and rows_in_force.input = 'marketplace_agreements'
),

-- The fields that a metering call needs from the agreement, and how long last records are accepted.
requirements as (
    select
        marketplace,
        {%- for column in ['buyer_id', 'resource_id', 'plan_id'] %}
        max(case when kind = 'FIELD' and name = '{{ column }}' then 1 else 0 end) = 1
            as needs_{{ column }},
        {%- endfor %}
        max(
            case
                when kind = 'LIMIT' and name = 'final_hours'
                    then {{ ratebook.parse_integer('value') }}
            end
        ) as final_hours
    from {{ ref('ratebook', 'int_marketplace_rules') }}
    group by marketplace
),

resolved as (
    select
        agreements.rating_set,
        agreements.id as agreement_uid,
        agreements.version,
        agreements.durable_id as agreement_id,
        agreements.offer_id,
        {%- for column in own %}
        agreements.{{ column }},
        {%- endfor %}
        {%- for column in offered %}
        offers.{{ column }},
        {%- endfor %}
        case
            when agreements.offer_id is null then agreements.pricebook_id
            else offers.pricebook_id
        end as pricebook_id,
        agreements.order_at,
        agreements.is_unreadable or coalesce(offers.is_unreadable, false) as is_unreadable,
        agreements.has_unreadable_start,
        {#- The first missing field. #}
        case
            {%- for column in ['buyer_id', 'resource_id', 'plan_id'] %}
            when requirements.needs_{{ column }} and agreements.{{ column }} is null
                then '{{ column }}'
            {%- endfor %}
        end as missing_field,
        requirements.final_hours,
        requirements.marketplace is null as has_unknown_marketplace,
        agreements.offer_id is not null and offers.id is null as has_unknown_offer,
        coalesce(agreements.customer_id != offers.customer_id, false) as is_offer_of_another
    from agreements
    left join requirements
        on agreements.marketplace = requirements.marketplace
    left join offers
        on
            agreements.rating_set = offers.rating_set
            and agreements.offer_id = offers.durable_id
            and offers.choice = 1
),

validated as (
    select
        *,
        agreement_id is not null
        and not has_unknown_marketplace
        and not has_unknown_offer as is_in_effect
    from resolved
)

-- The last amendment gives the buyer and the listing.
select
    *,
    is_in_effect and row_number() over (
        partition by rating_set, agreement_id, is_in_effect
        order by order_at desc, agreement_uid desc
    ) = 1 as is_current
from validated

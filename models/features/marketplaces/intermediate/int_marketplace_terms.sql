{{ config(enabled=ratebook.has_feature('marketplaces'), materialized='view') }}

-- Each dimension that must be reported to a marketplace, with the state of its agreement.
select
    dimensions.rating_set,
    dimensions.agreement_id,
    dimensions.dimension,
    dimensions.product_uid,
    dimensions.unit_factor,
    dimensions.is_whole,
    dimensions.late_usage,
    dimensions.maximum_age_hours,
    dimensions.month_close_hours,
    dimensions.maximum_quantity,
    dimensions.contract_id,
    dimensions.customer_id,
    states.marketplace,
    states.listing_id,
    states.buyer_id,
    states.resource_id,
    states.plan_id,
    states.missing_field,
    states.contract_ended_at,
    states.end_at,
    states.notified_state,
    states.last_records_by,
    states.is_over,
    states.can_be_reported,
    states.last_hour
from {{ ref('ratebook', 'int_marketplace_dimensions') }} as dimensions
inner join {{ ref('ratebook', 'int_marketplace_agreement_states') }} as states
    on
        dimensions.rating_set = states.rating_set
        and dimensions.agreement_id = states.agreement_id

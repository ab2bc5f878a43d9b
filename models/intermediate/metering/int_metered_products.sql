-- Products of which a customer's usage is kept in more detail than by day.
with window_spans as (
    select distinct
        rating_set,
        customer_id,
        product_uid,
        contract_id
    from {{ ref('ratebook', 'int_metering_window_spans') }}
),

details as (
    -- Usage that is priced by the event is kept by the event.
    select distinct
        prices.rating_set,
        prices.customer_id,
        prices.product_uid,
        false as is_metered_hourly,
        true as is_event_priced,
        cast(null as bigint) as cell_set_number
    from {{ ref('ratebook', 'int_prices') }} as prices
    where prices.is_billable and prices.has_percentage
    {%- if ratebook.has_feature('matrix_prices') %}
    union all
    select
        rating_set,
        customer_id,
        product_uid,
        false as is_metered_hourly,
        false as is_event_priced,
        cell_set_number
    from {{ ref('ratebook', 'int_cell_sets') }}
    {%- endif %}
    {%- if ratebook.has_feature('marketplaces') %}
    union all
    -- Usage that is reported to a marketplace is metered by the hour.
    select distinct
        window_spans.rating_set,
        window_spans.customer_id,
        window_spans.product_uid,
        true as is_metered_hourly,
        false as is_event_priced,
        cast(null as bigint) as cell_set_number
    from window_spans
    inner join {{ ref('ratebook', 'int_marketplace_dimensions') }} as dimensions
        on
            window_spans.rating_set = dimensions.rating_set
            and window_spans.contract_id = dimensions.contract_id
            and window_spans.product_uid = dimensions.product_uid
    {%- endif %}
)

select
    known_customers.customer_number,
    meters.meter_number,
    max(case when details.is_metered_hourly then 1 else 0 end) = 1 as is_metered_hourly,
    max(case when details.is_event_priced then 1 else 0 end) = 1 as is_event_priced,
    max(details.cell_set_number) as cell_set_number
from details
inner join {{ ref('ratebook', 'int_known_customers') }} as known_customers
    on
        details.rating_set = known_customers.rating_set
        and details.customer_id = known_customers.customer_id
inner join {{ ref('ratebook', 'int_meters') }} as meters
    on
        details.rating_set = meters.rating_set
        and details.product_uid = meters.product_uid
group by 1, 2

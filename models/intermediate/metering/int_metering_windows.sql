-- Windows in which a customer's events of one name are rated, with the products if several share
-- the name. Events find their window by customer, name and month first, then by time.
with window_spans as (
    select * from {{ ref('ratebook', 'int_metering_window_spans') }}
),

shared_names as (
    select distinct
        rating_set,
        event_name
    from {{ ref('ratebook', 'int_meters') }}
    where siblings is not null
),

-- Usage that is priced by the event is kept by the event.
event_priced as (
    select distinct
        rating_set,
        customer_id,
        product_uid
    from {{ ref('ratebook', 'int_prices') }}
    where
        is_billable and has_percentage
)

{%- if ratebook.has_feature('matrix_prices') %},

cell_sets as (
    select * from {{ ref('ratebook', 'int_cell_sets') }}
)
{%- endif %}

{%- if ratebook.has_feature('marketplaces') %},

-- Usage that is reported to a marketplace is metered by the hour.
dimensions as (
    select * from {{ ref('ratebook', 'int_marketplace_dimensions') }}
)
{%- endif %}

select
    window_spans.rating_set,
    window_spans.metering_window_number,
    window_spans.customer_id,
    window_spans.event_name,
    window_spans.metered_month,
    window_spans.effective_at,
    window_spans.ineffective_at,
    {%- if ratebook.has_feature('marketplaces') %}
    coalesce(max(case when dimensions.dimension is not null then 1 end), 0) = 1
        as is_metered_hourly,
    {%- else %}
    false as is_metered_hourly,
    {%- endif %}
    {%- if ratebook.has_feature('matrix_prices') %}
    max(cell_sets.cell_set_number) is not null as has_cells,
    {%- else %}
    false as has_cells,
    {%- endif %}
    case
        when max(shared_names.event_name) is not null
            then {{ ratebook.collect_texts('window_spans.product_uid') }}
    end as product_uids,
    case
        when max(event_priced.product_uid) is not null
            then {{ ratebook.collect_texts('event_priced.product_uid') }}
    end as event_priced_product_uids
from window_spans
left join shared_names
    on
        window_spans.rating_set = shared_names.rating_set
        and window_spans.event_name = shared_names.event_name
left join event_priced
    on
        window_spans.rating_set = event_priced.rating_set
        and window_spans.customer_id = event_priced.customer_id
        and window_spans.product_uid = event_priced.product_uid
{%- if ratebook.has_feature('matrix_prices') %}
left join cell_sets
    on
        window_spans.rating_set = cell_sets.rating_set
        and window_spans.customer_id = cell_sets.customer_id
        and window_spans.product_uid = cell_sets.product_uid
{%- endif %}
{%- if ratebook.has_feature('marketplaces') %}
left join dimensions
    on
        window_spans.rating_set = dimensions.rating_set
        and window_spans.contract_id = dimensions.contract_id
        and window_spans.product_uid = dimensions.product_uid
{%- endif %}
group by 1, 2, 3, 4, 5, 6, 7

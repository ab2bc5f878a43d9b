-- The products that usage can be matched with. An event name is contested where one event may feed
-- several products or several lineages of one: only there must the rows of an event be looked at
-- together.
with products as (
    select * from {{ ref('ratebook', 'int_products') }}
    where product_type = 'EVENT' and event_name is not null
),

spans as (
    select
        rating_set,
        product_uid,
        effective_at,
        max(ineffective_at) over (
            partition by rating_set, customer_id, product_uid
            order by effective_at, ineffective_at, lineage_id
            rows between unbounded preceding and 1 preceding
        ) as latest_end_before
    from {{ ref('ratebook', 'int_price_spans') }}
    where product_type = 'EVENT'
),

overlapping as (
    select distinct
        rating_set,
        product_uid
    from spans
    where effective_at < latest_end_before
),

flagged as (
    select
        products.*,
        count(*) over (partition by products.rating_set, products.event_name) > 1 as is_name_shared,
        overlapping.product_uid is not null as is_overlapping
    from products
    left join overlapping
        on
            products.rating_set = overlapping.rating_set
            and products.product_uid = overlapping.product_uid
)

select
    rating_set,
    product_uid,
    event_name,
    aggregation,
    agg_property,
    agg_key_path,
    agg_path,
    filters,
    is_name_shared or max(case when is_overlapping then 1 else 0 end) over (
        partition by rating_set, event_name
    ) = 1 as is_contested
from flagged

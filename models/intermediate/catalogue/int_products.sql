with products as (
    select * from {{ ref('ratebook', 'stg_products') }}
),

filters as (
    select * from {{ ref('ratebook', 'int_product_filters') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'products'
),

resolved as (
    select
        rows_in_force.rating_set,
        products.id as product_uid,
        products.version,
        products.name as product_name,
        products.ptype as product_type,
        products.event_name,
        products.agg_property,
        products.unit_name,
        products.archived_at,
        coalesce(
            products.aggregation,
            case when products.agg_property is null then 'COUNT' else 'SUM' end
        ) as aggregation
    from products
    inner join rows_in_force
        on products.row_id = rows_in_force.row_id
)

select
    resolved.*,
    filters.filter_key_path,
    filters.filter_path,
    filters.filter_included,
    filters.filter_excluded,
    filters.filter_is_optional,
    filters.more_filters,
    filters.filters,
    {{ ratebook.json_key_path('resolved.agg_property') }} as agg_key_path,
    {{ ratebook.json_path('resolved.agg_property') }} as agg_path,
    case
        when resolved.product_type is null or resolved.product_type not in ('FIXED', 'EVENT')
            then 'UNKNOWN_PRODUCT_TYPE'
        when resolved.product_type = 'FIXED' then null
        when resolved.event_name is null then 'NO_EVENT_NAME'
        when
            resolved.aggregation not in (
                'COUNT', 'SUM', 'WEIGHTED_SUM', 'MAX', 'UNIQUE_COUNT', 'LATEST'
            )
            or (resolved.aggregation != 'COUNT' and resolved.agg_property is null)
            then 'UNKNOWN_AGGREGATION'
    end as defect
from resolved
left join filters
    on
        resolved.rating_set = filters.rating_set
        and resolved.product_uid = filters.product_uid

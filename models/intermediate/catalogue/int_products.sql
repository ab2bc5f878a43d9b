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
        rows_in_force.is_unreadable,
        coalesce(
            products.aggregation,
            case when products.agg_property is null then 'COUNT' else 'SUM' end
        ) as aggregation
    from products
    inner join rows_in_force
        on products.row_id = rows_in_force.row_id
),

judged as (
    select
        *,
        aggregation not in ('COUNT', 'SUM', 'WEIGHTED_SUM', 'MAX', 'UNIQUE_COUNT', 'LATEST')
        or (aggregation != 'COUNT' and agg_property is null) as has_unknown_aggregation
    from resolved
)

select
    judged.rating_set,
    judged.product_uid,
    judged.version,
    judged.product_name,
    judged.product_type,
    judged.event_name,
    judged.agg_property,
    judged.unit_name,
    judged.archived_at,
    judged.aggregation,
    filters.filter_key_path,
    filters.filter_path,
    filters.filter_included,
    filters.filter_excluded,
    filters.filter_is_optional,
    filters.more_filters,
    filters.filters,
    -- Whether the row cannot be read, or a filter on usage.
    judged.is_unreadable
    or (
        coalesce(judged.product_type = 'EVENT', false) and coalesce(filters.is_unreadable, false)
    ) as is_unreadable,
    {{ ratebook.json_key_path('judged.agg_property') }} as agg_key_path,
    {{ ratebook.json_path('judged.agg_property') }} as agg_path,
    judged.has_unknown_aggregation,
    case
        when coalesce(judged.product_type, '') not in ('FIXED', 'EVENT')
            then 'UNKNOWN_PRODUCT_TYPE'
        when judged.product_type = 'FIXED' then null
        when judged.event_name is null then 'NO_EVENT_NAME'
        when judged.has_unknown_aggregation then 'UNKNOWN_AGGREGATION'
    end as defect
from judged
left join filters
    on
        judged.rating_set = filters.rating_set
        and judged.product_uid = filters.product_uid

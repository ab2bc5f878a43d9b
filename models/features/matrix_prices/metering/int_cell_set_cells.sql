{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The cells of the prices of a set, with the values that they name.
with matrices as (
    select distinct
        cell_sets.rating_set,
        cell_sets.cell_set_number,
        prices.matrix_id,
        prices.price_group_input as input,
        prices.price_group_price_uid as price_uid
    from {{ ref('ratebook', 'int_cell_sets') }} as cell_sets
    inner join {{ ref('ratebook', 'int_prices') }} as owners
        on
            cell_sets.rating_set = owners.rating_set
            and cell_sets.customer_id = owners.customer_id
            and cell_sets.product_uid = owners.product_uid
    inner join {{ ref('ratebook', 'int_prices') }} as prices
        on
            owners.rating_set = prices.rating_set
            and owners.contract_id = prices.contract_id
            and owners.product_uid = prices.product_uid
            and prices.is_billable
            and prices.has_matrix
)

select
    matrices.rating_set,
    matrices.cell_set_number,
    matrices.matrix_id,
    shapes.cell_id,
    shapes.named_count,
    shapes.named_dimensions,
    dimensions.property,
    dimensions.key_path,
    dimensions.property_path,
    cell_values.cell_value,
    dense_rank() over (
        partition by matrices.rating_set, matrices.cell_set_number
        order by dimensions.property
    ) as property_number
from matrices
inner join {{ ref('ratebook', 'int_matrix_cell_shapes') }} as shapes
    on
        matrices.rating_set = shapes.rating_set
        and matrices.input = shapes.input
        and matrices.price_uid = shapes.price_uid
inner join {{ ref('ratebook', 'int_matrix_cell_values') }} as cell_values
    on
        shapes.rating_set = cell_values.rating_set
        and shapes.row_id = cell_values.row_id
inner join {{ ref('ratebook', 'int_matrix_dimensions') }} as dimensions
    on
        cell_values.rating_set = dimensions.rating_set
        and cell_values.input = dimensions.input
        and cell_values.price_uid = dimensions.price_uid
        and cell_values.dimension_number = dimensions.dimension_number

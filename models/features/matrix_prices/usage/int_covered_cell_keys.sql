{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The combinations of values for which the spans of a window have a cell.
with coverages as (
    select distinct
        window_cells.coverage_number,
        window_cells.cell_set_number,
        matrix_spans.matrix_id
    from {{ ref('ratebook', 'int_metering_window_cells') }} as window_cells
    inner join {{ ref('ratebook', 'int_metering_window_spans') }} as window_spans
        on
            window_cells.rating_set = window_spans.rating_set
            and window_cells.metering_window_number = window_spans.metering_window_number
            and window_cells.product_uid = window_spans.product_uid
    inner join {{ ref('ratebook', 'int_matrix_spans') }} as matrix_spans
        on
            window_spans.rating_set = matrix_spans.rating_set
            and window_spans.span_id = matrix_spans.span_id
    where window_cells.coverage_number is not null
)

select distinct
    coverages.coverage_number,
    cell_keys.cell_key
from coverages
inner join {{ ref('ratebook', 'int_cell_set_keys') }} as cell_keys
    on
        coverages.cell_set_number = cell_keys.cell_set_number
        and coverages.matrix_id = cell_keys.matrix_id

{{ config(materialized='view') }}
{%- set has_cells = ratebook.usage_in_use().cells %}

-- The totals of usage on each span that rates them, and at a matrix price in the cell of the span:
-- is_without_cell if only another span has a cell for them.
select
    window_spans.span_id,
    {%- for column in [
        'rating_set', 'part', 'metering_window_number', 'product_uid', 'counted_value', 'cell_key',
        'metered_from', 'metered_date', 'last_received_at', 'event_count',
        'quantity', 'highest_quantity', 'latest', 'transaction_id', 'metered_at', 'received_at',
        'event_quantity',
    ] %}
    totals.{{ column }},
    {%- endfor %}
    {%- if has_cells %}
    cell_keys.cell_id,
    matrix_spans.matrix_id is not null and cell_keys.cell_id is null as is_without_cell
    {%- else %}
    cast(null as varchar) as cell_id,
    false as is_without_cell
    {%- endif %}
from {{ ref('ratebook', 'int_usage_in_windows') }} as totals
inner join {{ ref('ratebook', 'int_metering_window_spans') }} as window_spans
    on
        totals.rating_set = window_spans.rating_set
        and totals.metering_window_number = window_spans.metering_window_number
        and totals.product_uid = window_spans.product_uid
{%- if has_cells %}
left join {{ ref('ratebook', 'int_matrix_spans') }} as matrix_spans
    on
        totals.rating_set = matrix_spans.rating_set
        and case when totals.cell_key is not null then window_spans.span_id end
        = matrix_spans.span_id
left join {{ ref('ratebook', 'int_cell_set_keys') }} as cell_keys
    on
        matrix_spans.cell_set_number = cell_keys.cell_set_number
        and matrix_spans.matrix_id = cell_keys.matrix_id
        and totals.cell_key = cell_keys.cell_key
{%- endif %}
where totals.is_rated

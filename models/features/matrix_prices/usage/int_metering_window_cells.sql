{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The windows in which usage is put into cells. An event is rated if the matrix of one of the spans
-- that rate the window has a cell for it: these have one coverage_number. Without it, a span
-- without a matrix rates all.
with windows as (
    select
        window_spans.rating_set,
        window_spans.metering_window_number,
        window_spans.product_uid,
        cell_sets.cell_set_number,
        case
            when count(*) = count(matrix_spans.matrix_id)
                then {{ ratebook.joined_texts('matrix_spans.matrix_id') }}
        end as covering_matrix_ids
    from {{ ref('ratebook', 'int_metering_window_spans') }} as window_spans
    inner join {{ ref('ratebook', 'int_cell_sets') }} as cell_sets
        on
            window_spans.rating_set = cell_sets.rating_set
            and window_spans.customer_id = cell_sets.customer_id
            and window_spans.product_uid = cell_sets.product_uid
    left join {{ ref('ratebook', 'int_matrix_spans') }} as matrix_spans
        on
            window_spans.rating_set = matrix_spans.rating_set
            and window_spans.span_id = matrix_spans.span_id
    group by 1, 2, 3, 4
)

select
    rating_set,
    metering_window_number,
    product_uid,
    cell_set_number,
    case
        when covering_matrix_ids is not null
            then
                dense_rank() over (
                    order by cell_set_number asc, covering_matrix_ids asc nulls last
                )
    end as coverage_number
from windows

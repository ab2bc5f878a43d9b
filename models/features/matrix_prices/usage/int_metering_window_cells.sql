{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The windows in which usage is put into cells. An event is rated if the matrix of one of the spans
-- that rate the window has a cell for it; without coverage_id, a span without a matrix rates all.
select
    window_spans.rating_set,
    window_spans.metering_window_number,
    window_spans.product_uid,
    sets.cell_set_id,
    case
        when count(*) = count(matrix_spans.matrix_id)
            then {{ ratebook.surrogate_key(
                [], [ratebook.joined_texts('matrix_spans.matrix_id')]
            ) }}
    end as coverage_id
from {{ ref('ratebook', 'int_metering_window_spans') }} as window_spans
inner join {{ ref('ratebook', 'int_cell_sets') }} as sets
    on
        window_spans.rating_set = sets.rating_set
        and window_spans.customer_id = sets.customer_id
        and window_spans.product_uid = sets.product_uid
left join {{ ref('ratebook', 'int_matrix_spans') }} as matrix_spans
    on
        window_spans.rating_set = matrix_spans.rating_set
        and window_spans.span_id = matrix_spans.span_id
group by 1, 2, 3, 4

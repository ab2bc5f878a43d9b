-- The price rows with tiers, dimensions or cells, which stand in tables of their own.
with parts as (
    select
        rating_set,
        input,
        price_uid,
        is_unreadable,
        0 as matrix_count,
        unknown_cell as matrix_defect
    from {{ ref('ratebook', 'int_price_tiers') }}
    {%- if ratebook.has_feature('matrix_prices') %}
    union all
    select
        rating_set,
        input,
        price_uid,
        is_unreadable,
        1 as matrix_count,
        defect as matrix_defect
    from {{ ref('ratebook', 'int_matrices') }}
    {%- endif %}
)

select
    rating_set,
    input,
    price_uid,
    max(case when is_unreadable then 1 else 0 end) = 1 as is_unreadable,
    max(matrix_count) = 1 as has_matrix,
    min(matrix_defect) as matrix_defect
from parts
group by rating_set, input, price_uid

{%- set added = '(packages_to_end - packages_to_start)' -%}
-- PACKAGE: price x packages, each begun package whole. A span of usage owes the packages up to its
-- end minus those up to its start, so that a package that an amendment cuts is owed once.
with quantities as (
    select
        {%- for name in ['to_end', 'to_start'] %}
        {{ ratebook.packages('numerator_' ~ name, 'quantity_divisor', 'package_size') }}
            as packages_{{ name }},
        {%- endfor %}
        *
    from {{ ref('ratebook', 'int_rated_quantities') }}
    where charge_model = 'PACKAGE'
)

select
    rating_set,
    rated_id,
    amount_divisor,
    {{ ratebook.amount_whole('price', added, 'amount_divisor') }} as amount_whole,
    {{ ratebook.amount_rest('price', added, 'amount_divisor') }} as amount_rest
from quantities

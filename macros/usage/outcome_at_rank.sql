{% macro outcome_at_rank(rank) -%}
    case {{ rank }}
            {%- for name in ratebook.product_outcomes() %}
            when {{ loop.index }} then '{{ name }}'
            {%- endfor %}
        end
{%- endmacro %}

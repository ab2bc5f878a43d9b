{% macro rows_as_text(relation, columns) -%}
    {{ adapter.dispatch('rows_as_text', 'ratebook')(relation, columns) }}
{%- endmacro %}

{% macro duckdb__rows_as_text(relation, columns) -%}
    (
        select {% for column in columns %}nullif(cast({{ column }} as varchar), '') as {{ column }}{{ ", " if not loop.last }}{% endfor %}
        from (
            select {% for column in columns %}cast(null as varchar) as {{ column }}{{ ", " if not loop.last }}{% endfor %}
            where false
            {%- if relation is not none %}
            union all by name
            select * from {{ relation }}
            {%- endif %}
        )
    )
{%- endmacro %}

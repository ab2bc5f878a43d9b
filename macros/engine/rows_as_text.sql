{% macro rows_as_text(relation, columns, nested=[]) -%}
    {{ adapter.dispatch('rows_as_text', 'ratebook')(relation, columns, nested) }}
{%- endmacro %}

{% macro duckdb__rows_as_text(relation, columns, nested) -%}
    {#- A column of lists, structs or maps becomes JSON, which a cast alone would not give. -#}
    (
        select {% for column in columns %}nullif(cast({{ column }} as varchar), '') as {{ column }}{{ ", " if not loop.last }}{% endfor %}
        from (
            select {% for column in columns %}cast(null as varchar) as {{ column }}{{ ", " if not loop.last }}{% endfor %}
            where false
            {%- if relation is not none %}
            union all by name
            select *{% if nested %} replace ({% for column in nested %}to_json({{ column }}) as {{ column }}{{ ", " if not loop.last }}{% endfor %}){% endif %} from {{ relation }}
            {%- endif %}
        )
    )
{%- endmacro %}

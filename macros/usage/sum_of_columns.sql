{% macro sum_of_columns(prefix, numbers) -%}
    {%- for number in numbers -%}
        {{ prefix }}{{ number }}{{ " + " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

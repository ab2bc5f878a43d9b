{% macro first_lines(file, count) -%}
    {{ adapter.dispatch('first_lines', 'ratebook')(file, count) }}
{%- endmacro %}

{% macro duckdb__first_lines(file, count) -%}
    {#- The first lines of a text file as they are. A small buffer, because no more than these is read. -#}
    (select line from {{ ratebook.text_lines(file, 1000000, 'ignore_errors = true') }} limit {{ count }})
{%- endmacro %}

{% macro unparsable_columns(cells) -%}
    {{ adapter.dispatch('unparsable_columns', 'ratebook')(cells) }}
{%- endmacro %}

{% macro duckdb__unparsable_columns(cells) -%}
    {#- The names of the columns of a row that cannot be read, in order, joined by commas. -#}
    array_to_string(regexp_extract_all({{ cells }}, '; (\w+) is ', 1), ', ')
{%- endmacro %}

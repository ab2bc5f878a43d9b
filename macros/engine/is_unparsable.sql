{% macro is_unparsable(columns, cells='unparsable_cells') -%}
    {{ adapter.dispatch('is_unparsable', 'ratebook')(columns, cells) }}
{%- endmacro %}

{% macro duckdb__is_unparsable(columns, cells) -%}
    {#- Whether one of these columns of a row cannot be read. Values in unparsable_cells have no semicolon. -#}
    {%- if columns -%}
        coalesce(regexp_matches({{ cells }}, '; ({{ columns | join('|') }}) is '), false)
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

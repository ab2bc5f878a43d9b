{% macro series(first, last) -%}
    {{ adapter.dispatch('series', 'ratebook')(first, last) }}
{%- endmacro %}

{% macro duckdb__series(first, last) -%}
    {#- The integers from first to last, one per row; no row if last is below first. -#}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}

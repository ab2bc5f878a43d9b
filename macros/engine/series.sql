{% macro series(first, last) -%}
    {{ adapter.dispatch('series', 'ratebook')(first, last) }}
{%- endmacro %}

{% macro duckdb__series(first, last) -%}
    {#- The whole numbers from first to last, one a row; none if last is below first. -#}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}

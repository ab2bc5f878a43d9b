{% macro json_path(property) -%}
    {{ adapter.dispatch('json_path', 'ratebook')(property) }}
{%- endmacro %}

{% macro duckdb__json_path(property) -%}
    {#- The path of a property with keys and list positions; null for a plain key. -#}
    case
        when regexp_full_match({{ property }}, '\$(\.[A-Za-z0-9_-]+|\."[^"]+"|\[\d+\])+') then {{ property }}
    end
{%- endmacro %}

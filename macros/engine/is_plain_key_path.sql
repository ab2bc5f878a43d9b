{% macro is_plain_key_path(key_path) -%}
    {{ adapter.dispatch('is_plain_key_path', 'ratebook')(key_path) }}
{%- endmacro %}

{% macro duckdb__is_plain_key_path(key_path) -%}
    {#- Whether the path of a key may be a constant: DuckDB refuses an empty key and a star even in quotes. -#}
    regexp_full_match({{ key_path }}, '\$\."[^"\\*]+"', 's')
{%- endmacro %}

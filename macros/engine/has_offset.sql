{% macro has_offset(text) -%}
    {{ adapter.dispatch('has_offset', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__has_offset(text) -%}
    regexp_matches({{ text }}, '^.{10}(Z|.{6,}(Z|[+-]\d\d(:?\d\d)?))$')
{%- endmacro %}

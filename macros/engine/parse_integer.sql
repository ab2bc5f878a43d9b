{% macro parse_integer(text) -%}
    {{ adapter.dispatch('parse_integer', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__parse_integer(text) -%}
    case when regexp_full_match({{ text }}, '-?\d{1,9}(\.0+)?') then cast({{ text }} as integer) end
{%- endmacro %}

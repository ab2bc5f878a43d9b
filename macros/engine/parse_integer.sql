{% macro parse_integer(text) -%}
    {{ adapter.dispatch('parse_integer', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__parse_integer(text) -%}
    {#- Six digits are enough for days, months and events, and no date leaves the calendar by them. -#}
    case when regexp_full_match({{ text }}, '-?\d{1,6}(\.0+)?') then cast({{ text }} as integer) end
{%- endmacro %}

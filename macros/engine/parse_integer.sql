{% macro parse_integer(text) -%}
    {{ adapter.dispatch('parse_integer', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__parse_integer(text) -%}
    {#- Six digits are enough for days, months and events, and no date leaves the calendar by them. -#}
    case when abs({{ ratebook.parse_version(text) }}) < 1000000 then cast({{ ratebook.parse_version(text) }} as integer) end
{%- endmacro %}

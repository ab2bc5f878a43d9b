{% macro parse_integer(text) -%}
    {{ adapter.dispatch('parse_integer', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__parse_integer(text) -%}
    {#- Six digits are enough for days, months and events, and no date leaves the calendar by them. -#}
    list_transform(
        [{{ ratebook.parse_version(text) }}],
        lambda whole : case when abs(whole) < 1000000 then cast(whole as integer) end
    )[1]
{%- endmacro %}

{% macro event_instant(column, types) -%}
    {{ adapter.dispatch('event_instant', 'ratebook')(column, types.get(column)) }}
{%- endmacro %}

{% macro duckdb__event_instant(column, type) -%}
    {#- A column of usage events as a UTC timestamp: parsed from text, or unchanged if it is a timestamp. -#}
    {%- if type is none -%}
        cast(null as timestamp)
    {%- elif type == 'timestamp with time zone' -%}
        timezone('UTC', {{ column }})
    {%- elif type.startswith('timestamp') or type == 'date' -%}
        cast({{ column }} as timestamp)
    {%- else -%}
        {{ ratebook.parse_timestamp('cast(' ~ column ~ ' as varchar)') }}
    {%- endif -%}
{%- endmacro %}

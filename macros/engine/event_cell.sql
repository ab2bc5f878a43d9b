{% macro event_cell(column, type) -%}
    {{ adapter.dispatch('event_cell', 'ratebook')(column, type) }}
{%- endmacro %}

{% macro duckdb__event_cell(column, type) -%}
    {#- A column of usage events as text, or as a UTC timestamp if it is one; type is none where it is missing. -#}
    {%- if type is none -%}
        cast(null as varchar)
    {%- elif type == 'timestamp with time zone' -%}
        timezone('UTC', {{ column }})
    {%- elif type.startswith('timestamp') or type == 'date' -%}
        cast({{ column }} as timestamp)
    {%- elif type.startswith('struct') or type.startswith('map') -%}
        cast(to_json({{ column }}) as varchar)
    {%- else -%}
        cast({{ column }} as varchar)
    {%- endif -%}
{%- endmacro %}

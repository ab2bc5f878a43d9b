{% macro event_text(column, types) -%}
    {{ adapter.dispatch('event_text', 'ratebook')(column, types.get(column)) }}
{%- endmacro %}

{% macro duckdb__event_text(column, type) -%}
    {#- A column of usage events as text, null if the source lacks it; nested values become JSON. -#}
    {%- if type is none -%}
        cast(null as varchar)
    {%- elif type.startswith('struct') or type.startswith('map') -%}
        cast(to_json({{ column }}) as varchar)
    {%- else -%}
        nullif(cast({{ column }} as varchar), '')
    {%- endif -%}
{%- endmacro %}

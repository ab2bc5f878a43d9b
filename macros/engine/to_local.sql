{% macro to_local(instant, zone) -%}
    {{ adapter.dispatch('to_local', 'ratebook')(instant, zone) }}
{%- endmacro %}

{% macro duckdb__to_local(instant, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ instant }}))
{%- endmacro %}

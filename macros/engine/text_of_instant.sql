{% macro text_of_instant(instant) -%}
    {{ adapter.dispatch('text_of_instant', 'ratebook')(instant) }}
{%- endmacro %}

{% macro duckdb__text_of_instant(instant) -%}
    strftime({{ instant }}, '%Y-%m-%dT%H:%M:%S.%fZ')
{%- endmacro %}

{% macro microseconds(instant) -%}
    {{ adapter.dispatch('microseconds', 'ratebook')(instant) }}
{%- endmacro %}

{% macro duckdb__microseconds(instant) -%}
    epoch_us({{ instant }})
{%- endmacro %}

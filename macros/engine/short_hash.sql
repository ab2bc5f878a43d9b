{% macro short_hash(text) -%}
    {{ adapter.dispatch('short_hash', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__short_hash(text) -%}
    {#- Eight bytes to group by where two texts with one hash do no harm. -#}
    hash({{ text }})
{%- endmacro %}

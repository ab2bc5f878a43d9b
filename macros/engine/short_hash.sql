{% macro short_hash(text, other_text) -%}
    {{ adapter.dispatch('short_hash', 'ratebook')(text, other_text) }}
{%- endmacro %}

{% macro duckdb__short_hash(text, other_text) -%}
    {#- Eight bytes to group by, for cases in which a hash collision does no harm. -#}
    hash({{ text }}, {{ other_text }})
{%- endmacro %}

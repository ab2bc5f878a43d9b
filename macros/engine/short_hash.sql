{% macro short_hash(text, other_text) -%}
    {{ adapter.dispatch('short_hash', 'ratebook')(text, other_text) }}
{%- endmacro %}

{% macro duckdb__short_hash(text, other_text) -%}
    {#- Eight bytes to group by where two pairs of texts with one hash do no harm. -#}
    hash({{ text }}, {{ other_text }})
{%- endmacro %}

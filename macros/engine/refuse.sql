{% macro refuse(condition, message, value) -%}
    {{ adapter.dispatch('refuse', 'ratebook')(condition, message, value) }}
{%- endmacro %}

{% macro duckdb__refuse(condition, message, value) -%}
    {#- The value, unless the condition holds: then the query fails with the message. -#}
    case when {{ condition }} then error({{ ratebook.text_literal(message) }}) else {{ value }} end
{%- endmacro %}

{% macro written_date(text) -%}
    {#- The date of a validated time cell as it is written, in whatever zone. -#}
    cast(substr({{ text }}, 1, 10) as date)
{%- endmacro %}

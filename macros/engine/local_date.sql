{% macro local_date(instant, zone) -%}
    cast({{ ratebook.to_local(instant, zone) }} as date)
{%- endmacro %}

{% macro cell_value(input, column) -%}
    {#- A cell of an input, read safely: null if it is empty or cannot be read. -#}
    {%- set type = ratebook.input_columns(input)[column] -%}
    {%- if type == 'text' -%}
        {{ column }}
    {%- elif type == 'currency' -%}
        upper({{ column }})
    {%- elif type == 'time' -%}
        case when {{ ratebook.parse_timestamp(column) }} is not null then {{ column }} end
    {%- elif type == 'instant' -%}
        {{ ratebook.parse_timestamp(column) }}
    {%- elif type == 'integer' -%}
        {{ ratebook.parse_integer(column) }}
    {%- elif type == 'version' -%}
        {{ ratebook.parse_version(column) }}
    {%- elif type == 'decimal' -%}
        {{ ratebook.parse_decimal(column) }}
    {%- elif type == 'boolean' -%}
        {{ ratebook.parse_boolean(column) }}
    {%- elif type == 'renewal_pricing' -%}
        case when {{ column }} in ('SAME', 'LIST') then {{ column }} end
    {%- elif type == 'json_list' -%}
        case when {{ ratebook.is_json_list(column) }} then {{ column }} end
    {%- endif -%}
{%- endmacro %}

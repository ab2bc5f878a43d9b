{% macro cell_value(input, column) -%}
    {#- A cell of a row of input_rows: null if it is empty or cannot be read. -#}
    {%- set columns = ratebook.input_columns(input) -%}
    {%- set type = columns[column] -%}
    {%- set parser = ratebook.cell_parsers().get(type) -%}
    {%- if parser and ratebook.is_absent(input) -%}
        cast(null as {{ 'varchar' if type == 'time' else parser[1] }})
    {%- elif parser -%}
        {%- set place = ratebook.columns_of_type(columns, type).index(column) + 1 -%}
        {%- set value = ratebook.parsed_cell('parsed_' ~ type, place) -%}
        {{ 'case when ' ~ value ~ ' is not null then ' ~ column ~ ' end' if type == 'time' else value }}
    {%- elif type == 'currency' -%}
        upper({{ column }})
    {%- elif type == 'renewal_pricing' -%}
        case when {{ column }} in ('SAME', 'LIST') then {{ column }} end
    {%- elif type == 'json_list' -%}
        case when {{ ratebook.is_json_list(column) }} then {{ column }} end
    {%- else -%}
        {{ column }}
    {%- endif -%}
{%- endmacro %}

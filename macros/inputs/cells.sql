{% macro cells(input) %}
    {#- By column of an input, the value of its cell in a row of input_rows: null if it is empty or cannot be read. -#}
    {%- set columns = ratebook.input_columns(input) -%}
    {%- set parsers = ratebook.cell_parsers() -%}
    {%- set words = {
        'renewal_pricing': ['SAME', 'LIST'], 'payment_terms_kind': ['NET', 'END_OF_MONTH'],
        'invoice_grouping': ['INVOICE', 'CONTRACT', 'CUSTOMER'],
    } -%}
    {%- set is_absent = ratebook.is_absent(input) -%}
    {%- set places = {} -%}
    {%- set values = {} -%}
    {%- for column, type in columns.items() -%}
        {%- if type in parsers -%}
            {%- set place = places.get(type, 0) + 1 -%}
            {%- do places.update({type: place}) -%}
            {%- if is_absent -%}
                {%- set value = 'cast(null as ' ~ ('varchar' if type == 'time' else parsers[type][1]) ~ ')' -%}
            {%- else -%}
                {%- set parsed = ratebook.parsed_cell('parsed_' ~ type, place) -%}
                {%- set value = 'case when ' ~ parsed ~ ' is not null then ' ~ column ~ ' end' if type == 'time' else parsed -%}
            {%- endif -%}
        {%- elif type == 'currency' -%}
            {%- set value = 'upper(' ~ column ~ ')' -%}
        {%- elif type in words -%}
            {%- set value = 'case when ' ~ column ~ ' in ' ~ ratebook.text_list(words[type]) ~ ' then ' ~ column ~ ' end' -%}
        {%- elif type == 'json_list' -%}
            {%- set value = 'case when ' ~ ratebook.is_json_list(column) ~ ' then ' ~ column ~ ' end' -%}
        {%- else -%}
            {%- set value = column -%}
        {%- endif -%}
        {%- do values.update({column: value}) -%}
    {%- endfor -%}
    {{ return(values) }}
{% endmacro %}

{% macro ledger_row_hash() -%}
    {#- A hash of all values of a row of the ledger: texts first, then the others, each in the order of ledger_columns. -#}
    {%- set parts, plain_parts = [], [] -%}
    {%- for column, type in ratebook.ledger_columns().items() -%}
        {%- if type == 'varchar' -%}
            {%- do parts.append(column) -%}
        {%- elif type == 'date' -%}
            {%- do plain_parts.append(ratebook.text_of_date(column)) -%}
        {%- elif type == 'timestamp' -%}
            {%- do plain_parts.append(ratebook.text_of_instant(column)) -%}
        {%- elif type.startswith('decimal') -%}
            {%- do plain_parts.append(ratebook.text_of_decimal(column)) -%}
        {%- else -%}
            {%- do plain_parts.append('cast(' ~ column ~ ' as varchar)') -%}
        {%- endif -%}
    {%- endfor -%}
    {{ ratebook.surrogate_key(parts, plain_parts) }}
{%- endmacro %}

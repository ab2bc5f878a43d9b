{% macro ledger_row_hash(columns) -%}
    {#-
        A hash of the values of a row in some columns of the ledger, in their order: those of ledger_hash_columns, or
        those of an earlier close. How values are written is format 1. A change of it is another format: the rows of
        earlier closes have the hash of theirs.
    -#}
    {%- set types = ratebook.ledger_columns() -%}
    {%- set parts, plain_parts = [], [] -%}
    {%- for column in columns -%}
        {%- set type = types[column] -%}
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

{% macro ledger_columns_found() %}
    {#- The columns that the ledger has, as this run has found it: an earlier version of ratebook froze fewer. -#}
    {%- set found = [] -%}
    {%- set table = ratebook.ledger_table() -%}
    {%- if execute and adapter.get_relation(table.database, table.schema, table.identifier) is not none -%}
        {%- for column in adapter.get_columns_in_relation(table) -%}
            {%- do found.append(column.name) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

{% macro ledger_closes() %}
    {#- The closes in the ledger as it stands now: the hash of each, by its number. -#}
    {%- set table, closes = ratebook.ledger_table(), {} -%}
    {%- if execute and adapter.get_relation(table.database, table.schema, table.identifier) is not none -%}
        {%- for row in run_query(
            'select close_number, max(close_hash) from ' ~ table ~ ' group by close_number order by close_number'
        ).rows -%}
            {%- do closes.update({row[0] | int: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(closes) }}
{% endmacro %}

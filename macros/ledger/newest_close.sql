{% macro newest_close() %}
    {#- The number and the as-of time of the newest close, as this run has found the ledger; 0 if there is none. -#}
    {%- set table = ratebook.ledger_table() -%}
    {%- if execute and adapter.get_relation(table.database, table.schema, table.identifier) is not none -%}
        {%- set row = run_query(
            'select coalesce(max(close_number), 0), max(closed_at) from ' ~ table
        ).rows[0] -%}
        {{ return({'number': row[0], 'closed_at': row[1]}) }}
    {%- endif -%}
    {{ return({'number': 0, 'closed_at': none}) }}
{% endmacro %}

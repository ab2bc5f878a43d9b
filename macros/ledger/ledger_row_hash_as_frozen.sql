{% macro ledger_row_hash_as_frozen(ledger) -%}
    {#-
        The hash of a row of the ledger as it is now, over the columns of its own close: columns that were added later are
        empty. Null if they are not, or if this version of ratebook does not know a column, or the format. `ledger` is
        the ledger's table, or a query of its rows in brackets.
    -#}
    {%- set known = ratebook.ledger_columns() -%}
    case
        when false then cast(null as varchar)
        {%- if execute and (ledger is string or 'hash_columns' in ratebook.ledger_columns_found()) %}
        {%- for row in run_query(
            'select distinct hash_columns from ' ~ ledger ~ ' as frozen where hash_format = 1 order by 1'
        ).rows %}
        {%- set columns = (row[0] or '').split(',') %}
        {%- if columns | reject('in', known) | list | length == 0 %}
        when
            hash_format = 1
            and hash_columns = {{ ratebook.text_literal(row[0]) }}
            {%- for column in known if column not in columns %}
            and {{ column }} is null
            {%- endfor %}
            then {{ ratebook.ledger_row_hash(columns) }}
        {%- endif %}
        {%- endfor %}
        {%- endif %}
    end
{%- endmacro %}

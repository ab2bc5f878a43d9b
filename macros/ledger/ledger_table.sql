{% macro ledger_table() -%}
    {#- The table of frozen rows. It is state: no run can compute it again. -#}
    {{- return(api.Relation.create(
        database=target.database, schema='ratebook_state', identifier='invoice_ledger'
    )) -}}
{%- endmacro %}

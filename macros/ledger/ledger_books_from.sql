{% macro ledger_books_from() -%}
    {#- The date from which the ledger has the invoices: those of periods that end by then are elsewhere. -#}
    {%- set books_from = var('ratebook_books_from', '') | string -%}
    {%- if books_from in ('', 'beginning', 'None') -%}
        cast('0001-01-01' as date)
    {%- else -%}
        cast({{ ratebook.text_literal(books_from) }} as date)
    {%- endif -%}
{%- endmacro %}

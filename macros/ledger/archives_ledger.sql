{% macro archives_ledger() %}
    {#- Whether this run reads or writes the ledger, on an engine that can keep it as files. -#}
    {%- set of_ledger = ['model.ratebook.int_ledger_before', 'model.ratebook.invoice_ledger'] -%}
    {{ return(
        execute and ratebook.has_feature('ledger') and ratebook.can_write_files()
        and (selected_resources or []) | select('in', of_ledger) | list != []
    ) }}
{% endmacro %}

{% macro ledger_hash_columns() %}
    {#- The columns that a close hashes now, in the order of the hash: texts first, then the others. -#}
    {%- set texts, others = [], [] -%}
    {%- for column, type in ratebook.ledger_columns().items() -%}
        {%- do (texts if type == 'varchar' else others).append(column) -%}
    {%- endfor -%}
    {{ return(texts + others) }}
{% endmacro %}

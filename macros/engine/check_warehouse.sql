{% macro check_warehouse() -%}
    {{ adapter.dispatch('check_warehouse', 'ratebook')() }}
{%- endmacro %}

{% macro duckdb__check_warehouse() -%}
    {#- In a file named as a schema, DuckDB cannot tell `ratebook.invoices` of the schema from that of the file. -#}
    {%- if target.database | lower in [
        'ratebook', 'ratebook_staging', 'ratebook_intermediate', 'ratebook_inputs',
        var('ratebook_input_schema', '') | string | lower,
    ] -%}
        {{- ratebook.stop_with(
            "the DuckDB file is named " ~ target.database ~ ", as a schema in it is; set RATEBOOK_DUCKDB_PATH to another name, "
            ~ "for example warehouse.duckdb"
        ) -}}
    {%- endif -%}
{%- endmacro %}

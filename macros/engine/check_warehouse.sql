{% macro check_warehouse() -%}
    {{ adapter.dispatch('check_warehouse', 'ratebook')() }}
{%- endmacro %}

{% macro duckdb__check_warehouse() -%}
    {#- If file and schema have the same name, `ratebook.invoices` is ambiguous for DuckDB. -#}
    {%- if target.database | lower in [
        'ratebook', 'ratebook_staging', 'ratebook_intermediate', 'ratebook_inputs',
        var('ratebook_input_schema', '') | string | lower,
    ] -%}
        {{- ratebook.stop_with(
            "the DuckDB file is named " ~ target.database ~ ", like a schema in it; set RATEBOOK_DUCKDB_PATH to another file name, "
            ~ "for example warehouse.duckdb"
        ) -}}
    {%- endif -%}
{%- endmacro %}

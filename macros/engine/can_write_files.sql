{% macro can_write_files() -%}
    {{ return(adapter.dispatch('can_write_files', 'ratebook')()) }}
{%- endmacro %}

{% macro default__can_write_files() -%}
    {#- Whether the engine writes files, and reads them back, in one statement each. -#}
    {{ return(false) }}
{%- endmacro %}

{% macro duckdb__can_write_files() -%}
    {{ return(true) }}
{%- endmacro %}

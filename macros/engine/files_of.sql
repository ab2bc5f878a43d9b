{% macro files_of(path) -%}
    {{ return(adapter.dispatch('files_of', 'ratebook')(path)) }}
{%- endmacro %}

{% macro duckdb__files_of(path) -%}
    {#- The files that match a path or a glob, in order. -#}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(
        run_query('select file from glob(' ~ ratebook.text_literal(path) ~ ') order by file').columns[0].values() | list
    ) }}
{%- endmacro %}

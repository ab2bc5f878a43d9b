{% macro database_file() -%}
    {{ return(adapter.dispatch('database_file', 'ratebook')()) }}
{%- endmacro %}

{% macro duckdb__database_file() -%}
    {#- The file of the target's database; empty for one in memory. `ratebook build` renames the new file to another. -#}
    {%- set published = env_var('RATEBOOK_PUBLISHED_PATH', '') -%}
    {%- if published -%}
        {{ return(published) }}
    {%- endif -%}
    {%- set paths = run_query(
        'select path from duckdb_databases() where database_name = ' ~ ratebook.text_literal(target.database)
    ).columns[0].values() | list -%}
    {{ return(paths[0] or '' if paths else '') }}
{%- endmacro %}

{% macro files_found(path) -%}
    {{ adapter.dispatch('files_found', 'ratebook')(path) }}
{%- endmacro %}

{% macro duckdb__files_found(path) -%}
    {#- The files that match a path or a glob, with their size and the time of their last change. Their content is not read. -#}
    (
        select
            filename as file,
            cast(size as bigint) as size_bytes,
            cast(last_modified as timestamp) as modified_at
        from read_blob({{ ratebook.text_literal(path) }})
    )
{%- endmacro %}

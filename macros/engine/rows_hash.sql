{% macro rows_hash(relation) -%}
    {{ adapter.dispatch('rows_hash', 'ratebook')(relation) }}
{%- endmacro %}

{% macro duckdb__rows_hash(relation) -%}
    {#- One text that is another one as soon as a row is. -#}
    (
        select md5(coalesce(string_agg(row_text, chr(10) order by row_text), ''))
        from (select cast(rows_to_hash as varchar) as row_text from {{ relation }} as rows_to_hash)
    )
{%- endmacro %}

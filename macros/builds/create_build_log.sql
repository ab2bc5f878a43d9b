{% macro create_build_log() %}
    {#- Some engines accept one statement at a time: the schema is created here, the table is returned. -#}
    {%- if ratebook.records_build() -%}
        {%- do adapter.create_schema(api.Relation.create(database=target.database, schema='ratebook_state')) -%}
        create table if not exists {{ ratebook.build_log() }} (
            {%- for column, type in ratebook.build_log_columns().items() %}
            {{ column }} {{ type }}{{ "," if not loop.last }}
            {%- endfor %}
        )
    {%- endif -%}
{% endmacro %}

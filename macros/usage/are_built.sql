{% macro are_built(relations) %}
    {#-
        Whether a query can ask these relations when a model is run: those of a unit test have no schema, and those of a
        first `dbt compile` do not exist.
    -#}
    {%- for relation in relations -%}
        {%- if not execute or not relation.schema or load_relation(relation) is none -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}

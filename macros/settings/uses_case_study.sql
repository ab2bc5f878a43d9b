{% macro uses_case_study() %}
    {{ return(var('ratebook_input_schema', '') in ('', none)) }}
{% endmacro %}

{% macro list_columns(name) %}
    {#- The columns of the user's table of an input in which lists of values are lists of the warehouse, not JSON. -#}
    {%- set lists = ratebook.columns_of_type(ratebook.input_columns(name), 'json_list') -%}
    {%- set found = [] -%}
    {%- if execute and lists and name not in ratebook.absent_inputs() and not ratebook.uses_case_study()
        and ratebook.input_relation(name) is not none -%}
        {%- for column, type in ratebook.column_types(ratebook.input_relation(name)).items()
            if column in lists and type.endswith(']') -%}
            {%- do found.append(column) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

{% macro nested_columns(name) %}
    {#- The columns of the user's table of an input in which lists and objects are those of the warehouse, not JSON. -#}
    {%- set columns = ratebook.input_columns(name) -%}
    {%- set found = [] -%}
    {%- if execute and ('json_list' in columns.values() or 'json_object' in columns.values()) and name not in ratebook.absent_inputs()
        and not ratebook.uses_case_study() and ratebook.input_relation(name) is not none -%}
        {%- for column, type in ratebook.column_types(ratebook.input_relation(name)).items() -%}
            {%- if columns.get(column) == 'json_list' and type.endswith(']') -%}
                {%- do found.append(column) -%}
            {%- elif columns.get(column) == 'json_object' and (type.startswith('struct') or type.startswith('map')) -%}
                {%- do found.append(column) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

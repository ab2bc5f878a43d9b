{% macro active_inputs() %}
    {#- The inputs that this build reads: those of the core and of the enabled features. -#}
    {%- set active = [] -%}
    {%- for name in ratebook.input_columns() -%}
        {%- set feature = ratebook.feature_of_input(name) -%}
        {%- if feature is none or ratebook.has_feature(feature) -%}
            {%- do active.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(active) }}
{% endmacro %}

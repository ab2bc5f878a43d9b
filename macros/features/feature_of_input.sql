{% macro feature_of_input(name) %}
    {#- The feature that an input belongs to; none if it belongs to the core. -#}
    {%- for feature, inputs in ratebook.features().items() if name in inputs -%}
        {{ return(feature) }}
    {%- endfor -%}
    {{ return(none) }}
{% endmacro %}

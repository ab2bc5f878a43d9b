{% macro active_inputs() %}
    {#- The inputs that this build reads: those of the core and of the enabled features. -#}
    {%- set enabled = var('ratebook_features') or [] -%}
    {%- set unread = [] -%}
    {%- for feature, inputs in ratebook.features().items() if feature not in enabled -%}
        {%- do unread.extend(inputs) -%}
    {%- endfor -%}
    {{ return(ratebook.input_columns() | reject('in', unread) | list) }}
{% endmacro %}

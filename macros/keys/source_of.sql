{% macro source_of(sources, otherwise) -%}
    {#- The name of the first source that gives a value: sources is a list of (name, expression). -#}
    case
        {%- for name, expression in sources %}
            when {{ expression }} is not null then '{{ name }}'
        {%- endfor %}
            else '{{ otherwise }}'
        end
{%- endmacro %}

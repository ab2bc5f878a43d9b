{% macro has_property_beside(numbers) -%}
    {#- Whether a set of cells has a property with another number. -#}
    {%- set others = [] -%}
    {%- for number in ratebook.property_numbers() if number not in numbers -%}
        {%- do others.append('key_path_' ~ number ~ ' is not null') -%}
    {%- endfor -%}
    {{ others | join(' or ') or 'false' }}
{%- endmacro %}

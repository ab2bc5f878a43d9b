{% macro text_of_paths(paths) -%}
    {#- The paths that are read together with the name, as one text; null if there are none. -#}
    {{ ratebook.text_literal(paths | join(' ')) if paths else 'cast(null as varchar)' }}
{%- endmacro %}

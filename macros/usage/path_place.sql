{% macro path_place(paths, key_path) -%}
    {#- The place of a property among the paths that are read at once, null if it is read alone. -#}
    {%- if paths -%}
    case {{ key_path }}
        {%- for path in paths %}
        when {{ ratebook.text_literal(path) }} then {{ loop.index }}
        {%- endfor %}
    end
    {%- else -%}
    cast(null as integer)
    {%- endif -%}
{%- endmacro %}

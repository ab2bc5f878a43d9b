{% macro path_place(paths, key_path, path) -%}
    {#- The place of a property among the paths that are read at once, null if it is not one of them. -#}
    {%- if paths -%}
    case
        when {{ path }} is null
            then case {{ key_path }}
                {%- for one in paths %}
                when {{ ratebook.text_literal(one) }} then {{ loop.index }}
                {%- endfor %}
            end
    end
    {%- else -%}
    cast(null as integer)
    {%- endif -%}
{%- endmacro %}

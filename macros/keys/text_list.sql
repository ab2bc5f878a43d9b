{% macro text_list(values) -%}
    (
        {%- for value in values -%}
            {{ ", " if not loop.first }}{{ ratebook.text_literal(value) }}
        {%- endfor -%}
    )
{%- endmacro %}

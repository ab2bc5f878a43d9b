{% macro surrogate_key(parts) -%}
    {#-
        A hash of the delimited parts, which are text. The delimiter is escaped inside a part and null is
        unlike any text, so that two different keys never look the same before they are hashed.
    -#}
    md5(
        {%- for part in parts %}
        {{ "|| '|' || " if not loop.first -}}
        coalesce(replace(replace({{ part }}, '~', '~0'), '|', '~1'), '~2')
        {%- endfor %}
    )
{%- endmacro %}

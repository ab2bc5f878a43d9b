{% macro surrogate_key(parts, plain_parts=[]) -%}
    {#-
        A hash of the delimited parts, which are text. The delimiter is escaped inside a part and null is
        unlike any text, so that two different keys never look the same before they are hashed. Plain parts
        come last and are not escaped: dates, instants, hashes.
    -#}
    md5(concat(
        {%- for part in parts %}
        coalesce(replace(replace({{ part }}, '~', '~0'), '|', '~1'), '~2'){{ ", '|', " if not loop.last or plain_parts }}
        {%- endfor %}
        {%- for part in plain_parts %}
        coalesce({{ part }}, '~2'){{ ", '|', " if not loop.last }}
        {%- endfor %}
    ))
{%- endmacro %}

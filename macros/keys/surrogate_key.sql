{% macro surrogate_key(parts, plain_parts=[]) -%}
    {#-
        A hash of the delimited parts, which are text. The delimiter is escaped inside a part and null differs
        from every text, so that different keys always differ before hashing. Plain parts come last and are
        not escaped: dates, timestamps, hashes.
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

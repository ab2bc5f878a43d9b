{% macro unreadable_bounds(cells) -%}
    {#- Columns: whether the start, the end and `renews` of a price cannot be read, for its window. -#}
    {%- for name, column in {'start': 'started_at', 'end': 'ended_at', 'renews': 'renews'}.items() %}
    {{ ratebook.is_unparsable([column], cells) }} as has_unreadable_{{ name }},
    {%- endfor %}
{%- endmacro %}

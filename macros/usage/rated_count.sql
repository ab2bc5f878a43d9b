{% macro rated_count(ranks) -%}
    {#- How many of the products of an event name rate an event, by the digits of meter_ranks. -#}
    length({{ ranks }}) - length(replace({{ ranks }}, '{{ ratebook.rank_of('RATED') }}', ''))
{%- endmacro %}

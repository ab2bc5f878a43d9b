{% macro instant_of(text, zone) -%}
    {#- A validated time cell as a UTC timestamp: local in the zone unless it has an offset. -#}
    case
        when {{ ratebook.has_offset(text) }} then {{ ratebook.parse_timestamp(text) }}
        else {{ ratebook.from_local(ratebook.local_timestamp(text), zone) }}
    end
{%- endmacro %}

{% macro read_property(events, place, key_path, path) -%}
    {#- A property of an event as text: at its place among the values read with the name, or read alone. -#}
    case
        when {{ place }} is not null then {{ ratebook.text_at(events ~ '.values_read', place) }}
        when {{ key_path }} is not null
            then {{ ratebook.event_property(events ~ '.properties', key_path, path) }}
    end
{%- endmacro %}

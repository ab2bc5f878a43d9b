{% macro values_in_cells(reads) -%}
    {#- The properties of an event in cells that are read at once, as a list of texts; null for other events. -#}
    case when has_cells then {{ 'values_with_name' if reads.with_name
        else ratebook.event_properties('properties', reads.paths) }} end
{%- endmacro %}

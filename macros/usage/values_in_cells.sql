{% macro values_in_cells(reads) -%}
    {#-
        The properties of an event in cells that are read at once, as a list of texts; null for other events. If they
        were read together with the name, but for other cells, they would be put into wrong ones: that is refused.
    -#}
    case when has_cells then
    {%- if reads.with_name %} {{ ratebook.refuse(
        'paths_with_name is distinct from ' ~ ratebook.text_of_paths(reads.paths + ['$.name']),
        'ratebook: cells have other properties than when int_usage_events_first was built; build it again',
        'values_with_name'
    ) }}
    {%- else %} {{ ratebook.event_properties('properties', reads.paths) }}
    {%- endif %} end
{%- endmacro %}

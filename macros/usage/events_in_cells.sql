{% macro events_in_cells(events, paths) -%}
    {#-
        A relation: the events, each with the combination of values by which cells are found (cell_key; null if the
        customer has no matrix price for the product).
    -#}
    {%- set numbers = ratebook.property_numbers_in_use() -%}
    (
        select
            events.*,
            case
                when cell_paths.cell_set_number is not null
                    then 0
                        {%- for number in numbers %}
                        + coalesce(values_{{ number }}.key_part, 0)
                        {%- endfor %}
            end as cell_key
        from {{ events }} as events
        left join (
            select
                {%- for number in numbers %}
                key_path_{{ number }},
                property_path_{{ number }},
                {{ ratebook.path_place(paths, 'key_path_' ~ number) }} as place_{{ number }},
                {%- endfor %}
                {{ ratebook.refuse(
                    ratebook.has_property_beside(numbers),
                    'ratebook: cells have more properties than when int_usage_events_measured was built; build it again',
                    'cell_set_number'
                ) }} as cell_set_number
            from {{ ref('ratebook', 'int_cell_set_paths') }}
        ) as cell_paths
            on events.cell_set_number = cell_paths.cell_set_number
        {%- for number in numbers %}
        left join {{ ref('ratebook', 'int_cell_set_values') }} as values_{{ number }}
            on
                {{ ratebook.property_key('cell_paths.cell_set_number', number) }}
                = values_{{ number }}.property_key
                and {{ ratebook.read_property(
                    'events', 'cell_paths.place_' ~ number, 'cell_paths.key_path_' ~ number,
                    'cell_paths.property_path_' ~ number
                ) }} = values_{{ number }}.cell_value
        {%- endfor %}
    )
{%- endmacro %}

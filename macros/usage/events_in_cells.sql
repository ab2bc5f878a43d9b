{% macro events_in_cells(events, reads) -%}
    {#-
        A relation: the events, each with the combination of values by which cells are found (cell_key; null
        without matrix prices), and whether it has no cell in a window that only matrix prices rate.
    -#}
    {%- if ratebook.has_feature('matrix_prices') -%}
    (
        select
            keyed.*,
            keyed.coverage_number is not null and covered.cell_key is null as has_no_cell
        from (
            select
                events.*,
                window_cells.coverage_number,
                case
                    when window_cells.cell_set_number is not null
                        then 0
                            {%- for number in reads.numbers %}
                            + coalesce(values_{{ number }}.key_part, 0)
                            {%- endfor %}
                end as cell_key
            from {{ events }} as events
            left join {{ ratebook.window_cells_to_read(reads) | indent(12) }} as window_cells
                on
                    case when events.has_cells then events.metering_window_number end
                    = window_cells.metering_window_number
                    and events.product_uid = window_cells.product_uid
            {%- for number in reads.numbers %}
            left join {{ ref('ratebook', 'int_cell_set_values') }} as values_{{ number }}
                on
                    {{ ratebook.property_key('window_cells.cell_set_number', number) }}
                    = values_{{ number }}.property_key
                    and {{ ratebook.text_at('events.values_read', 'window_cells.place_' ~ number)
                        if reads.are_all else ratebook.read_property(
                            'events', 'window_cells.place_' ~ number,
                            'window_cells.key_path_' ~ number, 'window_cells.property_path_' ~ number
                        ) }} = values_{{ number }}.cell_value
            {%- endfor %}
        ) as keyed
        left join {{ ref('ratebook', 'int_covered_cell_keys') }} as covered
            on
                keyed.coverage_number = covered.coverage_number
                and keyed.cell_key = covered.cell_key
    )
    {%- else -%}
    (
        select
            *,
            cast(null as bigint) as cell_key,
            false as has_no_cell
        from {{ events }}
    )
    {%- endif -%}
{%- endmacro %}

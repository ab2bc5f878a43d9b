{% macro events_in_cells(events) -%}
    {#-
        A relation: the events, each with the combination of values by which cells are found (cell_key; null
        without matrix prices), and whether it has no cell in a window that only matrix prices rate.
    -#}
    {%- if ratebook.has_feature('matrix_prices') -%}
    (
        select
            keyed.*,
            keyed.coverage_id is not null and covered.cell_key is null as has_no_cell
        from (
            select
                found.*,
                case when cell_set_id is not null then {{ ratebook.cell_key('found') }} end as cell_key
            from (
                select
                    events.*,
                    window_cells.cell_set_id,
                    window_cells.coverage_id,
                    {%- for number in ratebook.property_numbers() %}
                    coalesce(cast(values_{{ number }}.value_number as varchar), '0') as value_{{ number }}{{ "," if not loop.last }}
                    {%- endfor %}
                from {{ events }} as events
                left join {{ ref('ratebook', 'int_metering_window_cells') }} as window_cells
                    on
                        events.rating_set = window_cells.rating_set
                        and case when events.has_cells then events.metering_window_number end
                        = window_cells.metering_window_number
                        and events.product_uid = window_cells.product_uid
                left join {{ ref('ratebook', 'int_cell_set_paths') }} as paths
                    on
                        window_cells.rating_set = paths.rating_set
                        and window_cells.cell_set_id = paths.cell_set_id
                {%- for number in ratebook.property_numbers() %}
                left join {{ ref('ratebook', 'int_cell_set_values') }} as values_{{ number }}
                    on
                        window_cells.rating_set = values_{{ number }}.rating_set
                        and window_cells.cell_set_id = values_{{ number }}.cell_set_id
                        and values_{{ number }}.property_number = {{ number }}
                        and case
                            when paths.key_path_{{ number }} is not null
                                then {{ ratebook.event_property(
                                    'events.properties', 'paths.key_path_' ~ number,
                                    'paths.property_path_' ~ number
                                ) }}
                        end = values_{{ number }}.cell_value
                {%- endfor %}
            ) as found
        ) as keyed
        left join {{ ref('ratebook', 'int_covered_cell_keys') }} as covered
            on
                keyed.rating_set = covered.rating_set
                and keyed.cell_set_id = covered.cell_set_id
                and keyed.coverage_id = covered.coverage_id
                and keyed.cell_key = covered.cell_key
    )
    {%- else -%}
    (
        select
            *,
            cast(null as varchar) as cell_key,
            false as has_no_cell
        from {{ events }}
    )
    {%- endif -%}
{%- endmacro %}

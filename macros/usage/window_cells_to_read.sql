{% macro window_cells_to_read(reads) -%}
    {#-
        A relation: the windows with cells, and for each property of their cells its place among the values read at
        once, or how it is read alone. If all are read at once, other configuration than when the query was written
        would be put into wrong cells, and is refused.
    -#}
    {%- set numbers = ratebook.property_numbers() -%}
    {%- set unread -%}
        {%- for number in numbers -%}
            {%- set place = ratebook.path_place(
                reads.paths if number in reads.numbers else [], 'paths.key_path_' ~ number
            ) -%}
            (paths.key_path_{{ number }} is not null and {{ place }} is null)
            {{- " or " if not loop.last }}
        {%- endfor -%}
    {%- endset -%}
    (
        select
            window_cells.metering_window_number,
            window_cells.product_uid,
            window_cells.coverage_number,
            {%- for number in reads.numbers %}
            {{ ratebook.path_place(reads.paths, 'paths.key_path_' ~ number) }} as place_{{ number }},
            {%- if not reads.are_all %}
            paths.key_path_{{ number }},
            paths.property_path_{{ number }},
            {%- endif %}
            {%- endfor %}
            {% if reads.are_all -%}
            {{ ratebook.refuse(
                unread, 'ratebook: cells have other properties than when int_usage_events_matched was built; build it again',
                'window_cells.cell_set_number'
            ) }} as cell_set_number
            {%- else -%}
            window_cells.cell_set_number
            {%- endif %}
        from {{ ref('ratebook', 'int_metering_window_cells') }} as window_cells
        inner join {{ ref('ratebook', 'int_cell_set_paths') }} as paths
            on window_cells.cell_set_number = paths.cell_set_number
    )
{%- endmacro %}

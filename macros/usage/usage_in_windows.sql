{% macro usage_in_windows(usage) -%}
    {%- set uses = ratebook.usage_in_use() %}
    {#-
        A relation: events or sums of events, each with its metering window, and with what the spans of that window make
        of it. Sums do not cross the bounds of windows, so metered_from stands for all events of a sum. A window of a
        shared event name may be rated by only some of its products.
    -#}
    (
        select
            *,
            is_priced and has_no_cell as is_without_cell,
            is_priced and not has_no_cell as is_rated,
            case
                when ranks is null then is_priced or is_carried
                else highest_rank = '{{ ratebook.rank_of('RATED') }}'
            end as is_event_rated,
            ranks is null or substr(ranks, sibling_number, 1) = highest_rank as is_furthest,
            ranks is null or position(highest_rank in ranks) = sibling_number as is_first_of_furthest
        from (
            select
                *,
                {{ ratebook.highest_rank('ranks') }} as highest_rank
            from (
                select
                    usage_rows.*,
                    meters.product_uid,
                    meters.sibling_number,
                    windows.metering_window_number,
                    usage_rows.outcome is null
                    and windows.metering_window_number is not null
                    and (windows.product_uids is null or {{ ratebook.has_text('windows.product_uids', 'meters.product_uid') }})
                        as is_priced,
                    {% if uses.levels -%}
                    usage_rows.outcome is null
                    and {{ ratebook.has_text('carried_levels.product_uids', 'meters.product_uid') }} as is_carried,
                    {%- else -%}
                    false as is_carried,
                    {%- endif %}
                    {% if uses.shared_names -%}
                    {{ ratebook.ranks_in_windows(
                        'usage_rows.sibling_ranks', 'meters.siblings', 'windows.product_uids',
                        'carried_levels.product_uids' if uses.levels else 'null'
                    ) }} as ranks,
                    {%- else -%}
                    cast(null as varchar) as ranks,
                    {%- endif %}
                    {% if uses.cells -%}
                    window_cells.coverage_number is not null and covered.cell_key is null as has_no_cell
                    {%- else -%}
                    false as has_no_cell
                    {%- endif %}
                from {{ usage }} as usage_rows
                left join {{ ref('ratebook', 'int_meters') }} as meters
                    on usage_rows.meter_number = meters.meter_number
                left join {{ ref('ratebook', 'int_metering_windows') }} as windows
                    on
                        usage_rows.customer_number = windows.customer_number
                        and meters.event_name_number = windows.event_name_number
                        and cast(date_trunc('month', usage_rows.metered_from) as date) = windows.metered_month
                        and usage_rows.metered_from >= windows.effective_at
                        and usage_rows.metered_from < windows.ineffective_at
                {%- if uses.levels %}
                left join {{ ref('ratebook', 'int_carried_levels') }} as carried_levels
                    on
                        usage_rows.customer_number = carried_levels.customer_number
                        and meters.event_name_number = carried_levels.event_name_number
                        and usage_rows.metered_from >= carried_levels.effective_at
                        and usage_rows.metered_from < carried_levels.ineffective_at
                {%- endif %}
                {%- if uses.cells %}
                left join {{ ref('ratebook', 'int_metering_window_cells') }} as window_cells
                    on
                        case when usage_rows.cell_key is not null then windows.metering_window_number end
                        = window_cells.metering_window_number
                        and meters.product_uid = window_cells.product_uid
                left join {{ ref('ratebook', 'int_covered_cell_keys') }} as covered
                    on
                        window_cells.coverage_number = covered.coverage_number
                        and usage_rows.cell_key = covered.cell_key
                {%- endif %}
            ) as in_windows
        ) as ranked
    )
{%- endmacro %}

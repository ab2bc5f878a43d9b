{% macro properties_to_read() %}
    {#-
        What events in cells are read for, as known when a model is run: the JSON paths that can be read at once, how
        many properties a set of cells has at most, and whether these paths are all that sets need. Paths are read one
        by one if they are nested, if their characters are special to an engine, or if there are more than 30.
        with_name: they are read together with the name, before it is known whether an event is in cells. That pays
        if most events are, and windows stand for events here.
    -#}
    {%- if not ratebook.has_feature('matrix_prices') -%}
        {{ return({'paths': [], 'numbers': [], 'are_all': true, 'with_name': false}) }}
    {%- endif -%}
    {%- set meters = ref('ratebook', 'int_meters') -%}
    {%- set cell_paths = ref('ratebook', 'int_cell_set_paths') -%}
    {%- set windows = ref('ratebook', 'int_metering_windows') -%}
    {%- set window_cells = ref('ratebook', 'int_metering_window_cells') -%}
    {%- set numbers = ratebook.property_numbers() -%}
    {%- if not ratebook.are_built([meters, cell_paths, windows, window_cells]) -%}
        {{ return({'paths': [], 'numbers': numbers, 'are_all': false, 'with_name': false}) }}
    {%- endif -%}
    {%- set query -%}
        with properties as (
            {%- for number in numbers %}
            select
                {{ number }} as property_number,
                key_path_{{ number }} as key_path,
                property_path_{{ number }} as path
            from {{ cell_paths }}
            union all
            {%- endfor %}
            select
                0 as property_number,
                agg_key_path as key_path,
                agg_path as path
            from {{ meters }}
            where product_uid in (select product_uid from {{ window_cells }})
        )

        select
            key_path,
            max(property_number) as property_number,
            max(case when path is not null or not {{ ratebook.is_plain_key_path('key_path') }} then 1 else 0 end)
                as is_read_alone,
            (select count(case when has_cells then 1 end) * 2 >= count(*) from {{ windows }}) as with_name
        from properties
        where key_path is not null
        group by key_path
        order by property_number desc, key_path
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {%- set found = namespace(paths=[], highest=0, are_all=true, with_name=false) -%}
    {%- for row in rows -%}
        {%- set found.highest = [found.highest, row[1] | int] | max -%}
        {%- if row[2] == 0 and found.paths | length < 30 -%}
            {%- do found.paths.append(row[0]) -%}
            {%- set found.with_name = row[3] -%}
        {%- elif row[1] > 0 -%}
            {%- set found.are_all = false -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return({
        'paths': found.paths, 'numbers': range(1, found.highest + 1) | list, 'are_all': found.are_all,
        'with_name': found.with_name
    }) }}
{% endmacro %}

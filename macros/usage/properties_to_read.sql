{% macro properties_to_read() %}
    {#-
        The JSON paths of the properties that are read together with an event's name, as known when a model is run: those
        of most meters first, then those of cells, up to eight. The others are read one by one when they are needed, and
        so are nested ones, paths whose characters are special to an engine, and all if the meters are not known yet.
    -#}
    {%- set meters = ref('ratebook', 'int_meters') -%}
    {%- set relations = [meters] -%}
    {%- if ratebook.has_feature('matrix_prices') -%}
        {%- set cell_paths = ref('ratebook', 'int_cell_set_paths') -%}
        {%- do relations.append(cell_paths) -%}
    {%- endif -%}
    {%- if not ratebook.are_built(relations) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set query -%}
        with properties as (
            select
                agg_key_path as key_path,
                agg_path as path,
                0 as is_of_cells
            from {{ meters }}
            where aggregation != 'COUNT'
            union all
            select
                filter_key_path as key_path,
                filter_path as path,
                0 as is_of_cells
            from {{ meters }}
            {%- for number in ratebook.property_numbers() if ratebook.has_feature('matrix_prices') %}
            union all
            select
                key_path_{{ number }} as key_path,
                property_path_{{ number }} as path,
                1 as is_of_cells
            from {{ cell_paths }}
            {%- endfor %}
        )

        select key_path
        from properties
        where key_path is not null
        group by key_path
        having max(case when path is not null or not {{ ratebook.is_plain_key_path('key_path') }} then 1 else 0 end) = 0
        order by min(is_of_cells), count(*) desc, key_path
        limit 8
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}

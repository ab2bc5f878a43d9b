{% macro property_numbers_in_use() %}
    {#- The numbers of the properties that cells have, as known when a model is run; all, if that is not known yet. -#}
    {%- set cell_paths = ref('ratebook', 'int_cell_set_paths') -%}
    {%- set numbers = ratebook.property_numbers() -%}
    {%- if not ratebook.are_built([cell_paths]) -%}
        {{ return(numbers) }}
    {%- endif -%}
    {%- set query -%}
        select
            {%- for number in numbers %}
            count(key_path_{{ number }}){{ "," if not loop.last }}
            {%- endfor %}
        from {{ cell_paths }}
    {%- endset -%}
    {%- set counts = run_query(query).rows[0] -%}
    {%- set used = [] -%}
    {%- for number in numbers -%}
        {%- do used.append(number) if counts[number - 1] > 0 -%}
    {%- endfor -%}
    {{ return(used) }}
{% endmacro %}

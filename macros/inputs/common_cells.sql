{% macro common_cells(input) -%}
    {#-
        The columns of every row of an input: a key of all its cells (identical rows are one), the text
        that breaks the last ties, and the cells that cannot be read: '; name is value' for each.
        Configuration rows also have versions.
    -#}
    {%- set columns = ratebook.input_columns(input) -%}
    {%- set cells = ratebook.cells(input) -%}
    {%- set row_text -%}
        {%- for column in columns -%}
            {{ "|| '|' || " if not loop.first }}coalesce({{ column }}, '')
        {%- endfor -%}
    {%- endset -%}
    {{ ratebook.surrogate_key(columns | list) }} as row_id,
        {{ row_text }} as row_text,
        count(*) over (partition by {{ columns | join(', ') }}) as copy_count,
        id,
        {%- if input not in ratebook.log_inputs() %}
        coalesce({{ cells.version }}, 0) as version,
        {{ cells.created_at }} as created_at,
        coalesce({{ cells.is_deleted }}, false) as is_deleted,
        coalesce(branch, 'main') as branch,
        {%- endif %}
        nullif(
            {%- for column, type in columns.items() if type not in ['text', 'currency', 'json_object'] %}
            {{ "|| " if not loop.first -}}
            case when {{ column }} is not null and {{ cells[column] }} is null then '; {{ column }} is ' || replace({{ column }}, ';', ',') else '' end
            {%- endfor %},
            ''
        ) as unparsable_cells
{%- endmacro %}

{% macro json_head(file) -%}
    {{ adapter.dispatch('json_head', 'ratebook')(file) }}
{%- endmacro %}

{% macro duckdb__json_head(file) -%}
    {#-
        One row about the first 100 lines of a JSON Lines file, no row for an empty one. Lines are read twice: as JSON,
        null where a line is not JSON, and as text, which passes over a byte order mark.
    -#}
    (
        select
            {{ ratebook.text_literal(file) }} as file,
            cast(to_json(list_distinct(flatten(list_transform(
                list_filter(cells.lines, lambda line : json_type(line) = 'OBJECT'), lambda line : json_keys(line)
            )))) as varchar) as columns,
            case
                when ltrim(texts.line, ' ' || chr(9))[1] = '[' then 'holds a JSON array'
                when json_valid(texts.line) and not list_contains(cells.lines, cast(trim(texts.line, ' ' || chr(9)) as json))
                    then 'begins with a byte order mark, or ends its lines with a carriage return alone'
                when not list_bool_or(list_transform(cells.lines, lambda line : coalesce(json_type(line), '') = 'OBJECT'))
                    then 'has no JSON object among its first 100 lines'
            end as defect
        from (
            select list(json) as lines
            from (select json from read_ndjson_objects({{ ratebook.text_literal(file) }}, ignore_errors = true) limit 100)
        ) as cells
        cross join (
            select min(line) as line
            from (select line from {{ ratebook.first_lines(file, 100) }} where trim(line) != '' limit 1)
        ) as texts
        where cells.lines is not null
    )
{%- endmacro %}

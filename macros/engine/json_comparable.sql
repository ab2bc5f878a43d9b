{% macro json_comparable(json) -%}
    {{ adapter.dispatch('json_comparable', 'ratebook')(json) }}
{%- endmacro %}

{% macro duckdb__json_comparable(json) -%}
    {#-
        The values of a JSON object as one text: equal for equal objects, whatever the order of their keys, the
        spaces, and the way their numbers are written.
    -#}
    (
        select string_agg(part, chr(10) order by part)
        from (
            select
                value.fullkey || ' ' || case
                    when value.type in ('OBJECT', 'ARRAY', 'NULL', 'BOOLEAN')
                        then value.type || coalesce(' ' || cast(value.atom as varchar), '')
                    when value.type = 'VARCHAR' then '"' || json_extract_string(value.atom, '$')
                    else list_transform(
                        [{{ ratebook.number_parts('cast(value.atom as varchar)') }}],
                        lambda number : case
                            when number.digits = '' then '0'
                            else number.minus || rtrim(number.digits, '0') || ' '
                                || (number.decimals - length(number.digits) + length(rtrim(number.digits, '0')))
                        end
                    )[1]
                end as part
            from json_tree({{ json }}) as value
        )
    )
{%- endmacro %}

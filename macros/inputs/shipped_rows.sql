{% macro shipped_rows(seed, columns, needed_by=none) %}
    {#-
        The rows of a seed that comes with ratebook. `dbt run` alone does not load it. Then the run stops, unless the
        only table that needs the seed has no rows.
    -#}
    {%- set relation = ref('ratebook', seed) -%}
    {%- if execute and load_relation(relation) is none -%}
        {%- if flags.WHICH in ['run', 'build', 'retry'] and (
            needed_by is none
            or load_relation(needed_by) is not none
            and run_query('select count(*) from ' ~ needed_by).rows[0][0] > 0
        ) -%}
            {{- ratebook.stop_with(
                "the table " ~ relation ~ ", which comes with ratebook, does not exist"
                ~ (", and " ~ needed_by ~ " has rows" if needed_by is not none else "")
                ~ "; load it with `dbt seed --select package:ratebook`, or use `dbt build`"
            ) -}}
        {%- endif -%}
        {%- set relation = none -%}
    {%- endif -%}
    {{- ratebook.rows_as_text(relation, columns) -}}
{% endmacro %}

{% macro shipped_rows(seed, columns, needed_by) %}
    {#-
        The rows of a seed that comes with ratebook. `dbt run` alone does not load it: then there are no rows, and
        the run stops if a table needs them.
    -#}
    {%- set relation = ref('ratebook', seed) -%}
    {%- if execute and load_relation(relation) is none -%}
        {%- if load_relation(needed_by) is not none and run_query('select count(*) from ' ~ needed_by).rows[0][0] > 0 -%}
            {{- ratebook.stop_with(
                "the table " ~ relation ~ " does not exist, but marketplace_agreements has rows; load the seeds of ratebook with "
                ~ "`dbt seed --select " ~ ratebook.marketplaces().values() | join(' ') ~ "`, or use `dbt build`"
            ) -}}
        {%- endif -%}
        {%- set relation = none -%}
    {%- endif -%}
    {{- ratebook.rows_as_text(relation, columns) -}}
{% endmacro %}

{% macro check_branch() %}
    {#-
        Stops the run if no input has a row or an event of the branch: its name is misspelt, and main would be
        shown under it. Runs after int_configuration_rows, when the staging models exist.
    -#}
    {%- set branch = ratebook.rating_sets() | last -%}
    {%- if execute and branch != 'main' -%}
        {%- set found = namespace(rows=false) -%}
        {#- Usage comes last: it is only read if no configuration row belongs to the branch. -#}
        {%- for input in ratebook.active_inputs() if not found.rows and 'branch' in ratebook.input_columns(input) -%}
            {%- set rows = run_query(
                "select 1 from " ~ ref('ratebook', 'stg_' ~ input)
                ~ " where branch = " ~ ratebook.text_literal(branch) ~ " limit 1"
            ) -%}
            {%- set found.rows = rows.rows | length > 0 -%}
        {%- endfor -%}
        {%- if not found.rows -%}
            {{- ratebook.stop_with(
                "the var ratebook_branch is '" ~ branch ~ "', but no row of any input has it in its column branch; "
                ~ "correct the name, or add the rows"
            ) -}}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

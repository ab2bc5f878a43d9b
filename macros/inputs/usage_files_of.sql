{% macro usage_files_of(usage_files) %}
    {#-
        The files of usage events that this build has found; none if there are none, or if it has not looked for them.
        Usage and its record are of the same files, also when one arrives in between.
    -#}
    {%- if 'model.ratebook.stg_usage_files' not in selected_resources or not ratebook.are_built([usage_files]) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set query -%}
        select file from {{ usage_files }}
        where usage_path = {{ ratebook.text_literal(ratebook.usage_event_path()) }}
        order by file
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}

{% macro check_inputs() %}
    {#- Every input table that the vars name must exist, with its required columns. -#}
    {%- if not ratebook.uses_case_study() -%}
        {%- set database = var('ratebook_input_database', '') -%}
        {%- set place = (database ~ '.' if database else '') ~ var('ratebook_input_schema') -%}
        {%- if not adapter.check_schema_exists(database or target.database, var('ratebook_input_schema')) -%}
            {{- ratebook.stop_with(
                "the var ratebook_input_schema is '" ~ var('ratebook_input_schema') ~ "', but " ~ (database or target.database)
                ~ " has no schema of that name; correct it, or ratebook_input_database"
            ) -}}
        {%- endif -%}
        {%- set schema = api.Relation.create(
            database=database or target.database, schema=var('ratebook_input_schema')
        ).without_identifier() -%}
        {%- set tables = list_relations_without_caching(schema).columns['name'].values() | map('lower') | list -%}
        {%- set inputs = ratebook.input_columns() | list -%}
        {%- set active = ratebook.active_inputs() -%}
        {%- set absent = ratebook.absent_inputs() -%}
        {%- set optional = ratebook.optional_inputs() -%}
        {%- for name in inputs if name not in active and name in tables -%}
            {%- do log(
                "The table " ~ place ~ "." ~ name ~ " is not read: it belongs to the feature "
                ~ ratebook.feature_of_input(name) ~ ", which is not in ratebook_features", info=true
            ) -%}
        {%- endfor -%}
        {%- for name in active if name not in absent
            and not (name == 'usage_events' and var('ratebook_usage_events', '')) -%}
            {%- set relation = ratebook.input_relation(name) -%}
            {%- if relation is none and name in optional -%}
                {#- Otherwise a misspelt table would silently not be read. -#}
                {%- for table in tables if table not in inputs and ratebook.is_misspelling(table, name) -%}
                    {{- ratebook.stop_with(
                        "the schema " ~ place ~ " has a table " ~ table ~ " but no table " ~ name ~ "; rename it to " ~ name
                        ~ " if it is this input, else to a name that is less similar"
                    ) -}}
                {%- endfor -%}
            {%- elif relation is none -%}
                {{- ratebook.stop_with(
                    "the input table " ~ place ~ "." ~ name ~ " does not exist; create it, or add "
                    ~ name ~ " to ratebook_absent_inputs"
                ) -}}
            {%- endif -%}
            {%- if relation is not none -%}
            {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list -%}
            {{- ratebook.check_columns("the input table " ~ place ~ "." ~ name, name, columns) -}}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {#- Files first: what reads them stops only if there are none, or their type is unknown. -#}
    {%- do ratebook.read_files(var('ratebook_usage_events'), []) if var('ratebook_usage_events', '') -%}
    {{- ratebook.check_event_files() -}}
    {%- do ratebook.usage_event_rows() -%}
    {%- set outbox = var('ratebook_marketplace_outbox', '') -%}
    {%- if outbox and ratebook.read_files(outbox ~ '/sent/*.jsonl', ['id'], is_optional=true) is none -%}
        {#- Not an error: this is normal before records are first sent. -#}
        {%- do log("ratebook_marketplace_outbox is '" ~ outbox ~ "', a directory without sent records", info=true) -%}
    {%- endif -%}
{% endmacro %}

{% macro check_close() %}
    {#- Settings of the ledger, and everything that refuses a close before anything is built. -#}
    {%- for name in ['ratebook_close', 'ratebook_credit_note_series'] if var(name, false) not in [true, false] -%}
        {{- ratebook.stop_with("the var " ~ name ~ " is '" ~ var(name) ~ "'; set it to true or false") -}}
    {%- endfor -%}
    {%- if var('ratebook_adjustments') not in ['next_invoice', 'documents'] -%}
        {{- ratebook.stop_with(
            "the var ratebook_adjustments is '" ~ var('ratebook_adjustments') ~ "'; set it to next_invoice or documents"
        ) -}}
    {%- endif -%}
    {%- set books_from = var('ratebook_books_from', '') | string -%}
    {%- if books_from not in ['', 'beginning'] and not modules.re.fullmatch('[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', books_from) -%}
        {{- ratebook.stop_with(
            "the var ratebook_books_from is '" ~ books_from ~ "'; set it to a date such as 2025-01-01, or to beginning"
        ) -}}
    {%- elif books_from not in ['', 'beginning'] -%}
        {#- Stops if there is no such day. -#}
        {%- do ratebook.parse_instant_setting('ratebook_books_from') -%}
    {%- endif -%}
    {%- if var('ratebook_close') -%}
        {%- if not ratebook.has_feature('ledger') -%}
            {{- ratebook.stop_with("the var ratebook_close is true, but the feature ledger is not in ratebook_features; add it") -}}
        {%- endif -%}
        {%- for name, value in {
            'ratebook_branch': ratebook.rating_sets() | length > 1,
            'ratebook_system_as_of': var('ratebook_system_as_of', ''),
            'ratebook_forecast_months': var('ratebook_forecast_months') | int > 0,
        }.items() if value -%}
            {{- ratebook.stop_with(
                "the var ratebook_close is true, and " ~ name ~ " is set: a close freezes what is owed now; run it without " ~ name
            ) -}}
        {%- endfor -%}
        {%- set unbuilt = [] -%}
        {%- for node in graph.nodes.values()
            if node.resource_type == 'model' and node.package_name == 'ratebook'
            and node.unique_id not in selected_resources -%}
            {%- do unbuilt.append(node.name) -%}
        {%- endfor -%}
        {%- if unbuilt -%}
            {{- ratebook.stop_with(
                "the var ratebook_close is true, but this run does not build " ~ unbuilt | sort | first
                ~ "; a close needs all models of one run: run it without a selection"
            ) -}}
        {%- endif -%}
        {%- set newest = ratebook.newest_close() -%}
        {%- if books_from == '' -%}
            {{- ratebook.stop_with(
                "the var ratebook_close is true, but ratebook_books_from is not set: without it, a close would invoice all of the past;"
                ~ " set it to the first day that is not invoiced elsewhere, or to beginning, and keep it for all closes"
            ) -}}
        {%- endif -%}
        {%- set answer = run_query(
            "select " ~ ratebook.as_of() ~ " > cast('" ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') ~ "' as timestamp), "
            ~ (ratebook.as_of() ~ " < (select max(closed_at) from " ~ ratebook.ledger_table() ~ ")" if newest.number else "false")
        ).rows[0] -%}
        {%- if answer[0] -%}
            {{- ratebook.stop_with("the var ratebook_as_of is after the start of this run: a close cannot freeze the future; set an earlier time") -}}
        {%- elif answer[1] -%}
            {{- ratebook.stop_with(
                "the var ratebook_as_of is before the last close, of " ~ newest.closed_at ~ " UTC; set a later time"
            ) -}}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

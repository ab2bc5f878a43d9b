{% macro check_settings() %}
    {#- Runs before every build: an invalid var stops it with one sentence, and no value is guessed. -#}
    {%- if execute -%}
        {%- set known = [
            'ratebook_as_of', 'ratebook_system_as_of', 'ratebook_branch', 'ratebook_input_database',
            'ratebook_input_schema', 'ratebook_absent_inputs', 'ratebook_usage_events', 'ratebook_usage_cursor',
            'ratebook_billing_timezone', 'ratebook_currency', 'ratebook_forecast_months',
            'ratebook_finalization_delay_hours', 'ratebook_pricing_integrity',
            'ratebook_marketplace_outbox', 'ratebook_line', 'ratebook_features', 'ratebook_close',
            'ratebook_books_from', 'ratebook_adjustments', 'ratebook_adjustment_wait_days',
            'ratebook_close_credit_limit', 'ratebook_credit_note_series', 'ratebook_ledger_archive',
        ] -%}
        {%- for name in (invocation_args_dict.get('vars') or {}) | map('string')
            if name.lower().startswith('ratebook_') and name not in known -%}
            {{- ratebook.stop_with(
                "the var " ~ name ~ " does not exist; "
                ~ ("its name is " ~ name.lower() if name.lower() in known else "the vars are " ~ known | join(', '))
            ) -}}
        {%- endfor -%}
        {%- for name in known if var(name, '') is string and var(name, '') != var(name, '') | trim -%}
            {{- ratebook.stop_with(
                "the var " ~ name ~ " is " ~ var(name) | tojson ~ ", with a space or a line break at an end; remove it"
            ) -}}
        {%- endfor -%}
        {%- do ratebook.parse_instant_setting('ratebook_as_of') -%}
        {%- do ratebook.parse_instant_setting('ratebook_system_as_of') -%}
        {%- for name, highest in [
            ('ratebook_forecast_months', 1200), ('ratebook_finalization_delay_hours', 8760),
            ('ratebook_adjustment_wait_days', 366), ('ratebook_close_credit_limit', 100),
        ] -%}
            {%- set value = var(name, 0) | string -%}
            {%- if not modules.re.fullmatch('[0-9]{1,4}', value) or value | int > highest -%}
                {{- ratebook.stop_with("the var " ~ name ~ " is '" ~ value ~ "'; set it to a whole number from 0 to " ~ highest) -}}
            {%- endif -%}
        {%- endfor -%}
        {%- if not modules.re.fullmatch('[A-Z]{3}', var('ratebook_currency', 'USD') | string) -%}
            {{- ratebook.stop_with("the var ratebook_currency is '" ~ var('ratebook_currency') ~ "'; set it to three capital letters, for example USD") -}}
        {%- endif -%}
        {%- if var('ratebook_pricing_integrity', 'off') | string not in ('off', 'warn', 'error', 'False') -%}
            {{- ratebook.stop_with("the var ratebook_pricing_integrity is '" ~ var('ratebook_pricing_integrity') ~ "'; set it to off, warn or error") -}}
        {%- endif -%}
        {%- set absent = var('ratebook_absent_inputs', []) -%}
        {%- if absent is string or absent is mapping or absent is not iterable -%}
            {{- ratebook.stop_with("the var ratebook_absent_inputs is '" ~ absent ~ "'; set it to a list, for example [product_filters]") -}}
        {%- endif -%}
        {%- set inputs = ratebook.input_columns() | list -%}
        {%- for name in absent if name not in inputs -%}
            {{- ratebook.stop_with("the var ratebook_absent_inputs has '" ~ name ~ "', which is not an input; the inputs are " ~ inputs | join(', ')) -}}
        {%- endfor -%}
        {%- set features = var('ratebook_features') -%}
        {%- if features is string or features is mapping or features is not iterable -%}
            {{- ratebook.stop_with(
                "the var ratebook_features is '" ~ features ~ "'; set it to a list, for example [quotes], or [] for none"
            ) -}}
        {%- endif -%}
        {%- for name in features if name not in ratebook.features() -%}
            {{- ratebook.stop_with(
                "the var ratebook_features has '" ~ name ~ "', which is not a feature; the features are " ~ ratebook.features() | join(', ')
            ) -}}
        {%- endfor -%}
        {%- if var('ratebook_input_database', '') and ratebook.uses_case_study() -%}
            {{- ratebook.stop_with("the var ratebook_input_database is set without ratebook_input_schema; set ratebook_input_schema to the schema of the input tables") -}}
        {%- endif -%}
        {{- ratebook.check_warehouse() -}}
        {%- set zone = var('ratebook_billing_timezone', 'UTC') | string -%}
        {%- if run_query(ratebook.count_time_zones_named(zone)).rows[0][0] == 0 -%}
            {{- ratebook.stop_with("the var ratebook_billing_timezone is '" ~ zone ~ "'; set it to an IANA time zone, for example Europe/Berlin") -}}
        {%- endif -%}
        {%- do ratebook.check_inputs() -%}
        {%- do ratebook.check_ledger_archive() -%}
        {%- do ratebook.read_back_ledger() -%}
        {%- do ratebook.check_close() -%}
    {%- endif -%}
    select 1
{% endmacro %}

{% macro is_read_again() %}
    {#-
        A condition on the events that are read a second time, to report them one by one: those of sums that no span
        rates, as known when a model is run. Nothing is read if there are none. The condition is on what events have in
        their files, by constants, so that the engine reads little more; with more than 1000 customers, by time only.
    -#}
    {%- set usage = ref('ratebook', 'int_usage_in_windows') -%}
    {%- set customers = ref('ratebook', 'int_known_customers') -%}
    {%- set alias_owners = ref('ratebook', 'int_alias_owners') -%}
    {%- if not ratebook.are_built([usage, customers, alias_owners]) -%}
        {{ return('true') }}
    {%- endif -%}
    {%- set bounds = run_query(
        'select min(metered_from), max(metered_from), count(distinct customer_number) from ' ~ usage ~ ' where has_exceptions'
    ).rows[0] -%}
    {%- if bounds[0] is none -%}
        {{ return('false') }}
    {%- endif -%}
    {%- set conditions = [
        "metered_at >= cast('" ~ bounds[0] ~ "' as timestamp)",
        'metered_at < ' ~ ratebook.add_days("cast('" ~ bounds[1] ~ "' as timestamp)", 1),
    ] -%}
    {%- if bounds[2] <= 1000 -%}
        {%- set owners -%}
            select distinct customers.customer_id
            from {{ customers }} as customers
            inner join {{ usage }} as usage_sums
                on customers.customer_number = usage_sums.customer_number
            where usage_sums.has_exceptions
        {%- endset -%}
        {#- As literals already in SQL, because dbt takes texts that look like numbers for numbers. -#}
        {%- set literal = "'''' || replace({}, '''', '''''') || ''''" -%}
        {%- set ids = run_query(
            'select ' ~ literal.format('customer_id') ~ ' from (' ~ owners ~ ') as owners'
        ).columns[0].values() -%}
        {%- set aliases = run_query(
            'select distinct ' ~ literal.format('alias') ~ ' from ' ~ alias_owners ~ ' where customer_id in (' ~ owners ~ ')'
        ).columns[0].values() -%}
        {%- do conditions.append(
            '(written_customer_id in (' ~ ids | join(', ') ~ ')'
            ~ (' or written_customer_alias in (' ~ aliases | join(', ') ~ ')' if aliases else '') ~ ')'
        ) -%}
    {%- endif -%}
    {{ return(conditions | join(' and ')) }}
{% endmacro %}

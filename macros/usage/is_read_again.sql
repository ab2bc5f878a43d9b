{% macro is_read_again(sums) %}
    {#-
        A condition on the events that are read a second time: those of sums, given as a relation with customer_number
        (null for everybody) and metered_from, as known when a model is run. Nothing is read if there are none. The
        condition is on what events have in their files, by constants, so that the engine reads little more; with more
        than 1000 customers, or for everybody, by time only.
    -#}
    {%- set customers = ref('ratebook', 'int_known_customers') -%}
    {%- set alias_owners = ref('ratebook', 'int_alias_owners') -%}
    {%- if not ratebook.are_built([customers, alias_owners]) -%}
        {{ return('true') }}
    {%- endif -%}
    {%- set bounds = run_query(
        'select min(metered_from), max(metered_from), count(distinct customer_number), count(*) - count(customer_number) from '
        ~ sums ~ ' as sums'
    ).rows[0] -%}
    {%- if bounds[0] is none -%}
        {{ return('false') }}
    {%- endif -%}
    {%- set conditions = [
        "metered_at >= cast('" ~ bounds[0] ~ "' as timestamp)",
        'metered_at < ' ~ ratebook.add_days("cast('" ~ bounds[1] ~ "' as timestamp)", 1),
    ] -%}
    {%- if bounds[2] <= 1000 and bounds[3] == 0 -%}
        {%- set owners -%}
            select distinct customers.customer_id
            from {{ customers }} as customers
            inner join {{ sums }} as sums
                on customers.customer_number = sums.customer_number
        {%- endset -%}
        {%- set ids = run_query(
            'select ' ~ ratebook.sql_of_text('customer_id') ~ ' from (' ~ owners ~ ') as owners'
        ).columns[0].values() -%}
        {%- set aliases = run_query(
            'select distinct ' ~ ratebook.sql_of_text('alias') ~ ' from ' ~ alias_owners ~ ' where customer_id in (' ~ owners ~ ')'
        ).columns[0].values() -%}
        {%- do conditions.append(
            '(written_customer_id in (' ~ ids | join(', ') ~ ')'
            ~ (' or written_customer_alias in (' ~ aliases | join(', ') ~ ')' if aliases else '') ~ ')'
        ) -%}
    {%- endif -%}
    {{ return(conditions | join(' and ')) }}
{% endmacro %}

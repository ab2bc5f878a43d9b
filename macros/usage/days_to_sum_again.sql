{% macro days_to_sum_again(read) %}
    {#- A relation: the days of customers that are summed again, as is_read_again needs it. None if there are none. -#}
    {%- set days = ref('ratebook', 'int_usage_read_again') -%}
    {%- if read.mode != 'new' or run_query('select count(*) from ' ~ days).rows[0][0] == 0 -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return('(select customer_number, cast(metered_date as timestamp) as metered_from from ' ~ days ~ ')') }}
{% endmacro %}

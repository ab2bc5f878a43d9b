{% macro forget_sums(totals) %}
    {#- Deletes the sums that are made again with the usage that is new. -#}
    {%- if execute and ratebook.usage_read(totals).mode == 'new' -%}
        delete from {{ totals }}
        where {{ ratebook.is_summed_again('customer_number', 'coalesce(metered_from, metered_at)') }}
    {%- endif -%}
{% endmacro %}

{% macro is_absent(input) %}
    {#- Whether an input has no rows, as the vars alone say. -#}
    {{ return(
        input in ratebook.absent_inputs()
        and not (input in ratebook.outbox_files() and var('ratebook_marketplace_outbox', ''))
    ) }}
{% endmacro %}

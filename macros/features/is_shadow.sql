{% macro is_shadow(billing_target) -%}
    {#- Whether a marketplace invoices it instead of us. -#}
    coalesce({{ billing_target }} in {{ ratebook.text_list(ratebook.marketplaces()) }}, false)
{%- endmacro %}

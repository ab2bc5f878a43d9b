{% macro is_shadow(billing_target) -%}
    {#- Whether a marketplace bills it, and not we. -#}
    coalesce({{ billing_target }} in {{ ratebook.text_list(ratebook.marketplaces()) }}, false)
{%- endmacro %}

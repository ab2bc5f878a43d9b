{% macro phase_anchor(offer, list_price=none, ad_hoc_price=none) -%}
    {#- How the periods of a phase count, by the anchor without overrides: that of a list price after its contract's. -#}
    case
            when
                coalesce(
                    {%- if ad_hoc_price %}
                    {{ ad_hoc_price }}.billing_anchor,
                    {%- endif %}
                    {{ offer }}.contract_billing_anchor,
                    {%- if list_price %}
                    {{ list_price }}.billing_anchor,
                    {%- endif %}
                    {{ offer }}.pricebook_billing_anchor
                ) = 'ANNIVERSARY'
                then 'ANNIVERSARY'
            else 'CALENDAR'
        end
{%- endmacro %}

{% macro share_of(amount, share_percent, share_amount) -%}
    {#-
        A partner's share of a line, unrounded: a percentage, which is negative for a credit; or a fixed amount per
        line above zero, limited to the line's amount. 0 if there is neither.
    -#}
    case
        when {{ share_percent }} is not null
            then cast({{ amount }} * {{ share_percent }} * cast(0.01 as decimal(3, 2)) as decimal(38, 14))
        when {{ share_amount }} is not null and {{ amount }} > 0
            then least(cast({{ share_amount }} as decimal(38, 14)), cast({{ amount }} as decimal(38, 14)))
        else cast(0 as decimal(38, 14))
    end
{%- endmacro %}

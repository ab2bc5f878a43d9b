{% macro share_of(amount, share_percent, share_amount) -%}
    {#-
        What a partner gets of a line, unrounded: a percent, of a credit it is claimed back; or an amount, owed once a
        line that is above zero, and at most all of it. 0 if there is neither.
    -#}
    case
        when {{ share_percent }} is not null
            then cast({{ amount }} * {{ share_percent }} * cast(0.01 as decimal(3, 2)) as decimal(38, 14))
        when {{ share_amount }} is not null and {{ amount }} > 0
            then least(cast({{ share_amount }} as decimal(38, 14)), cast({{ amount }} as decimal(38, 14)))
        else cast(0 as decimal(38, 14))
    end
{%- endmacro %}

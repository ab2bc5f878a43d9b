{% macro is_phase_date_past_contract(period) -%}
    {#-
        A phase date that, before it is truncated, is at or past the contract's end is the contract's end:
        so phases that follow each other still do where the contract ends between two of them.
    -#}
    {{ ratebook.from_local(ratebook.months_after_start(period), 'billing_timezone') }} >= contract_ended_at
{%- endmacro %}

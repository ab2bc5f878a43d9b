{% macro is_phase_date_past_contract(period) -%}
    {#-
        A phase date that, before it is truncated, is at or past the contract's end is the contract's end:
        so phases that follow each other still do where the contract ends between two of them. Of a contract
        that renews that is the end of its term: the last phase goes on, and none begins in a renewal.
    -#}
    {{ ratebook.from_local(ratebook.months_after_start(period), 'billing_timezone') }} >= coalesce(contract_renews_at, contract_ended_at)
{%- endmacro %}

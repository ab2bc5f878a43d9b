{% macro is_phase_date_past_contract(period) -%}
    {#-
        A phase date that, before it is truncated, is at or past the contract's end becomes the contract's
        end, so that consecutive phases stay consecutive if the contract ends between them. For a contract
        that renews it is the end of its term: the last phase continues, and none begins in a renewal.
    -#}
    {{ ratebook.from_local(ratebook.months_after_start(period), 'billing_timezone') }} >= coalesce(contract_renews_at, contract_ended_at)
{%- endmacro %}

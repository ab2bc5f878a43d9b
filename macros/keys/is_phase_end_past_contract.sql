{% macro is_phase_end_past_contract() -%}
    {#- An end that, before it is truncated, is at or past the contract's end is the contract's end. -#}
    {{ ratebook.months_after_start('end_period') }}
    >= {{ ratebook.to_local('contract_ended_at', 'billing_timezone') }}
{%- endmacro %}

{% macro latest_quantity(metered_at, received_at, transaction_id, quantity) -%}
    {{ adapter.dispatch('latest_quantity', 'ratebook')(metered_at, received_at, transaction_id, quantity) }}
{%- endmacro %}

{% macro duckdb__latest_quantity(metered_at, received_at, transaction_id, quantity) -%}
    {#- An aggregate: the last event, with the keys that order events first in the value. -#}
    max(struct_pack(
        metered_at := {{ metered_at }},
        received_at := {{ received_at }},
        transaction_id := {{ transaction_id }},
        quantity := {{ quantity }}
    ))
{%- endmacro %}

{% macro latest_quantity(aggregation, metered_at, received_at, transaction_id, quantity) -%}
    {{ adapter.dispatch('latest_quantity', 'ratebook')(aggregation, metered_at, received_at, transaction_id, quantity) }}
{%- endmacro %}

{% macro duckdb__latest_quantity(aggregation, metered_at, received_at, transaction_id, quantity) -%}
    {#- An aggregate: the last event of a LATEST meter, with the keys that made it the last; they compare first. -#}
    max(
        case
            when {{ aggregation }} = 'LATEST'
                then struct_pack(
                    metered_at := {{ metered_at }},
                    received_at := {{ received_at }},
                    transaction_id := {{ transaction_id }},
                    quantity := {{ quantity }}
                )
        end
    )
{%- endmacro %}

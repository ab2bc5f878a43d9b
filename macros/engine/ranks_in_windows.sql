{% macro ranks_in_windows(ranks, meters, product_uids, carried_product_uids) -%}
    {{ adapter.dispatch('ranks_in_windows', 'ratebook')(ranks, meters, product_uids, carried_product_uids) }}
{%- endmacro %}

{% macro duckdb__ranks_in_windows(ranks, meters, product_uids, carried_product_uids) -%}
    {#-
        The digits of meter_ranks for events that happened in a window: a product that no span rates there got no further
        than NO_CONTRACT. All products without a span that rates the event have the same rank, because contract and time
        decide.
    -#}
    case
        when {{ ranks }} is not null
            then array_to_string(
                list_transform(
                    {{ meters }},
                    lambda meter, number : case
                        when substr({{ ranks }}, number, 1) = '{{ ratebook.rank_of('RATED') }}'
                            and not {{ ratebook.has_text(product_uids, 'meter.product_uid') }}
                            and not {{ ratebook.has_text(carried_product_uids, 'meter.product_uid') }}
                            then '{{ ratebook.rank_of('NO_CONTRACT') }}'
                        else substr({{ ranks }}, number, 1)
                    end
                ),
                ''
            )
    end
{%- endmacro %}

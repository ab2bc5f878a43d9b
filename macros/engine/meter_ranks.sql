{% macro meter_ranks(properties, meters) -%}
    {{ adapter.dispatch('meter_ranks', 'ratebook')(properties, meters) }}
{%- endmacro %}

{% macro duckdb__meter_ranks(properties, meters) -%}
    {#-
        How far an event gets for each product of its name if spans rate it, one digit per product, in the order of the
        products.
    -#}
    case when {{ meters }} is not null then array_to_string(
        list_transform(
            {{ meters }},
            lambda meter : case
                when meter.is_defective then {{ ratebook.rank_of('BAD_METER') }}
                when not {{ ratebook.filters_hold(properties, 'meter.filters') }}
                    then {{ ratebook.rank_of('FILTERED_OUT') }}
                when meter.aggregation in ('SUM', 'WEIGHTED_SUM', 'MAX', 'LATEST', 'UNIQUE_COUNT')
                    and list_transform(
                        [{{ ratebook.event_property(properties, 'meter.agg_key_path', 'meter.agg_path') }}],
                        lambda quantity_text : case
                            when meter.aggregation = 'UNIQUE_COUNT' then quantity_text is null
                            else {{ ratebook.event_quantity(
                                properties, 'meter.agg_key_path', 'meter.agg_path', 'quantity_text'
                            ) }} is null
                        end
                    )[1]
                    then {{ ratebook.rank_of('BAD_QUANTITY') }}
                else {{ ratebook.rank_of('RATED') }}
            end
        ),
        ''
    ) end
{%- endmacro %}

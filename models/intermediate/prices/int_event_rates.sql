{%- set risen = ratebook.uplifted_price(
    'terms.%s', 'prices.uplift_factor', 'prices.uplift_factor_error'
) -%}
{%- set amounts = ['fixed_amount', 'event_minimum', 'event_maximum'] -%}
-- The rates of events that are priced one by one, with amounts risen by renewals like a price. A
-- share of the metered value does not rise.
with prices as (
    select distinct
        rating_set,
        rates_id,
        price_group_input,
        price_group_price_uid,
        is_uplifted,
        uplift_factor,
        case when price_group_input = 'list_prices' then configuration_set else rating_set end
            as terms_set,
        -- One row also where the factor is too large.
        case when uplift_factor is not null then uplift_factor_error end as uplift_factor_error
    from {{ ref('ratebook', 'int_prices_resolved') }}
    where charge_model in {{ ratebook.text_list(ratebook.charge_models(['events'])) }}
),

terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

uplifted as (
    select
        prices.rating_set,
        prices.rates_id,
        terms.percent_rate,
        terms.free_events,
        {%- for column in amounts %}
        terms.{{ column }} as own_{{ column }},
        case
            when prices.is_uplifted then {{ risen | replace('%s', column) }}
            else terms.{{ column }}
        end as {{ column }},
        {%- endfor %}
        terms.percent_rate is null
        and terms.fixed_amount is null
        and not terms.is_percent_rate_out_of_range
        and not terms.is_fixed_amount_out_of_range as has_no_price,
        (
            {%- for column in amounts + ['free_events'] %}
            terms.is_{{ column }}_out_of_range or
            {%- endfor %}
            terms.is_percent_rate_out_of_range
        ) as has_term_out_of_range
    from prices
    inner join terms
        on
            prices.terms_set = terms.rating_set
            and prices.price_group_input = terms.input
            and prices.price_group_price_uid = terms.price_uid
)

-- An empty rate or amount is 0 beside the other one.
select
    rating_set,
    rates_id,
    coalesce(percent_rate, cast(0 as decimal(18, 10))) as percent_rate,
    coalesce(fixed_amount, cast(0 as decimal(18, 10))) as fixed_amount,
    free_events,
    event_minimum,
    event_maximum,
    has_no_price,
    has_term_out_of_range
    {%- for column in amounts %}
    or (own_{{ column }} is not null and {{ column }} is null)
    {%- endfor %} as is_out_of_range
from uplifted

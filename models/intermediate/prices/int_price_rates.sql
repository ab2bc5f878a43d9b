{%- set amounts = ['price', 'fixed_amount', 'event_minimum', 'event_maximum'] -%}
-- The rates of prices that are not one price, with amounts risen by renewals like a price. A share
-- of the metered value does not rise.
with rates as (
    select * from {{ ref('ratebook', 'int_price_rates_given') }}
),

uplifted as (
    select
        {%- for column in amounts %}
        case
            when is_uplifted
                then {{ ratebook.uplifted_price(
                    column, 'uplift_factor', 'uplift_factor_error'
                ) | indent(16) }}
            else {{ column }}
        end as uplifted_{{ column }},
        {%- endfor %}
        rates.*
    from rates
),

checked as (
    select
        {%- for column in amounts %}
        is_{{ column }}_out_of_range
        or ({{ column }} is not null and uplifted_{{ column }} is null)
            as is_{{ column }}_too_large,
        {%- endfor %}
        uplifted.*
    from uplifted
)

-- An empty rate or amount of events is 0 beside the other one.
select
    rating_set,
    configuration_set,
    price_rates_id,
    rates_id,
    cell_id,
    tiers_cell_id,
    values_text,
    is_charged,
    input,
    price_uid,
    charge_model,
    is_uplifted,
    uplift_factor,
    uplift_factor_error,
    case when charge_model in ('FLAT', 'PACKAGE') then uplifted_price end as price,
    package_size,
    coalesce(percent_rate, cast(0 as decimal(18, 10))) as percent_rate,
    coalesce(uplifted_fixed_amount, cast(0 as decimal(18, 10))) as fixed_amount,
    free_events,
    uplifted_event_minimum as event_minimum,
    uplifted_event_maximum as event_maximum,
    case charge_model
        when
            'PERCENTAGE'
            then
                percent_rate is null
                and fixed_amount is null
                and not is_percent_rate_out_of_range
                and not is_fixed_amount_out_of_range
        when 'FLAT' then price is null and not is_price_out_of_range
        when
            'PACKAGE'
            then
                (price is null and not is_price_out_of_range)
                or (package_size is null and not is_package_size_out_of_range)
        else false
    end as has_no_price,
    case charge_model
        when 'FLAT' then is_price_too_large
        when 'PACKAGE' then is_price_too_large or is_package_size_out_of_range
        when
            'PERCENTAGE'
            then
                is_percent_rate_out_of_range
                or is_fixed_amount_too_large
                or is_event_minimum_too_large
                or is_event_maximum_too_large
                or is_free_events_out_of_range
        else false
    end as is_out_of_range
from checked

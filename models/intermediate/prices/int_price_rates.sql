{%- set amounts = ['price', 'fixed_amount', 'event_minimum', 'event_maximum'] -%}
{%- set of_events = ['percent_rate', 'fixed_amount', 'event_minimum', 'event_maximum'] -%}
{#- The columns that a charge model uses. Those with tiers use only these. -#}
{%- set used = {'FLAT': ['price'], 'PACKAGE': ['price', 'package_size'], 'PERCENTAGE': of_events} -%}
-- The rates of prices that are not one price, with amounts risen by renewals like a price. A share
-- of the metered value does not rise.
with rates as (
    select * from {{ ref('ratebook', 'int_price_rates_given') }}
),

uplifted as (
    select
        *,
        {%- for column in amounts %}
        case
            when is_uplifted
                then {{ ratebook.uplifted_price(
                    column, 'uplift_factor', 'uplift_factor_error'
                ) | indent(16) }}
            else {{ column }}
        end as uplifted_{{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from rates
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
        {%- for model in ['FLAT', 'PACKAGE'] %}
        when
            '{{ model }}'
            then
                {%- for column in used[model] %}
                (
                    {{ column }} is null
                    and not is_{{ column }}_out_of_range
                ){{ " or" if not loop.last }}
                {%- endfor %}
        {%- endfor %}
        else false
    end as has_no_price,
    case charge_model
        {%- for model, columns in used.items() %}
        when
            '{{ model }}'
            then
                {%- for column in columns %}
                is_{{ column }}_out_of_range
                {%- if column in amounts %}
                or ({{ column }} is not null and uplifted_{{ column }} is null)
                {%- endif %}
                {{ "or" if not loop.last }}
                {%- endfor %}
                {{ 'or is_free_events_out_of_range' if model == 'PERCENTAGE' }}
        {%- endfor %}
        else false
    end as is_out_of_range
from uplifted

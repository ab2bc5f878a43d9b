-- The tiers of prices, with unit prices and flat amounts risen by renewals like a price. A share of
-- the metered value does not rise.
{%- set risen = ratebook.uplifted_price(
    'tiers.%s', 'prices.uplift_factor', 'prices.uplift_factor_error'
) %}
with prices as (
    select * from {{ ref('ratebook', 'int_price_rates') }}
    where charge_model in {{ ratebook.text_list(ratebook.charge_models(['tiers'])) }}
),

tiers as (
    select * from {{ ref('ratebook', 'int_price_tiers') }}
),

uplifted as (
    select
        prices.rating_set,
        prices.rates_id,
        tiers.tier_number,
        tiers.from_quantity,
        tiers.up_to,
        tiers.has_no_price,
        tiers.is_out_of_range,
        tiers.unit_price as own_unit_price,
        tiers.flat_amount as own_flat_amount,
        case
            when prices.is_uplifted and prices.charge_model != 'GRADUATED_PERCENTAGE'
                then {{ risen | replace('%s', 'unit_price') }}
            else tiers.unit_price
        end as unit_price,
        case
            when prices.is_uplifted then {{ risen | replace('%s', 'flat_amount') }}
            else tiers.flat_amount
        end as flat_amount
    from prices
    inner join tiers
        on
            prices.configuration_set = tiers.rating_set
            and prices.input = tiers.input
            and prices.price_uid = tiers.price_uid
            and prices.tiers_cell_id is not distinct from tiers.cell_id
)

-- An empty price or amount is 0 beside the other one.
select
    rating_set,
    rates_id,
    tier_number,
    from_quantity,
    up_to,
    coalesce(unit_price, cast(0 as decimal(18, 10))) as unit_price,
    coalesce(flat_amount, cast(0 as decimal(18, 10))) as flat_amount,
    tier_number = max(tier_number) over (partition by rating_set, rates_id) as is_last_tier,
    has_no_price,
    is_out_of_range
    or (own_unit_price is not null and unit_price is null)
    or (own_flat_amount is not null and flat_amount is null) as is_out_of_range
from uplifted

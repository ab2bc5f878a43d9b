-- Each rated quantity with its amount by the charge model of its price, exactly:
-- amount_whole + amount_rest / amount_divisor, in units of 10^-22.
with amounts as (
    {%- for charges in ['flat', 'package', 'tiered', 'percentage'] %}
    select
        rating_set,
        rated_id,
        amount_divisor,
        amount_whole,
        amount_rest,
        {{ 'rates_text' if charges in ['tiered', 'percentage'] else 'cast(null as varchar)' }}
            as rates_text,
        {{ 'free_quantity_used' if charges == 'percentage' else 'cast(null as decimal(38, 12))' }}
            as free_quantity_used
    from {{ ref('ratebook', 'int_charges_' ~ charges) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    amounts.rating_set,
    amounts.rated_id,
    quantities.charged_id,
    quantities.cell_id,
    quantities.values_text,
    quantities.charge_model,
    quantities.price,
    quantities.package_size,
    quantities.price_per,
    quantities.share_numerator,
    quantities.share_divisor,
    amounts.amount_divisor,
    amounts.amount_whole,
    amounts.amount_rest,
    amounts.rates_text,
    quantities.quantity,
    coalesce(amounts.free_quantity_used, quantities.free_quantity_used) as free_quantity_used,
    quantities.event_count
from amounts
inner join {{ ref('ratebook', 'int_rated_quantities') }} as quantities
    on
        amounts.rating_set = quantities.rating_set
        and amounts.rated_id = quantities.rated_id

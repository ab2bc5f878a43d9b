-- Each rated quantity with its amount by the charge model of its price, exactly:
-- amount_whole + amount_rest / amount_divisor, in units of 10^-22.
with amounts as (
    {%- for charges in ['flat', 'package', 'tiered'] %}
    select
        rating_set,
        rated_id,
        amount_divisor,
        amount_whole,
        amount_rest,
        {{ 'tiers_text' if charges == 'tiered' else 'cast(null as varchar)' }} as tiers_text
    from {{ ref('ratebook', 'int_charges_' ~ charges) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    amounts.*,
    quantities.quantity,
    quantities.free_quantity_used,
    quantities.event_count
from amounts
inner join {{ ref('ratebook', 'int_rated_quantities') }} as quantities
    on
        amounts.rating_set = quantities.rating_set
        and amounts.rated_id = quantities.rated_id

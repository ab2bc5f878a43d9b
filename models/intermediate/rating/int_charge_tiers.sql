-- The part of each rated quantity that lies in a tier. GRADUATED and GRADUATED_PERCENTAGE: what the
-- span adds to the tier, and the flat amount if the span enters it. VOLUME: the whole span in the
-- tier of the period's quantity; the flat amount is owed by the first span.
with quantities as (
    select * from {{ ref('ratebook', 'int_rated_quantities') }}
    where rates_id is not null
),

tiers as (
    select * from {{ ref('ratebook', 'int_uplifted_tiers') }}
),

bounded as (
    select
        quantities.rating_set,
        quantities.rated_id,
        quantities.charge_model,
        quantities.quantity_divisor,
        quantities.amount_divisor,
        quantities.is_first_of_period,
        quantities.numerator_to_end,
        quantities.numerator_to_start,
        quantities.numerator_of_period,
        tiers.tier_number,
        tiers.from_quantity,
        tiers.up_to,
        tiers.unit_price,
        tiers.flat_amount,
        -- Below zero the first tier holds, and above the last bound the last tier.
        case
            when tiers.tier_number > 1
                then {{ ratebook.bound_numerator(
                    'tiers.from_quantity', 'quantities.quantity_divisor'
                ) }}
        end as lower_numerator,
        case
            when not tiers.is_last_tier
                then {{ ratebook.bound_numerator('tiers.up_to', 'quantities.quantity_divisor') }}
        end as upper_numerator
    from quantities
    inner join tiers
        on
            quantities.rating_set = tiers.rating_set
            and quantities.rates_id = tiers.rates_id
),

parts as (
    select
        *,
        {%- for name in ['to_end', 'to_start'] %}
        case
            when numerator_{{ name }} > upper_numerator
                then upper_numerator - coalesce(lower_numerator, 0)
            when numerator_{{ name }} <= lower_numerator then 0
            else numerator_{{ name }} - coalesce(lower_numerator, 0)
        end as part_{{ name }},
        coalesce(numerator_{{ name }} > lower_numerator, true) as is_entered_{{ name }},
        {%- endfor %}
        coalesce(numerator_of_period > lower_numerator, true)
        and coalesce(numerator_of_period <= upper_numerator, true) as is_tier_of_period
    from bounded
),

in_tiers as (
    select
        *,
        case
            when numerator_of_period is null then null
            when charge_model != 'VOLUME' then part_to_end - part_to_start
            when is_tier_of_period then numerator_to_end - numerator_to_start
            else 0
        end as numerator,
        case
            when charge_model = 'VOLUME' then is_tier_of_period and is_first_of_period
            else is_entered_to_end and (is_first_of_period or not is_entered_to_start)
        end as enters,
        charge_model != 'VOLUME'
        and not is_first_of_period
        and is_entered_to_start
        and not is_entered_to_end as leaves
    from parts
),

amounts as (
    select
        rating_set,
        rated_id,
        charge_model,
        tier_number,
        from_quantity,
        up_to,
        unit_price,
        case
            when enters then flat_amount
            when leaves then -flat_amount
            else cast(0 as decimal(18, 10))
        end as flat_amount,
        numerator,
        quantity_divisor,
        amount_divisor,
        {{ ratebook.amount_whole('unit_price', 'numerator', 'amount_divisor') }} as amount_whole,
        {{ ratebook.amount_rest('unit_price', 'numerator', 'amount_divisor') }} as amount_rest
    from in_tiers
)

select
    *,
    {{ ratebook.decimal_quantity('numerator', 'quantity_divisor') }} as quantity,
    cast(
        {{ ratebook.exact_charge('amount_whole', 'amount_rest', 'amount_divisor') }}
        + cast(flat_amount as decimal(38, 20)) as decimal(38, 20)
    ) as amount
from amounts

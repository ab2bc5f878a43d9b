-- What is wrong with the rates of a price, all cells of a matrix price together, and a key that is
-- equal for equal rates.
with rates as (
    select * from {{ ref('ratebook', 'int_price_rates') }}
),

tiers as (
    select
        rating_set,
        rates_id,
        max(case when has_no_price then 1 else 0 end) = 1 as has_no_price,
        max(case when is_out_of_range then 1 else 0 end) = 1 as is_out_of_range,
        {{ ratebook.joined_texts("coalesce(cast(up_to as varchar), '')") }} as bounds_key,
        {{ ratebook.joined_texts(
            "coalesce(cast(up_to as varchar), '') || ':' || cast(unit_price as varchar) || ':' || "
            "cast(flat_amount as varchar)"
        ) }} as tiers_key
    from {{ ref('ratebook', 'int_uplifted_tiers') }}
    group by rating_set, rates_id
),

checked as (
    select
        rates.*,
        case when rates.is_charged then tiers.bounds_key end as bounds_key,
        rates.charge_model in {{ ratebook.text_list(ratebook.charge_models(['tiers'])) }}
        and coalesce(tiers.has_no_price, true) as has_tier_without_price,
        coalesce(tiers.is_out_of_range, false) as has_tier_out_of_range,
        case
            when rates.is_charged and rates.charge_model = 'PACKAGE' then rates.package_size
        end as package_bound,
        {{ ratebook.surrogate_key([
            'rates.cell_id', 'rates.values_text', 'rates.charge_model', 'tiers.tiers_key',
        ], [
            'cast(rates.price as varchar)',
            "case when rates.charge_model = 'PACKAGE' then cast(rates.package_size as varchar) end",
            "case when rates.charge_model = 'PERCENTAGE' then " ~ ratebook.surrogate_key([], [
                'cast(rates.percent_rate as varchar)', 'cast(rates.fixed_amount as varchar)',
                'cast(rates.free_events as varchar)', 'cast(rates.event_minimum as varchar)',
                'cast(rates.event_maximum as varchar)',
            ]) ~ " end",
        ]) }} as rates_key
    from rates
    left join tiers
        on
            rates.rating_set = tiers.rating_set
            and rates.rates_id = tiers.rates_id
)

select
    rating_set,
    price_rates_id as rates_id,
    max(case when has_no_price or has_tier_without_price then 1 else 0 end) = 1
        as has_rate_without_price,
    min(case when has_no_price or has_tier_without_price then cell_id end) as cell_without_price,
    max(case when is_out_of_range or has_tier_out_of_range then 1 else 0 end) = 1
        as has_rate_out_of_range,
    max(case when charge_model = 'PERCENTAGE' and event_minimum > event_maximum then 1 else 0 end)
    = 1 as has_minimum_above_maximum,
    max(case
        when charge_model not in {{ ratebook.text_list(ratebook.charge_models()) }} then 1 else 0
    end) = 1 as has_unknown_model,
    min(case
        when
            coalesce(charge_model, '')
            not in {{ ratebook.text_list(ratebook.charge_models()) }}
            then cell_id
    end) as cell_of_unknown_model,
    -- The tiers of a matrix price itself only charge spans without usage.
    max(case when is_charged and charge_model = 'PERCENTAGE' then 1 else 0 end) = 1
        as has_percentage,
    max(case when is_charged and charge_model != 'PERCENTAGE' then 1 else 0 end) = 1
        as has_other_than_percentage,
    max(case when is_charged and charge_model != 'FLAT' then 1 else 0 end) = 1
        as has_other_than_flat,
    -- Cells can only share tiers or packages that begin and end at the same quantities.
    coalesce(min(bounds_key) != max(bounds_key), false)
    or coalesce(min(package_bound) != max(package_bound), false) as has_different_bounds,
    {{ ratebook.joined_texts('rates_key') }} as rates_key
from checked
group by rating_set, price_rates_id

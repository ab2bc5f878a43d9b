-- GRADUATED, GRADUATED_PERCENTAGE and VOLUME: the sum of what each tier owes, and how it comes
-- about.
with tiers as (
    select
        *,
        case
            when unit_price = 0 and flat_amount != 0 then ''
            else
                {{ ratebook.text_of_decimal(
                    ratebook.decimal_quantity('numerator', 'quantity_divisor')
                ) }}
                || ' x ' || {{ ratebook.text_of_decimal('unit_price') }}
                || case when charge_model = 'GRADUATED_PERCENTAGE' then '%' else '' end
                || case when flat_amount != 0 then ' + ' else '' end
        end
        || case
            when flat_amount != 0 then {{ ratebook.text_of_decimal('flat_amount') }} || ' flat'
            else ''
        end as tier_text
    from {{ ref('ratebook', 'int_charge_tiers') }}
)

select
    rating_set,
    rated_id,
    amount_divisor,
    {{ ratebook.sum_of_amounts('amount_whole', 'flat_amount') }} as amount_whole,
    {{ ratebook.sum_of_amounts('amount_rest') }} as amount_rest,
    coalesce(
        {{ ratebook.joined_in_order(
            'case when numerator != 0 or flat_amount != 0 then tier_text end', 'tier_number', ' + '
        ) }},
        min(case when tier_number = 1 then tier_text end)
    ) as rates_text
from tiers
group by rating_set, rated_id, amount_divisor

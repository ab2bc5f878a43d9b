{% macro customer_explanation() -%}
    {#-
        What a printed line item does not show: sentences, null if there are none. A sentence that does not apply is
        empty. Columns of int_line_items.
    -#}
    {%- set free = ratebook.grouped_digits(ratebook.text_of_decimal('free_quantity')) -%}
    {%- set free_here = ratebook.grouped_digits(ratebook.text_of_decimal('free_quantity_used')) -%}
    {%- set limit -%}
        case
            when limit_amount = {{ ratebook.round_money('limit_amount', 'minor_units') }}
                then {{ ratebook.grouped_digits('(' ~ ratebook.text_of_money('limit_amount', 'minor_units') ~ ')') }}
            else {{ ratebook.grouped_digits(ratebook.text_of_decimal('limit_amount')) }}
        end || ' ' || currency
    {%- endset -%}
    {%- set limited_time = "case when prorate then 'the days in force' else 'the period' end" -%}
    nullif(ltrim(
        case
            when line_type != 'minimum_true_up' and uplift_count > 0 and renewal_uplift_percent != 0
                then
                    ' The price has ' || case when renewal_uplift_percent > 0 then 'risen' else 'fallen' end || ' by '
                    || {{ ratebook.text_of_decimal('abs(renewal_uplift_percent)') }} || '% at '
                    || case
                        when uplift_count = 1 then '1 renewal.'
                        else 'each of ' || cast(uplift_count as varchar) || ' renewals.'
                    end
            else ''
        end
        || coalesce(
            case when charge_model = 'PERCENTAGE' then ' Events: ' else ' Tiers: ' end || rates_text || '.', ''
        )
        || case
            when is_part
                then
                    ' Its part is ' || {{ ratebook.grouped_digits('cast(share_numerator as varchar)') }}
                    || ' of ' || {{ ratebook.grouped_digits('cast(share_divisor as varchar)') }}
                    || ' in all lines of this price.'
            else ''
        end
        || case
            when charge_model = 'PACKAGE' and line_type != 'minimum_true_up'
                then ' The price is per package of ' || {{ ratebook.grouped_digits(ratebook.text_of_decimal('package_size')) }} || '.'
            when charge_model not in ('GRADUATED_PERCENTAGE', 'PACKAGE', 'PERCENTAGE') and price_per != 1 and line_type != 'minimum_true_up'
                then ' Prices are per ' || {{ ratebook.grouped_digits('cast(price_per as varchar)') }} || '.'
            else ''
        end
        || case
            when price_months is null or line_type = 'minimum_true_up' then ''
            when price_months = 1
                then ' The price is for 1 month, and charged for ' || cast(invoice_schedule as varchar) || '.'
            else
                ' The price is for ' || cast(price_months as varchar) || ' months, and charged for '
                || cast(invoice_schedule as varchar) || '.'
        end
        || case
            when is_part and free_quantity != 0
                then ' The first ' || {{ free }} || ' of all cells in the period are free.'
            when free_quantity_used != 0 and charge_model = 'PERCENTAGE'
                then ' Of the quantity, ' || {{ free_here }} || ' is free.'
            when free_quantity_used != 0
                then
                    ' The first ' || {{ free }} || ' of the period are free, ' || {{ free_here }}
                    || ' of them on this line.'
            else ''
        end
        || case
            when line_type != 'fixed' or prorated_days = period_days then ''
            when prorate
                then
                    ' Charged for ' || cast(prorated_days as varchar)
                    || ' of ' || cast(period_days as varchar) || ' days.'
            else ' Charged in full, without proration.'
        end
        || case
            when discount_percent > 0 and discount_amount != 0
                then ' Includes a ' || {{ ratebook.text_of_decimal('discount_percent') }} || '% discount.'
            else ''
        end
        || case
            when limit_amount is null then ''
            when line_type = 'minimum_true_up'
                then ' The minimum for ' || {{ limited_time }} || ' is ' || {{ limit }} || '.'
            else ' Limited to ' || {{ limit }} || ', the maximum for ' || {{ limited_time }} || '.'
        end
        || case
            when amount_unrounded = amount then ''
            else
                case when is_part then ' Rounded together with the other cells, from ' else ' Rounded from ' end
                || {{ ratebook.grouped_digits(ratebook.text_of_decimal('amount_unrounded')) }} || '.'
        end
    ), '')
{%- endmacro %}

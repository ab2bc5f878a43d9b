{%- set charge_model = ratebook.of_price_group('charge_model') -%}
{%- set original_price = ratebook.of_price_group('price') -%}
{%- set rated_apart = ratebook.text_list(ratebook.charge_models(['tiers', 'events'])) -%}
{%- set is_rated_apart = charge_model ~ ' in ' ~ rated_apart ~ ' or '
    ~ ratebook.of_price_group('has_matrix') -%}
{%- set limits = ['minimum_amount', 'maximum_amount', 'free_quantity'] -%}
{%- set uplifted_price = ratebook.uplifted_price(
    original_price, 'priced.uplift_factor', 'priced.uplift_factor_error'
) -%}
-- Every field of a price from the first source that gives it, and the name of that source.
with offers as (
    select * from {{ ref('ratebook', 'int_offers') }}
),

offer_windows as (
    select * from {{ ref('ratebook', 'int_renewed_offer_windows') }}
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

priced as (
    select
        offers.*,
        coalesce(offer_windows.override_uid, offers.ad_hoc_price_uid) as contract_price_uid,
        offer_windows.effective_at as window_effective_at,
        offer_windows.ineffective_at as window_ineffective_at,
        offer_windows.renewal_number,
        offer_windows.uplift_count,
        offer_windows.renewal_uplift_percent,
        offer_windows.is_uplifted,
        offer_windows.uplift_factor,
        offer_windows.uplift_factor_error
    from offer_windows
    inner join offers
        on offer_windows.offer_id = offers.offer_id
)

select
    {%- for column in [
        'rating_set', 'configuration_set', 'lineage_id', 'contract_uid', 'contract_id',
        'customer_id', 'pricebook_id', 'pricebook_uid', 'product_uid', 'product_name', 'unit_name',
        'product_type', 'aggregation', 'product_defect', 'list_price_uid', 'contract_price_uid',
        'lineage_ordinal', 'phase', 'renewal_number', 'uplift_count', 'renewal_uplift_percent',
        'is_uplifted', 'uplift_factor', 'uplift_factor_error', 'billing_target', 'billing_timezone',
        'contract_started_at', 'contract_ended_at', 'renews_at', 'phase_anchor',
        'phase_start_months', 'term_started_at', 'term_ended_at', 'pricebook_schedule_unit',
        'payment_terms_kind',
    ] %}
    priced.{{ column }},
    {%- endfor %}
    priced.is_unreadable
    or coalesce(list_terms.is_unreadable, false)
    or coalesce(contract_terms.is_unreadable, false) as is_unreadable,
    case when not list_terms.has_matrix then list_terms.price end as list_price,
    list_terms.charge_model as list_charge_model,
    coalesce(
        list_terms.price_per, case when list_terms.is_price_per_out_of_range is not true then 1 end
    ) as list_price_per,
    -- Tiers, the rates of events, or cells are the price of those that have them.
    case
        when {{ is_rated_apart }} then null
        when priced.is_uplifted then {{ uplifted_price }}
        else {{ original_price }}
    end as price,
    case when contract_terms.has_price_group then 'contract_price' else 'list_price' end
        as price_source,
    coalesce(
        {{ charge_model }}, case when {{ ratebook.of_price_group('has_matrix') }} then 'FLAT' end
    ) as charge_model,
    {{ ratebook.of_price_group('input') }} as price_group_input,
    {{ ratebook.of_price_group('price_uid') }} as price_group_price_uid,
    {%- for column in [
        'has_matrix', 'matrix_defect', 'package_size', 'is_package_size_out_of_range',
    ] %}
    {{ ratebook.of_price_group(column) }} as {{ column }},
    {%- endfor %}
    case
        when {{ is_rated_apart }}
            then {{ ratebook.surrogate_key(
                [charge_model, ratebook.of_price_group('input'), ratebook.of_price_group('price_uid')],
                ["case when priced.is_uplifted"
                " then coalesce(cast(priced.uplift_factor as varchar), 'none') end"],
            ) }}
    end as rates_id,
    coalesce({{ ratebook.of_price_group('is_price_out_of_range') }}, false) or coalesce(
        priced.is_uplifted and {{ original_price }} is not null and {{ uplifted_price }} is null,
        false
    ) as is_price_out_of_range,
    {%- for column in limits + ['price_months', 'tiers_per', 'pricing_metadata'] %}
    coalesce(contract_terms.{{ column }}, list_terms.{{ column }}) as {{ column }},
    {%- endfor %}
    coalesce(contract_terms.price_per, list_terms.price_per, 1) as price_per,
    {{ ratebook.source_of([
        ('contract_price', 'contract_terms.minimum_amount'),
        ('list_price', 'list_terms.minimum_amount'),
    ], 'default') }} as minimum_amount_source,
    coalesce(contract_terms.fixed_quantity, list_terms.fixed_quantity, cast(1 as decimal(24, 12)))
        as fixed_quantity,
    contract_terms.discount_percent,
    contract_terms.discount_amount,
    (
        coalesce(contract_terms.is_discount_percent_out_of_range, false)
        or coalesce(contract_terms.is_discount_amount_out_of_range, false)
        {%- for column in limits + ['price_per', 'fixed_quantity'] %}
        or coalesce(contract_terms.is_{{ column }}_out_of_range, false)
        or (
            contract_terms.{{ column }} is null
            and coalesce(list_terms.is_{{ column }}_out_of_range, false)
        )
        {%- endfor %}
    ) as is_any_amount_out_of_range,
    coalesce(contract_terms.has_price_group, false)
    or coalesce(list_terms.has_price_group, false) as has_price_group,
    priced.currency,
    priced.currency_source,
    priced.is_currency_mismatch,
    coalesce(
        contract_terms.invoice_delivery, list_terms.invoice_delivery,
        priced.pricebook_invoice_delivery, 'ARREARS'
    ) as invoice_delivery,
    {{ ratebook.source_of([
        ('contract_price', 'contract_terms.invoice_delivery'),
        ('list_price', 'list_terms.invoice_delivery'),
        ('pricebook', 'priced.pricebook_invoice_delivery'),
    ], 'default') }} as invoice_delivery_source,
    coalesce(contract_terms.invoice_schedule, list_terms.invoice_schedule) as own_invoice_schedule,
    coalesce(contract_terms.schedule_unit, list_terms.schedule_unit) as own_schedule_unit,
    priced.pricebook_invoice_schedule,
    {{ ratebook.source_of([
        ('contract_price', 'contract_terms.invoice_schedule'),
        ('list_price', 'list_terms.invoice_schedule'),
    ], 'default') }} as own_invoice_schedule_source,
    {%- for column, default in {'billing_anchor': "'CALENDAR'", 'prorate': 'true'}.items() %}
    coalesce(
        contract_terms.{{ column }}, priced.contract_{{ column }}, list_terms.{{ column }},
        priced.pricebook_{{ column }}, {{ default }}
    ) as {{ column }},
    {{ ratebook.source_of([
        ('contract_price', 'contract_terms.' ~ column), ('contract', 'priced.contract_' ~ column),
        ('list_price', 'list_terms.' ~ column), ('pricebook', 'priced.pricebook_' ~ column),
    ], 'default') }} as {{ column }}_source,
    {%- endfor %}
    greatest(
        coalesce(priced.contract_payment_terms_days, priced.pricebook_payment_terms_days, 0), 0
    ) as payment_terms_days,
    priced.window_effective_at as effective_at,
    priced.window_ineffective_at as ineffective_at
from priced
left join price_terms as list_terms
    on
        priced.configuration_set = list_terms.rating_set
        and list_terms.input = 'list_prices'
        and priced.list_price_uid = list_terms.price_uid
left join price_terms as contract_terms
    on
        priced.rating_set = contract_terms.rating_set
        and contract_terms.input = 'contract_prices'
        and priced.contract_price_uid = contract_terms.price_uid

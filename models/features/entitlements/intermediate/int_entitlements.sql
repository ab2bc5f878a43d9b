{{ config(enabled=ratebook.has_feature('entitlements')) }}

-- Entitlements; the one that contains the as-of time has the usage of its billing period.
with windows as (
    select * from {{ ref('ratebook', 'int_entitlement_windows') }}
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
    where
        is_last_span
        and product_type = 'EVENT'
        and started_at <= {{ ratebook.as_of() }}
        and ended_at > {{ ratebook.as_of() }}
),

cumulative_quantities as (
    select * from {{ ref('ratebook', 'int_cumulative_quantities') }}
),

used as (
    select
        spans.rating_set,
        spans.contract_id,
        spans.product_uid,
        min(spans.started_at) as period_started_at,
        max(spans.ended_at) as period_ended_at,
        max(
            {{ ratebook.decimal_quantity(
                'cumulative_quantities.quantity_numerator_to_end',
                'cumulative_quantities.quantity_divisor'
            ) }}
        ) as used_quantity
    from spans
    inner join cumulative_quantities
        on
            spans.rating_set = cumulative_quantities.rating_set
            and spans.span_id = cumulative_quantities.span_id
    group by spans.rating_set, spans.contract_id, spans.product_uid
)

select
    windows.rating_set,
    {{ ratebook.surrogate_key(
        ['windows.contract_id', 'windows.customer_id', 'windows.product_uid'],
        [ratebook.text_of_instant('windows.effective_at')]
    ) }} as entitlement_id,
    windows.customer_id,
    windows.contract_id,
    windows.product_uid,
    windows.product_type,
    windows.effective_at,
    windows.ineffective_at,
    windows.quantity,
    used.period_started_at,
    used.period_ended_at,
    used.used_quantity,
    -- A correction may take the usage below zero; that does not raise the free quantity.
    case
        when windows.quantity is not null and used.used_quantity is not null
            then
                least(
                    windows.quantity,
                    greatest(
                        cast(windows.quantity - used.used_quantity as decimal(38, 12)),
                        cast(0 as decimal(38, 12))
                    )
                )
    end as left_quantity
from windows
left join used
    on
        windows.rating_set = used.rating_set
        and windows.contract_id = used.contract_id
        and windows.product_uid = used.product_uid
        and windows.effective_at <= {{ ratebook.as_of() }}
        and windows.ineffective_at > {{ ratebook.as_of() }}

{%- set severity = var('ratebook_pricing_integrity', 'off') | string %}
{{ config(
    enabled=severity in ('warn', 'error'),
    severity=severity if severity in ('warn', 'error') else 'warn',
    tags=['pricing_integrity'],
) }}

-- Otherwise there is usage that no customer pays for. Repeats, events that a filter excludes, and
-- those in a trial are unrated on purpose.
select
    transaction_id,
    product_uid,
    reason,
    detail
from {{ ref('ratebook', 'usage_event_exceptions') }}
where reason not in ('DUPLICATE', 'FILTERED_OUT', 'IN_TRIAL')

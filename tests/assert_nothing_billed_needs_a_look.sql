{%- set severity = var('ratebook_pricing_integrity', 'off') | string %}
{{ config(
    enabled=severity in ('warn', 'error'),
    severity=severity if severity in ('warn', 'error') else 'warn',
    tags=['pricing_integrity'],
) }}

-- Otherwise something is billed that may not be intended, such as a price above the list price.
select
    input,
    id,
    version,
    reason,
    detail
from {{ ref('ratebook', 'pricing_exceptions') }}
where effect = 'BILLED'

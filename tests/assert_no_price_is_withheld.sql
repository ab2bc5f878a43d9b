{%- set severity = var('ratebook_pricing_integrity', 'off') | string %}
{{ config(
    enabled=severity in ('warn', 'error'),
    severity=severity if severity in ('warn', 'error') else 'warn',
    tags=['pricing_integrity'],
) }}

-- Otherwise a row of the catalogue or of a contract is not billed, which only `pricing_exceptions`
-- shows.
select
    input,
    id,
    version,
    reason,
    detail
from {{ ref('ratebook', 'pricing_exceptions') }}
where effect = 'NOT_BILLED'

{{ config(enabled=ratebook.has_feature('entitlements')) }}

-- Grants that take no effect. A grant to an unknown customer or for an unknown product takes
-- effect: it has no matching entitlement and shows as a discrepancy.
with grants as (
    select * from {{ ref('ratebook', 'int_grants') }}
)

{% for reason, condition, detail in [
    ('UNKNOWN_REFERENCE', 'customer_id is null or product_uid is null',
        "case when customer_id is null then 'customer_id is empty' else 'product_uid is empty' end"),
    ('NO_START', 'granted_at is null', "'granted_at is empty'"),
    ('EMPTY_WINDOW', 'is_empty', "'it is revoked before it is granted, or at once'"),
    ('OUT_OF_RANGE', 'is_out_of_range',
        "'quantity is out of its range or has too many decimals'"),
] -%}
select
    rating_set,
    'entitlement_grants' as input,
    grant_uid as id,
    '{{ reason }}' as reason,
    {{ detail }} as detail
from grants
where {{ condition }}
{{ "union all" if not loop.last }}
{% endfor %}

{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- What the documentation of each marketplace states. Users of no marketplace need not load these
-- tables.
-- depends_on: {{ ref('ratebook', 'stg_marketplace_agreements') }}
{% for marketplace, seed in ratebook.marketplaces().items() -%}
select
    '{{ marketplace }}' as marketplace,
    kind,
    name,
    value,
    hours
from {{ ratebook.shipped_rows(
    seed, ['kind', 'name', 'value', 'hours'], ref('ratebook', 'stg_marketplace_agreements')
) }}
{{ "union all" if not loop.last }}
{% endfor %}

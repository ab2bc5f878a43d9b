-- When contract prices begin and end through the renewals of their contracts.
with dates as (
    select * from {{ ref('ratebook', 'int_contract_price_dates') }}
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

term_ends as (
    select distinct
        rating_set,
        contract_id,
        term_ends_at
    from {{ ref('ratebook', 'int_term_ends') }}
    where is_automatic
),

-- The products of ad hoc prices, and of the list prices that overrides name.
products as (
    select
        rating_set,
        price_uid as contract_price_uid,
        product_uid
    from price_terms
    where input = 'contract_prices' and list_price_uid is null and list_price_id is null
    {%- for key, column in {'list_price_uid': 'price_uid', 'list_price_id': 'durable_id'}.items() %}
    union
    select
        overrides.rating_set,
        overrides.price_uid as contract_price_uid,
        list_prices.product_uid
    from price_terms as overrides
    inner join price_terms as list_prices
        on
            overrides.configuration_set = list_prices.rating_set
            and overrides.{{ key }} = list_prices.{{ column }}
            and list_prices.input = 'list_prices'
    where
        overrides.input = 'contract_prices'
        {%- if key == 'list_price_id' %} and overrides.list_price_uid is null{% endif %}
    {%- endfor %}
),

offers as (
    select * from {{ ref('ratebook', 'int_offers_undated') }}
),

-- What ad hoc prices and overrides sell, on the contract rows that sell it.
anchored as (
    select
        rating_set,
        contract_id,
        ad_hoc_price_uid as contract_price_uid,
        product_uid,
        phase_anchor,
        effective_at,
        ineffective_at
    from offers
    where ad_hoc_price_uid is not null
    union all
    select
        offers.rating_set,
        offers.contract_id,
        override_targets.contract_price_uid,
        offers.product_uid,
        offers.phase_anchor,
        offers.effective_at,
        offers.ineffective_at
    from offers
    inner join {{ ref('ratebook', 'int_override_targets') }} as override_targets
        on
            offers.rating_set = override_targets.rating_set
            and offers.offer_id = override_targets.offer_id
),

-- Another contract price of the product, of a contract row in force then, begins when this one
-- ends.
followed as (
    select distinct
        ending.rating_set,
        ending.contract_id,
        ending.contract_price_uid,
        ending.phase_anchor
    from dates as ending
    inner join products
        on
            ending.rating_set = products.rating_set
            and ending.contract_price_uid = products.contract_price_uid
    inner join dates as beginning
        on
            ending.rating_set = beginning.rating_set
            and ending.contract_id = beginning.contract_id
            and ending.own_end_at = beginning.own_start_at
            and ending.contract_price_uid != beginning.contract_price_uid
    inner join anchored
        on
            beginning.rating_set = anchored.rating_set
            and beginning.contract_id = anchored.contract_id
            and beginning.contract_price_uid = anchored.contract_price_uid
            and beginning.phase_anchor = anchored.phase_anchor
            and products.product_uid = anchored.product_uid
            and beginning.own_start_at >= anchored.effective_at
            and beginning.own_start_at < anchored.ineffective_at
),

first_term_ends as (
    select
        dates.rating_set,
        dates.contract_id,
        dates.contract_price_uid,
        dates.phase_anchor,
        min(term_ends.term_ends_at) as term_ends_at
    from dates
    inner join term_ends
        on
            dates.rating_set = term_ends.rating_set
            and dates.contract_id = term_ends.contract_id
            and coalesce(dates.own_start_at, dates.contract_started_at) < term_ends.term_ends_at
    where not dates.renews
    group by 1, 2, 3, 4
)

-- What ends with the term ends there. An ad hoc price whose date that is continues, unless another
-- price follows. `renews` says otherwise, also about a price with a later end or none.
select
    dates.rating_set,
    dates.contract_id,
    dates.contract_price_uid,
    dates.phase_anchor,
    dates.renews,
    dates.own_start_at,
    dates.own_end_at,
    followed.contract_price_uid is not null as is_followed,
    case
        when term_ends.term_ends_at is null and not dates.renews
            then least(dates.own_end_at, first_term_ends.term_ends_at)
        when
            term_ends.term_ends_at is null
            or not coalesce(
                dates.renews, dates.is_dated_ad_hoc and followed.contract_price_uid is null
            )
            then dates.own_end_at
    end as ends_at
from dates
left join term_ends
    on
        dates.rating_set = term_ends.rating_set
        and dates.contract_id = term_ends.contract_id
        and dates.own_end_at = term_ends.term_ends_at
{%- for relation in ['followed', 'first_term_ends'] %}
left join {{ relation }}
    on
        dates.rating_set = {{ relation }}.rating_set
        and dates.contract_id = {{ relation }}.contract_id
        and dates.contract_price_uid = {{ relation }}.contract_price_uid
        and dates.phase_anchor = {{ relation }}.phase_anchor
{%- endfor %}

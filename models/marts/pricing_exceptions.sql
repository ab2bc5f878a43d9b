with configuration_in_use as (
    select * from {{ ref('ratebook', 'int_configuration_in_use') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

reasons as (
    select * from {{ ref('ratebook', 'int_reasons_by_row') }}
),

billed_reasons as (
    select * from {{ ref('ratebook', 'int_reasons') }}
    where effect = 'BILLED'
),

reported as (
    select
        configuration_in_use.input,
        configuration_in_use.row_id,
        configuration_in_use.id,
        configuration_in_use.version,
        reasons.reason,
        reasons.detail
    from configuration_in_use
    inner join reasons
        on
            configuration_in_use.input = reasons.input
            and configuration_in_use.id = reasons.id
    where configuration_in_use.is_in_force
    union all
    select
        input,
        row_id,
        id,
        version,
        'UNPARSABLE_CELL' as reason,
        'cannot be read: ' || unparsable_cells as detail
    from configuration_in_use
    where unparsable_cells is not null and is_in_force
    union all
    select
        input,
        row_id,
        id,
        version,
        'NO_ID' as reason,
        'id is empty' as detail
    from configuration_in_use
    where is_without_id
    union all
    select
        input,
        row_id,
        id,
        version,
        'DUPLICATE_ID_AND_VERSION' as reason,
        'another row has this id and version' as detail
    from configuration_in_use
    where has_same_id_and_version
    {%- if ratebook.has_feature('marketplaces') %}
    union all
    select
        input,
        row_id,
        id,
        0 as version,
        reason,
        detail
    from {{ ref('ratebook', 'int_marketplace_record_exceptions') }}
    {%- endif %}
)

select
    reported.input,
    reported.row_id,
    reported.id,
    reported.version,
    reported.reason,
    coalesce(billed_reasons.effect, 'NOT_BILLED') as effect,
    min(reported.detail) as detail
from reported
left join billed_reasons
    on reported.reason = billed_reasons.reason
group by
    reported.input, reported.row_id, reported.id, reported.version, reported.reason,
    billed_reasons.effect

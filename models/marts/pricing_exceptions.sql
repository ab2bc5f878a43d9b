with configuration_in_use as (
    select * from {{ ref('ratebook', 'int_configuration_in_use') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

reasons as (
    select * from {{ ref('ratebook', 'int_reasons_by_row') }}
),

owners as (
    select
        input,
        row_id,
        contract_id,
        customer_id
    from {{ ref('ratebook', 'int_exception_owners') }}
    {%- if ratebook.has_feature('ledger') %}
    union all
    select
        'payments' as input,
        row_id,
        cast(null as varchar) as contract_id,
        customer_id
    from {{ ref('ratebook', 'int_payments') }}
    {%- endif %}
),

-- Reasons that always mean the same for the invoice.
effects as (
    select
        reason,
        max(case when effect = 'BILLED' then 1 else 0 end) = 1 as is_billed
    from {{ ref('ratebook', 'int_reasons') }}
    where effect in ('BILLED', 'NOT_BILLED')
    group by reason
    having count(*) = 1
),

reported as (
    select
        configuration_in_use.input,
        configuration_in_use.row_id,
        configuration_in_use.id,
        configuration_in_use.version,
        reasons.reason,
        reasons.column_name,
        reasons.limit_value,
        reasons.is_billed,
        reasons.detail
    from configuration_in_use
    inner join reasons
        on
            configuration_in_use.input = reasons.input
            and configuration_in_use.id = reasons.id
    where configuration_in_use.is_in_force
    {%- for reason, condition, column, is_billed, detail in [
        ('UNPARSABLE_CELL', 'unparsable_cells is not null and is_in_force', 'unparsable_columns',
            'not is_unreadable', "'cannot be read: ' || ltrim(unparsable_cells, '; ')"),
        ('NO_ID', 'is_without_id', "'id'", 'false', "'id is empty'"),
        ('DUPLICATE_ID_AND_VERSION', 'has_same_id_and_version', 'cast(null as varchar)', 'false',
            "'another row has the id ' || id || ', and its version'"),
    ] %}
    union all
    select
        input,
        row_id,
        id,
        version,
        '{{ reason }}' as reason,
        {{ column }} as column_name,
        cast(null as decimal(38, 20)) as limit_value,
        {{ is_billed }} as is_billed,
        {{ detail }} as detail
    from configuration_in_use
    where {{ condition }}
    {%- endfor %}
    {%- for feature, model in {
        'marketplaces': 'int_marketplace_record_exceptions', 'ledger': 'int_payment_exceptions',
    }.items() if ratebook.has_feature(feature) %}
    union all
    select
        input,
        row_id,
        id,
        0 as version,
        reason,
        cast(null as varchar) as column_name,
        cast(null as decimal(38, 20)) as limit_value,
        cast(null as boolean) as is_billed,
        detail
    from {{ ref('ratebook', model) }}
    {%- endfor %}
    {%- if ratebook.has_feature('ledger') %}
    union all
    select
        input,
        row_id,
        id,
        version,
        reason,
        column_name,
        cast(null as decimal(38, 20)) as limit_value,
        cast(null as boolean) as is_billed,
        detail
    from {{ ref('ratebook', 'int_ledger_exceptions') }}
    {%- endif %}
),

-- What was found several times is not billed if it is not billed once.
judged as (
    select
        reported.input,
        reported.row_id,
        reported.id,
        reported.version,
        reported.reason,
        case
            when
                min(case when coalesce(reported.is_billed, effects.is_billed) then 1 else 0 end) = 1
                then 'BILLED'
            else 'NOT_BILLED'
        end as effect,
        {{ ratebook.joined_texts('reported.column_name') }} as column_name,
        min(reported.limit_value) as limit_value,
        min(reported.detail) as detail
    from reported
    left join effects
        on reported.reason = effects.reason
    group by
        reported.input, reported.row_id, reported.id, reported.version, reported.reason
)

select
    judged.input,
    judged.row_id,
    judged.id,
    judged.version,
    judged.reason,
    judged.effect,
    owners.contract_id,
    owners.customer_id,
    judged.column_name,
    judged.limit_value,
    judged.detail
from judged
left join owners
    on
        judged.input = owners.input
        and judged.row_id = owners.row_id

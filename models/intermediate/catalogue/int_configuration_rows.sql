{{ config(post_hook="{{ ratebook.check_branch() }}") }}
-- depends_on: {{ ref('ratebook', 'stg_usage_events') }}

with input_rows as (
    {%- for input in ratebook.active_inputs() if input not in ratebook.log_inputs() %}
    select
        '{{ input }}' as input,
        row_id,
        row_text,
        copy_count,
        id,
        version,
        created_at,
        is_deleted,
        branch,
        unparsable_cells,
        {{ ratebook.is_unparsable(ratebook.decisive_columns(input)) }} as is_unreadable
    from {{ ref('ratebook', 'stg_' ~ input) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

rating_sets as (
    {%- for rating_set in ratebook.rating_sets() %}
    select {{ ratebook.text_literal(rating_set) }} as rating_set
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

visible as (
    select
        rating_sets.rating_set,
        input_rows.*
    from input_rows
    inner join rating_sets
        on input_rows.branch in ('main', rating_sets.rating_set)
    where {{ ratebook.is_known_by_system_time('input_rows.created_at') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by rating_set, input, id
            order by
                version desc,
                case when branch = 'main' then 1 else 0 end asc,
                created_at desc nulls last,
                row_text desc,
                row_id asc
        ) as choice
    from visible
),

-- The row that wins, for comparison with the others of the same id.
with_chosen as (
    select
        *,
        first_value(version)
            over (partition by rating_set, input, id order by choice)
            as chosen_version,
        first_value(branch)
            over (partition by rating_set, input, id order by choice)
            as chosen_branch
    from ranked
)

select
    rating_set,
    input,
    row_id,
    id,
    version,
    unparsable_cells,
    {{ ratebook.unparsable_columns('unparsable_cells') }} as unparsable_columns,
    is_unreadable,
    id is null and not is_deleted as is_without_id,
    id is not null and choice = 1 and not is_deleted as is_in_force,
    id is not null
    and version = chosen_version
    and branch = chosen_branch
    and (choice > 1 or copy_count > 1) as has_same_id_and_version
from with_chosen

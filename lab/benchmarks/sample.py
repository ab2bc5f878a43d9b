"""Inputs for benchmarks: any number of customers, contracts and events like the case study's.

Deterministic: the same numbers give the same rows. Parquet files have at most ten million events;
one in a hundred is a repeat, one in a thousand cannot be rated.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from tqdm import tqdm

EVENTS_PER_FILE = 10_000_000
FIRST_MONTH = "2023-01-01"
# Inputs that ratebook needs and the sample leaves empty.
ABSENT = ["customer_aliases", "price_tiers", "currencies"]
# Of the sample that sells tokens by model, direction and region.
ABSENT_FOR_TOKENS = [*ABSENT, "product_filters", "contract_prices"]

# A pricebook like the case study's: two meters for every customer, one filtered, and a fee.
CATALOGUE = {
    "products": """
        select * from (values
            ('updates', 'Updates', 'EVENT', 'update', null),
            ('creates', 'Creates', 'EVENT', 'create', 'agg_value'),
            ('calls', 'API calls', 'EVENT', 'api_call', null),
            ('fee', 'Platform fee', 'FIXED', null, null)
        ) as products (id, name, ptype, event_name, agg_property)
    """,
    "product_filters": """
        select
            'live' as id, 'calls' as product_uid, 'environment' as property,
            '["sandbox", "test"]' as excluded_values, 'true' as is_optional
    """,
    "pricebooks": "select 'book' as id, 'book' as durable_id, 'USD' as currency",
    "list_prices": """
        select *, 'book' as pricebook_uid from (values
            ('l_updates', 'updates', '0.05', null, null),
            ('l_creates', 'creates', '0.04', null, null),
            ('l_calls', 'calls', '0.002', '100', null),
            ('l_fee', 'fee', '100', null, 'ADVANCED')
        ) as prices (id, product_uid, price, free_quantity, invoice_delivery)
    """,
}

# One product, sold at one price or at one for each model, direction and region.
REGIONS, DIRECTIONS = 5, 4
TOKENS = {
    "products": """
        select
            'tokens' as id, 'Tokens' as name, 'EVENT' as ptype, 'completion' as event_name,
            'tokens' as agg_property, 'SUM' as aggregation
    """,
    "pricebooks": "select 'book' as id, 'book' as durable_id, 'USD' as currency",
    "list_prices": """
        select
            'l_tokens' as id, 'book' as pricebook_uid, 'tokens' as product_uid, '2.50' as price,
            '1000000' as price_per
    """,
    "customers": """
        select 'customer-' || number as id, id as durable_id, 'Customer ' || number as name
        from range({contracts}) as numbers (number)
    """,
    "contracts": """
        select
            'contract-' || number as id, id as durable_id, 'customer-' || number as customer_id,
            'book' as pricebook_id, '{first_month}' as started_at
        from range({contracts}) as numbers (number)
    """,
}
MATRIX = {
    "price_dimensions": """
        select
            property as id, 'l_tokens' as list_price_uid, property,
            cast(row_number() over () as varchar) as position
        from (values ('model'), ('direction'), ('region')) as properties (property)
    """,
    "price_cells": """
        select
            'cell-' || number as id, 'l_tokens' as list_price_uid, 'cell-' || number as cell_id,
            '{{"model": "model-' || number // ({regions} * {directions})
            || '", "direction": "direction-' || number // {regions} % {directions}
            || '", "region": "region-' || number % {regions} || '"}}' as cell_values,
            '0.' || 100 + number as price
        from range({cells}) as numbers (number)
    """,
}
TOKEN_EVENTS = """
    select
        'event-' || number as transaction_id,
        'customer-' || hash(number * 3 + 1) % {contracts} as customer_id,
        cast(null as varchar) as customer_alias,
        '{{"name": "completion", "tokens": ' || 1 + hash(number * 3 + 2) % 5000
        || ', "model": "model-' || cell // ({regions} * {directions})
        || '", "direction": "direction-' || cell // {regions} % {directions}
        || '", "region": "region-' || cell % {regions}
        || '", "request": "' || number || '"}}' as properties,
        cast('{first_month}' as timestamp)
        + to_seconds(cast(hash(number * 3) % ({months} * 30 * 86400) as bigint)) as metered_at,
        metered_at + to_seconds(hash(number * 7) % 1000) as received_at
    from (
        select
            number,
            -- Every customer uses some of the cells.
            cast(
                (hash(number * 3 + 1) % {contracts} * 7 + hash(number * 5) % {used_cells}) % {cells}
                as bigint
            ) as cell
        from range({first}, {last}) as numbers (number)
    )
"""

# Every third contract is amended mid-month, every tenth customer is in Berlin.
CONTRACTS = {
    "customers": """
        select
            'customer-' || number as id, id as durable_id, 'Customer ' || number as name,
            case when number % 10 = 0 then 'Europe/Berlin' end as billing_timezone
        from range({contracts}) as numbers (number)
    """,
    "contracts": """
        with numbers as (select number from range({contracts}) as numbers (number))

        select
            'contract-' || number as id, id as durable_id, 'customer-' || number as customer_id,
            'book' as pricebook_id, '{first_month}' as started_at, null as ended_at,
            null as effective_at, null as payment_terms_days
        from numbers
        union all
        select
            'contract-' || number || '-amended', 'contract-' || number, 'customer-' || number,
            'book', '{first_month}', null,
            cast(
                cast('{first_month}' as date) + to_months(cast({months} // 2 as integer))
                + to_days(14) as date
            ),
            '30'
        from numbers
        where number % 3 = 0
    """,
    "contract_prices": """
        select
            'discount-' || number as id, 'contract-' || number as contract_id,
            'l_creates' as list_price_uid, '10' as discount_percent
        from range({contracts}) as numbers (number)
        where number % 5 = 0
    """,
}

# Pseudorandom numbers that are the same everywhere: products of primes, truncated.
EVENTS = """
    with numbers as (
        select
            number,
            -- One in a hundred is the event before it once more.
            case when number % 100 = 99 then number - 1 else number end as event_number
        from range({first}, {last}) as numbers (number)
    ),

    drawn as (
        select
            number,
            event_number,
            hash(event_number * 3 + 1) % {contracts} as customer_number,
            hash(event_number * 3 + 2) % 1000 as draw,
            hash(event_number * 3) % ({months} * 30 * 86400) as second
        from numbers
    )

    select
        'event-' || event_number as transaction_id,
        'customer-' || customer_number as customer_id,
        cast(null as varchar) as customer_alias,
        -- No two events have the same properties: engines may read equal ones once.
        case
            when draw = 0 then '{{"name": "heartbeat"'
            when draw < 450 then '{{"name": "update", "characters": ' || 1 + draw % 500
            when draw < 600 then '{{"name": "create", "agg_value": ' || 1 + draw % 500
            else
                '{{"name": "api_call", "environment": "'
                || case when draw % 50 = 0 then 'sandbox' else 'live' end || '"'
        end || ', "request": "' || event_number || '"}}' as properties,
        cast('{first_month}' as timestamp) + to_seconds(cast(second as bigint)) as metered_at,
        metered_at + to_seconds(cast(draw as bigint) + number - event_number) as received_at
    from drawn
"""


def end_of(months: int) -> str:
    """Return the day after this many months."""
    with duckdb.connect() as connection:
        sql = "select cast(cast($1 as date) + to_months($2) as date)"
        return str(connection.execute(sql, [FIRST_MONTH, months]).fetchall()[0][0])


def write_events(
    directory: Path,
    *,
    events: int,
    contracts: int,
    months: int,
    cells: int = 0,
    used_cells: int = 0,
) -> str:
    """Write the events and return the glob of their files; with cells, those of tokens."""
    directory.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        # The progress bar below is enough.
        connection.execute("set enable_progress_bar = false")
        for first in tqdm(range(0, events, EVENTS_PER_FILE), desc="Events", unit="file"):
            sql = (TOKEN_EVENTS if cells else EVENTS).format(
                cells=cells,
                used_cells=used_cells,
                regions=REGIONS,
                directions=DIRECTIONS,
                first=first,
                last=min(first + EVENTS_PER_FILE, events),
                contracts=contracts,
                months=months,
                first_month=FIRST_MONTH,
            )
            path = directory / f"events-{first // EVENTS_PER_FILE:03}.parquet"
            connection.execute(f"copy ({sql}) to '{path}' (format parquet)")
    return str(directory / "*.parquet")


def write_tables(
    path: Path, schema: str, *, contracts: int, months: int, cells: int | None = None
) -> list[str]:
    """Write customers, catalogue and contracts as tables, and return the names of the tables.

    With cells tokens are sold: at one price for 0, else at one for each cell.
    """
    queries = CATALOGUE | CONTRACTS if cells is None else TOKENS | (MATRIX if cells else {})
    with duckdb.connect(path) as connection:
        connection.execute(f"create schema if not exists {schema}")
        for name, query in queries.items():
            sql = query.format(
                contracts=contracts,
                months=months,
                first_month=FIRST_MONTH,
                cells=cells,
                regions=REGIONS,
                directions=DIRECTIONS,
            )
            connection.execute(f"create or replace table {schema}.{name} as {sql}")
    return list(queries)

#!/usr/bin/env python3
"""Time bframe on usage events.

Run it as `.venv-parity/bin/python lab/benchmarks/run_bframe.py events.parquet`.

The file has the columns of ratebook's usage_events. Every customer_id in it gets a contract on one
pricebook, monthly in arrears, that sells a product for every event name at 0.05 an event.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

import duckdb
from bframelib import Client

# Only events that bframe can read: it stops at invalid times or properties.
EVENTS = """
    create temp view received as
    select
        transaction_id, customer_id, try_cast(properties as json) as properties,
        try_cast(metered_at as timestamptz) as metered_at,
        try_cast(coalesce(received_at, metered_at) as timestamptz) as received_at
    from read_parquet('{events}')
    where
        transaction_id is not null
        and customer_id is not null
        and try_cast(properties as json) is not null
        and try_cast(metered_at as timestamptz) is not null
        and try_cast(coalesce(received_at, metered_at) as timestamptz) is not null
"""
TERM = """
    select
        date_trunc('month', min(metered_at)),
        date_trunc('month', max(metered_at)) + interval 1 month
    from received
"""
TENANT = "1 as org_id, 1 as env_id, 1 as branch_id"
CONFIGURATION = f"""
    insert into src.organizations (id, name) values (1, 'ratebook');
    insert into src.environments (id, org_id, name) values (1, 1, 'benchmark');
    insert into src.branches (id, org_id, env_id, name) values (1, 1, 1, 'main');
    create temp table customers as
    select row_number() over () as id, customer_id
    from (select distinct customer_id from received);
    create temp table names as
    select row_number() over () as id, name
    from (select distinct json_extract_string(properties, '$.name') as name from received)
    where name is not null;
    insert into src.customers by name
    select {TENANT}, id, customer_id as durable_id, customer_id as name from customers;
    insert into src.products by name
    select {TENANT}, id, name, 'EVENT' as ptype, name as event_name from names;
    insert into src.pricebooks by name
    select
        {TENANT}, 1 as id, 'book' as durable_id, 'Book' as name, 'ARREARS' as invoice_delivery,
        1 as invoice_schedule;
    insert into src.list_prices by name
    select {TENANT}, id, 1 as pricebook_uid, id as product_uid, '0.05' as price from names;
    insert into src.contracts by name
    select
        {TENANT}, id, 'contract-' || customer_id as durable_id, customer_id,
        'book' as pricebook_id, timestamptz '{{start}}' as started_at,
        timestamptz '{{end}}' as ended_at, started_at as effective_at
    from customers
"""  # noqa: S608
LOAD = f"insert into src.events by name select {TENANT}, * from received"  # noqa: S608
LINES = "select count(*), sum(quantity), sum(amount) from bframe.line_items"


def run(events: Path) -> None:
    """Load the events, bill them, and print the seconds of both and the peak memory."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(EVENTS.format(events=events))
    start, end = connection.execute(TERM).fetchall()[0]
    config = {
        "org_id": 1,
        "env_id": 1,
        "branch_id": 1,
        "rating_as_of_dt": end.isoformat(),
        "rating_range": [start.isoformat(), end.isoformat()],
    }
    client = Client(config, con=connection)
    connection.execute(CONFIGURATION.format(start=start, end=end))

    began = time.perf_counter()
    connection.execute(LOAD)
    loaded = time.perf_counter()
    lines, quantity, amount = client.execute(LINES).fetchall()[0]
    billed = time.perf_counter()

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"load   {loaded - began:8.2f} s")
    print(f"lines  {billed - loaded:8.2f} s  {lines} lines, quantity {quantity}, amount {amount}")
    print(f"memory {peak:8.0f} MB at its peak")


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=Path, help="Parquet file, or files as a glob")
    run(parser.parse_args().events)
    return 0


if __name__ == "__main__":
    sys.exit(main())

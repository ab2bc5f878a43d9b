"""Bill cases with bframe: rows of its tables as JSON in, invoices as JSON out.

Runs in its own environment, and relies only on bframe's documentation and the columns of its
tables.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb
from bframelib import Client

Tables = Mapping[str, list[dict[str, Any]]]

RATING_RANGE = ["2018-01-01", "2026-01-01"]
SET_UP = (
    "insert into src.organizations (id, name) values (1, 'ratebook')",
    "insert into src.environments (id, org_id, name) values (1, 1, 'parity')",
    "insert into src.branches (id, org_id, env_id, name)"
    " values (1, 1, 1, 'main'), (2, 1, 1, 'what_if')",
)
INVOICES = """
    select contract_id, invoice_delivery, epoch(started_at), epoch(ended_at), status, total
    from bframe.invoices
    where total != 0
"""


class NoPlaceError(Exception):
    """A cell for which bframe has no column."""


def main() -> None:
    """Bill each case of the JSON on standard input; an error affects only its own case."""
    task = json.load(sys.stdin)
    json.dump([answer(one, task["as_of"]) for one in task["cases"]], sys.stdout)


def answer(case: Mapping[str, Any], as_of: str) -> dict[str, Any]:
    """Return the nonzero invoices of a case, and the number of ids of its lines."""
    try:
        connection = duckdb.connect()
        connection.execute("set TimeZone = 'UTC'")
        client = new_client(connection, case["branch_id"], as_of)
        load(connection, case["tables"])
        if time_zone := case["settings"].get("time_zone"):
            connection.execute(f"set TimeZone = '{time_zone}'")
        invoices = client.execute(INVOICES).fetchall()
        ids = client.execute("select count(*), count(distinct id) from bframe.line_items")
        lines, line_ids = ids.fetchall()[0]
    except (NoPlaceError, duckdb.Error) as error:
        return {"error": str(error).splitlines()[0]}
    return {
        "invoices": [
            [contract, delivery, instant(start), instant(end), status, str(total)]
            for contract, delivery, start, end, status, total in invoices
        ],
        "lines": lines,
        "line_ids": line_ids,
    }


def new_client(connection: duckdb.DuckDBPyConnection, branch_id: int, as_of: str) -> Client:
    """Return a client whose database has only its branches."""
    config = {
        "org_id": 1,
        "env_id": 1,
        "branch_id": branch_id,
        "prod_system_dt": as_of,
        "rating_as_of_dt": as_of,
        "rating_range": RATING_RANGE,
    }
    client = Client(config, con=connection)
    for statement in SET_UP:
        client.execute(statement)
    return client


def load(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Write rows into bframe's tables."""
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from information_schema.columns where table_catalog = 'src'"
    ).fetchall():
        columns.setdefault(table, set()).add(column)
    for table, rows in tables.items():
        for row in rows:
            for column in sorted(row.keys() - columns[table]):
                raise NoPlaceError(f"no column {column} in its {table}")
            marks = ", ".join("?" * len(row))
            connection.execute(
                f"insert into src.{table} ({', '.join(row)}) values ({marks})",  # noqa: S608
                list(row.values()),
            )


def instant(seconds: float) -> str:
    """Return an instant as UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"


if __name__ == "__main__":
    main()

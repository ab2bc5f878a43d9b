"""Builds that read only new usage: after each, the marts are those of a build that reads all.

More random histories than the usual ones: RATEBOOK_RANDOM_DAYS=20.
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Warehouse, close_readers, dbt
from input_tables import FILE_NAME, INPUT_SCHEMA, WITH_SEEDS, Builder
from oracle.cases import Cells
from oracle.inputs import COLUMNS
from test_against_oracle import batch_inputs, batch_settings, load

HISTORIES = int(os.environ.get("RATEBOOK_RANDOM_DAYS", "1"))
CASES = 12
DAYS = 4
MARTS = ("line_items", "usage_by_day", "usage_outcome_counts", "usage_event_exceptions")
ALL = tuple(f"+{mart}" for mart in MARTS)
# All that reads usage, without a look at which files there are.
USAGE = ("stg_usage_events", "path:models/intermediate/usage", "usage_outcome_counts")
# Rows of these come and go from day to day, so that customers, aliases and windows change.
CHANGING = ("customers", "customer_aliases", "contracts", "contract_prices")
CURSOR = "loaded_at"

Inputs = Mapping[str, Sequence[Cells]]


class History(NamedTuple):
    """A file with its inputs, and the vars of its builds."""

    path: Path
    builder: Builder
    settings: Mapping[str, object]

    def build(self, *options: str, selected: Sequence[str] = ALL) -> Warehouse:
        """Build the marts of usage, with what they read unless `selected` says otherwise."""
        dbt(
            [*WITH_SEEDS, *options, "--select", *selected],
            vars={"ratebook_input_schema": INPUT_SCHEMA, **self.settings},
            duckdb_path=self.path,
            manifest=self.builder.manifest,
        )
        return Warehouse(self.path)

    def read(self) -> tuple[int, int | None]:
        """Return the number of the newest read, and of the one that it continued."""
        (numbers,) = Warehouse(self.path).rows(
            "select read_number, continued_read from ratebook_state.int_usage_reads "
            "where part = 'READ'"
        )
        return numbers

    def copy_to(self, directory: Path) -> History:
        """Return the same inputs in a file that has not been built."""
        directory.mkdir()
        close_readers()
        path = directory / FILE_NAME
        with duckdb.connect(path) as connection:
            connection.execute(f"attach '{self.path}' as original (read_only)")
            connection.execute(f"create schema {INPUT_SCHEMA}")
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() "
                "where database_name = 'original' and schema_name = ?",
                [INPUT_SCHEMA],
            ).fetchall():
                table = f'{INPUT_SCHEMA}."{name}"'
                connection.execute(f"create table {table} as from original.{table}")
        return self._replace(path=path)


def write_inputs(path: Path, inputs: Inputs) -> None:
    """Replace the tables of the inputs, and leave the rest of the file as it is."""
    close_readers()
    if path.exists():
        with duckdb.connect(path) as connection:
            connection.execute(f"drop schema {INPUT_SCHEMA} cascade")
    load(path, inputs)


def write_file(path: Path, events: Sequence[Cells]) -> None:
    """Write events as a Parquet file of text."""
    columns = COLUMNS["usage_events"]
    schema = pa.schema([(column, pa.string()) for column in columns])
    rows = [{column: event[column] or None for column in columns} for event in events]
    pq.write_table(pa.Table.from_pylist(rows, schema), path)


def add_cursor(path: Path, days: Sequence[int]) -> None:
    """Give the rows of usage_events, in their order, the day on which they were inserted."""
    with duckdb.connect(path) as connection:
        connection.execute(f"alter table {INPUT_SCHEMA}.usage_events add column {CURSOR} bigint")
        connection.execute(
            f"update {INPUT_SCHEMA}.usage_events set {CURSOR} = ($days)[rowid + 1]",  # noqa: S608
            {"days": list(days)},
        )


def differing(found: Warehouse, expected: Warehouse) -> dict[str, tuple[int, int]]:
    """Return how many rows of each mart only one of two builds has."""
    close_readers()
    numbers = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{found.path}' as found (read_only)")
        connection.execute(f"attach '{expected.path}' as expected (read_only)")
        for mart in MARTS:
            (row,) = connection.execute(
                f"""
                select
                    (select count(*) from (
                        from found.ratebook.{mart} except all from expected.ratebook.{mart}
                    )),
                    (select count(*) from (
                        from expected.ratebook.{mart} except all from found.ratebook.{mart}
                    ))
                """  # noqa: S608
            ).fetchall()
            numbers[mart] = row
    return {mart: row for mart, row in numbers.items() if row != (0, 0)}


@pytest.mark.parametrize("seed", range(1, HISTORIES + 1))
@pytest.mark.parametrize("source", ["files", "table"])
def test_days_one_by_one(build: Builder, tmp_path: Path, source: str, seed: int) -> None:
    """Events come in any order over days, repeats before first arrivals; configuration changes."""
    chance = random.Random(f"{source}-{seed}")
    settings, eras = batch_settings(seed)
    prefixes = [f"q{number:03}_" for number in range(CASES)]
    inputs = batch_inputs(prefixes, seed, eras)
    # Some events come once more, as they are, or received earlier or later.
    events = list(inputs["usage_events"])
    for event in chance.sample(events, len(events) // 5):
        again = dict(event)
        if chance.random() < 0.5:
            again["received_at"] = chance.choice(events)["received_at"]
        events.append(again)
    days = sorted(chance.randrange(DAYS) for _ in events)
    chance.shuffle(events)
    assert set(days) == set(range(DAYS))
    variables = {f"ratebook_{name}": value for name, value in settings.items()}
    folder = tmp_path / "events"
    folder.mkdir()
    if source == "files":
        variables["ratebook_usage_events"] = f"{folder}/*.parquet"
    else:
        variables["ratebook_usage_cursor"] = CURSOR
    history = History(tmp_path / FILE_NAME, build, variables)
    continued = []
    for day in range(DAYS):
        is_last = day == DAYS - 1
        rows = {
            name: [row for row in rows if is_last or name not in CHANGING or chance.random() < 0.8]
            for name, rows in inputs.items()
        }
        so_far = [event for event, of_day in zip(events, days, strict=True) if of_day <= day]
        rows["usage_events"] = [] if source == "files" else so_far
        write_inputs(history.path, rows)
        if source == "files":
            of_day = [event for event, one in zip(events, days, strict=True) if one == day]
            write_file(folder / f"{day}.parquet", of_day)
        else:
            add_cursor(history.path, days[: len(so_far)])
        history.build()
        continued.append(history.read()[1] is not None)
        if day == 1 or is_last:
            whole = history.copy_to(tmp_path / f"whole-{day}")
            assert differing(Warehouse(history.path), whole.build()) == {}
    assert continued == [False, *([True] * (DAYS - 1))]


# One change at a time: what is read again


def used(event_id: str, metered_at: str, **cells: str) -> Cells:
    """Return an event of a call, received at once."""
    row = dict.fromkeys(COLUMNS["usage_events"], "")
    named = {} if "customer_alias" in cells else {"customer_id": "ann"}
    return row | {
        "transaction_id": event_id,
        "properties": '{"name": "call"}',
        "metered_at": metered_at,
        "received_at": metered_at,
        **named,
        **cells,
    }


FIRST_DAY = [
    used("e1", "2024-01-02T10:00:00Z"),
    used("e2", "2024-01-03T10:00:00Z"),
    used("e3", "2024-01-03T11:00:00Z", customer_id="bob"),
    used("e4", "2024-01-04T12:00:00Z", customer_alias="key-1"),
    used("e5", "2024-01-05T12:00:00Z", customer_alias="key-2"),
    used("e6", "2024-01-06T12:00:00Z", customer_id="eve"),
]
BASIC: dict[str, list[Cells]] = {
    "customers": [{"id": "ann"}, {"id": "bob"}],
    "customer_aliases": [{"id": "a1", "customer_id": "ann", "alias": "key-1"}],
    "products": [{"id": "calls", "name": "Calls", "ptype": "EVENT", "event_name": "call"}],
    "pricebooks": [{"id": "book", "currency": "USD"}],
    "list_prices": [{"id": "list", "pricebook_uid": "book", "product_uid": "calls", "price": "2"}],
    "contracts": [
        {
            "id": f"contract-{customer}",
            "customer_id": customer,
            "pricebook_id": "book",
            "started_at": "2024-01-01",
        }
        for customer in ("ann", "bob")
    ],
}
AS_OF = "2024-02-05"


class Daily:
    """Builds in a file of its own, with usage in a folder."""

    def __init__(self, builder: Builder, folder: Path) -> None:
        """Make an empty folder for usage."""
        self.folder = folder / "events"
        self.folder.mkdir()
        settings = {"usage_events": f"{self.folder}/*.parquet", "as_of": AS_OF}
        self.history = History(
            folder / FILE_NAME, builder, {f"ratebook_{k}": v for k, v in settings.items()}
        )

    def build(
        self, inputs: Inputs, *options: str, selected: Sequence[str] = ALL, **files: Sequence[Cells]
    ) -> Warehouse:
        """Write files of usage and the inputs, and build."""
        for name, events in files.items():
            write_file(self.folder / f"{name}.parquet", events)
        rows = {
            name: [dict.fromkeys(columns, "") | row for row in inputs.get(name, [])]
            for name, columns in COLUMNS.items()
        }
        for row in (row for cells in rows.values() for row in cells if "durable_id" in row):
            row["durable_id"] = row["durable_id"] or row["id"]
        write_inputs(self.history.path, rows)
        return self.history.build(*options, selected=selected)


def days_again(warehouse: Warehouse) -> set[tuple[str | None, str]]:
    """Return which days of which customers a build has summed again; None is everybody."""
    return set(
        warehouse.rows(
            """
            select customers.customer_id, cast(days.metered_date as varchar)
            from ratebook_intermediate.int_usage_read_again as days
            left join ratebook_state.int_known_customers as customers using (customer_number)
            """
        )
    )


def with_rows(**rows: list[Cells]) -> dict[str, list[Cells]]:
    """Return the inputs with more rows."""
    return BASIC | {name: [*BASIC[name], *more] for name, more in rows.items()}


def without(name: str, row_id: str) -> dict[str, list[Cells]]:
    """Return the inputs without a row."""
    return BASIC | {name: [row for row in BASIC[name] if row["id"] != row_id]}


CHANGES = {
    "nothing": (BASIC, [], set()),
    "later_usage": (BASIC, [used("e7", "2024-01-02T11:00:00Z")], set()),
    # e6 was of an unknown customer; so would any conflict be, of which there is none.
    "a_new_customer": (with_rows(customers=[{"id": "eve"}]), [], {(None, "2024-01-06")}),
    "a_new_alias": (
        with_rows(customer_aliases=[{"id": "a2", "customer_id": "bob", "alias": "key-2"}]),
        [],
        {(None, "2024-01-05")},
    ),
    # Whose e1, e2 and e4 are: the alias had no beginning and no end.
    "an_alias_is_gone": (
        without("customer_aliases", "a1"),
        [],
        {(None, "2024-01-02"), (None, "2024-01-03"), (None, "2024-01-04")},
    ),
    # e4 was counted; the alias now ends on the 4th at 06:00.
    "an_alias_ends": (
        with_rows(
            customer_aliases=[
                {
                    "id": "a1",
                    "version": "1",
                    "customer_id": "ann",
                    "alias": "key-1",
                    "ineffective_at": "2024-01-04T06:00:00",
                }
            ]
        ),
        [],
        {(None, "2024-01-04")},
    ),
    # 03:00 in New York is 08:00 UTC: e2 and e1 are of other days, bob's e3 is on this one.
    "a_day_is_cut": (
        with_rows(
            contracts=[
                {
                    "id": "contract-bob-amended",
                    "durable_id": "contract-bob",
                    "customer_id": "bob",
                    "pricebook_id": "book",
                    "started_at": "2024-01-01",
                    "effective_at": "2024-01-03T12:00:00Z",
                }
            ]
        ),
        [],
        {("bob", "2024-01-03")},
    ),
    "a_price": (
        BASIC | {"list_prices": [BASIC["list_prices"][0] | {"price": "3"}]},
        [],
        set(),
    ),
    # e2 once more, received a minute before: the first arrival is another one.
    "an_earlier_arrival": (
        BASIC,
        [used("e2", "2024-01-03T10:00:00Z", received_at="2024-01-03T09:59:00Z")],
        {(None, "2024-01-03")},
    ),
    # A repeat that comes later changes no sum.
    "a_repeat": (
        BASIC,
        [used("e2", "2024-01-03T10:00:00Z", received_at="2024-01-03T10:01:00Z")],
        set(),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_days_that_change_are_read_again(build: Builder, tmp_path: Path, change: str) -> None:
    """The build after a change is that of all usage, and reads again no other days."""
    inputs, events, again = CHANGES[change]
    daily = Daily(build, tmp_path)
    daily.build(BASIC, first=FIRST_DAY)
    found = daily.build(inputs, second=events)
    assert daily.history.read() == (2, 1)
    assert days_again(found) == again
    whole = daily.history.copy_to(tmp_path / "whole")
    assert differing(found, whole.build()) == {}


def test_all_is_read_again_if_it_is_not_known_what_is_new(build: Builder, tmp_path: Path) -> None:
    """Files that change or vanish, another product, and --full-refresh."""
    daily = Daily(build, tmp_path)
    outcomes = "select coalesce(sum(event_count), 0) from ratebook.usage_outcome_counts"
    # Each build, how many events there are, and the read that it continues.
    assert daily.build(BASIC, first=FIRST_DAY).rows(outcomes) == [(6,)]
    assert daily.history.read() == (1, None)
    more = [used("e7", "2024-01-07T10:00:00Z"), used("e8", "2024-01-08T10:00:00Z")]
    assert daily.build(BASIC, second=more).rows(outcomes) == [(8,)]
    assert daily.history.read() == (2, 1)
    assert daily.build(BASIC, second=more[:1]).rows(outcomes) == [(7,)]
    assert daily.history.read() == (3, None)
    (daily.folder / "second.parquet").unlink()
    assert daily.build(BASIC).rows(outcomes) == [(6,)]
    assert daily.history.read() == (4, None)
    product = {"id": "calls", "name": "Calls", "ptype": "EVENT", "event_name": "other"}
    assert daily.build(BASIC | {"products": [product]}).rows(outcomes) == [(6,)]
    assert daily.history.read() == (5, None)
    assert daily.build(BASIC, "--full-refresh").rows(outcomes) == [(6,)]
    assert daily.history.read() == (6, None)
    assert daily.build(BASIC).rows(outcomes) == [(6,)]
    assert daily.history.read() == (7, 6)
    # Who builds without looking for files reads those that are there.
    assert daily.build(BASIC, selected=USAGE, second=more).rows(outcomes) == [(8,)]
    assert daily.history.read() == (8, None)
    assert daily.build(BASIC).rows(outcomes) == [(8,)]
    assert daily.history.read() == (9, None)


def test_tables_by_their_cursor(build: Builder, tmp_path: Path) -> None:
    """Rows with a value that has been passed, without a value, or deleted: all is read again."""
    history = History(
        tmp_path / FILE_NAME,
        build,
        {"ratebook_usage_cursor": CURSOR, "ratebook_as_of": AS_OF},
    )
    rows = {
        name: [dict.fromkeys(columns, "") | row for row in BASIC.get(name, [])]
        for name, columns in COLUMNS.items()
    } | {"usage_events": FIRST_DAY}
    write_inputs(history.path, rows)
    add_cursor(history.path, [1, 1, 1, 2, 2, 2])
    outcomes = "select sum(event_count) from ratebook.usage_outcome_counts"
    events = f"{INPUT_SCHEMA}.usage_events"
    statements = [
        ("select 1", 6, None),
        (f"insert into {events} select * replace ('e7' as transaction_id, 3 as {CURSOR}) from {events} where transaction_id = 'e1'", 7, 1),  # noqa: E501, S608
        (f"insert into {events} select * replace ('e8' as transaction_id, 2 as {CURSOR}) from {events} where transaction_id = 'e1'", 8, None),  # noqa: E501, S608
        (f"delete from {events} where transaction_id = 'e8'", 7, None),  # noqa: S608
        (f"insert into {events} select * replace ('e9' as transaction_id, null as {CURSOR}) from {events} where transaction_id = 'e1'", 8, None),  # noqa: E501, S608
        (f"update {events} set {CURSOR} = 4 where {CURSOR} is null", 8, None),  # noqa: S608
        ("select 1", 8, 6),
    ]  # fmt: skip
    for number, (statement, count, continued) in enumerate(statements, start=1):
        close_readers()
        with duckdb.connect(history.path) as connection:
            connection.execute(statement)
        assert history.build().rows(outcomes) == [(count,)]
        assert history.read() == (number, continued)


@pytest.mark.parametrize("table", ["int_usage_terms", "int_usage_event_repeats"])
def test_tables_that_do_not_fit_each_other(build: Builder, tmp_path: Path, table: str) -> None:
    """One that was dropped, or made anew alone, no longer tells what has changed: all is read."""
    daily = Daily(build, tmp_path)
    daily.build(BASIC, first=FIRST_DAY)
    assert daily.history.build().path.exists()
    assert daily.history.read() == (2, 1)
    changed = without("customers", "bob")
    repeat = used("e2", "2024-01-03T10:00:00Z", received_at="2024-01-03T09:59:00Z")
    # Made anew alone: customers are those of the changed inputs.
    daily.build(changed, selected=["int_known_customers"])
    daily.history.build("--full-refresh", selected=[table])
    found = daily.build(changed, second=[repeat])
    assert daily.history.read() == (3, None)
    whole = daily.history.copy_to(tmp_path / "whole")
    assert differing(found, whole.build()) == {}
    close_readers()
    with duckdb.connect(daily.history.path) as connection:
        connection.execute(f"drop table ratebook_state.{table}")
    daily.build(BASIC)
    assert daily.history.read() == (4, None)

"""Canaries: local midnights that decide invoices. An upgrade of time zone data may move them.

The instants are those of IANA's version 2026f, which DuckDB 2.0.0 has. Older data (2025b, for
example) has other midnights for Vancouver, Edmonton and Winnipeg from November 2026 on, and for
Casablanca from September 2026 on. If a midnight moves, invoices of that zone move with it: change
the instant here only after reading IANA's news, and say so in the changelog.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import duckdb
import pytest
import pytz
from conftest import CASE_STUDY, dbt
from dbt.contracts.graph.manifest import Manifest


class Midnight(NamedTuple):
    """The beginning of a local day, in UTC."""

    zone: str
    day: str
    instant: str

    def __str__(self) -> str:
        """Name the case for pytest."""
        return f"{self.zone} {self.day}"


MIDNIGHTS = [
    Midnight("America/Vancouver", "2026-03-08", "2026-03-08 08:00"),
    Midnight("America/Vancouver", "2026-11-01", "2026-11-01 07:00"),
    # On summer time for good.
    Midnight("America/Vancouver", "2026-12-01", "2026-12-01 07:00"),
    Midnight("America/Edmonton", "2026-12-01", "2026-12-01 06:00"),
    Midnight("America/Winnipeg", "2026-12-01", "2026-12-01 05:00"),
    Midnight("America/Winnipeg", "2027-07-01", "2027-07-01 05:00"),
    # An hour ahead of UTC, but not in Ramadan, and from 20 September 2026 never again.
    Midnight("Africa/Casablanca", "2026-02-15", "2026-02-14 23:00"),
    Midnight("Africa/Casablanca", "2026-02-16", "2026-02-16 00:00"),
    Midnight("Africa/Casablanca", "2026-03-23", "2026-03-22 23:00"),
    Midnight("Africa/Casablanca", "2026-09-20", "2026-09-19 23:00"),
    Midnight("Africa/Casablanca", "2026-09-21", "2026-09-21 00:00"),
    Midnight("Africa/Casablanca", "2026-12-01", "2026-12-01 00:00"),
    Midnight("Europe/Berlin", "2026-03-29", "2026-03-28 23:00"),
    Midnight("Europe/Berlin", "2026-03-30", "2026-03-29 22:00"),
    Midnight("Europe/Berlin", "2026-12-01", "2026-11-30 23:00"),
    Midnight("America/New_York", "2026-11-01", "2026-11-01 04:00"),
    Midnight("America/New_York", "2026-12-01", "2026-12-01 05:00"),
    Midnight("Asia/Kolkata", "2026-12-01", "2026-11-30 18:30"),
    # No summer time since 2021, and no 30 December in 2011.
    Midnight("Pacific/Apia", "2011-12-31", "2011-12-30 10:00"),
    Midnight("Pacific/Apia", "2026-12-01", "2026-11-30 11:00"),
]


@pytest.fixture(scope="module")
def found(
    seeds_manifest: Manifest, tmp_path_factory: pytest.TempPathFactory
) -> dict[Midnight, datetime]:
    """Return the instants that ratebook finds on this engine."""
    result = dbt(
        ["compile", "--inline", "select {{ ratebook.local_midnight('day', 'zone') }}"],
        duckdb_path=tmp_path_factory.mktemp("zones") / CASE_STUDY.name,
        manifest=seeds_manifest,
    )
    expression = result.result.results[0].node.compiled_code.removeprefix("select ")
    with duckdb.connect() as connection:
        connection.execute("create table days (zone varchar, day date)")
        connection.executemany(
            "insert into days values (?, ?)", [(one.zone, one.day) for one in MIDNIGHTS]
        )
        rows = connection.execute(f"select {expression} from days order by rowid")  # noqa: S608
        return {one: instant for one, (instant,) in zip(MIDNIGHTS, rows.fetchall(), strict=True)}


@pytest.mark.parametrize("midnight", MIDNIGHTS, ids=str)
def test_local_midnights(found: dict[Midnight, datetime], midnight: Midnight) -> None:
    """As the engine's own time zone data has them."""
    assert found[midnight] == datetime.fromisoformat(midnight.instant)


@pytest.mark.parametrize("midnight", MIDNIGHTS, ids=str)
def test_a_second_source_has_the_same_midnights(midnight: Midnight) -> None:
    """What dbt itself installs: if only one of the two moves, the other is out of date."""
    local = pytz.timezone(midnight.zone).localize(datetime.fromisoformat(midnight.day))
    assert local.astimezone(UTC).replace(tzinfo=None) == datetime.fromisoformat(midnight.instant)

"""A desk for metering records: a mart that a test writes, an outbox, and the commands for it."""

from __future__ import annotations

import csv
import functools
import hashlib
import os
import stat
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import simplejson
from conftest import ratebook, seed_file
from metering_apis import problems

from ratebook.metering import outbox

NOON = datetime(2024, 5, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ARN = "arn:aws:license-manager::123456789012:license:l-{}"
GUID = "6f0c9b1e-0a2b-4c3d-9e4f-{:012}"
SEEDS = {
    "AWS": "marketplace_aws",
    "AZURE": "marketplace_azure",
    "GOOGLE_CLOUD": "marketplace_google_cloud",
}
MART = "ratebook.marketplace_metering_records"
MART_SQL = f"""
    create or replace table {MART} (
        metering_record_id text, agreement_id text, marketplace text, listing_id text,
        buyer_id text, resource_id text, plan_id text, dimension text, metered_hour timestamp,
        state text, quantity decimal(38, 6), product_quantity decimal(38, 12), is_whole boolean,
        attempt_count bigint, returned_at timestamp, send_before_at timestamp, is_sendable boolean,
        outbox text
    )
"""
# What the build has read of the outbox: an id for each time that a record was sent.
SENT_SQL = "create or replace table ratebook_staging.stg_marketplace_sent_records (id text)"
SENT_ROWS_SQL = """
    insert into ratebook_staging.stg_marketplace_sent_records
    select metering_record_id from ratebook.marketplace_metering_records, range(attempt_count)
"""


class CrashError(Exception):
    """The machine stops here."""


@dataclass(frozen=True)
class Record:
    """A row of marketplace_metering_records."""

    marketplace: str = "AWS"
    agreement_id: str = "agreement"
    listing_id: str | None = "product"
    buyer_id: str | None = "123456789012"
    resource_id: str | None = None
    plan_id: str | None = None
    dimension: str = "requests"
    metered_hour: datetime = NOON - HOUR
    state: str = "pending"
    quantity: Decimal = Decimal(5)
    is_whole: bool = True
    attempt_count: int = 0
    returned_at: datetime | None = None
    send_before_at: datetime | None = None
    is_sendable: bool = True
    outbox: str | None = None

    @property
    def metering_record_id(self) -> str:
        """Return the key, of what the mart has it of."""
        key = f"{self.agreement_id} {self.dimension} {self.metered_hour}"
        return hashlib.sha256(key.encode()).hexdigest()

    @property
    def product_quantity(self) -> Decimal:
        """Return the quantity in units of the product: a thousand of them are one."""
        return self.quantity * 1000


def aws(number: int = 1, **fields: object) -> Record:
    """Return a record for AWS, of an agreement with a licence."""
    resource_id = fields.pop("resource_id", ARN.format(number))
    return Record(agreement_id=f"aws {number}", resource_id=resource_id, **fields)


def azure(number: int = 1, **fields: object) -> Record:
    """Return a record for Azure."""
    return Record(
        "AZURE",
        f"azure {number}",
        "offer",
        None,
        GUID.format(number),
        "gold",
        **({"is_whole": False} | fields),
    )


def google(number: int = 1, **fields: object) -> Record:
    """Return a record for Google Cloud."""
    return Record(
        "GOOGLE_CLOUD", f"google {number}", "example.endpoints.goog", f"project:{number}", **fields
    )


@functools.cache
def empty_warehouse() -> bytes:
    """Return a warehouse file with the marketplaces' seeds and an empty mart."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "empty.duckdb"
        with duckdb.connect(path) as connection:
            for schema in ("ratebook", "ratebook_inputs", "ratebook_staging"):
                connection.execute(f"create schema {schema}")
            connection.execute(SENT_SQL)
            connection.execute(MART_SQL)
            for name in SEEDS.values():
                connection.execute(
                    f"create table ratebook_inputs.{name} as "
                    "from read_csv(?, all_varchar = true, header = true)",
                    [str(seed_file(name))],
                )
        return path.read_bytes()


class Desk:
    """A warehouse and an outbox in a directory of a test's own, and the two commands."""

    def __init__(self, directory: Path) -> None:
        """Begin with a mart that has no rows."""
        self.path = directory / "warehouse.duckdb"
        self.path.write_bytes(empty_warehouse())
        self.outbox = directory / "outbox"

    def write_mart(self, *records: Record) -> None:
        """Write the mart."""
        with duckdb.connect(self.path) as connection:
            connection.execute(MART_SQL)
            connection.execute(SENT_SQL)
            if records:
                columns = [column[0] for column in connection.table(MART).description]
                rows = [{name: naive(getattr(one, name)) for name in columns} for one in records]
                connection.register("rows", pa.Table.from_pylist(rows))
                connection.execute(f"insert into {MART} by name from rows")
                connection.execute(SENT_ROWS_SQL)

    def run(self, command: str, at: datetime = NOON) -> int:
        """Run a command and return its exit code."""
        return ratebook(
            command, "--outbox", self.outbox, "--at", at.isoformat(), "--file", self.path
        )

    def files(self, kind: str) -> list[Path]:
        """Return the files of a kind, without what a crash has left."""
        return sorted((self.outbox / kind).glob("[!.]*"))

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """Return the lines of all files of a kind."""
        return [
            simplejson.loads(line)
            for path in self.files(kind)
            for line in path.read_text().splitlines()
        ]

    def requests(self) -> list[tuple[str, dict[str, Any]]]:
        """Return all requests with their marketplaces, each as its API takes it."""
        result = []
        for path in self.files("requests"):
            marketplace = marketplace_of(path)
            assert problems(marketplace, path.read_text()) == []
            result.append((marketplace, simplejson.loads(path.read_text(), use_decimal=True)))
        return result

    def answer(self, answer: object, number: int = -1) -> str:
        """Put an answer to one of the requests, the last one, and return the batch."""
        path = self.outbox / "responses" / self.files("requests")[number].name
        path.parent.mkdir(exist_ok=True)
        if isinstance(answer, bytes):
            path.write_bytes(answer)
        else:
            path.write_text(simplejson.dumps(answer, use_decimal=True))
        return path.stem


def marketplace_of(path: Path) -> str:
    """Return the marketplace that the name of a batch says."""
    names = {"aws": "AWS", "azure": "AZURE", "google": "GOOGLE_CLOUD"}
    return names[path.name.partition("-")[0]]


def naive(value: object) -> object:
    """Write an instant as the mart has it: UTC, without zone."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def crash_at(patch: pytest.MonkeyPatch, number: int) -> None:
    """Stop at a write to the disk: within a file, or before its name is safe."""
    fsync, count = os.fsync, Counter[str]()

    def fsync_or_crash(descriptor: int) -> None:
        count["calls"] += 1
        if count["calls"] == number:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.ftruncate(descriptor, 1)
            raise CrashError
        fsync(descriptor)

    patch.setattr(outbox.os, "fsync", fsync_or_crash)


def seed(marketplace: str) -> list[dict[str, str]]:
    """Return the rows of a marketplace's seed."""
    with seed_file(SEEDS[marketplace]).open(newline="") as file:
        return list(csv.DictReader(file))


def statuses(marketplace: str) -> dict[str, str]:
    """Return a marketplace's statuses, and what each means."""
    return {row["name"]: row["value"] for row in seed(marketplace) if row["kind"] == "RESULT"}

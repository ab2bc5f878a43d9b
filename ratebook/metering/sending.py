"""Pending metering records, written as request files: `ratebook meter`."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
from rich.console import Console
from rich.text import Text

from ratebook import books
from ratebook.formats import short_name
from ratebook.metering import MeterError
from ratebook.metering.outbox import is_same, sent_batches, write_requests, write_sent
from ratebook.metering.rules import Rules, read_rules
from ratebook.metering.values import Line, as_text, exact, instant, instant_text
from ratebook.terminal import print_table, say

FILES_SHOWN = 10
PENDING_SQL = """
    select
        metering_record_id as id, agreement_id, dimension, metered_hour, quantity, product_quantity,
        marketplace, listing_id, buyer_id, resource_id, plan_id, is_whole, send_before_at,
        attempt_count, returned_at, is_sendable
    from ratebook.marketplace_metering_records
    where state = 'pending'
    order by marketplace, listing_id, metered_hour, agreement_id, dimension, id
"""
OUTBOX_SQL = "select outbox from ratebook.marketplace_metering_records limit 1"
# What the build has read, also of records that have been given up since.
ATTEMPTS_SQL = """
    select id, count(*) from ratebook_staging.stg_marketplace_sent_records group by id
"""
SENT_LABELS = ("marketplace", "listing, dimension", "requests", "records", "quantity")
NUMBERS = ("requests", "records", "quantity")
# Why a pending record is not written.
NOT_WRITTEN = {
    "unsendable": "A field of the agreement is missing (detail in marketplace_metering_records "
    "says which), the agreement is not active, or the build is a branch, a replay or a forecast.",
    "unknown": "{path} does not have all records of {outbox}: build it again with "
    "ratebook_marketplace_outbox set to {outbox}.",
    "elsewhere": "They were sent before, but {outbox} does not have all of those requests: use the "
    "outbox from which they were sent.",
    "changed": "They were sent before with another quantity, such as {first}: the quantity of a "
    "record must not change.",
    "overdue": "The marketplace no longer accepts them: build again to see what happens to their "
    "usage.",
    "early": "The clock is behind the time of the answer to the last attempt: correct it.",
}


def lines_to_send(
    connection: duckdb.DuckDBPyConnection, sent: Iterable[Line], at: datetime
) -> tuple[list[Line], dict[str, list[str]]]:
    """Return what is pending and may be sent now, and the ids of what may not, by reason.

    `sent` has all lines of outbox/sent.
    """
    lines_by_id: dict[str, list[Line]] = defaultdict(list)
    for line in sorted(sent, key=lambda line: instant(line["sent_at"])):
        lines_by_id[line["id"]].append(line)
    attempts = dict(connection.execute(ATTEMPTS_SQL).fetchall())
    # One record that was sent changes what others of its agreement and dimension may tell.
    outdated = {
        (lines[0]["agreement_id"], lines[0]["dimension"])
        for record_id, lines in lines_by_id.items()
        if len(lines) > attempts.get(record_id, 0)
    }
    result: list[Line] = []
    skipped: dict[str, list[str]] = defaultdict(list)
    rows = connection.execute(PENDING_SQL)
    columns = [column for column, *_ in rows.description]
    for row in rows.fetchall():
        record = dict(zip(columns, row, strict=True))
        attempt_count = record.pop("attempt_count")
        returned_at = record.pop("returned_at")
        is_sendable = record.pop("is_sendable")
        before = lines_by_id[record["id"]]
        line = {column: as_text(value) for column, value in record.items()}
        if not is_sendable:
            skipped["unsendable"].append(line["id"])
        elif (record["agreement_id"], record["dimension"]) in outdated:
            skipped["unknown"].append(line["id"])
        elif len(before) < attempt_count:
            skipped["elsewhere"].append(line["id"])
        elif before and Decimal(before[0]["quantity"]) != record["quantity"]:
            skipped["changed"].append(line["id"])
        elif line["send_before_at"] and instant(line["send_before_at"]) < at:
            skipped["overdue"].append(line["id"])
        # Else the old answer would count for the new request.
        elif before and at <= returned_at.replace(tzinfo=UTC):
            skipped["early"].append(line["id"])
        else:
            # What is sent again says the same as before.
            result.append((before[0] if before else line) | {"sent_at": instant_text(at)})
    return result, skipped


def send(
    console: Console,
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    outbox: Path,
    at: datetime,
) -> bool:
    """Write pending records, and print what was written and what not. Return False for a problem.

    `path` is the file behind the connection.
    """
    books.require(connection, path, "marketplace_metering_records", feature="marketplaces")
    sent = sent_batches(outbox)
    known = connection.execute(OUTBOX_SQL).fetchone()
    if known is None and not sent:
        say(console, f"Nothing is pending in {path}.")
        return True
    if known and known[0] and not is_same(Path(known[0]), outbox):
        raise MeterError(f"{path} was built with the outbox {known[0]}, not {outbox}.")
    rules = read_rules(connection)
    lines, skipped = lines_to_send(connection, itertools.chain.from_iterable(sent.values()), at)
    written = write_requests(outbox, sent | write_sent(outbox, lines, rules), rules)
    if written:
        print_written(console, outbox, written, rules)
    elif not skipped:
        say(console, f"Nothing is pending in {path}.")
    for reason, sentence in NOT_WRITTEN.items():
        if skipped[reason]:
            count = len(skipped[reason])
            records = f"{count} pending record{'s' if count > 1 else ''}"
            why = sentence.format(outbox=outbox, path=path, first=skipped[reason][0])
            say(console, f"Not written: {records}. {why}")
    return not (skipped["changed"] or skipped["elsewhere"])


def print_written(
    console: Console,
    outbox: Path,
    written: Mapping[str, list[Line]],
    rules: Mapping[str, Rules],
) -> None:
    """Print which requests were written, and how each is sent."""
    listings: dict[tuple[str, str], list[str]] = defaultdict(list)
    for batch_id, lines in written.items():
        listings[lines[0]["marketplace"], lines[0]["listing_id"]].append(batch_id)
    rows, calls = [], []
    for (marketplace, listing_id), batch_ids in listings.items():
        lines = [line for batch_id in batch_ids for line in written[batch_id]]
        quantities: Counter[str] = Counter()
        for line in lines:
            quantities[line["dimension"]] += Decimal(line["quantity"])
        listing = short_name(listing_id)
        rows.append((marketplace, listing, f"{len(batch_ids):,}", f"{len(lines):,}", ""))
        for dimension, quantity in sorted(quantities.items()):
            of_listing = f"  {short_name(dimension)}"
            rows.append(("", of_listing, "", "", f"{Decimal(exact(quantity)):,f}"))
        deadlines = [line["send_before_at"] for line in lines if line["send_before_at"]]
        by = f", by {min(deadlines)}" if deadlines else ""
        paths = [f"  {outbox}/requests/{batch_id}.json" for batch_id in batch_ids]
        if len(paths) > FILES_SHOWN:
            paths[FILES_SHOWN - 1 : -1] = [f"  and {len(paths) - FILES_SHOWN} more, to"]
        call = rules[marketplace].call.format(listing_id=listing_id, file="FILE")
        calls.append("\n".join((f"{marketplace} {listing_id}{by}:", f"  {call}", *paths)))
    print_table(console, SENT_LABELS, rows, numbers=NUMBERS, long_texts=("listing, dimension",))
    say(
        console,
        f"Send these requests, and save each answer under the same name in {outbox}/responses.",
    )
    for call in calls:
        # Commands and paths are copied: they are not broken.
        console.print(Text(call), soft_wrap=True)

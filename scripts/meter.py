#!/usr/bin/env python3
"""Hand metering records over to cloud marketplaces, and read back what they answer.

`send` writes what is pending as request files, `receive` reads the files with the answers. Both
keep what they know in an outbox, a directory of files, and call nothing: see docs/marketplaces.md.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import itertools
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import simplejson
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH = 100
FILES_SHOWN = 10
HOUR = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# AWS and Google Cloud take no more in one call; Azure says nothing about it.
BYTES_PER_CALL = 1_000_000
# Marketplaces may read a JSON number as a double, and echo only the digits that it keeps.
DIGITS_OF_A_DOUBLE = Context(prec=15)

# The numbers of google.rpc.Code, in order.
GOOGLE_CODES = (
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
)

RULES_SQL = """
    select 'AWS', kind, name, value, meaning from ratebook_inputs.marketplace_aws
    union all
    select 'AZURE', kind, name, value, meaning from ratebook_inputs.marketplace_azure
    union all
    select 'GOOGLE_CLOUD', kind, name, value, meaning from ratebook_inputs.marketplace_google_cloud
"""
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
# The name of a FIELD: a column or a "constant", perhaps as text, perhaps on a condition.
FIELD_NAME = re.compile(
    r'(?P<source>"[^"]*"|\w+)(?P<is_text> as text)?(?: (?P<when>if|unless) (?P<what>\w+))?'
)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

SENT_LABELS = ("marketplace", "listing, dimension", "requests", "records", "quantity")
RECEIVED_LABELS = ("marketplace", "status", "records", "means")
NUMBERS = {"requests", "records", "quantity"}
# Columns that are broken where there is no room.
LONG_TEXTS = {"listing, dimension", "means"}
UNKNOWN = "Unknown: ask the marketplace"
BUILD_FIRST = "build it first, with `dbt build`."
# Why a pending record is not written.
NOT_WRITTEN = {
    "unsendable": "A field of the agreement is missing (detail in marketplace_metering_records "
    "says which), it is not active, or the build is a branch, a replay or a forecast.",
    "unknown": "Records that stand in {outbox} are not known in {path}: build it with "
    "ratebook_marketplace_outbox set to {outbox}.",
    "elsewhere": "Sent before, but not all of that stands in {outbox}.",
    "changed": "Sent before with another quantity, such as {first}: a key never changes it.",
    "overdue": "Too late for the marketplace: build again to see what becomes of the usage.",
    "early": "The clock is behind the answer that lets it be sent again.",
}

# A line of outbox/sent: what was said about a record, numbers and times as text.
Line = dict[str, Any]


class MeterError(Exception):
    """Something that a user may meet, in one sentence."""


class Field(NamedTuple):
    """A value of a request: `path` leads there from the record, or from the request itself."""

    path: tuple[str, ...]
    source: str
    is_text: bool
    when: str | None
    what: str | None

    def value(self, values: Mapping[str, Any]) -> object:
        """Return what JSON has there, or None if the field is left out."""
        value = self.source[1:-1] if self.source.startswith('"') else values[self.source]
        if self.when:
            column = {"given": self.source, "whole": "is_whole"}.get(self.what, self.what)
            if (values[column] in (None, False)) == (self.when == "if"):
                return None
        if isinstance(value, datetime):
            return instant_text(value)
        if isinstance(value, Decimal):
            return exact(value) if self.is_text else Decimal(exact(value))
        return value


class Rules(NamedTuple):
    """What a marketplace asks for: its seed."""

    name: str
    call: str
    records_per_call: int
    records: str
    request_fields: list[Field]
    record_fields: list[Field]
    meanings: dict[str, str]


class Answer(NamedTuple):
    """What a marketplace says about a record; accepted_quantity in units of the dimension."""

    status: str
    accepted_quantity: str | None = None
    detail: str | None = None


# Values


def exact(number: Decimal) -> str:
    """Write a number with every digit that counts, and no other."""
    whole, _, fraction = f"{number:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0')}".rstrip(".")


def instant(text: str) -> datetime:
    """Read an instant, in UTC unless it has an offset. Raises ValueError."""
    value = datetime.fromisoformat(text)
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def instant_text(value: datetime) -> str:
    """Write an instant in UTC, with or without its zone."""
    return value.replace(tzinfo=None).isoformat() + "Z"


def as_text(value: object) -> object:
    """Write a decimal or an instant as text; leave all else."""
    if isinstance(value, Decimal):
        return exact(value)
    return instant_text(value) if isinstance(value, datetime) else value


def dumps(value: object, indent: int | None = None) -> str:
    """Write JSON, decimals digit by digit."""
    return simplejson.dumps(value, use_decimal=True, indent=indent)


def loads(text: bytes, path: Path) -> Any:  # noqa: ANN401 - whatever the JSON holds
    """Read JSON, numbers with a point as decimals. Raises MeterError."""
    try:
        return simplejson.loads(text, use_decimal=True)
    except ValueError as error:
        raise MeterError(f"{path} is not JSON: {error}.") from error


# Rules


def is_same(path: Path, other: Path) -> bool:
    """Tell whether two paths, both as seen from here, are one directory."""
    return path.resolve() == other.resolve()


def read_rules(connection: duckdb.DuckDBPyConnection) -> dict[str, Rules]:
    """Return the rules of each marketplace."""
    rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for marketplace, *row in connection.execute(RULES_SQL).fetchall():
        rows[marketplace].append(tuple(row))
    return {marketplace: rules_of(seed) for marketplace, seed in rows.items()}


def rules_of(seed: Iterable[tuple[str, ...]]) -> Rules:
    """Return the rules in the rows of a seed: kind, name, value and meaning."""
    kinds: dict[str, dict[str, str]] = defaultdict(dict)
    meanings = {}
    for kind, name, value, meaning in seed:
        kinds[kind][name] = value
        if kind == "RESULT":
            meanings[name] = meaning
    [(name, call)] = kinds["CALL"].items()
    records = kinds["FIELD"].pop("records")
    request_fields, record_fields = [], []
    for field, place in kinds["FIELD"].items():
        source, is_text, when, what = FIELD_NAME.fullmatch(field).groups()
        is_in_record = place.startswith(f"{records}[].")
        path = tuple(place.removeprefix(f"{records}[].").split("."))
        fields = record_fields if is_in_record else request_fields
        fields.append(Field(path, source, bool(is_text), when, what))
    return Rules(
        name,
        call,
        int(kinds["LIMIT"]["records_per_call"]),
        records,
        request_fields,
        record_fields,
        meanings,
    )


def filled(fields: Iterable[Field], line: Line) -> dict[str, Any]:
    """Return a record of a request, or what stands beside its records."""
    hour = instant(line["metered_hour"])
    values = line | {
        "metering_record_id": line["id"],
        "metered_hour": hour,
        "metered_hour_end": hour + HOUR,
        "quantity": Decimal(line["quantity"]),
    }
    result: dict[str, Any] = {}
    for field in fields:
        value = field.value(values)
        if value is None:
            continue
        target, (*parents, last) = result, field.path
        for name in parents:
            # A list within a record has one item.
            if name.endswith("[]"):
                [target] = target.setdefault(name.removesuffix("[]"), [{}])
            else:
                target = target.setdefault(name, {})
        target[last] = value
    return result


def request(lines: Sequence[Line], rules: Rules) -> dict[str, Any]:
    """Return the request that says these lines, which have the same fields beside the records."""
    records = [filled(rules.record_fields, line) for line in lines]
    return filled(rules.request_fields, lines[0]) | {rules.records: records}


# The outbox


@contextlib.contextmanager
def locked(outbox: Path) -> Iterator[None]:
    """Keep other runs out of the outbox. Raises MeterError if there is one."""
    outbox.mkdir(parents=True, exist_ok=True)
    with (outbox / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise MeterError(f"Another run is using {outbox}: wait until it is done.") from error
        yield


def write_once(path: Path, text: str) -> None:
    """Write a file that is there as a whole or not at all. Raises MeterError if it is there."""
    if path.exists():
        raise MeterError(f"{path} is there already.")
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    # The name, too, must outlast a crash.
    directory = os.open(path.parent, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def json_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write a line of JSON for each row."""
    return "".join(f"{dumps(row)}\n" for row in rows)


def sent_lines(path: Path) -> list[Line]:
    """Return what a file of outbox/sent holds. Raises MeterError."""
    return [loads(line, path) for line in path.read_bytes().splitlines()]


def sent_batches(outbox: Path) -> dict[str, list[Line]]:
    """Return what stands in outbox/sent, by batch."""
    return {path.stem: sent_lines(path) for path in sorted((outbox / "sent").glob("*.jsonl"))}


# Sending


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


def batches(lines: Iterable[Line], rules: Rules) -> Iterator[list[Line]]:
    """Divide lines into requests: one listing, the same fields beside the records, the limits."""
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        # One bad record may have failed a whole call: what goes again does not go with others'.
        again = [line["agreement_id"], line["dimension"]] if "batch_id" in line else []
        groups[dumps([line["listing_id"], filled(rules.request_fields, line), again])].append(line)
    for group in groups.values():
        batch: list[Line] = []
        size = 0
        for line in group:
            # A request of its own is more than what a line adds to one.
            added = len(request_text([line], rules))
            if len(batch) == rules.records_per_call or (batch and size + added > BYTES_PER_CALL):
                yield batch
                batch, size = [], 0
            batch.append(line)
            size += added
        yield batch


def request_text(lines: Sequence[Line], rules: Rules) -> str:
    """Write a request file: ASCII, so a character is a byte."""
    return dumps(request(lines, rules), indent=2) + "\n"


def write_sent(
    outbox: Path, lines: Iterable[Line], rules: Mapping[str, Rules]
) -> dict[str, list[Line]]:
    """Write files of outbox/sent, and return what they hold, by batch."""
    of_marketplace: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        of_marketplace[line["marketplace"]].append(line)
    every_batch = (
        (rules[marketplace].name, batch)
        for marketplace, some in of_marketplace.items()
        for batch in batches(some, rules[marketplace])
    )
    written = {}
    for number, (name, batch) in enumerate(every_batch, start=1):
        second = re.sub(r"[-:]|\.\d+", "", batch[0]["sent_at"])
        digest = hashlib.sha256(json_lines(batch).encode()).hexdigest()[:8]
        batch_id = f"{name}-{second}-{number:04}-{digest}"
        written[batch_id] = [line | {"batch_id": batch_id} for line in batch]
        write_once(outbox / "sent" / f"{batch_id}.jsonl", json_lines(written[batch_id]))
    return written


def write_requests(
    outbox: Path, sent: Mapping[str, list[Line]], rules: Mapping[str, Rules]
) -> dict[str, list[Line]]:
    """Write the requests of batches that have none, and return these batches.

    So a run also ends what one before it has begun. A batch with an answer needs no request.
    """
    written = {}
    for batch_id, lines in sent.items():
        path = outbox / "requests" / f"{batch_id}.json"
        answers = (
            outbox / "responses" / f"{batch_id}.json",
            outbox / "results" / f"{batch_id}.jsonl",
        )
        if not any(file.exists() for file in (path, *answers)):
            write_once(path, request_text(lines, rules[lines[0]["marketplace"]]))
            written[batch_id] = lines
    return written


def send(
    console: Console, connection: duckdb.DuckDBPyConnection, options: argparse.Namespace
) -> bool:
    """Write what is pending, and say what is written and what is not. False: look at it."""
    outbox = options.outbox
    sent = sent_batches(outbox)
    known = connection.execute(OUTBOX_SQL).fetchone()
    if known is None and not sent:
        say(console, f"Nothing is pending in {options.path}.")
        return True
    if known and known[0] and not is_same(Path(known[0]), outbox):
        raise MeterError(f"{options.path} was built with the outbox {known[0]}, not {outbox}.")
    rules = read_rules(connection)
    lines, skipped = lines_to_send(
        connection, itertools.chain.from_iterable(sent.values()), options.at
    )
    written = write_requests(outbox, sent | write_sent(outbox, lines, rules), rules)
    if written:
        print_written(console, outbox, written, rules)
    elif not skipped:
        say(console, f"Nothing is pending in {options.path}.")
    for reason, sentence in NOT_WRITTEN.items():
        if skipped[reason]:
            count = len(skipped[reason])
            records = f"{count} pending record{'s' if count > 1 else ''}"
            why = sentence.format(outbox=outbox, path=options.path, first=skipped[reason][0])
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
        rows.append((marketplace, listing_id, f"{len(batch_ids):,}", f"{len(lines):,}", ""))
        for dimension, quantity in sorted(quantities.items()):
            rows.append(("", f"  {dimension}", "", "", f"{Decimal(exact(quantity)):,f}"))
        deadlines = [line["send_before_at"] for line in lines if line["send_before_at"]]
        by = f", by {min(deadlines)}" if deadlines else ""
        paths = [f"  {outbox}/requests/{batch_id}.json" for batch_id in batch_ids]
        if len(paths) > FILES_SHOWN:
            paths[FILES_SHOWN - 1 : -1] = [f"  and {len(paths) - FILES_SHOWN} more, to"]
        call = rules[marketplace].call.format(listing_id=listing_id, file="FILE")
        calls.append("\n".join((f"{marketplace} {listing_id}{by}:", f"  {call}", *paths)))
    print_table(console, SENT_LABELS, rows)
    say(console, f"To be sent, the answer into a file of the same name in {outbox}/responses.")
    for call in calls:
        # Commands and paths are copied: they are not broken.
        console.print(Text(call), soft_wrap=True)


# Answers


def aws_answers(answer: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Answer]]:
    """Return the records of an AWS answer, and what it says about each."""
    for result in answer["Results"]:
        yield (
            result["UsageRecord"],
            Answer(result["Status"], detail=result.get("MeteringRecordId")),
        )
    for record in answer.get("UnprocessedRecords") or ():
        yield record, Answer("UnprocessedRecord")


def azure_answers(answer: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Answer]]:
    """Return the events of an Azure answer, and what it says about each."""
    for event in answer["result"]:
        error = event.get("error") or {}
        accepted = (error.get("additionalInfo") or {}).get("acceptedMessage") or {}
        quantity = accepted.get("quantity")
        yield (
            event,
            Answer(
                event["status"],
                None if quantity is None else exact(Decimal(quantity)),
                error.get("message") or event.get("usageEventId"),
            ),
        )


def google_answers(answer: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Answer]]:
    """Return the operations that a Google Cloud answer refuses, and why."""
    # Who is not mentioned is accepted: of an answer that is known as a whole only.
    if answer.keys() - {"reportErrors", "serviceConfigId", "serviceRolloutId"}:
        raise LookupError
    for error in answer.get("reportErrors") or ():
        status = error["status"]
        yield error, Answer(GOOGLE_CODES[status["code"]], detail=status.get("message"))


READERS = {"AWS": aws_answers, "AZURE": azure_answers, "GOOGLE_CLOUD": google_answers}
# What holds for a record that an answer does not mention.
UNMENTIONED = {"GOOGLE_CLOUD": Answer("OK")}


def refusal(answer: Mapping[str, Any]) -> Answer | None:
    """Return what an answer says about the whole call, if it was refused."""
    error = answer.get("Error") or answer.get("error") or answer
    # Google Cloud's code is the number of HTTP, its status the name; an Azure event, too, has a
    # status, but no code.
    code = error.get("Code") or error.get("code")
    if code is None:
        return None
    status = error.get("status") or code
    return Answer(str(status), detail=error.get("Message") or error.get("message"))


def by_value(source: str, value: Any) -> object:  # noqa: ANN401 - whatever JSON has there
    """Return what of a request's or an answer's value counts, however it is written."""
    if source == "quantity":
        return DIGITS_OF_A_DOUBLE.create_decimal(value).normalize()
    if source == "metered_hour":
        # Older versions of aws show seconds since 1970.
        is_text = isinstance(value, str)
        return instant(value) if is_text else EPOCH + timedelta(seconds=int(value))
    return value.lower() if UUID.fullmatch(value) else value


def identity(record: Mapping[str, Any], rules: Rules) -> frozenset[tuple[str, object]]:
    """Return by what a record is found again: its id if it is told, else all its fields."""
    places = {field.path[0]: field.source for field in rules.record_fields if not field.path[1:]}
    if "metering_record_id" in places.values():
        places = {
            place: source for place, source in places.items() if source == "metering_record_id"
        }
    return frozenset(
        (source, by_value(source, record[place]))
        for place, source in places.items()
        if record.get(place) is not None
    )


def answers_of(answer: Mapping[str, Any], lines: Sequence[Line], rules: Rules) -> list[Answer]:
    """Return what an answer says about each line of its batch.

    Raises MeterError if it leaves one out or has one too many. Of another shape, it raises whatever
    reading it comes to.
    """
    marketplace = lines[0]["marketplace"]
    refused = refusal(answer)
    if refused:
        return [refused] * len(lines)
    waiting: dict[frozenset[tuple[str, object]], list[int]] = defaultdict(list)
    for position, record in enumerate(request(lines, rules)[rules.records]):
        waiting[identity(record, rules)].append(position)
    result = [UNMENTIONED.get(marketplace)] * len(lines)
    for record, said in READERS[marketplace](answer):
        positions = waiting[identity(record, rules)]
        if not positions:
            raise MeterError(f"answers for a record that is not in the batch: {dumps(record)}.")
        if not isinstance(said.status, str):
            raise TypeError
        result[positions.pop(0)] = said
    missing = [line["id"] for line, said in zip(lines, result, strict=True) if said is None]
    if missing:
        raise MeterError(f"does not mention {len(missing)} of {len(lines)} records: {missing[0]}…")
    return result


def read_answer(
    path: Path, outbox: Path, rules: Mapping[str, Rules], at: datetime
) -> list[tuple[Line, Answer]]:
    """Return what a file of outbox/responses says about each line. Raises MeterError."""
    sent = outbox / "sent" / f"{path.stem}.jsonl"
    if not sent.exists():
        raise MeterError(f"{path} is for a batch that is not in {outbox}/sent.")
    lines = sent_lines(sent)
    marketplace = lines[0]["marketplace"]
    if at < instant(lines[0]["sent_at"]):
        raise MeterError(f"{path} can't be read as of a time before its batch was sent.")
    answer = loads(path.read_bytes(), path)
    try:
        answers = answers_of(answer, lines, rules[marketplace])
    except MeterError as error:
        raise MeterError(f"{path} {error}") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise MeterError(
            f"{path} does not have the shape of an answer of {marketplace}."
        ) from error
    return list(zip(lines, answers, strict=True))


def receive(
    console: Console, connection: duckdb.DuckDBPyConnection, options: argparse.Namespace
) -> bool:
    """Write the answers as results, and say what they are. False: one could not be read."""
    outbox = options.outbox
    if not (outbox / "sent").exists():
        say(console, f"{outbox} holds nothing that was sent.")
        return True
    rules = read_rules(connection)
    counts: Counter[tuple[str, str]] = Counter()
    problems = []
    for path in sorted((outbox / "responses").glob("*.json")):
        results = outbox / "results" / f"{path.stem}.jsonl"
        if results.exists():
            continue
        try:
            answers = read_answer(path, outbox, rules, options.at)
        except MeterError as error:
            problems.append(str(error))
            continue
        rows = [
            {
                "id": f"{path.stem}:{line['id']}",
                "record_id": line["id"],
                "status": answer.status,
                "accepted_quantity": answer.accepted_quantity,
                "returned_at": instant_text(options.at),
                "detail": answer.detail,
            }
            for line, answer in answers
        ]
        write_once(results, json_lines(rows))
        counts.update((line["marketplace"], answer.status) for line, answer in answers)
    if counts:
        print_table(
            console,
            RECEIVED_LABELS,
            (
                (marketplace, status, str(count), rules[marketplace].meanings.get(status, UNKNOWN))
                for (marketplace, status), count in sorted(counts.items())
            ),
        )
    elif not problems:
        say(console, f"There is no new answer in {outbox}/responses.")
    for problem in problems:
        print(problem, file=sys.stderr)
    return not problems


# Printing


def say(console: Console, text: str) -> None:
    """Print a sentence as it is, whatever looks like markup in it."""
    console.print(Text(text))


def print_table(console: Console, labels: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for label in labels:
        table.add_column(
            label,
            justify="right" if label in NUMBERS else "left",
            overflow="fold",
            no_wrap=label not in LONG_TEXTS,
        )
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


COMMANDS = {
    "send": (send, "write what is pending as request files"),
    "receive": (receive, "read the files with the marketplaces' answers"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run, and turn what users may meet into one sentence."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--outbox", type=Path, required=True, help="the directory of the files")
    common.add_argument(
        "--at",
        type=instant,
        default=datetime.now(UTC),
        metavar="INSTANT",
        help="what time it is, in UTC unless it has an offset (default: the clock's)",
    )
    common.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=os.environ.get("RATEBOOK_DUCKDB_PATH", "warehouse.duckdb"),
        help="the DuckDB file (default: RATEBOOK_DUCKDB_PATH, else warehouse.duckdb)",
    )
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, about) in COMMANDS.items():
        commands.add_parser(name, parents=[common], help=about, description=about)
    options = parser.parse_args(arguments)
    options.path = Path(options.path)
    if not options.path.exists():
        return fail(f"{options.path} does not exist: {BUILD_FIRST}")
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    command, _ = COMMANDS[options.command]
    try:
        with (
            locked(options.outbox),
            duckdb.connect(options.path, read_only=True) as connection,
        ):
            is_done = command(console, connection, options)
    except MeterError as error:
        return fail(str(error))
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        missing = str(error).splitlines()[0].partition(": ")[2]
        return fail(f"{options.path} holds no complete build ({missing}): {BUILD_FIRST}")
    except duckdb.IOException as error:
        return fail(f"{options.path} cannot be read: {str(error).splitlines()[0]}")
    except OSError as error:
        return fail(f"{options.outbox} cannot be used: {error}.")
    return 0 if is_done else 1


def fail(message: str) -> int:
    """Say what is wrong and return the exit code for it."""
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

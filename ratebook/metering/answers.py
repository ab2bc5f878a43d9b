"""The answers of marketplaces, record by record."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, NamedTuple

from ratebook.metering import MeterError
from ratebook.metering.outbox import sent_lines
from ratebook.metering.requests import request
from ratebook.metering.rules import Rules
from ratebook.metering.values import Line, dumps, exact, instant, loads

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Answer(NamedTuple):
    """The answer to a record; accepted_quantity is in units of the dimension."""

    status: str
    accepted_quantity: str | None = None
    detail: str | None = None


def aws_answers(answer: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Answer]]:
    """Yield each record of an AWS answer, and the answer to it."""
    for result in answer["Results"]:
        yield (
            result["UsageRecord"],
            Answer(result["Status"], detail=result.get("MeteringRecordId")),
        )
    for record in answer.get("UnprocessedRecords") or ():
        yield record, Answer("UnprocessedRecord")


def azure_answers(answer: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Answer]]:
    """Yield each event of an Azure answer, and the answer to it."""
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
    # Records that are not mentioned are accepted, if the answer as a whole is known.
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

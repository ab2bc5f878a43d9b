"""Requests as marketplaces take them, each within the limits of one call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from ratebook.metering.rules import Field, Rules
from ratebook.metering.values import Line, dumps, instant

HOUR = timedelta(hours=1)
# AWS and Google Cloud take no more in one call; Azure says nothing about it.
BYTES_PER_CALL = 1_000_000


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


def request_text(lines: Sequence[Line], rules: Rules) -> str:
    """Write a request file: ASCII, so a character is a byte."""
    return dumps(request(lines, rules), indent=2) + "\n"


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

"""Numbers, instants and JSON of metering records: written with every digit, read as decimals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import simplejson

from ratebook.metering import MeterError

# A line of outbox/sent: what was said about a record, numbers and times as text.
Line = dict[str, Any]


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


def json_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write a line of JSON for each row."""
    return "".join(f"{dumps(row)}\n" for row in rows)

"""Cells of the inputs: texts, and what they mean."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import NoReturn

from oracle.zones import Zone

CONTEXT = Context(prec=120, Emax=10**6, Emin=-(10**6))

# Longer ones would lead out of the calendar.
INTEGER_LIMIT = 10**6
VERSION_LIMIT = 10**18
# With an exponent too, for that is how a DOUBLE column of a user's table prints: 1e-05.
NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?:[eE]([+-]?\d+))?", re.ASCII)
# Further from 1 than any range, in powers of ten.
FAR = 50
JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
# Exponents beyond this lead out of every range, whatever stands before them.
LONGEST_EXPONENT = 10**9
# No clock was ever further from UTC.
LARGEST_OFFSET = timedelta(hours=15, minutes=59)
TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?"
    r"([+-]\d{2}(?::?\d{2})?)?)?(Z)?",
    re.ASCII,
)
BOOLEANS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0"), False),
}


class UnparsableError(ValueError):
    """A cell that does not say what its column asks for."""


@dataclass(frozen=True)
class Clock:
    """A time as it is written: a wall clock, and its offset if it has one."""

    wall: datetime
    offset: timedelta | None

    def instant(self, zone: Zone) -> datetime:
        """Return the instant, which a wall clock without an offset has only in a zone.

        At the ends of the calendar an offset may lead out of it: then that end.
        """
        if self.offset is None:
            return zone.to_utc(self.wall)
        try:
            return self.wall - self.offset
        except OverflowError:
            return datetime.min if self.offset > timedelta(0) else datetime.max


class RawNumber(str):
    """A JSON number as it is written."""

    __slots__ = ()


Cell = str | int | bool | Decimal | Clock | list[str] | None
Json = str | RawNumber | bool | list["Json"] | dict[str, "Json"] | None


def parse_decimal(text: str) -> Decimal:
    """Read a number by its value, however it is written; one that is far out stays far out."""
    match = NUMBER.fullmatch(text)
    if not match:
        raise UnparsableError
    mantissa = Decimal(match[1])
    if mantissa.is_zero():
        return Decimal(0)
    exponent = int(match[2] or 0)
    magnitude = mantissa.adjusted() + exponent
    if abs(magnitude) > FAR:
        return Decimal(1).scaleb(FAR if magnitude > 0 else -FAR).copy_sign(mantissa)
    return mantissa.scaleb(exponent, context=CONTEXT)


def parse_whole(text: str, limit: int) -> int:
    """Read a whole number whose absolute value is below a limit; 1.0 and 10e-1 are whole."""
    number = parse_decimal(text)
    if abs(number) >= limit or number != int(number):
        raise UnparsableError
    return int(number)


def parse_integer(text: str) -> int:
    """Read a whole number of six digits."""
    return parse_whole(text, INTEGER_LIMIT)


def parse_version(text: str) -> int:
    """Read a whole number that may be long: a date, or seconds."""
    return parse_whole(text, VERSION_LIMIT)


def parse_currency(text: str) -> str:
    """Read a currency's code: in upper case, as ISO 4217 writes it."""
    return text.upper()


def parse_boolean(text: str) -> bool:
    """Read the usual words for yes and no, in any case."""
    if text.lower() not in BOOLEANS:
        raise UnparsableError
    return BOOLEANS[text.lower()]


def parse_time(text: str) -> Clock:
    """Read a date (its midnight), or a date and time, with or without an offset."""
    match = TIME.fullmatch(text)
    if not match:
        raise UnparsableError
    year, month, day, hour, minute, second, fraction, offset, zulu = match.groups()
    if offset and zulu:
        raise UnparsableError
    try:
        wall = datetime(
            *(int(year), int(month), int(day)),
            *(int(hour or 0), int(minute or 0), int(second or 0)),
            int(((fraction or "") + "000000")[:6]),
        )
    except ValueError:
        raise UnparsableError from None
    if offset is None:
        return Clock(wall, timedelta(0) if zulu else None)
    digits = offset[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if int(digits[2:]) > 59 or ahead > LARGEST_OFFSET:
        raise UnparsableError
    return Clock(wall, -ahead if offset[0] == "-" else ahead)


def parse_renewal_pricing(text: str) -> str:
    """Read which prices a renewal takes."""
    if text not in ("SAME", "LIST"):
        raise UnparsableError
    return text


def parse_payment_terms_kind(text: str) -> str:
    """Read what the days to the due date count from."""
    if text not in ("NET", "END_OF_MONTH"):
        raise UnparsableError
    return text


def parse_json_list(text: str) -> list[str]:
    """Read a JSON list as the texts of its values, nulls left out."""
    try:
        value = parse_json(text)
    except ValueError:
        raise UnparsableError from None
    if not isinstance(value, list):
        raise UnparsableError
    return [json_text(item) for item in value if item is not None]


def list_of_values(values: list[object]) -> list[str]:
    """Return the texts of a native list's values, as those of a JSON list."""
    words = {True: "true", False: "false"}
    return [
        words[value] if isinstance(value, bool) else str(value)
        for value in values
        if value is not None
    ]


PARSERS: dict[str, Callable[[str], Cell]] = {
    "text": str,
    "currency": parse_currency,
    "integer": parse_integer,
    "version": parse_version,
    "decimal": parse_decimal,
    "boolean": parse_boolean,
    "time": parse_time,
    "json_list": parse_json_list,
    "renewal_pricing": parse_renewal_pricing,
    "payment_terms_kind": parse_payment_terms_kind,
}


def parse_json(text: str) -> Json:
    """Read JSON, with its numbers as they are written."""

    def refuse(name: str) -> NoReturn:
        raise ValueError(name)

    return json.loads(text, parse_float=RawNumber, parse_int=RawNumber, parse_constant=refuse)


def json_text(value: Json) -> str | None:
    """Return the text of a JSON value, a string's without its quotes."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return None
    return json.dumps(value, separators=(",", ":"))


def parse_quantity(value: Json) -> Decimal | None:
    """Return an event's quantity, with 12 decimals; None if it is none, or out of range.

    A JSON number counts with 15 significant digits, a string that is one with all of its own.
    """
    if not isinstance(value, str) or not JSON_NUMBER.fullmatch(value):
        return None
    number = json_number(value)
    if number.is_zero() or number.adjusted() < -20:
        return Decimal(0)
    if number.adjusted() > 14:
        return None
    if isinstance(value, RawNumber):
        number = Context(prec=15, rounding=ROUND_HALF_UP).plus(number)
    number = round_fraction(Fraction(number), 12)
    return number if abs(number) < 10**12 else None


def json_number(text: str) -> Decimal:
    """Return the value of a JSON number; exponents out of all range are cut."""
    mantissa, letter, exponent = text.lower().partition("e")
    if not letter:
        return Decimal(mantissa)
    power = max(min(int(exponent[:4000]), LONGEST_EXPONENT), -LONGEST_EXPONENT)
    return Decimal(f"{mantissa}e{power}")


def json_key(value: Json) -> object:
    """Return what two JSON values are compared by: 1 and 1.0 are equal, 1 and "1" are not."""
    if isinstance(value, RawNumber):
        number = json_number(value)
        return "number", (Decimal(0) if number.is_zero() else number)
    if isinstance(value, dict):
        return "object", frozenset((key, json_key(item)) for key, item in value.items())
    if isinstance(value, list):
        return "list", tuple(json_key(item) for item in value)
    return type(value).__name__, value


def round_fraction(value: Fraction, places: int) -> Decimal:
    """Round half away from zero, exactly."""
    scaled = abs(value) * 10**places
    units = scaled.numerator // scaled.denominator
    if 2 * (scaled - units) >= 1:
        units += 1
    result = Decimal(units).scaleb(-places, context=CONTEXT)
    return -result if value < 0 and units else result


def decimals_of(value: Decimal) -> int:
    """Count the decimals that matter: zeros at the end do not."""
    exponent = value.normalize(CONTEXT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0

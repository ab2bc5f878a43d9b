"""Numbers, money, names and dates as text, whatever the language of the machine."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

# The longest name that is shown whole.
NAME_LENGTH = 200


def exact(number: Decimal | int | None) -> str:
    """Write a number with thousands separators and all significant digits."""
    if number is None:
        return ""
    digits = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    whole, point, fraction = digits.partition(".")
    return whole + point + fraction.rstrip("0") if fraction.rstrip("0") else whole


def money(amount: Decimal | None, currency: str = "", minor_units: int = 2) -> str:
    """Write an amount with at least the decimals of its currency, and the currency."""
    whole, _, fraction = exact(amount).partition(".")
    digits = fraction.ljust(minor_units, "0")
    return f"{whole}{'.' if digits else ''}{digits} {currency}".strip() if whole else ""


def short_name(text: str | None) -> str:
    """Write a name, which may be of any length: one that no page has room for is cut."""
    written = text or ""
    return written if len(written) <= NAME_LENGTH else f"{written[: NAME_LENGTH - 1]}…"


def day(value: date) -> str:
    """Write a date with the month as a word: 31 May 2024."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Write a local time: the date, and the time of day unless it is midnight."""
    time = value.time().isoformat().removesuffix(":00")
    return day(value) if time == "00:00" else f"{day(value)}, {time}"

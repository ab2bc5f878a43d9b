"""Time zones, local dates and months. Instants are UTC, without a zone of their own."""

from __future__ import annotations

import calendar
import functools
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Self, TypeVar

# The open ends of windows.
BEGINNING, END = datetime.min, datetime.max

Window = tuple[datetime, datetime]
Day = TypeVar("Day", date, datetime)


class Zone:
    """A zone of the IANA database."""

    _known: ClassVar[set[str]] = zoneinfo.available_timezones()
    _cache: ClassVar[dict[str, Self]] = {}

    def __init__(self, name: str) -> None:
        """Open a zone; `get` opens each one once."""
        self.name, self.tz = name, zoneinfo.ZoneInfo(name)
        # The same few instants are asked for again and again.
        self.offset = functools.cache(self._offset)
        self.to_utc = functools.cache(self._to_utc)

    @classmethod
    def is_known(cls, name: str | None) -> bool:
        """Tell whether there is such a zone."""
        return name in cls._known

    @classmethod
    def get(cls, name: str) -> Self:
        """Return the zone of a name."""
        if name not in cls._cache:
            cls._cache[name] = cls(name)
        return cls._cache[name]

    def _offset(self, instant: datetime) -> timedelta:
        """Return how far the local clocks are ahead of UTC."""
        return instant.replace(tzinfo=UTC).astimezone(self.tz).utcoffset()

    def local(self, instant: datetime) -> datetime:
        """Return what the local clocks show."""
        try:
            return instant + self.offset(instant)
        except OverflowError:
            return instant

    def day(self, instant: datetime) -> date:
        """Return the local date."""
        return self.local(instant).date()

    def _to_utc(self, wall: datetime) -> datetime:
        """Return the first instant at which the clocks show this; if none, the first after it."""
        probe = timedelta(hours=36)
        try:
            low, high = wall - probe, wall + probe
            offsets = {self.offset(low), self.offset(high), self.offset(wall)}
            candidates = [wall - offset for offset in offsets]
        except OverflowError:
            return wall
        valid = [instant for instant in candidates if self.local(instant) == wall]
        if valid:
            return min(valid)
        # The clocks jump over it: search the one transition between low and high.
        before = self.offset(low)
        while high - low > timedelta(seconds=1):
            middle = (low + (high - low) / 2).replace(microsecond=0)
            if middle <= low:
                break
            low, high = (middle, high) if self.offset(middle) == before else (low, middle)
        return high.replace(microsecond=0)

    def midnight(self, day: date) -> datetime:
        """Return the instant at which a local date begins."""
        return self.to_utc(datetime(day.year, day.month, day.day))

    def count_days(self, start: datetime, end: datetime) -> int:
        """Return date(end) - date(start)."""
        return (self.day(end) - self.day(start)).days


def add_months(day: Day, months: int) -> Day:
    """Move a day by months, clipped to the month's end; a time of day stays."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


def cut(one: Window, other: Window) -> Window:
    """Return what two windows have in common; it may be empty."""
    return max(one[0], other[0]), min(one[1], other[1])


def is_empty(window: Window) -> bool:
    """Tell whether no instant lies in a window."""
    return window[0] >= window[1]


def meet(one: Window, other: Window) -> bool:
    """Tell whether two windows have an instant in common."""
    return not is_empty(cut(one, other))


def holds(window: Window, instant: datetime) -> bool:
    """Tell whether an instant lies in a window."""
    return window[0] <= instant < window[1]

"""When the term of a contract ends, and when its renewals begin: always at local midnights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from oracle.cells import Clock
from oracle.zones import END, Zone, add_months

# A date in this year is no date.
FAR_FUTURE = 9999


def months_between(first: date, last: date) -> int:
    """Return how many months lie between the months of two days."""
    return (last.year - first.year) * 12 + last.month - first.month


def whole_months(first: date, last: date) -> int:
    """Return how many whole months lie between two days, counted as anniversaries are."""
    months = months_between(first, last)
    return months if add_months(first, months) <= last else months - 1


def exact_months(first: date, last: date) -> int | None:
    """Return how many whole months two days are apart, if they are; a short month clips the day."""
    months = months_between(first, last)
    return months if months >= 1 and add_months(first, months) == last else None


@dataclass(frozen=True)
class RenewalTerm:
    """How a contract row renews.

    Its n-th renewal, from 0, begins `first` + n * `months` months after `day`; `ended_at` is that
    of the row as an instant, which may lie some hours from the term's end.
    """

    zone: Zone
    day: date
    first: int
    months: int
    ended_at: datetime

    def begin(self, number: int) -> datetime:
        """Return when a renewal begins: the day is clipped to its month's end each time."""
        months = self.first + number * self.months
        if self.day.year + months // 12 >= FAR_FUTURE - 1:
            return END
        return self.zone.midnight(add_months(self.day, months))

    @property
    def end_of_term(self) -> datetime:
        """Return the end of the term before all renewals, at which the first of them begins."""
        return self.begin(0)


def renewal_term(start: Clock, end: Clock, zone: Zone, months: int | None) -> RenewalTerm:
    """Return how a contract renews itself.

    If its dates are whole months apart, local or as written, renewals count from its start, so that
    a short month moves nothing; else from its end's date. Without a length of its own, each is as
    long as the contract up to that end, in whole months.
    """
    ended_at = end.instant(zone)
    first_day, last_day = zone.day(start.instant(zone)), zone.day(ended_at)
    apart = exact_months(first_day, last_day) or exact_months(start.wall.date(), end.wall.date())
    if apart is not None:
        return RenewalTerm(zone, first_day, apart, months or apart, ended_at)
    # A decision: a term that begins and ends on one day lasts until the next midnight.
    last_day = max(last_day, first_day + timedelta(days=1))
    length = months or max(whole_months(first_day, last_day), 1)
    return RenewalTerm(zone, last_day, 0, length, ended_at)

"""Contracts: zones, the windows of their rows, and the pricebook rows that these pair with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from oracle.inputs import Row, amendment_windows, bound, row_window
from oracle.quotes import Quotes
from oracle.zones import BEGINNING, END, Window, Zone, add_months, cut, holds, is_empty

# What ends a contract row for good, and what ends its term: a contract may renew itself after that.
FINAL_ENDS = ("ineffective_at", "archived_at", "terminated_at")
CONTRACT_ENDS = (*FINAL_ENDS, "ended_at")
LONGEST_TERM = 1200


@dataclass
class Pair:
    """A contract row with a pricebook row (or none), where their windows overlap."""

    row: Row
    row_window: Window
    book: Row | None
    window: Window


@dataclass
class Contract:
    """The rows of one durable_id; without a start, none of them takes effect.

    `end` is that of the first term. A contract that renews itself goes on until `renewed_until`.
    """

    durable_id: str
    zone: Zone | None = None
    start: datetime | None = None
    end: datetime = END
    renewed_until: datetime | None = None
    renewal_months: int = 0
    uplift_percent: Decimal = Decimal(0)
    start_row: Row | None = None
    in_force: list[tuple[Row, Window]] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)


def whole_months(first: date, last: date) -> int:
    """Return how many whole months lie between two days, counted as anniversaries are."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if add_months(first, months) <= last else months - 1


class Contracts(Quotes):
    """The stage of contracts."""

    def customer_at(
        self, customer_id: str | None, instant_in: Callable[[Zone], datetime]
    ) -> tuple[Zone, Row | None]:
        """Return a customer's row at an instant, and its zone.

        Instant and window are read in each row's own zone. Of several the latest effective_at, then
        the lowest id; none: the earliest row. A customer's archived_at ends nothing.
        """
        candidates = []
        for row in self.rows_with("customers", "durable_id", customer_id):
            zone = self.zone_of(row)
            window = row_window(row, zone, "ineffective_at")
            candidates.append((row, zone, window[0], holds(window, instant_in(zone))))
        if not candidates:
            return self.default_zone, None
        inside = [candidate for candidate in candidates if candidate[3]]
        if inside:
            latest = max(candidate[2] for candidate in inside)
            inside = [candidate for candidate in inside if candidate[2] == latest]
            row, zone = min(inside, key=lambda candidate: candidate[0].id)[:2]
        else:
            row, zone = min(candidates, key=lambda candidate: (candidate[2], candidate[0].id))[:2]
        return zone, row

    def zone_of(self, customer: Row) -> Zone:
        """Return the zone that a customer's row names, else the default."""
        name = customer["billing_timezone"]
        return Zone.get(name) if Zone.is_known(name) else self.default_zone

    def build_contracts(self) -> None:
        """Build each contract that is not void. A row without id or customer takes no effect."""
        durable = defaultdict(list)
        for row in self.rows("contracts"):
            if row["void"]:
                continue
            self.report_contract_row(row)
            if row["durable_id"] is not None and self.has_customer(row):
                durable[row["durable_id"]].append(row)
        self.contracts = {
            durable_id: self.build_contract(durable_id, rows)
            for durable_id, rows in sorted(durable.items())
        }

    def report_contract_row(self, row: Row) -> None:
        """Report what a row lacks: all of it, and, a decision, whatever else is wrong with it."""
        if row["durable_id"] is None:
            self.exceptions.add(row, "NO_ID")
        if not self.has_customer(row):
            self.exceptions.add(row, "UNKNOWN_REFERENCE")
        if row["started_at"] is None:
            self.exceptions.add(row, "NO_START")
        if row["pricebook_id"] is not None and not self.books(row["pricebook_id"]):
            self.exceptions.add(row, "UNKNOWN_REFERENCE")

    def build_contract(self, durable_id: str, rows: list[Row]) -> Contract:
        """Find start, windows and pairs of a contract.

        Rows without a start, or whose own window is empty, count for nothing: neither for the
        contract's start nor for where another row ends.
        """
        contract = Contract(durable_id)
        started = [row for row in rows if row["started_at"]]
        if not started:
            return contract
        zone = contract.zone = self.contract_zone(started)
        effective = []
        for row in started:
            if is_empty(self.own_contract_window(row, zone)):
                self.exceptions.add(row, "EMPTY_WINDOW")
            else:
                effective.append(row)
        if not effective:
            return contract
        begins = {row.id: row["started_at"].instant(zone) for row in effective}
        contract.start = min(begins.values())
        windows = amendment_windows(
            effective, {row.id: row_window(row, zone, *CONTRACT_ENDS) for row in effective}
        )
        contract.start_row = next(row for row, _ in windows if begins[row.id] == contract.start)
        for row, own_window in windows:
            window = cut(own_window, (contract.start, END))
            if is_empty(window):
                self.exceptions.add(row, "EMPTY_WINDOW")
            else:
                contract.in_force.append((row, window))
        self.report_overlaps([row for row, _ in windows], zone)
        contract.end = contract.in_force[-1][1][1] if contract.in_force else contract.start
        self.report_customers(contract)
        self.build_pairs(contract)
        self.renew_contract(contract)
        return contract

    def renew_contract(self, contract: Contract) -> None:
        """Let a contract go on after its end, if the row in force last says so.

        Not if something else than ended_at ends it then. A decision: a renewal of less than a month
        or more than a century is none, and reported.
        """
        if not contract.in_force:
            return
        row, window = contract.in_force[-1]
        final = min(bound(row[column], contract.zone, END) for column in FINAL_ENDS)
        if not row["auto_renew"] or row["ended_at"] is None or final <= contract.end:
            return
        months = row["renewal_term_months"]
        if months is None:
            term = (contract.zone.day(instant) for instant in (contract.start, contract.end))
            months = max(whole_months(*term), 1)
        elif not 1 <= months <= LONGEST_TERM:
            self.exceptions.add(row, "BAD_SCHEDULE")
            return
        contract.renewed_until, contract.renewal_months = final, months
        contract.uplift_percent = row["renewal_uplift_percent"] or Decimal(0)
        contract.in_force[-1] = (row, (window[0], final))

    @staticmethod
    def renewals(contract: Contract, until: datetime) -> Iterator[tuple[int, Window]]:
        """Return number and window of each renewal that starts by an instant.

        Counted from the local date of the first term's end, so that a short month moves nothing.
        """
        if contract.renewed_until is None:
            return
        number, begin, first_day = 1, contract.end, contract.zone.day(contract.end)
        while begin <= until and begin < contract.renewed_until:
            day = add_months(first_day, number * contract.renewal_months)
            end = min(contract.zone.midnight(day), contract.renewed_until)
            yield number, (begin, end)
            number, begin = number + 1, end

    def first_renewal_after(self, contract: Contract, instant: datetime) -> datetime | None:
        """Return when the first renewal after an instant starts, if there is one."""
        if contract.renewed_until is None:
            return None
        begin = contract.end
        for _, window in self.renewals(contract, instant):
            begin = window[1]
        return begin if begin < contract.renewed_until else None

    def own_contract_window(self, row: Row, zone: Zone) -> Window:
        """Return the window that a row says itself: one that ends before it starts is empty."""
        start, end = row_window(row, zone, *CONTRACT_ENDS)
        return max(start, row["started_at"].instant(zone)), end

    def contract_zone(self, started: list[Row]) -> Zone:
        """Return the zone of the customer of the row in force first; it holds for all rows."""
        zone = self.default_zone
        alive = [r for r in started if not is_empty(self.own_contract_window(r, zone))] or started
        first = min(alive, key=lambda row: (row_window(row, zone, "ended_at")[0], row.id))
        return self.customer_at(
            first["customer_id"], lambda z: min(row["started_at"].instant(z) for row in alive)
        )[0]

    def report_overlaps(self, ordered: list[Row], zone: Zone) -> None:
        """Report a row that says it lasts beyond the next one's begin, or begins with it.

        An open end is not an overlap, but how amendments are written.
        """
        for row, following in pairwise(ordered):
            begin = bound(following["effective_at"], zone, BEGINNING)
            if (
                bound(row["ineffective_at"], zone, BEGINNING) > begin
                or bound(row["effective_at"], zone, BEGINNING) == begin
            ):
                self.exceptions.add(row, "OVERLAPPING_AMENDMENTS")

    def report_customers(self, contract: Contract) -> None:
        """Report rows of unknown customers, and rows that change the customer."""
        previous = None
        for row, _ in contract.in_force:
            customer_id = row["customer_id"]
            if customer_id is not None and not self.rows_with(
                "customers", "durable_id", customer_id
            ):
                self.exceptions.add(row, "UNKNOWN_CUSTOMER")
            if previous and previous["customer_id"] != row["customer_id"]:
                self.exceptions.add(row, "CUSTOMER_CHANGED")
            previous = row

    def books(self, durable_id: str) -> list[Row]:
        """Return the rows of a pricebook."""
        return self.rows_with("pricebooks", "durable_id", durable_id)

    def book_windows(self, durable_id: str, zone: Zone) -> list[tuple[Row, Window]]:
        """Return the windows of a pricebook's rows, as a contract of a zone sees them."""
        rows = self.books(durable_id)
        own = {row.id: row_window(row, zone, "ineffective_at", "archived_at") for row in rows}
        for row in rows:
            self.used["pricebooks"].add(row.id)
            if is_empty(own[row.id]):
                self.exceptions.add(row, "EMPTY_WINDOW")
        windows = amendment_windows(rows, own)
        self.report_overlaps([row for row, _ in windows], zone)
        for row, window in windows:
            if is_empty(window):
                self.exceptions.add(row, "EMPTY_WINDOW")
        return windows

    def build_pairs(self, contract: Contract) -> None:
        """Pair contract rows with pricebook rows, and report holes.

        A hole stands on the row after it: the contract's where that begins, else the pricebook's.
        An unknown pricebook sells nothing, ad hoc prices included, but leaves no hole.
        """
        # Windows, each with the row to report if there is a hole before it.
        covered = []
        for row, window in contract.in_force:
            if row["pricebook_id"] is None:
                contract.pairs.append(Pair(row, window, None, window))
                covered.append((window, row))
            elif not self.books(row["pricebook_id"]):
                covered.append((window, row))
            else:
                for book, book_window in self.book_windows(row["pricebook_id"], contract.zone):
                    both = cut(window, book_window)
                    if not is_empty(both):
                        contract.pairs.append(Pair(row, window, book, both))
                        covered.append((both, row if both[0] == window[0] else book))
        covered_until = contract.start
        for window, row in covered:
            if window[0] > covered_until:
                self.exceptions.add(row, "HOLE_IN_TERM")
            covered_until = max(covered_until, window[1])
        # A decision: nothing follows a hole at the end; it stands on the last row.
        if contract.in_force and covered_until < contract.end:
            self.exceptions.add(contract.in_force[-1][0], "HOLE_IN_TERM")

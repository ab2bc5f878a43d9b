"""Contracts: zones, the windows of their rows, and the pricebook rows that these pair with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from oracle.cells import decimals_of
from oracle.inputs import Row, amendment_windows, bound, row_window
from oracle.quotes import Quotes
from oracle.zones import BEGINNING, END, Window, Zone, add_months, cut, holds, is_empty

# What ends a contract row for good, and what ends its term: a contract may renew itself after that.
FINAL_ENDS = ("ineffective_at", "archived_at", "terminated_at")
CONTRACT_ENDS = (*FINAL_ENDS, "ended_at")
LONGEST_TERM = 1200
FAR_FUTURE = 9999


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

    `end` is that of the last renewal, `term_end` that of the term before; mostly they are the same.
    """

    durable_id: str
    zone: Zone | None = None
    start: datetime | None = None
    end: datetime = END
    term_end: datetime = END
    # The ends from which rows in force renew, by row.
    renewing: dict[str, datetime] = field(default_factory=dict)
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
        if row["auto_renew"]:
            if row["ended_at"] is None:
                self.exceptions.add(row, "RENEWAL_WITHOUT_END")
            for fault in self.renewal_faults(row):
                self.exceptions.add(row, fault)

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
            effective, {row.id: self.window_until_replaced(row, zone) for row in effective}
        )
        contract.start_row = next(row for row, _ in windows if begins[row.id] == contract.start)
        for row, own_window in windows:
            window = cut(own_window, (contract.start, END))
            if is_empty(window):
                self.exceptions.add(row, "EMPTY_WINDOW")
            else:
                contract.in_force.append((row, window))
                renews_at = self.renews_at(row, zone)
                if renews_at is not None and renews_at < window[1]:
                    contract.renewing[row.id] = renews_at
        self.report_overlaps([row for row, _ in windows], zone)
        contract.end = contract.term_end = contract.start
        if contract.in_force:
            last, window = contract.in_force[-1]
            contract.end = window[1]
            contract.term_end = contract.renewing.get(last.id, contract.end)
        self.report_customers(contract)
        self.build_pairs(contract)
        return contract

    def renews_at(self, row: Row, zone: Zone) -> datetime | None:
        """Return the end from which a row renews, unless something ends it for good by then.

        An end in the year 9999 is none.
        """
        if not row["auto_renew"] or row["ended_at"] is None or self.renewal_faults(row):
            return None
        end = row["ended_at"].instant(zone)
        return (
            end if end.year < FAR_FUTURE and end < row_window(row, zone, *FINAL_ENDS)[1] else None
        )

    @staticmethod
    def renewal_faults(row: Row) -> list[str]:
        """Return why a row cannot renew: it then ends at its end."""
        months, percent = row["renewal_term_months"], row["renewal_uplift_percent"]
        faults = []
        if months is not None and not 1 <= months <= LONGEST_TERM:
            faults.append("BAD_RENEWAL_TERM")
        if percent is not None and not (-100 < percent < 1000 and decimals_of(percent) <= 4):
            faults.append("OUT_OF_RANGE")
        return faults

    def window_until_replaced(self, row: Row, zone: Zone) -> Window:
        """Return the window of a row with its renewals, which the next row may cut."""
        ends = FINAL_ENDS if self.renews_at(row, zone) else CONTRACT_ENDS
        return row_window(row, zone, *ends)

    @staticmethod
    def renewals(contract: Contract, row: Row, until: datetime) -> Iterator[tuple[int, Window]]:
        """Return number and window of a row's renewals: the first, and what starts by an instant.

        Counted from the local date of the row's end, so that a short month moves nothing. Without a
        length each is as long as the contract up to that end, in whole months.
        """
        begin = contract.renewing.get(row.id)
        if begin is None:
            return
        stop = next(window[1] for other, window in contract.in_force if other is row)
        first_day, months = contract.zone.day(begin), row["renewal_term_months"]
        if months is None:
            months = max(whole_months(contract.zone.day(contract.start), first_day), 1)
        number = 1
        while begin < stop and (number == 1 or begin <= until):
            end = contract.zone.midnight(add_months(first_day, number * months))
            yield number, (begin, min(end, stop))
            number, begin = number + 1, end

    def first_renewal_after(self, contract: Contract, instant: datetime) -> datetime | None:
        """Return when the first renewal starts that `renewals` leaves out, if there is one."""
        starts = []
        for row, window in contract.in_force:
            begin = contract.renewing.get(row.id, window[1])
            for _, renewal in self.renewals(contract, row, instant):
                begin = renewal[1]
            if begin < window[1]:
                starts.append(begin)
        return min(starts, default=None)

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
        An unknown pricebook sells nothing, ad hoc prices included, but leaves no hole. A renewal
        keeps the pricebook row of the term's last instant.
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
                renews_at = contract.renewing.get(row.id)
                for book, book_window in self.book_windows(row["pricebook_id"], contract.zone):
                    if renews_at is not None and book_window[0] >= renews_at:
                        continue
                    if renews_at is not None and book_window[1] >= renews_at:
                        book_window = book_window[0], END
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

"""Contracts: zones, the windows of their rows, and the pricebook rows that these pair with."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from oracle.cells import Clock, decimals_of
from oracle.inputs import NOWHERE, Row, amendment_windows, bound, row_window
from oracle.quotes import Quotes
from oracle.renewals import FAR_FUTURE, RenewalTerm, renewal_term
from oracle.zones import BEGINNING, END, Window, Zone, add_months, cut, holds, is_empty

# What ends a contract row for good, and what ends its term: a contract may renew itself after that.
FINAL_ENDS = ("ineffective_at", "archived_at", "terminated_at")
CONTRACT_ENDS = (*FINAL_ENDS, "ended_at")
LONGEST_TERM = 1200
# In days.
LONGEST_TRIAL = 3650
RENEWAL_COLUMNS = {
    "BAD_RENEWAL_TERM": "renewal_term_months",
    "OUT_OF_RANGE": "renewal_uplift_percent",
}
# What starts before is no date: databases write "none" as the first day of all.
EARLIEST_START = date(1900, 1, 1)


@dataclass
class Pair:
    """A contract row with a pricebook row (or none), where their windows overlap."""

    row: Row
    row_window: Window
    book: Row | None
    window: Window
    # A renewal at list prices, for which this pricebook row was found anew.
    is_at_list: bool = False


@dataclass
class Contract:
    """The rows of one durable_id; without a start, none of them takes effect.

    `end` is that of the last renewal.
    """

    durable_id: str
    zone: Zone | None = None
    start: datetime | None = None
    # The start as it is written.
    start_clock: Clock | None = None
    end: datetime = END
    # How rows in force renew, by row.
    renewing: dict[str, RenewalTerm] = field(default_factory=dict)
    # The terms at whose end an amendment is a negotiated renewal, by the amendment.
    negotiated: dict[str, RenewalTerm] = field(default_factory=dict)
    start_row: Row | None = None
    # Before it nothing recurs, and no usage is rated.
    trial_end: datetime = BEGINNING
    # The row whose trial is none that could be, by which nothing is billed.
    bad_trial: Row | None = None
    # Rows by which a row is not billed: it, or one before it, has a cell that cannot be read.
    undecided: dict[str, list[Row]] = field(default_factory=dict)
    in_force: list[tuple[Row, Window]] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    @property
    def term_ends(self) -> list[datetime]:
        """Return the ends of terms from which the contract renews itself."""
        return sorted({term.end_of_term for term in self.renewing.values()})

    def at_term_end(self, instant: datetime) -> datetime:
        """Return an instant, or the end of a term if a row that is renewed calls it its end.

        A price that ends or begins when its contract does, as both are written, ends or begins with
        the term.
        """
        for term in (*self.renewing.values(), *self.negotiated.values()):
            if instant == term.ended_at:
                return term.end_of_term
        return instant

    def is_in_rest(self, instant: datetime) -> bool:
        """Tell whether the contract ends less than a local day after an instant, by whatever row.

        Several rows may share such a rest: none of them decides anything.
        """
        return self.end != END and self.zone.count_days(instant, self.end) < 1


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
            self.exceptions.add(row, "UNKNOWN_REFERENCE", "customer_id")
        if row["started_at"] is None:
            self.exceptions.add(row, "NO_START", "started_at")
        if row["pricebook_id"] is not None and not self.books(row["pricebook_id"]):
            self.exceptions.add(row, "UNKNOWN_REFERENCE", "pricebook_id")
        if row["auto_renew"]:
            if row["ended_at"] is None:
                self.exceptions.add(row, "RENEWAL_WITHOUT_END", "ended_at")
            for fault in self.renewal_faults(row):
                # Its term is billed: it is the renewals that are not.
                self.exceptions.add(row, fault, RENEWAL_COLUMNS[fault], places=NOWHERE)

    def build_contract(self, durable_id: str, rows: list[Row]) -> Contract:
        """Find start, windows and pairs of a contract.

        Rows without a start, or whose own window is empty, count for nothing: neither for the
        contract's start nor for where another row ends. One with a cell that cannot be read blocks
        billing from where it starts, be it at the midnight at which it renews the row before it.
        """
        contract = Contract(durable_id)
        started = [row for row in rows if row["started_at"] or "started_at" in row.bad]
        if not any(row["started_at"] for row in started):
            return contract
        zone = contract.zone = self.contract_zone(started)
        effective = []
        for row in started:
            if is_empty(self.own_contract_window(row, zone)):
                self.exceptions.add(row, "EMPTY_WINDOW")
            else:
                effective.append(row)
        begins = {row.id: row["started_at"].instant(zone) for row in effective if row["started_at"]}
        if not begins or self.starts_too_early(effective, zone):
            return contract
        contract.start = min(begins.values())
        contract.start_clock = next(
            row["started_at"] for row in effective if begins.get(row.id) == contract.start
        )
        windows = amendment_windows(
            effective,
            {row.id: self.window_until_replaced(contract, row) for row in effective},
            {row.id: bound(row.origin.cells.get("paid_at"), zone, BEGINNING) for row in effective},
        )
        contract.start_row = next(row for row, _ in windows if begins.get(row.id) == contract.start)
        undecided: list[Row] = []
        for row, own_window in self.negotiate(contract, windows):
            undecided += [row] if row.is_undecided else []
            contract.undecided[row.id] = list(undecided)
            window = cut(own_window, (contract.start, END))
            if is_empty(window):
                self.exceptions.add(row, "EMPTY_WINDOW")
            else:
                contract.in_force.append((row, window))
        self.report_overlaps([row for row, _ in windows], zone)
        contract.end = contract.in_force[-1][1][1] if contract.in_force else contract.start
        self.find_trial(contract)
        self.find_renewing(contract)
        self.report_customers(contract)
        self.build_pairs(contract)
        return contract

    def find_trial(self, contract: Contract) -> None:
        """Find when the trial ends: at the start's time of day, so many local days after it.

        Only the row in force first says so. A decision: also if it begins after the contract's
        start. Another one: a trial out of range withholds what a cell does that cannot be read,
        and such a cell does so on later rows too, as all cells that decide money.
        """
        if not contract.in_force:
            return
        row, zone = contract.in_force[0][0], contract.zone
        days = row["trial_days"] or 0
        if not 0 <= days <= LONGEST_TRIAL:
            self.exceptions.add(row, "OUT_OF_RANGE", "trial_days")
            contract.bad_trial = row
        elif days:
            try:
                wall = zone.local(contract.start) + timedelta(days=days)
            except OverflowError:
                wall = END
            contract.trial_end = zone.to_utc(wall)

    def starts_too_early(self, rows: list[Row], zone: Zone) -> bool:
        """Tell whether a contract starts before there were contracts like ours, and report it."""
        early = [
            row
            for row in rows
            if row["started_at"] and zone.day(row["started_at"].instant(zone)) < EARLIEST_START
        ]
        for row in early:
            self.exceptions.add(row, "OUT_OF_RANGE", "started_at")
        return bool(early)

    def find_renewing(self, contract: Contract) -> None:
        """Find the rows in force that renew before anything else ends or replaces them."""
        for row, window in contract.in_force:
            term = self.renewal_term_of(contract, row)
            if term is None or term.ended_at >= window[1]:
                continue
            begin = term.end_of_term
            if begin < window[1] and not contract.is_in_rest(begin):
                contract.renewing[row.id] = term

    def renewal_term_of(self, contract: Contract, row: Row) -> RenewalTerm | None:
        """Return how a row renews by itself, unless something ends it for good by its end."""
        if not row["auto_renew"] or self.renewal_faults(row):
            return None
        term = self.term_of(contract, row)
        _, stop = row_window(row, contract.zone, *FINAL_ENDS)
        return term if term is not None and term.ended_at < stop else None

    @staticmethod
    def term_of(contract: Contract, row: Row) -> RenewalTerm | None:
        """Return the term of a row and how it could renew; an end in the year 9999 is none."""
        end = row["ended_at"]
        if end is None or end.instant(contract.zone).year >= FAR_FUTURE:
            return None
        return renewal_term(contract.start_clock, end, contract.zone, row["renewal_term_months"])

    def negotiate(
        self, contract: Contract, windows: list[tuple[Row, Window]]
    ) -> list[tuple[Row, Window]]:
        """Return the rows' windows, and find the amendments that are negotiated renewals.

        Those begin at the ended_at of the row before them, as instants, or at the end of its term
        if it would renew itself. A decision: like every renewal they begin at a local midnight.
        """
        result = list(windows)
        for position in range(len(windows) - 1):
            (row, window), (following, next_window) = result[position : position + 2]
            term = self.term_of(contract, row)
            if term is None or window[1] != next_window[0]:
                continue
            ends = [term.ended_at]
            if self.renewal_term_of(contract, row):
                ends.append(term.end_of_term)
            if window[1] in ends and window[0] < term.end_of_term < next_window[1]:
                contract.negotiated[following.id] = term
                result[position] = row, (window[0], term.end_of_term)
                result[position + 1] = following, (term.end_of_term, next_window[1])
        return result

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

    def window_until_replaced(self, contract: Contract, row: Row) -> Window:
        """Return the window of a row with its renewals, which the next row may cut."""
        ends = FINAL_ENDS if self.renewal_term_of(contract, row) else CONTRACT_ENDS
        return row_window(row, contract.zone, *ends)

    @staticmethod
    def renewals(contract: Contract, row: Row, until: datetime) -> Iterator[tuple[int, Window]]:
        """Return number and window of a row's renewals: the first, and what starts by an instant.

        None begins less than a local day before the contract's end: the one before lasts so long.
        """
        term = contract.renewing.get(row.id)
        if term is None:
            return
        stop = next(window[1] for other, window in contract.in_force if other is row)
        number, begin = 1, term.end_of_term
        while begin < stop and (number == 1 or begin <= until):
            end = term.begin(number)
            if end >= stop or contract.is_in_rest(end):
                end = stop
            yield number, (begin, end)
            number, begin = number + 1, end

    @staticmethod
    def negotiated_renewals(contract: Contract) -> list[tuple[datetime, Row]]:
        """Return when negotiated renewals begin, none less than a local day before the end."""
        return [
            (window[0], row)
            for row, window in contract.in_force
            if row.id in contract.negotiated and not contract.is_in_rest(window[0])
        ]

    def first_renewal_after(self, contract: Contract, instant: datetime) -> datetime | None:
        """Return when the first renewal starts that `renewals` leaves out, if there is one."""
        starts = []
        for row, window in contract.in_force:
            begin = window[1]
            for _, renewal in self.renewals(contract, row, instant):
                begin = renewal[1]
            if begin < window[1]:
                starts.append(begin)
        return min(starts, default=None)

    def own_contract_window(self, row: Row, zone: Zone) -> Window:
        """Return the window that a row says itself: one that ends before it starts is empty."""
        start, end = row_window(row, zone, *CONTRACT_ENDS)
        return max(start, bound(row["started_at"], zone, BEGINNING)), end

    def contract_zone(self, started: list[Row]) -> Zone:
        """Return the zone of the customer of the row in force first; it holds for all rows."""
        zone = self.default_zone
        alive = [r for r in started if not is_empty(self.own_contract_window(r, zone))] or started
        first = min(alive, key=lambda row: (row_window(row, zone, "ended_at")[0], row.id))
        starts = [row["started_at"] for row in alive if row["started_at"]]
        return self.customer_at(
            first["customer_id"],
            lambda z: min((start.instant(z) for start in starts), default=BEGINNING),
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
                for pair in self.book_pairs(contract, row, window):
                    contract.pairs.append(pair)
                    first = pair.window[0] == window[0]
                    covered.append((pair.window, row if first else pair.book))
                *_, last = self.terms_at_list(contract, row, window) or [window]
                # Nobody knows the list prices of later renewals yet.
                if last[1] < window[1]:
                    covered.append(((last[1], window[1]), row))
        covered_until = contract.start
        for window, row in covered:
            if window[0] > covered_until:
                self.exceptions.add(row, "HOLE_IN_TERM")
            covered_until = max(covered_until, window[1])
        # A decision: nothing follows a hole at the end; it stands on the last row.
        if contract.in_force and covered_until < contract.end:
            self.exceptions.add(contract.in_force[-1][0], "HOLE_IN_TERM")

    def book_pairs(self, contract: Contract, row: Row, window: Window) -> Iterator[Pair]:
        """Return the pairs of a row with the rows of its pricebook, in order of time.

        Renewals keep the pricebook row of the term's last instant, unless they are at list prices.
        """
        term = contract.renewing.get(row.id)
        keeps_book = term is not None and not self.takes_list_prices(row)
        books = self.book_windows(row["pricebook_id"], contract.zone)
        renewals = self.terms_at_list(contract, row, window)
        for book, book_window in books:
            if keeps_book and book_window[0] >= term.end_of_term:
                continue
            if keeps_book and book_window[1] >= term.end_of_term:
                book_window = book_window[0], END
            both = cut(window, book_window)
            if renewals:
                both = cut(both, (BEGINNING, term.end_of_term))
            if not is_empty(both):
                yield Pair(row, window, book, both)
        for renewal in renewals:
            for book, book_window in books:
                if holds(book_window, renewal[0]):
                    yield Pair(row, window, book, cut(window, renewal), is_at_list=True)

    @staticmethod
    def takes_list_prices(row: Row) -> bool:
        """Tell whether a row's renewals take the list prices of their first instant."""
        return row["renewal_pricing"] == "LIST"

    def terms_at_list(self, contract: Contract, row: Row, window: Window) -> list[Window]:
        """Return the renewals of a row at list prices, as far as prices can be asked for."""
        if row.id not in contract.renewing or not self.takes_list_prices(row):
            return []
        until = self.last_instant(contract, row)
        return [cut(window, renewal) for _, renewal in self.renewals(contract, row, until)]

    def last_instant(self, contract: Contract, row: Row) -> datetime:
        """Return when all periods of a row have ended that start by the horizon.

        Whichever of the prices that it may have is that of the longest period. A decision: of weeks
        and days so many months of 28 days count as contain them.
        """
        books = self.books(row["pricebook_id"])
        rows = [
            *books,
            *(
                each
                for book in books
                for each in self.rows_with("list_prices", "pricebook_uid", book.id)
            ),
            *self.rows_with("contract_prices", "contract_uid", row.id),
            *(
                each
                for each in self.rows_with("contract_prices", "contract_id", row["durable_id"])
                if each["contract_uid"] is None
            ),
        ]
        of_a_month = {"WEEK": 4, "DAY": 28}
        months = (
            math.ceil((each["invoice_schedule"] or 1) / of_a_month.get(each["schedule_unit"], 1))
            for each in rows
        )
        longest = min(max([1, *months]), LONGEST_TERM)
        return contract.zone.midnight(add_months(contract.zone.day(self.horizon), longest + 1))

"""What random cases can have besides: terminations, renewals, quotes, orders, and what others add.

Added to a finished case with chance of its own, so that the case is the same with and without.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import timedelta

from oracle.cases import GHOST, NOPE, Cells
from oracle.inputs import COLUMNS
from oracle.matrix_cases import MatrixCases
from oracle.odd_cells import OddCells
from oracle.renewal_cases import RenewalCases
from oracle.schedule_cases import ScheduleCases
from oracle.zones import add_months

# Each needs what the project has for it; `mrr` is a mart, and adds nothing to a case.
TERMINATIONS, RENEWALS, QUOTES, MRR = "terminations", "renewals", "quotes", "mrr"
RENEWAL_EDGES, ORDERS = "renewal_edges", "orders"
# These change what the others have made: they come last.
ODD_CELLS, CHARGE_MODELS = "odd_cells", "charge_models"
SCHEDULES, TRIALS, PERCENTAGES, MATRIX = "schedules", "trials", "percentage", "matrix"
FLAT_FEATURES = (TERMINATIONS, RENEWALS, QUOTES, MRR, RENEWAL_EDGES, ORDERS, ODD_CELLS)
FEATURES = (*FLAT_FEATURES, CHARGE_MODELS, SCHEDULES, TRIALS, PERCENTAGES, MATRIX)

ASSUMED = ("10", "10", "100", "400", "7", "1", "0", "2.5", "1234567.123456789", "-3")
BAD_QUOTE_CELLS: list[tuple[str, str, list[str | None]]] = [
    ("quotes", "started_at", ["soon", None]),
    ("quotes", "ended_at", ["2001-01-01", "later"]),
    ("quotes", "pricebook_id", [NOPE]),
    ("quotes", "customer_id", [GHOST, None]),
    ("quotes", "state", [None, "PERHAPS", "accepted"]),
    ("quotes", "durable_id", [None]),
    ("quotes", "id", [None]),
    ("quotes", "currency", ["XTS"]),
    ("quotes", "prorate", ["maybe"]),
    ("quote_prices", "price", ["abc", "99999", "-100000000"]),
    ("quote_prices", "id", [None]),
    ("quote_prices", "quote_id", [NOPE, None]),
    ("quote_prices", "discount_percent", ["ten", "12.345"]),
    ("quote_prices", "invoice_delivery", ["NEVER"]),
    ("quote_prices", "ended_at", ["2001-01-01"]),
    ("quote_usage", "quantity", ["many", None]),
    ("quote_usage", "product_uid", [NOPE, None]),
    ("quote_usage", "quote_id", [NOPE]),
]


class ProvisionedCaseMaker(RenewalCases, OddCells, MatrixCases, ScheduleCases):
    """Makes a case, and adds to it."""

    def __init__(
        self, rng: random.Random, prefix: str, era: str, features: Collection[str] = ()
    ) -> None:
        """Begin with nothing."""
        super().__init__(rng, prefix, era)
        self.features = features
        self.offers_quotes = QUOTES in features

    def make(self) -> dict[str, list[Cells]]:
        """Return the rows of all inputs."""
        inputs, luck = super().make(), self.rng.random()
        for feature, add in (
            (TERMINATIONS, self.terminations),
            (RENEWALS, self.renewals),
            (QUOTES, self.quotes),
            (RENEWAL_EDGES, self.renewal_edges),
            (ORDERS, self.orders),
            (ODD_CELLS, self.odd_cells),
            (CHARGE_MODELS, self.charge_models),
            (SCHEDULES, self.schedules),
            (TRIALS, self.trials),
            (PERCENTAGES, self.percentages),
            (MATRIX, self.matrices),
        ):
            if feature in self.features:
                # A chance of its own for each: the others stay as they are without it.
                self.rng = random.Random(f"{luck} {feature}")
                add()
        return inputs

    def terminations(self) -> None:
        """End some contracts early, by one of their rows or all."""
        for durable_id, rows in self.contract_rows.items():
            if not self.chance(0.2):
                continue
            first, last = ((day - self.base).days for day in self.terms[durable_id])
            terminated_at = self.moment(self.day(first, last + 40))
            for row in self.pick(rows, rows[-1:], [self.rng.choice(rows)]):
                row["terminated_at"] = terminated_at
                row["end_reason"] = self.maybe(0.5, "bankrupt")

    def renewals(self) -> None:
        """Let some contracts go on after their end, a few of them not for ever."""
        for durable_id, rows in self.contract_rows.items():
            if not self.chance(0.5):
                continue
            cells = self.renewal()
            last = (self.terms[durable_id][1] - self.base).days
            if self.chance(0.2):
                column = self.pick("terminated_at", "terminated_at", "archived_at")
                cells[column] = self.moment(self.day(last + 1, last + 200))
            for row in self.pick(rows, rows, rows, rows[-1:], rows[:1]):
                row.update(cells)
            if self.chance(0.25):
                self.amend_renewal(durable_id)
            for _ in range(self.pick(0, 0, 1, 2)):
                self.price_renewal(durable_id)

    def amend_renewal(self, durable_id: str) -> None:
        """Add an amendment after the end, mostly with an end of its own, and rarely another one."""
        rows = self.contract_rows[durable_id]
        last = (self.terms[durable_id][1] - self.base).days
        effective = self.day(last - 5, last + 150)
        days = (effective - self.base).days
        row = {
            **rows[-1],
            "id": self.fresh("kr"),
            "effective_at": self.moment(effective),
            "ended_at": self.maybe(0.9, self.moment(self.day(days - 10, days + 200))),
            "payment_terms_days": self.maybe(0.5, "0", "10"),
        }
        if self.chance(0.4):
            row.update(self.renewal())
        self.inputs["contracts"].append(row)
        rows.append(row)

    def price_renewal(self, durable_id: str) -> None:
        """Add a price that begins or ends after the end of the first term, or with it."""
        rows, last = self.contract_rows[durable_id], (self.terms[durable_id][1] - self.base).days
        cells: Cells = {"id": self.fresh("xr"), "created_at": self.created_early()}
        if self.chance(0.5):
            cells["contract_uid"] = self.rng.choice(rows)["id"]
        else:
            cells["contract_id"] = durable_id
        if self.chance(0.35) or not self.lists:
            self.make_ad_hoc(cells)
        else:
            self.make_override(cells, [row for row in rows if row["pricebook_id"] in self.books])
        cells["discount_percent"] = self.maybe(0.3, "10", "33.33")
        cells["started_at"] = self.maybe_moment(0.6, last, last + 150)
        cells["ended_at"] = self.maybe_moment(0.4, last, last + 250)
        if self.chance(0.3):
            cells["ended_at"] = self.rng.choice(rows)["ended_at"]
        self.add("contract_prices", **cells)

    def renewal(self) -> Cells:
        """Return how a contract renews itself."""
        return {
            "auto_renew": self.pick("true", "true", "true", "true", "false"),
            "renewal_term_months": self.maybe(0.6, *["1", "1", "2", "3", "12"] * 5, "0", "x"),
            "renewal_uplift_percent": self.maybe(
                0.8, *["5", "3.25", "0", "-10", "33.333", "7.5"] * 5, "1e-4", "-100", "0.00001"
            ),
        }

    # Quotes

    def quotes(self) -> None:
        """Add quotes, and usage of their customers."""
        for number in range(self.pick(0, 1, 1, 2, 3)):
            self.quote(number)
        if self.inputs["quotes"]:
            self.quote_history()
            if self.chance(0.2):
                self.corrupt_quotes()

    def quote(self, number: int) -> None:
        """Add a quote with prices and assumed usage; some are accepted, some stand in contracts."""
        durable_id = self.name(f"quote{number}")
        start = self.day(0, 200)
        end = start + timedelta(days=round(30.44 * self.pick(1, 2, 3, 6, 12, 13)))
        end = self.pick(end, end, end.replace(day=1), end.replace(day=min(start.day, 28)))
        if end <= start:
            end = start + timedelta(days=45)
        self.terms[durable_id] = start, end
        customer = self.maybe(0.88, *self.customer_ids)
        book = self.maybe(0.9, *self.books)
        cells: Cells = {
            "durable_id": durable_id,
            "customer_id": customer,
            "prospect_name": None if customer else "Prospect",
            "pricebook_id": book,
            "currency": self.currency if book is None else self.maybe(0.4, self.currency),
            "billing_anchor": self.maybe(0.3, "CALENDAR", "ANNIVERSARY"),
            "prorate": self.maybe(0.4, "true", "false"),
            "payment_terms_days": self.maybe(0.4, "0", "10", "45"),
            "started_at": self.moment(start),
            "ended_at": self.moment(end) if self.chance(0.85) else None,
            "state": self.pick("DRAFT", "SENT", "ACCEPTED", "ACCEPTED", "ACCEPTED", "REJECTED"),
            "created_at": self.created_early(),
        }
        if cells["state"] == "ACCEPTED":
            cells["accepted_at"] = self.moment(start - timedelta(days=3))
            if RENEWALS in self.features and self.chance(0.4):
                cells.update(self.renewal())
            if self.chance(0.25):
                rows = [row for rows in self.contract_rows.values() for row in rows]
                self.rng.choice(rows)["quote_id"] = durable_id
        row = self.add("quotes", id=self.fresh("qu"), **cells)
        if self.chance(0.06):
            other = {"id": self.fresh("qu"), "payment_terms_days": "99"}
            self.inputs["quotes"].append({**row, **other})
        self.quote_prices(row)
        self.quote_usage(row)
        self.usage_of(row)

    def quote_prices(self, quote: Cells) -> None:
        """Add overrides and ad hoc prices."""
        for _ in range(self.pick(0, 1, 1, 2, 3)):
            cells: Cells = {"id": self.fresh("qp"), "created_at": self.created_early()}
            cells["quote_id"] = quote["durable_id"]
            if self.chance(0.35) or not self.lists:
                self.make_ad_hoc(cells)
            else:
                self.make_override(cells, [quote])
            cells["discount_percent"] = self.maybe(0.35, "10", "33.33", "100", "0")
            cells["discount_amount"] = self.maybe(0.15, "5", "0.005", "40.01")
            self.date_price(cells, self.terms[quote["durable_id"]])
            self.add("quote_prices", **cells)

    def quote_usage(self, quote: Cells) -> None:
        """Assume usage of metered products: of each period, of some, of both, or of none."""
        start = self.terms[quote["durable_id"]][0]
        for product in self.product_rows:
            if product["ptype"] != "EVENT" or not self.chance(0.85):
                continue
            days = {
                add_months(self.pick(start, start.replace(day=1), start.replace(day=1)), months)
                for months in self.pick((), (), (0,), (0, 1), (1, 3, 12))
            }
            for day in [*sorted(days), *([None] if self.chance(0.8) else [])]:
                self.add(
                    "quote_usage",
                    id=self.fresh("qa"),
                    quote_id=quote["durable_id"],
                    product_uid=product["id"],
                    nominal_start_date=day.isoformat() if day else None,
                    quantity=self.pick(*ASSUMED),
                )

    def usage_of(self, quote: Cells) -> None:
        """Add usage events of a quote's customer, in its term."""
        if quote["customer_id"] is None or not self.event_names:
            return
        start, end = self.terms[quote["durable_id"]]
        for _ in range(self.pick(0, 5, 15)):
            event: Cells = dict.fromkeys(COLUMNS["usage_events"])
            day = self.day((start - self.base).days, (end - self.base).days)
            event["transaction_id"] = self.fresh("tq")
            event["customer_id"] = quote["customer_id"]
            event["metered_at"] = f"{day}T{self.clock()}Z"
            event["properties"] = self.properties(self.rng.choice(self.event_names))
            self.events.append(event)

    def quote_history(self) -> None:
        """Add older versions, deletes and branch rows of some rows."""
        other_cells: dict[str, Cells] = {
            "quotes": {"state": "ACCEPTED"},
            "quote_prices": {"price": "77"},
            "quote_usage": {"quantity": "55"},
        }
        for name, cells in other_cells.items():
            for row in list(self.inputs[name]):
                chance = self.rng.random()
                if chance < 0.03:
                    row["version"] = "1"
                    self.inputs[name].append({**row, **cells, "version": "0"})
                elif chance < 0.04:
                    self.inputs[name].append({**row, "version": "3", "is_deleted": "true"})
                elif chance < 0.07:
                    self.inputs[name].append({**row, **cells, "branch": "dev"})

    def corrupt_quotes(self) -> None:
        """Put a bad cell into some rows."""
        for _ in range(self.pick(1, 2)):
            name, column, values = self.rng.choice(BAD_QUOTE_CELLS)
            if self.inputs[name]:
                row, value = self.rng.choice(self.inputs[name]), self.rng.choice(values)
                row[column] = value.format(prefix=self.prefix) if value else value


def random_case(
    seed: int, prefix: str, eras: list[str], features: Collection[str] = ()
) -> dict[str, list[Cells]]:
    """Return one case: the same for the same arguments, with others beside it or without."""
    rng = random.Random(f"{seed} {prefix}")
    return ProvisionedCaseMaker(rng, prefix, rng.choice(eras), features).make()

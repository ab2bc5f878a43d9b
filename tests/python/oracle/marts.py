"""All stages in their order, what is reported of rows as such, and the marts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from fractions import Fraction

from oracle.agreed import Agreed
from oracle.cells import round_fraction
from oracle.contracts import Contract
from oracle.inputs import Row, row_window
from oracle.invoices import Key
from oracle.metering import aggregation_of
from oracle.prices import Price
from oracle.rating import SPAN_AGGREGATIONS, period_value
from oracle.spans import Span
from oracle.usage import Event
from oracle.zones import END, Zone, is_empty

MartRow = dict[str, object]


def uid(row: Row | None) -> str | None:
    """Return a row's id, if there is a row."""
    return row.id if row else None


def closed(instant: datetime) -> datetime | None:
    """Return the end of a window; an open one has none."""
    return None if instant == END else instant


class Marts(Agreed):
    """The last stage.

    Ids are the keys themselves here, where the project has their hashes.
    """

    def run(self) -> None:
        """Run all stages."""
        self.take_up_quotes()
        self.build_contracts()
        self.classify_contract_prices()
        self.build_prices()
        self.build_spans()
        self.build_events()
        self.rate_events()
        self.build_lines()
        self.build_invoices()
        self.report_quotes()
        # Contracts and quotes that use the catalogue.
        self.users = list(self.contracts.values())

    def marts(self) -> dict[str, list[MartRow]]:
        """Return the rows of the marts, once all that there is to report has been."""
        self.report_rows()
        return {
            "prices": self.prices_mart(),
            "price_spans": self.spans_mart(),
            "line_items": self.lines_mart(),
            "invoices": self.invoices,
            "usage_by_day": self.usage_by_day_mart(),
            "usage_event_outcomes": self.outcomes_mart(),
            "usage_event_exceptions": self.event_exceptions_mart(),
            "pricing_exceptions": self.exceptions.rows(),
            "contracts": self.contracts_mart(),
            "contract_mrr": self.contract_mrr(),
            "contract_events": self.contract_events(),
        }

    # What is reported of rows as such

    def report_rows(self) -> None:
        """Report cells that do not parse, missing and double ids, and customers' and tiers' rows.

        Several bad cells of a row are one report; what follows from them is reported too.
        """
        for row in self.rows("customers"):
            name = row["billing_timezone"]
            if row["durable_id"] is None:
                self.exceptions.add(row, "NO_ID")
                continue
            if name and not Zone.is_known(name):
                self.exceptions.add(row, "UNKNOWN_TIMEZONE")
            if is_empty(row_window(row, self.zone_of(row), "ineffective_at")):
                self.exceptions.add(row, "EMPTY_WINDOW")
        for row in self.rows("price_tiers"):
            owner = self.row("contract_prices", row["contract_price_uid"])
            if row["list_price_uid"] is None and owner is None:
                self.exceptions.add(row, "UNKNOWN_REFERENCE")
        for row in self.rows("product_filters"):
            if row["property"] is None and self.counts(row, row):
                self.exceptions.add(row, "UNKNOWN_REFERENCE")
        codes = set()
        for row in self.rows("currencies"):
            if row["code"] is None or not self.counts(row, row):
                continue
            if row["minor_units"] not in range(9):
                self.exceptions.add(row, "OUT_OF_RANGE")
            elif row["code"] in codes:
                self.exceptions.add(row, "OVERRIDE_SUPERSEDED")
            else:
                codes.add(row["code"])
        for resolved in self.inputs.values():
            for row in resolved.rows:
                if row.bad and self.counts(row, row):
                    self.exceptions.add(row, "UNPARSABLE_CELL")
            for row in resolved.without_id:
                if self.counts(row, row):
                    self.exceptions.add(row, "NO_ID")
            for row, winner in resolved.losers:
                if self.counts(row, winner):
                    self.exceptions.add(row, "DUPLICATE_ID_AND_VERSION")

    def counts(self, row: Row, winner: Row) -> bool:
        """Tell whether a row is reported at all; `winner` is the row of its id that counts.

        Nothing that hangs on a void contract is, and the catalogue only where a contract uses it.
        """
        match row.input:
            case "customers" | "customer_aliases":
                return True
            case "quotes":
                return winner["state"] != "REJECTED"
            case "quote_prices" | "quote_usage":
                return not self.is_rejected(winner)
            case "orders" | "order_items":
                return True
            case "contracts":
                return not winner["void"]
            case "contract_prices":
                if winner.id:
                    return winner.id not in self.hangs_on_void
                return not self.is_on_void(row)
            case "price_tiers":
                if winner["contract_price_uid"] is not None:
                    return winner["contract_price_uid"] not in self.hangs_on_void
                return winner["list_price_uid"] in self.used["list_prices"]
            case "product_filters":
                return winner["product_uid"] in self.used["products"]
            case "pricebooks" if winner.id is None:
                return any(
                    contract_row["pricebook_id"] == row["durable_id"]
                    for contract in self.users
                    for contract_row, _ in contract.in_force
                )
            case "list_prices" if winner.id is None:
                return any(
                    pair.book and pair.book.id == row["pricebook_uid"]
                    for contract in self.users
                    for pair in contract.pairs
                )
        return winner.id in self.used[row.input]

    # Marts

    def price_key(self, price: Price) -> Key:
        """Return what names a price."""
        return (
            price.pair.row.id,
            uid(price.pair.book),
            uid(price.list_price),
            uid(price.contract_price),
            price.window[0],
        )

    def prices_mart(self) -> list[MartRow]:
        """Return the prices; a decision: withheld ones are not among them."""
        later = {
            contract.durable_id: self.first_renewal_after(contract, self.horizon)
            for contract in self.contracts.values()
        }
        return [
            {
                "price_id": self.price_key(price),
                "lineage_id": price.lineage,
                "contract_uid": price.pair.row.id,
                "contract_id": price.contract.durable_id,
                "customer_id": price.pair.row["customer_id"],
                "pricebook_id": price.pair.book["durable_id"] if price.pair.book else None,
                "pricebook_uid": uid(price.pair.book),
                "product_uid": price.product.id,
                "product_name": price.product["name"],
                "product_type": price.product["ptype"],
                "list_price_uid": uid(price.list_price),
                "contract_price_uid": uid(price.contract_price),
                **price.values,
                **{f"{name}_source": source for name, source in price.sources.items()},
                "started_at": price.start,
                "ended_at": closed(price.end),
                "effective_at": price.window[0],
                "ineffective_at": closed(price.window[1]),
                "billing_timezone": price.contract.zone.name,
                "renewal_number": price.renewal,
                "renewals_compared_until": later[price.contract.durable_id],
            }
            for price in self.prices
            if price.billable
        ]

    def span_cells(self, span: Span) -> MartRow:
        """Return what spans and lines have in common."""
        price = span.price
        return {
            "span_id": self.span_key(span),
            "invoice_id": self.invoice_key(span),
            "lineage_id": price.lineage,
            "contract_uid": price.pair.row.id,
            "contract_id": price.contract.durable_id,
            "customer_id": span.values["customer_id"],
            "product_uid": price.product.id,
            "product_name": price.product["name"],
            "list_price_uid": uid(price.list_price),
            "contract_price_uid": uid(price.contract_price),
            "nominal_start_date": span.nominal[0],
            "nominal_end_date": span.nominal[1],
            "started_at": span.period[0],
            "ended_at": span.period[1],
            "effective_at": span.window[0],
            "ineffective_at": span.window[1],
            "prorated_days": span.prorated_days,
            "period_days": span.period_days,
            "invoice_delivery": span.values["invoice_delivery"],
            "currency": span.values["currency"],
            "price": span.values["price"],
        }

    def span_key(self, span: Span) -> Key:
        """Return what names a span."""
        price = span.price
        return (
            price.pair.row.id,
            uid(price.list_price),
            uid(price.contract_price),
            *span.nominal,
            span.window[0],
        )

    def spans_mart(self) -> list[MartRow]:
        """Return the spans."""
        return [
            {**self.span_cells(span), "price_id": self.price_key(span.price)} for span in self.spans
        ]

    def lines_mart(self) -> list[MartRow]:
        """Return the lines; `amount_unrounded` is a fraction, and only shown where capped."""
        return [
            {
                **self.span_cells(line.span),
                "line_item_id": (*self.span_key(line.span), line.line_type),
                "line_type": line.line_type,
                "unit_name": line.span.price.product["unit_name"],
                "list_price": line.span.price.values["list_price"],
                "charge_model": line.span.values["charge_model"],
                "quantity": round_fraction(line.quantity, 12),
                "event_count": line.event_count,
                "amount_unrounded": line.net,
                "is_capped": line.is_capped,
                "discount_amount": line.discount,
                "amount": line.amount,
                "status": line.status,
            }
            for line in self.lines
        ]

    def usage_by_day_mart(self) -> list[MartRow]:
        """Return each line's usage by UTC day; one value a period has the days of all its spans."""
        spans_of = {id(spans[-1]): spans for spans in self.groups.values()}
        rows = []
        for line in self.lines:
            if line.line_type != "usage":
                continue
            span, days = line.span, defaultdict(list)
            aggregation = aggregation_of(span.price.product)
            is_of_span = aggregation in SPAN_AGGREGATIONS
            for each in [span] if is_of_span else spans_of[id(span)]:
                for usage in self.by_span[id(each)]:
                    days[usage.event.metered.date()].append(usage)
            for day, usages in days.items():
                if is_of_span:
                    quantity = sum((Fraction(usage.quantity) for usage in usages), Fraction(0))
                else:
                    quantity = period_value(aggregation, usages)
                rows.append(
                    {
                        "line_item_id": (*self.span_key(span), line.line_type),
                        "invoice_id": self.invoice_key(span),
                        "contract_id": span.price.contract.durable_id,
                        "customer_id": span.values["customer_id"],
                        "product_uid": span.price.product.id,
                        "aggregation": aggregation,
                        "usage_date": day,
                        "event_count": len(usages),
                        "quantity": round_fraction(quantity, 12),
                    }
                )
        return rows

    def contracts_mart(self) -> list[MartRow]:
        """Return the contracts that are ever in effect, by their row in force or the nearest."""
        rows = []
        for contract in self.contracts.values():
            if not contract.in_force:
                continue
            begun = [row for row, window in contract.in_force if window[0] <= self.as_of]
            row = begun[-1] if begun else contract.in_force[0][0]
            _, customer = self.customer_at(row["customer_id"], lambda _: self.as_of)
            if contract.start > self.as_of:
                state = "UPCOMING"
            else:
                state = "ENDED" if contract.end <= self.as_of else "ACTIVE"
            rows.append(
                {
                    "contract_id": contract.durable_id,
                    "customer_id": row["customer_id"],
                    "customer_name": customer["name"] if customer else None,
                    "state": state,
                    "pricebook_id": row["pricebook_id"],
                    "currency": self.currency_at(contract, row),
                    "billing_timezone": contract.zone.name,
                    "started_at": contract.start,
                    "ended_at": closed(contract.end),
                    "renews_at": self.next_renewal(contract),
                    "auto_renew": bool(row["auto_renew"]),
                    "amendment_count": len(contract.in_force),
                }
            )
        return rows

    def currency_at(self, contract: Contract, row: Row) -> str | None:
        """Return a row's currency with the pricebook row in force or the nearest, if it has one."""
        pairs = sorted(
            (pair for pair in contract.pairs if pair.row is row), key=lambda pair: pair.window[0]
        )
        if not pairs:
            return None
        begun = [pair for pair in pairs if pair.window[0] <= self.as_of]
        book = (begun[-1] if begun else pairs[0]).book
        return row["currency"] or (book and book["currency"]) or self.default_currency

    def next_renewal(self, contract: Contract) -> datetime | None:
        """Return the first renewal after the as-of instant."""
        starts = [
            window[0]
            for row, _ in contract.in_force
            for _, window in self.renewals(contract, row, self.as_of)
            if window[0] > self.as_of
        ]
        left_out = self.first_renewal_after(contract, self.as_of)
        return min([*starts, *([left_out] if left_out else [])], default=None)

    def outcomes_mart(self) -> list[MartRow]:
        """Return each event's outcome."""
        return [
            {
                **self.event_cells(event),
                "outcome": event.outcome,
                "contract_count": len(event.contracts),
                "product_count": len(event.furthest) if event.outcome == "RATED" else 0,
            }
            for event in self.events
        ]

    def event_exceptions_mart(self) -> list[MartRow]:
        """Return events that are not rated, per product that got that far, and bad quantities."""
        rows = []
        for event in self.events:
            is_rated = event.outcome == "RATED"
            reason = "BAD_QUANTITY" if is_rated else event.outcome
            cells = {**self.event_cells(event), "reason": reason, "is_event_rated": is_rated}
            products = event.bad if is_rated else event.furthest or [None]
            rows += [{**cells, "product_uid": product_uid} for product_uid in products]
        return rows

    @staticmethod
    def event_cells(event: Event) -> MartRow:
        """Return what outcomes and exceptions have in common."""
        return {
            "transaction_id": event.transaction_id,
            "customer_id": event.resolved,
            "metered_at": event.metered,
            "received_at": event.received,
        }

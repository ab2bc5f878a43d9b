"""All stages in their order, and the marts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from oracle.cells import round_fraction
from oracle.charges import part_amount
from oracle.contracts import Contract
from oracle.inputs import Report, Row
from oracle.invoices import Key
from oracle.metering import SAID
from oracle.prices import GROUP, Price, aggregation_of
from oracle.rating import SPAN_AGGREGATIONS, Line, period_value
from oracle.reports import Reports
from oracle.spans import Span
from oracle.usage import Event, Usage
from oracle.zones import END

MartRow = dict[str, object]


def uid(row: Row | None) -> str | None:
    """Return a row's id, if there is a row."""
    return row.id if row else None


def closed(instant: datetime) -> datetime | None:
    """Return the end of a window; an open one has none."""
    return None if instant == END else instant


class Marts(Reports):
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
        self.report_contracts()
        # Contracts and quotes that use the catalogue.
        self.users = list(self.contracts.values())

    def marts(self) -> dict[str, list[MartRow]]:
        """Return the rows of the marts, once all that there is to report has been."""
        self.report_rows()
        return {
            "prices": self.prices_mart(),
            "price_spans": self.spans_mart(),
            "line_items": self.lines_mart(),
            "line_item_tiers": self.tiers_mart(),
            "invoices": self.invoices,
            "usage_by_day": self.usage_by_day_mart(),
            "usage_event_outcomes": self.outcomes_mart(),
            "usage_event_exceptions": self.event_exceptions_mart(),
            "pricing_exceptions": [self.report_cells(each) for each in self.exceptions.reports()],
            "withheld_prices": self.withheld_mart(),
            "contracts": self.contracts_mart(),
            "contract_mrr": self.contract_mrr(),
            "contract_events": self.contract_events(),
        }

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
                **self.value_cells(price),
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

    @staticmethod
    def value_cells(price: Price) -> MartRow:
        """Return the resolved terms; of a price by cells nothing is said that is for its cells."""
        left_out = {"tiers", "matrix"}
        if price.values["matrix"]:
            left_out |= {*GROUP} - {"price", "charge_model"}
        return {name: value for name, value in price.values.items() if name not in left_out}

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
                "price": line.terms["price"],
                **self.line_cells(line),
                "pricebook_uid": uid(line.span.price.pair.book),
                "unit_name": line.span.price.product["unit_name"],
                "list_price": line.span.price.values["list_price"],
                "charge_model": line.terms["charge_model"],
                "quantity": round_fraction(line.quantity, 12),
                "event_count": line.event_count,
                **self.free_cells(line),
                "amount_unrounded": line.net,
                "is_capped": line.is_capped,
                "discount_amount": line.discount,
                "amount": line.amount,
                "status": line.status,
            }
            for line in self.lines
        ]

    def line_key(self, line: Line) -> Key:
        """Return what names a line."""
        return (*self.span_key(line.span), line.line_type, line.cell_id)

    def line_cells(self, line: Line) -> MartRow:
        """Return what tells the lines of a span apart."""
        return {
            "line_item_id": self.line_key(line),
            "line_type": line.line_type,
            "cell_id": line.cell_id,
        }

    @staticmethod
    def free_cells(line: Line) -> MartRow:
        """Return what is free of a line by the event; of others nothing is said here."""
        free = line.free_quantity
        return {} if free is None else {"free_quantity_used": round_fraction(free, 12)}

    def tiers_mart(self) -> list[MartRow]:
        """Return each line's tiers; `tier_amount` is a fraction, before proration and discounts."""
        rows = []
        for line in self.lines:
            terms = line.terms
            for part in line.parts:
                tier = terms["tiers"][part.number]
                below = terms["tiers"][part.number - 1].up_to if part.number else Decimal(0)
                rows.append(
                    {
                        **self.span_cells(line.span),
                        **self.line_cells(line),
                        "tier_number": part.number + 1,
                        "from_quantity": below,
                        "up_to": tier.up_to,
                        "quantity": round_fraction(part.quantity, 12),
                        "unit_price": tier.unit_price or Decimal(0),
                        "flat_amount": round_fraction(part.flat_amount, 10),
                        "tier_amount": part_amount(terms, part),
                    }
                )
        return rows

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
                    if not self.is_of(usage, line):
                        continue
                    days[usage.event.metered.date()].append(usage)
            for day, usages in days.items():
                if is_of_span:
                    quantity = sum((Fraction(usage.quantity) for usage in usages), Fraction(0))
                else:
                    quantity = period_value(aggregation, usages)
                rows.append(
                    {
                        "line_item_id": self.line_key(line),
                        "cell_id": line.cell_id,
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

    @staticmethod
    def is_of(usage: Usage, line: Line) -> bool:
        """Tell whether an event of a line's span is the line's: its own cell has it, if it has one.

        A line without a cell of a matrix has no usage.
        """
        matrix = line.span.values["matrix"]
        if matrix is None:
            return True
        return line.cell is not None and matrix.cell_of(usage.event.value) is line.cell

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

    def report_cells(self, report: Report) -> MartRow:
        """Return a row of pricing_exceptions, with what the report knows.

        A catalogue's row is of no contract, or of many: nothing is said of whose it is.
        """
        row = report.row
        cells = {
            "input": row.input,
            "id": row.id,
            "version": row.version,
            "reason": report.reason,
            "effect": report.effect,
            "places": list(report.places),
            "winner_ids": [winner.id for winner in report.winners],
            **self.owner_cells(row),
        }
        if report.columns:
            in_order = (
                report.columns if report.reason == "UNPARSABLE_CELL" else sorted(report.columns)
            )
            cells["column_name"] = ", ".join(in_order)
        if report.limits:
            cells["limit_value"] = min(report.limits)
        return cells

    def owner_cells(self, row: Row) -> MartRow:
        """Return contract and customer of a row that has one of each."""
        match row.input:
            case "contracts":
                return {"contract_id": row["durable_id"], "customer_id": row["customer_id"]}
            case "contract_prices":
                bound = self.bound_rows(row)
                found = {}
                for name, column in (("contract_id", "durable_id"), ("customer_id", "customer_id")):
                    values = {each[column] for each in bound}
                    if len(values) == 1:
                        found[name] = values.pop()
                return found
            case "customers":
                return {"customer_id": row["durable_id"]}
            case "customer_aliases":
                return {"customer_id": row["customer_id"]}
        return {}

    def withheld_mart(self) -> list[MartRow]:
        """Return the prices that are withheld, once per row at fault. The project has no such mart.

        So that a test can say that they are reported as they should be.
        """
        return [
            {
                "input": row.origin.input,
                "id": row.origin.id,
                "reason": reason,
                "contract_id": price.contract.durable_id,
                "effective_at": price.window[0],
                "ineffective_at": closed(price.window[1]),
            }
            for price in self.prices
            for row, reason in price.reasons
        ]

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
            for product_uid in event.bad if is_rated else event.furthest or [None]:
                reached = event.progress.get(product_uid, event.outcome)
                cells = {"reason": SAID.get(reached, reached), "product_uid": product_uid}
                if reached == "NO_CELL":
                    cells["detail"] = "no cell"
                rows.append({**self.event_cells(event), "is_event_rated": is_rated, **cells})
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

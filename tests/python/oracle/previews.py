"""Previews: what the contract of a quote or an order alone would owe over its whole term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction

from oracle.cells import round_fraction
from oracle.contracts import Contract
from oracle.guard_rails import GuardRails
from oracle.inputs import RawRow, Resolved, Row
from oracle.marts import MartRow, Marts
from oracle.prices import Price, aggregation_of
from oracle.quotes import (
    contract_of,
    contract_of_order,
    contract_price_of,
    contract_price_of_item,
)
from oracle.rating import SPAN_AGGREGATIONS
from oracle.spans import Span
from oracle.usage import InCell
from oracle.zones import Window, add_months

OPEN_MONTHS = 12
FAR_FUTURE = 9999
QUOTE_INPUTS = ("quotes", "quote_prices", "quote_usage", "orders", "order_items")
NOT_BOUGHT = ("REJECTED", "FAILED", "ABANDONED")


def compute(
    inputs: Mapping[str, Iterable[RawRow]], settings: Mapping[str, object]
) -> dict[str, list[MartRow]]:
    """Return the rows of all marts."""
    main = Marts(inputs, settings)
    main.run()
    previews = [preview_of_quote(main, quote) for quote in main.quotes.values()]
    orders = [order for order in main.rows("orders") if order["durable_id"] is not None]
    for preview in [*previews, *(preview_of_order(main, order) for order in orders)]:
        preview.report_to(main)
    marts = main.marts()
    marts["quote_line_items"] = [row for preview in previews for row in preview.quote_line_items()]
    marts["quote_invoices"] = [row for preview in previews for row in preview.quote_invoices()]
    return marts


def preview_of_quote(main: Marts, quote: Row) -> Preview:
    """Return what a quote alone would owe."""
    prices = main.rows_with("quote_prices", "quote_id", quote["durable_id"])
    return Preview(main, quote, contract_of(quote), [contract_price_of(row) for row in prices])


def preview_of_order(main: Marts, order: Row) -> Preview:
    """Return what an order alone would owe, also one that changes a plan."""
    items = main.rows_with("order_items", "order_uid", order.id)
    prices = [contract_price_of_item(item) for item in items]
    return Preview(main, order, contract_of_order(order), prices)


class Preview(GuardRails):
    """The same stages on one contract, with the assumed usage of its quote instead of events.

    A prospect has a preview too. What is wrong with a quote is reported before it is accepted; of a
    rejected one only what is wrong with the catalogue.
    """

    def __init__(self, main: Marts, quote: Row, contract: Row, prices: list[Row]) -> None:
        """Take the settings and the catalogue of main, and run the stages."""
        vars(self).update(vars(main))
        self.begin()
        self.quote = quote
        self.inputs = {
            **main.inputs_without_quotes,
            "contracts": Resolved().with_rows([contract]),
            "contract_prices": Resolved().with_rows(prices),
        }
        self.build_contracts()
        self.classify_contract_prices()
        self.build_prices()
        self.build_spans()
        self.build_lines()
        self.build_invoices()
        self.report_contracts()
        # Limits are for what is negotiated.
        if quote.input == "quotes":
            self.report_limits()

    def report_to(self, main: Marts) -> None:
        """Report what is wrong with the quote, and with what it uses of the catalogue."""
        left_out = QUOTE_INPUTS if self.quote["state"] in NOT_BOUGHT else ()
        main.exceptions.absorb(self.exceptions, left_out)
        main.users += self.contracts.values()
        for name, ids in self.used.items():
            main.used[name] |= ids

    def has_customer(self, contract_row: Row) -> bool:
        """Let a prospect be quoted."""
        return True

    def window_until_replaced(self, contract: Contract, row: Row) -> Window:
        """Leave out the renewals, which are not part of what is offered: only the first term is."""
        begin, end = super().window_until_replaced(contract, row)
        term = self.renewal_term_of(contract, row)
        return begin, min(end, term.end_of_term) if term else end

    def is_beyond(self, price: Price, begin: datetime) -> bool:
        """Tell whether a period of an open quote begins a year after its start, or later."""
        contract = price.contract
        if contract.end.year < FAR_FUTURE:
            return False
        last_day = add_months(contract.zone.day(contract.start), OPEN_MONTHS)
        return begin >= contract.zone.midnight(last_day)

    def quantities(self, spans: list[Span], product: Row) -> list[tuple[Fraction, int]]:
        """Meter the assumed quantity on the first span; it is no event."""
        assumed = self.assumed(product, spans[0].nominal[0])
        if aggregation_of(product) not in SPAN_AGGREGATIONS:
            return [(assumed, 0)]
        return [(assumed, 0), *[(Fraction(0), 0)] * (len(spans) - 1)]

    def event_values(self, spans: list[Span], product: Row) -> list[list[Fraction]]:
        """Take the assumed quantity for one event. A decision: nothing assumed is none."""
        assumed = self.assumed(product, spans[0].nominal[0])
        return [[assumed] if assumed else [], *([] for _ in spans[1:])]

    def in_cells(self, spans: list[Span], span: Span, product: Row) -> list[dict[str, InCell]]:
        """Take the assumed quantity for usage of the cell that any event has, if there is one."""
        assumed = self.assumed(product, spans[0].nominal[0])
        catch_all = span.values["matrix"].catch_all
        is_used = assumed and catch_all is not None
        first = {catch_all.cell_id: InCell([assumed], assumed, 0)} if is_used else {}
        if aggregation_of(product) not in SPAN_AGGREGATIONS:
            return [first]
        return [first, *({} for _ in spans[1:])]

    def assumed(self, product: Row, day: date) -> Fraction:
        """Return what a quote assumes of a product in the nominal period that starts on a day.

        Several rows add up. A decision: one whose date cannot be read assumes nothing.
        """
        by_day: dict[date | None, Fraction] = defaultdict(Fraction)
        for row in self.rows_with("quote_usage", "quote_id", self.quote["durable_id"]):
            if row["product_uid"] != product.id or row["quantity"] is None or row.bad:
                continue
            start = row["nominal_start_date"]
            quantity = Fraction(round_fraction(Fraction(row["quantity"]), 12))
            by_day[start.wall.date() if start else None] += quantity
        return by_day[day if day in by_day else None]

    def quote_line_items(self) -> list[MartRow]:
        """Return the lines."""
        return [{"quote_id": self.quote["durable_id"], **row} for row in self.lines_mart()]

    def quote_invoices(self) -> list[MartRow]:
        """Return the invoices; a prospect's name is on its own."""
        prospect = self.quote["prospect_name"] if self.quote["customer_id"] is None else None
        return [
            {
                "quote_id": self.quote["durable_id"],
                **row,
                "customer_name": row["customer_name"] or prospect,
            }
            for row in self.invoices
        ]

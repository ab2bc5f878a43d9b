"""From usage events to the spans that rate them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from oracle.cells import parse_quantity
from oracle.inputs import Row, bound, row_window
from oracle.prices import aggregation_of
from oracle.spans import Span, Spans
from oracle.usage import Event, Usage
from oracle.zones import BEGINNING, Window, Zone, holds, is_empty

# The further down, the further an event got with a product.
PROGRESS = (
    *("BAD_METER", "FILTERED_OUT", "BAD_QUANTITY"),
    *("NO_CONTRACT", "OUTSIDE_CONTRACT", "IN_TRIAL", "NOT_PRICED", "NO_CELL", "RATED"),
)
# Prices there are, but no cell: an outcome of its own only as far as others are less.
SAID = {"NO_CELL": "NOT_PRICED"}


class Metering(Spans):
    """The stage of usage events."""

    def build_events(self) -> None:
        """Take up the events that count, and set the outcomes up to NO_PRODUCT."""
        utc = Zone.get("UTC")
        self.events: list[Event] = []
        for raw in self.raw_events:
            event = Event(raw, utc)
            is_late = (
                self.system_as_of is not None
                and event.received is not None
                and event.received > self.system_as_of
            )
            if event.branch in ("main", self.branch) and not is_late:
                self.events.append(event)
        first: dict[str, Event] = {}
        for event in self.events:
            if event.is_well_formed:
                best = first.setdefault(event.transaction_id, event)
                if event.arrival < best.arrival:
                    first[event.transaction_id] = event
        self.index_customers()
        for event in self.events:
            self.match(event, first)

    def index_customers(self) -> None:
        """Collect the known customers, and the windows of the aliases.

        A contract row makes its customer known unless it is void, even if it takes no effect. An
        alias is read in the zone of the customer's row at the alias's begin.
        """
        self.known_customers = {
            row["durable_id"] for row in self.rows("customers") if row["durable_id"]
        }
        self.known_customers |= {
            row["customer_id"]
            for row in self.rows("contracts")
            if row["customer_id"] and not row["void"]
        }
        self.alias_owners: dict[str, list[tuple[str, Window]]] = defaultdict(list)
        for row in self.rows("customer_aliases"):
            if row["customer_id"] not in self.known_customers:
                self.exceptions.add(row, "UNKNOWN_REFERENCE")

            def begin_in(zone: Zone, alias: Row = row) -> datetime:
                return bound(alias["effective_at"], zone, BEGINNING)

            zone, _ = self.customer_at(row["customer_id"], begin_in)
            window = row_window(row, zone, "ineffective_at", "archived_at")
            if is_empty(window):
                self.exceptions.add(row, "EMPTY_WINDOW")
            elif row["customer_id"] is not None and row["alias"] is not None:
                self.alias_owners[row["alias"]].append((row["customer_id"], window))

    def match(self, event: Event, first: dict[str, Event]) -> None:
        """Set the outcome up to NO_PRODUCT, or else the products and how they measure the event."""
        event.outcome = self.outcome_before_products(event, first)
        if event.outcome:
            return
        name = event.value("name")
        # What a product of an unknown type is, nobody knows: it might measure this.
        products = [
            product
            for product in self.rows_with("products", "event_name", name)
            if product["ptype"] != "FIXED"
        ]
        if not name:
            event.outcome = "NO_EVENT_NAME"
        elif not products:
            event.outcome = "NO_PRODUCT"
        for product in products if name else []:
            if self.product_faults(product):
                event.progress[product.id] = "BAD_METER"
            elif not self.passes_filters(event, product):
                event.progress[product.id] = "FILTERED_OUT"
            else:
                event.candidates[product.id] = self.quantity(event, product)

    def outcome_before_products(self, event: Event, first: dict[str, Event]) -> str | None:
        """Return the outcome of an event that is malformed, a repeat, or nobody's."""
        if event.metered is None:
            return "BAD_TIMESTAMP"
        if event.properties is None:
            return "BAD_PROPERTIES"
        if event.transaction_id is None:
            return "NO_TRANSACTION_ID"
        if first[event.transaction_id] is not event:
            if event.content == first[event.transaction_id].content:
                return "DUPLICATE"
            # Somebody must look at it: whose it is, as it is written, is told.
            if event.customer_id in self.known_customers:
                event.resolved = event.customer_id
            return "CONFLICT"
        # Who gives a customer_id means it: an alias beside it is not asked.
        event.resolved = event.customer_id
        if event.customer_id is None and event.alias is not None:
            owners = {
                owner
                for owner, window in self.alias_owners[event.alias]
                if holds(window, event.metered)
            }
            if len(owners) != 1:
                return "AMBIGUOUS_ALIAS" if owners else "UNKNOWN_ALIAS"
            event.resolved = owners.pop()
        if event.resolved not in self.known_customers:
            event.resolved = None
            return "UNKNOWN_CUSTOMER"
        return None

    def passes_filters(self, event: Event, product: Row) -> bool:
        """Tell whether all filters of a product hold; an empty list restricts nothing."""
        for row in self.rows_with("product_filters", "product_uid", product.id):
            value = event.value(row["property"])
            if value is None:
                if not row["is_optional"]:
                    return False
                continue
            if row["included_values"] and value not in row["included_values"]:
                return False
            if row["excluded_values"] and value in row["excluded_values"]:
                return False
        return True

    @staticmethod
    def quantity(event: Event, product: Row) -> Decimal | str | None:
        """Return an event's quantity for a product: a number, for UNIQUE_COUNT any text."""
        aggregation = aggregation_of(product)
        if aggregation == "COUNT":
            return Decimal(1)
        if aggregation == "UNIQUE_COUNT":
            return event.value(product["agg_property"])
        return parse_quantity(event.raw_value(product["agg_property"]))

    def rate_events(self) -> None:
        """Give events to the spans of their instant, and set the outcomes that hang on contracts.

        Events with a good quantity also change the level of their customer and product, rated
        or not. A decision: so do those in a trial, and are rated if a span after it has the level.
        """
        self.by_span: dict[int, list[Usage]] = defaultdict(list)
        self.levels: dict[tuple[str, str], list[tuple[datetime, Decimal]]] = defaultdict(list)
        spans = self.by_meter(self.spans)
        # One value per period is billed by its last span, and so at the cells of that span.
        last = {span.group: span for span in sorted(self.spans, key=lambda span: span.window[0])}
        billing = {
            id(span): last[span.group]
            if aggregation_of(span.price.product) in ("MAX", "UNIQUE_COUNT", "LATEST")
            else span
            for span in self.spans
        }
        rows_of = defaultdict(list)
        for contract in self.contracts.values():
            for row, window in contract.in_force:
                rows_of[row["customer_id"]].append((row, window, contract.durable_id))
        for event in self.events:
            if event.outcome:
                continue
            rows = rows_of[event.resolved]
            now = [row for row in rows if holds(row[1], event.metered)]
            for product_id, quantity in event.candidates.items():
                if quantity is None:
                    event.progress[product_id] = "BAD_QUANTITY"
                    continue
                meter = event.resolved, product_id
                self.levels[meter].append((event.metered, quantity))
                holding = [span for span in spans[meter] if holds(span.window, event.metered)]
                carrying = self.carrying(event, spans[meter])
                rating = [span for span in holding if self.has_place(event, billing[id(span)])]
                if rating:
                    event.progress[product_id] = "RATED"
                    self.give(event, quantity, holding, rating, now)
                elif holding:
                    event.progress[product_id] = "NO_CELL"
                elif carrying:
                    event.progress[product_id] = "RATED"
                    event.contracts |= {span.price.contract.durable_id for span in carrying}
                elif not rows:
                    event.progress[product_id] = "NO_CONTRACT"
                elif not now:
                    event.progress[product_id] = "OUTSIDE_CONTRACT"
                elif all(event.metered < self.contracts[row[2]].trial_end for row in now):
                    event.progress[product_id] = "IN_TRIAL"
                else:
                    event.progress[product_id] = "NOT_PRICED"
            furthest = max(event.progress.values(), key=PROGRESS.index)
            event.outcome = SAID.get(furthest, furthest)
            event.furthest = event.products_at(furthest)
            event.bad = event.products_at("BAD_QUANTITY") + event.products_at("NO_CELL")

    @staticmethod
    def by_meter(spans: list[Span]) -> dict[tuple[str, str], list[Span]]:
        """Return the spans of usage by customer and product."""
        result = defaultdict(list)
        for span in spans:
            if span.price.product["ptype"] == "EVENT":
                result[span.values["customer_id"], span.price.product.id].append(span)
        return result

    @staticmethod
    def carrying(event: Event, spans: list[Span]) -> list[Span]:
        """Return the spans into which an event's level is carried: those that end after it."""
        return [
            span
            for span in spans
            if aggregation_of(span.price.product) == "WEIGHTED_SUM"
            and event.metered < span.window[1]
        ]

    @staticmethod
    def has_place(event: Event, span: Span) -> bool:
        """Tell whether the price of a span has a cell for an event, or needs none."""
        matrix = span.values["matrix"]
        return matrix is None or matrix.cell_of(event.value) is not None

    def give(
        self,
        event: Event,
        quantity: Decimal | str,
        holding: list[Span],
        rating: list[Span],
        now: list[tuple[Row, Window, str]],
    ) -> None:
        """Give an event to its spans; two contracts that rate it for one product are reported.

        Once one of its spans rates it, it is usage of all: the cells of a later span may have it.
        """
        for span in holding:
            self.by_span[id(span)].append(Usage(event, quantity))
        contracts = {span.price.contract.durable_id for span in rating}
        event.contracts |= contracts
        if len(contracts) > 1:
            for row, _, durable_id in now:
                if durable_id in contracts:
                    self.exceptions.add(row, "MULTIPLE_CONTRACTS")

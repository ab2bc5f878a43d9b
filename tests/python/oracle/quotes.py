"""Quotes: contracts that have not happened yet."""

from __future__ import annotations

from oracle.inputs import NOWHERE, Inputs, Row

# No other contract, and no other contract price, is called so.
RESERVED = "quote:"
STATES = ("DRAFT", "SENT", "ACCEPTED", "REJECTED")


def contract_of(quote: Row) -> Row:
    """Return the contract row that a quote is, once it is accepted."""
    name = RESERVED + quote["durable_id"]
    names = {"id": name, "durable_id": name, "quote_id": quote["durable_id"]}
    return quote.standing_for("contracts", **names)


def contract_price_of(quote_price: Row) -> Row:
    """Return the contract price that a quote's price is; it survives amendments."""
    names = {"id": RESERVED + quote_price.id, "contract_id": RESERVED + quote_price["quote_id"]}
    return quote_price.standing_for("contract_prices", **names)


def contract_of_order(order: Row) -> Row:
    """Return the contract row that an order is, from its own start or else its payment.

    One that is not paid is shown as if it began with its checkout.
    """
    begun = order["paid_at"] or (None if order["state"] == "PAID" else order["checkout_started_at"])
    start = order["started_at"] or begun
    names = {"id": f"order:{order.id}", "durable_id": f"order:{order['durable_id']}"}
    return order.standing_for("contracts", **names, started_at=start, effective_at=start)


def contract_price_of_item(item: Row) -> Row:
    """Return the contract price that an item of an order is: its quantity on that order alone."""
    return item.standing_for(
        "contract_prices",
        id=f"order:{item.id}",
        contract_uid=f"order:{item['order_uid']}",
        fixed_quantity=item["quantity"],
    )


class Quotes(Inputs):
    """The stage of quotes: an accepted one is a contract like others, and billed as such.

    Unless a row in contracts names it: then that contract is, once.
    """

    def take_up_quotes(self) -> None:
        """Find the row of each quote, and add the accepted ones to the contracts.

        Of several rows of one quote the lowest id counts.
        """
        self.set_reserved_ids_aside()
        self.quotes: dict[str, Row] = {}
        for row in self.rows("quotes"):
            if row["durable_id"] is None:
                self.exceptions.add(row, "NO_ID")
            elif row["durable_id"] in self.quotes:
                winner = self.quotes[row["durable_id"]]
                self.exceptions.add(row, "QUOTE_SUPERSEDED", winner=winner)
            else:
                self.quotes[row["durable_id"]] = row
        for name in ("quote_prices", "quote_usage"):
            for row in self.rows(name):
                is_known = row["quote_id"] in self.quotes
                if name == "quote_usage":
                    is_known &= self.row("products", row["product_uid"]) is not None
                if not is_known:
                    self.exceptions.add(row, "UNKNOWN_REFERENCE")
        self.inputs_without_quotes = dict(self.inputs)
        billed = {row["quote_id"] for row in self.rows("contracts") if not row["void"]}
        accepted = [
            quote
            for quote_id, quote in self.quotes.items()
            if quote["state"] == "ACCEPTED" and quote_id not in billed
        ]
        self.report_states()
        # A prospect cannot accept.
        self.add_contracts_of([quote for quote in accepted if quote["customer_id"] is not None])
        self.take_up_orders()

    def take_up_orders(self) -> None:
        """Add paid orders to the contracts, each as a row of its subscription.

        It holds from its own start, else from its payment, with the quantities of its items.
        """
        billed = {row["order_id"] for row in self.rows("contracts") if not row["void"]}
        paid = [
            order
            for order in self.rows("orders")
            if order["state"] == "PAID"
            and None not in (order["customer_id"], order["durable_id"])
            and order["durable_id"] not in billed
        ]
        items = [
            item for order in paid for item in self.rows_with("order_items", "order_uid", order.id)
        ]
        self.add_rows("contracts", [contract_of_order(order) for order in paid])
        self.add_rows("contract_prices", [contract_price_of_item(item) for item in items])

    def set_reserved_ids_aside(self) -> None:
        """Report rows that are called as if they were those of quotes; they have no effect."""
        for name, columns in (("contracts", ("id", "durable_id")), ("contract_prices", ("id",))):
            reserved = {
                row.id
                for row in self.rows(name)
                if any((row[column] or "").startswith(RESERVED) for column in columns)
            }
            for row in self.rows(name):
                if row.id in reserved and not row.cells.get("void"):
                    self.exceptions.add(row, "RESERVED_ID", places=NOWHERE)
            self.inputs[name] = self.inputs[name].without(reserved)

    def is_rejected(self, row: Row) -> bool:
        """Tell whether a price or an assumption hangs on a rejected quote, of which none speaks."""
        quote = self.quotes.get(row["quote_id"])
        return quote is not None and quote["state"] == "REJECTED"

    def report_states(self) -> None:
        """Report quotes of an unknown state, and those that should not have been accepted."""
        for quote in self.quotes.values():
            if quote["state"] not in STATES:
                self.exceptions.add(quote, "UNKNOWN_STATE")
            elif quote["state"] == "ACCEPTED" and quote["customer_id"] is None:
                self.exceptions.add(quote, "ACCEPTED_WITHOUT_CUSTOMER")

    def add_contracts_of(self, quotes: list[Row]) -> None:
        """Add the contracts of some quotes, with their prices, to the inputs."""
        prices = [
            contract_price_of(price)
            for quote in quotes
            for price in self.rows_with("quote_prices", "quote_id", quote["durable_id"])
        ]
        contracts = [contract_of(quote) for quote in quotes]
        self.add_rows("contracts", contracts)
        self.add_rows("contract_prices", prices)

    def has_customer(self, contract_row: Row) -> bool:
        """Tell whether a contract row says whom to bill."""
        return contract_row["customer_id"] is not None

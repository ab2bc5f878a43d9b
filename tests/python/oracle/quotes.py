"""Quotes: contracts that have not happened yet."""

from __future__ import annotations

from oracle.inputs import Inputs, Row


def name_of_contract(quote_id: str) -> str:
    """Return what a quote's contract, and the one row of it, are called."""
    return f"quote:{quote_id}"


def contract_of(quote: Row, **cells: bool | None) -> Row:
    """Return the contract row that a quote is, once it is accepted."""
    name = name_of_contract(quote["durable_id"])
    names = {"id": name, "durable_id": name, "quote_id": quote["durable_id"]}
    return quote.standing_for("contracts", **names, **cells)


def contract_price_of(quote_price: Row) -> Row:
    """Return the contract price that a quote's price is; it survives amendments."""
    name = name_of_contract(quote_price["quote_id"])
    return quote_price.standing_for("contract_prices", contract_id=name)


class Quotes(Inputs):
    """The stage of quotes: an accepted one is a contract like others, and billed as such.

    Unless a row in contracts names it: then that contract is, once.
    """

    def take_up_quotes(self) -> None:
        """Find the row of each quote, and add the accepted ones to the contracts.

        A decision: of several rows of one quote the lowest id counts, the others are reported.
        """
        self.quotes: dict[str, Row] = {}
        for row in self.rows("quotes"):
            if row["durable_id"] is None:
                self.exceptions.add(row, "NO_ID")
            elif row["durable_id"] in self.quotes:
                self.exceptions.add(row, "OVERRIDE_SUPERSEDED")
            else:
                self.quotes[row["durable_id"]] = row
        for name in ("quote_prices", "quote_usage"):
            for row in self.rows(name):
                if row["quote_id"] not in self.quotes:
                    self.exceptions.add(row, "UNKNOWN_REFERENCE")
        self.inputs_without_quotes = dict(self.inputs)
        billed = {row["quote_id"] for row in self.rows("contracts") if not row["void"]}
        accepted = [
            quote
            for quote_id, quote in self.quotes.items()
            if quote["state"] == "ACCEPTED" and quote_id not in billed
        ]
        # A prospect cannot accept.
        for quote in accepted:
            if quote["customer_id"] is None:
                self.exceptions.add(quote, "UNKNOWN_REFERENCE")
        self.add_contracts_of([quote for quote in accepted if quote["customer_id"] is not None])

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

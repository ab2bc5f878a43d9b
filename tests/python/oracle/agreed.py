"""Whether a contract keeps what its quote says."""

from __future__ import annotations

from oracle.cells import Cell, Clock
from oracle.charges import without_empty_cells
from oracle.contracts import Contract
from oracle.inputs import NEGOTIATED, RENEWAL, Row
from oracle.prices import matrix_by_meaning
from oracle.quotes import contract_price_of
from oracle.revenue import Revenue

TERMS = (
    *("customer_id", "pricebook_id", "currency", "billing_anchor", "prorate"),
    *("payment_terms_days", "started_at", "ended_at"),
    *RENEWAL,
)
# What a contract means that does not say it.
DEFAULTS = {"auto_renew": False, "renewal_pricing": "SAME", "schedule_unit": "MONTH"}


class Agreed(Revenue):
    """The stage of agreed quotes: a contract that names one should say what it says."""

    def report_quotes(self) -> None:
        """Report the first row of a contract that names a quote and differs from it.

        Later rows are amendments. What the quote does not say is not compared. A decision: nor are
        prices of the contract that the quote does not have.
        """
        for contract in self.contracts.values():
            seen = set()
            for row, _ in contract.in_force:
                quote = self.quotes.get(row["quote_id"])
                if quote is None or row.origin is quote or quote.id in seen:
                    continue
                seen.add(quote.id)
                if not self.keeps(contract, row, quote):
                    self.exceptions.add(row, "QUOTE_DIFFERS")

    def keeps(self, contract: Contract, row: Row, quote: Row) -> bool:
        """Tell whether a contract row has all terms of a quote, and the contract its prices."""
        prices = [
            price
            for price in self.rows("contract_prices")
            if any(other is row for other in self.bound_rows(price))
        ]
        return self.says(contract, row, quote, TERMS) and all(
            any(
                self.says(contract, price, quoted, NEGOTIATED)
                and self.has_tiers_and_cells(price, quoted)
                for price in prices
            )
            for quoted in self.rows_with("quote_prices", "quote_id", quote["durable_id"])
        )

    def has_tiers_and_cells(self, price: Row, quoted: Row) -> bool:
        """Tell whether a contract price has the tiers of a quote's price, if that has some.

        Another matrix is another price, also one where the quote's price has none.
        """
        quoted = contract_price_of(quoted)
        tiers = self.tiers_of(quoted)
        ours, theirs = (without_empty_cells(each) for each in (self.tiers_of(price), tiers))
        matrices = [matrix_by_meaning(self.matrix_of(row)) for row in (price, quoted)]
        is_same_matrix = self.price_group(quoted) is None or matrices[0] == matrices[1]
        return is_same_matrix and (not tiers or ours == theirs)

    @staticmethod
    def says(contract: Contract, row: Row, quoted: Row, columns: tuple[str, ...]) -> bool:
        """Tell whether a row says all that another one says; times are compared as instants."""

        def value(cell: Cell, column: str) -> object:
            if isinstance(cell, Clock):
                return cell.instant(contract.zone)
            return DEFAULTS.get(column) if cell is None else cell

        return all(
            value(row[column], column) == value(quoted[column], column)
            for column in columns
            if quoted[column] is not None
        )

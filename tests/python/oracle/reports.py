"""What is reported of rows and contracts, beside what withholds a price."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from oracle.agreed import Agreed
from oracle.contracts import CONTRACT_ENDS, Contract
from oracle.inputs import NOWHERE, PARTS, Row, row_window
from oracle.quotes import RESERVED
from oracle.rating import ISO_4217
from oracle.renewals import FAR_FUTURE
from oracle.zones import Zone, is_empty

# The last minute of a day: whose end this is, means the day.
LAST_MINUTE = time(23, 59)


class Reports(Agreed):
    """The stage of reports."""

    # What is reported of contracts

    def report_contracts(self) -> None:
        """Report contracts and their prices that are billed, but need a look."""
        priced = {price.contract.durable_id for price in self.prices}
        for contract in self.contracts.values():
            if contract.durable_id not in priced and self.sells_something(contract):
                self.exceptions.add(contract.in_force[0][0], "NOTHING_TO_BILL")
            for row in self.near_ends(contract):
                self.exceptions.add(row, "ENDS_NEAR_BOUNDARY")
        for price in self.prices:
            source = price.sources["currency"]
            if price.billable and source != "default" and self.is_unknown(price.values["currency"]):
                row = price.pair.row if source == "contract" else price.pair.book
                self.exceptions.add(row, "UNKNOWN_CURRENCY", "currency")
        for row in self.rows("contracts"):
            if not row["void"]:
                self.report_payment_terms(row)
        for row in self.rows("pricebooks"):
            if row.id in self.used["pricebooks"]:
                self.report_payment_terms(row)

    def sells_something(self, contract: Contract) -> bool:
        """Tell whether a contract is in force, and no row of it names an unknown pricebook.

        That is reported itself.
        """
        names = [row["pricebook_id"] for row, _ in contract.in_force]
        return bool(names) and all(name is None or self.books(name) for name in names)

    def is_unknown(self, code: str) -> bool:
        """Tell whether a currency is neither ISO 4217's nor the user's."""
        return code not in ISO_4217 and not self.rows_with("currencies", "code", code)

    def near_ends(self, contract: Contract) -> Iterator[Row]:
        """Return the rows whose own end is in the last minute of a local day, and ends something.

        Of contract rows what is not cut before, of contract prices what ends within the contract.
        A term whose end is written so ends at the midnight before, and was cut there.
        """
        zone = contract.zone
        for row, window in contract.in_force:
            end = row_window(row, zone, *CONTRACT_ENDS)[1]
            is_cut = min(end, contract.at_term_end(end)) > window[1]
            if not is_cut and self.is_near_midnight(zone, end):
                yield row
            for price in self.bound_to(row, "override", "ad_hoc"):
                if price.id in self.applied and price["ended_at"]:
                    end = price["ended_at"].instant(zone)
                    if end <= contract.end and self.is_near_midnight(zone, end):
                        yield price

    @staticmethod
    def is_near_midnight(zone: Zone, end: datetime) -> bool:
        """Tell whether an instant lies in the last minute of a local day. Nothing ends at END."""
        return end.year < FAR_FUTURE and zone.local(end).time() >= LAST_MINUTE

    def report_payment_terms(self, row: Row) -> None:
        """Report payment terms below zero: the invoice is due at once."""
        if (row["payment_terms_days"] or 0) < 0:
            self.exceptions.add(row, "OUT_OF_RANGE", "payment_terms_days", is_billed=True)

    # What is reported of rows as such

    def report_rows(self) -> None:
        """Report cells that do not parse, missing and double ids, and rows of customers and prices.

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
        for row in (each for name in PARTS for each in self.rows(name)):
            owner = self.row("contract_prices", row["contract_price_uid"])
            owner = owner or self.quote_price_of(row)
            if row["list_price_uid"] is None and owner is None:
                self.exceptions.add(row, "UNKNOWN_REFERENCE")
        for row in self.rows("product_filters"):
            if self.row("products", row["product_uid"]) is None:
                self.exceptions.add(row, "UNKNOWN_REFERENCE", "product_uid")
            elif row["property"] is None and self.counts(row, row):
                self.exceptions.add(row, "UNKNOWN_REFERENCE", "property")
        codes: dict[str, Row] = {}
        for row in self.rows("currencies"):
            if row["code"] is None or not self.counts(row, row):
                continue
            if row["minor_units"] not in range(9):
                self.exceptions.add(row, "OUT_OF_RANGE", "minor_units")
            elif row["code"] in codes:
                self.exceptions.add(row, "OVERRIDE_SUPERSEDED", winner=codes[row["code"]])
            else:
                codes[row["code"]] = row
        for resolved in self.inputs.values():
            for row in resolved.rows:
                if row.bad and self.counts(row, row):
                    self.exceptions.add(row, "UNPARSABLE_CELL")
            for row in resolved.without_id:
                if self.counts(row, row):
                    self.exceptions.add(row, "NO_ID")
            for row, winner in resolved.losers:
                if self.counts(row, winner):
                    self.exceptions.add(
                        row, "DUPLICATE_ID_AND_VERSION", winner=winner, places=NOWHERE
                    )

    def quote_price_of(self, part: Row) -> Row | None:
        """Return the quote's price that a tier or cell is of: under its name as contract price."""
        name = part["contract_price_uid"] or ""
        is_named = name.startswith(RESERVED)
        return self.row("quote_prices", name.removeprefix(RESERVED)) if is_named else None

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
            case "price_tiers" | "price_dimensions" | "price_cells":
                quote_price = self.quote_price_of(winner)
                if quote_price is not None:
                    return not self.is_rejected(quote_price)
                if winner["contract_price_uid"] is not None:
                    return winner["contract_price_uid"] not in self.hangs_on_void
                return winner["list_price_uid"] in self.used["list_prices"]
            case "product_filters":
                # A filter of a product that does not exist is of every contract's concern.
                product_uid = winner["product_uid"]
                return product_uid in self.used["products"] or not self.row("products", product_uid)
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

"""Every kind of bad row in every input at once: all are reported, and nobody else notices."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from conftest import Warehouse
from input_tables import (
    CASE_STUDY_AS_OF,
    Builder,
    Inputs,
    Row,
    case_study_inputs,
    combined,
    event,
    mart_rows,
    reasons,
    reports,
    row,
)

# Of seeds/reasons.csv. Whether the effect is true is for test_effect_is_true.
REASONS = reasons()
REASONS_OF = {
    effect: {reason for its_effect, reason in REASONS if its_effect == effect}
    for effect in ("BILLED", "NOT_BILLED")
}
# Of the two reasons with two effects, the rows that are billed: their input and id.
BILLED_ALL_THE_SAME = {
    ("customers", "soon_customer"),
    ("customer_aliases", "soon_alias"),
    ("pricebooks", "soon_book"),
    ("contracts", "unpaid"),
    ("marketplace_notifications", "notified_soon"),
    ("invoice_holds", "held_soon"),
}
# Their cases are in test_quotes.py and test_orders.py.
REASONS_OF_PREVIEWS = {
    "UNKNOWN_STATE",
    "QUOTE_SUPERSEDED",
    "ACCEPTED_WITHOUT_CUSTOMER",
    "ACCEPTED_AFTER_EXPIRY",
    "RESERVED_ID",
    "QUOTE_DIFFERS",
    "DISCOUNT_ABOVE_LIMIT",
    "PRICE_BELOW_FLOOR",
    "MISSING_REQUIRED_PRODUCT",
    "TERM_TOO_SHORT",
}

# They need a document; their cases are in test_receivables.py and test_ledger_inputs.py.
REASONS_OF_DOCUMENTS = {"DUPLICATE_ID", "NOT_CORRECTED", "OVERPAYMENT", "REFUND_TOO_LARGE"}

# Reasons of rows that may count all the same: one cell is passed over, one of two rows, or what
# would come after the term.
PARTIAL_REASONS = {
    *("UNPARSABLE_CELL", "NO_ID", "DUPLICATE_ID_AND_VERSION", "BAD_RENEWAL_TERM"),
    "NOTHING_TO_BILL",
}
# Rows of other cases whose contracts have no price either.
WITHOUT_PRICES = {
    *(("contracts", name) for name in ("backwards_phase", "corrected", "price_of_nothing")),
    ("contracts", "soon_book"),
    *(
        ("marketplace_agreements", name)
        for name in (
            *("back_again", "no_buyer", "offer_of_another", "renews_perhaps"),
            *("replaces_nothing", "said_something", "said_sometime"),
        )
    ),
}

# Where a line item names the row of an input.
COLUMN_OF_INPUT = {
    "customers": "customer_id",
    "products": "product_uid",
    "list_prices": "list_price_uid",
    "contracts": "contract_uid",
    "contract_prices": "contract_price_uid",
}

TERM = {"started_at": "2024-01-01", "ended_at": "2025-01-01"}


@dataclass(frozen=True)
class Bad:
    """A bad row: why and where it is reported, and the rows that it takes to be there."""

    reason: str
    input: str
    id: str | None
    inputs: Inputs
    # What else is reported of the same rows: reason, input, id.
    also: list[tuple[str, str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        """Name the case for pytest."""
        return f"{self.reason}-{self.input}-{self.id}"

    def reported(self) -> set[tuple[str, str | None, str, str]]:
        """Return what pricing_exceptions says of the case's rows."""
        all_of_it = [(self.reason, self.input, self.id), *self.also]
        return {
            (name, row_id, reason, effect_of(reason, name, row_id))
            for reason, name, row_id in all_of_it
        }


def effect_of(reason: str, name: str, row_id: str | None) -> str:
    """Return whether a row that is reported so is billed."""
    if reason in REASONS_OF["BILLED"] & REASONS_OF["NOT_BILLED"]:
        return "BILLED" if (name, row_id) in BILLED_ALL_THE_SAME else "NOT_BILLED"
    return "BILLED" if reason in REASONS_OF["BILLED"] else "NOT_BILLED"


# Rows in which nothing is wrong, for others to go wrong with


def signed(name: str, pricebook: str | None = "plain", **cells: str | None) -> Inputs:
    """Return a customer with a contract, both of one name."""
    terms = {"customer_id": name, "pricebook_id": pricebook} | TERM | cells
    return {"customers": [row(name)], "contracts": [row(name, **terms)]}


def sold(name: str, product: str = "plain_fee", **cells: str | None) -> Inputs:
    """Return a contract on a pricebook of its own, which has one list price of the same name."""
    terms = {"pricebook_uid": name, "product_uid": product, "price": "10"} | cells
    book = {"pricebooks": [row(name)], "list_prices": [row(name, **terms)]}
    return combined(book, signed(name, name))


def selling(name: str, **cells: str | None) -> Inputs:
    """Return a contract whose only list price is of a product of its own, all of one name."""
    return combined({"products": [row(name, **{"name": name} | cells)]}, sold(name, name))


def priced(name: str, **cells: str | None) -> Inputs:
    """Return a contract on the plain pricebook, and a contract price, both of one name."""
    price = {"contract_id": name} | cells
    return combined(signed(name), {"contract_prices": [row(name, **price)]})


def amended(name: str, before: dict[str, str], after: dict[str, str]) -> Inputs:
    """Return a contract with an amendment on 2024-03-01; the row ids end in _1 and _2."""
    terms = {"durable_id": name, "customer_id": name, "pricebook_id": "plain"} | TERM
    return {
        "customers": [row(name)],
        "contracts": [
            row(f"{name}_1", **terms | before),
            row(f"{name}_2", **terms | {"effective_at": "2024-03-01"} | after),
        ],
    }


def matrix(name: str, **cells: str | None) -> Inputs:
    """Return a contract on a price of usage with a dimension and a cell, all of one name."""
    cell = {"cell_id": "large", "cell_values": '{"size": "large"}', "price": "2"} | cells
    return combined(
        selling(name, ptype="EVENT", event_name=f"{name}_used", agg_property="quantity"),
        {
            "price_dimensions": [row(name, list_price_uid=name, position="1", property="size")],
            "price_cells": [row(name, list_price_uid=name, **cell)],
        },
    )


def twice(name: str, inputs: Inputs, /, **difference: str) -> Inputs:
    """Return inputs, and in one of them the last row once more with a difference."""
    return combined(inputs, {name: [{**inputs[name][-1], **difference}]})


PLAIN = combined(
    {
        "products": [
            row("plain_fee", name="Fee", ptype="FIXED"),
            row(
                "plain_usage",
                name="Usage",
                ptype="EVENT",
                event_name="plain_used",
                agg_property="quantity",
            ),
        ],
        "pricebooks": [row("plain")],
        "list_prices": [
            row("plain_fee", pricebook_uid="plain", product_uid="plain_fee", price="10"),
            row("plain_usage", pricebook_uid="plain", product_uid="plain_usage", price="0.5"),
        ],
    },
    signed("plain"),
)
FILTERED = combined(
    selling("filtered", ptype="EVENT", event_name="filtered_used"),
    {"product_filters": [row("filtered", product_uid="filtered", property="kind")]},
)
TRYING = signed("trying", trial_days="60")
MATRIX = matrix("in_cells")


# Configuration, input by input


UNPARSABLE = [
    Bad(
        "UNPARSABLE_CELL",
        "customers",
        "soon_customer",
        {"customers": [row("soon_customer", effective_at="soon")]},
    ),
    Bad(
        "UNPARSABLE_CELL",
        "customer_aliases",
        "soon_alias",
        {
            "customer_aliases": [
                row("soon_alias", customer_id="plain", alias="soon", effective_at="2024-02-30")
            ]
        },
    ),
    Bad(
        "UNPARSABLE_CELL",
        "products",
        "soon_product",
        selling("soon_product", ptype="FIXED", archived_at="soon"),
    ),
    Bad(
        "UNPARSABLE_CELL",
        "product_filters",
        "no_list",
        combined(
            selling("filtered_by_text", ptype="EVENT", event_name="filtered_by_text"),
            {
                "product_filters": [
                    row(
                        "no_list",
                        product_uid="filtered_by_text",
                        property="kind",
                        included_values="image",
                    )
                ]
            },
        ),
    ),
    Bad(
        "UNPARSABLE_CELL",
        "pricebooks",
        "soon_book",
        combined(
            signed("soon_book", "soon_book"),
            {"pricebooks": [row("soon_book", payment_terms_days="soon")]},
        ),
    ),
    Bad(
        "UNPARSABLE_CELL",
        "list_prices",
        "comma_price",
        sold("comma_price", price="1,000"),
        also=[("NO_PRICE", "list_prices", "comma_price")],
    ),
    Bad(
        "UNPARSABLE_CELL",
        "contracts",
        "unpaid",
        signed("unpaid", payment_terms_days="a fortnight"),
    ),
    Bad(
        "UNPARSABLE_CELL",
        "contract_prices",
        "percent",
        priced("percent", list_price_uid="plain_fee", discount_percent="5%"),
    ),
    Bad(
        "UNPARSABLE_CELL",
        "price_tiers",
        "many",
        combined(
            sold("tiered", price=None, charge_model="STAIRS"),
            {"price_tiers": [row("many", list_price_uid="tiered", up_to="many", unit_price="1")]},
        ),
        also=[("UNKNOWN_CHARGE_MODEL", "list_prices", "tiered")],
    ),
    Bad(
        "UNPARSABLE_CELL",
        "price_dimensions",
        "first",
        twice("price_dimensions", matrix("ranked_first"), id="first", position="first"),
        also=[("BAD_CELLS", "list_prices", "ranked_first")],
    ),
    Bad(
        "UNPARSABLE_CELL",
        "price_cells",
        "comma_cell",
        matrix("comma_cell", price="1,000"),
    ),
    Bad(
        "UNPARSABLE_CELL",
        "currencies",
        "XBA",
        combined(
            signed("xba", currency="XBA"),
            {"currencies": [row("XBA", code="XBA", minor_units="two")]},
        ),
        also=[("OUT_OF_RANGE", "currencies", "XBA")],
    ),
    Bad(
        "UNPARSABLE_CELL",
        "invoice_holds",
        "held_soon",
        {"invoice_holds": [row("held_soon", customer_id="plain", held_from="soon")]},
    ),
]

LEDGER = [
    Bad(
        "NOT_ONE_LINE",
        "ledger_opening",
        "on_the_second",
        {
            "ledger_opening": [
                row(
                    "on_the_second",
                    contract_id="plain",
                    product_uid="plain_fee",
                    nominal_start_date="2024-01-02",
                    document_number="1",
                    net_amount="10",
                )
            ]
        },
    ),
    Bad(
        "UNPARSABLE_CELL",
        "ledger_opening",
        "much",
        {
            "ledger_opening": [
                row(
                    "much",
                    contract_id="plain",
                    product_uid="plain_fee",
                    nominal_start_date="2024-01-01",
                    document_number="1",
                    net_amount="much",
                )
            ]
        },
    ),
]

NO_ID = [
    Bad("NO_ID", "customers", None, {"customers": [row(None, durable_id="nobody")]}),
    Bad("NO_ID", "customers", "of_nobody", {"customers": [row("of_nobody", durable_id=None)]}),
    Bad(
        "NO_ID",
        "customer_aliases",
        None,
        {"customer_aliases": [row(None, customer_id="plain", alias="no-id")]},
    ),
    Bad(
        "NO_ID",
        "product_filters",
        None,
        {"product_filters": [row(None, product_uid="plain_usage", property="kind")]},
    ),
    Bad("NO_ID", "pricebooks", None, {"pricebooks": [row(None, durable_id="plain", prorate="t")]}),
    Bad(
        "NO_ID",
        "list_prices",
        None,
        {"list_prices": [row(None, pricebook_uid="plain", product_uid="plain_fee", price="7")]},
    ),
    Bad(
        "NO_ID",
        "contracts",
        None,
        {"contracts": [row(None, customer_id="plain", pricebook_id="plain", **TERM)]},
    ),
    Bad(
        "NO_ID",
        "contract_prices",
        None,
        {"contract_prices": [row(None, contract_id="plain", product_uid="plain_fee", price="7")]},
    ),
    Bad(
        "NO_ID",
        "price_tiers",
        None,
        {"price_tiers": [row(None, list_price_uid="plain_fee", unit_price="7")]},
    ),
    Bad(
        "NO_ID",
        "price_dimensions",
        None,
        {"price_dimensions": [row(None, list_price_uid="plain_usage", property="size")]},
    ),
    Bad(
        "NO_ID",
        "price_cells",
        None,
        {"price_cells": [row(None, list_price_uid="plain_usage", cell_id="a", price="7")]},
    ),
    Bad(
        "NO_ID",
        "currencies",
        None,
        combined(
            signed("xbb", currency="XBB"),
            {"currencies": [row(None, code="XBB", minor_units="0")]},
        ),
    ),
]

# The rows that come twice differ, so that one of them is passed over; one is the same in each cell.
DUPLICATES = [
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "customers",
        "two_names",
        twice("customers", {"customers": [row("two_names", name="One")]}, name="Another"),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "customer_aliases",
        "two_aliases",
        twice(
            "customer_aliases",
            {"customer_aliases": [row("two_aliases", customer_id="plain", alias="one")]},
            alias="another",
        ),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "products",
        "two_products",
        twice("products", selling("two_products", ptype="FIXED"), name="Another"),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "product_filters",
        "two_filters",
        twice(
            "product_filters",
            combined(
                selling("filtered_twice", ptype="EVENT", event_name="filtered_twice"),
                {
                    "product_filters": [
                        row("two_filters", product_uid="filtered_twice", property="kind")
                    ]
                },
            ),
            property="size",
        ),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "pricebooks",
        "two_books",
        twice("pricebooks", sold("two_books"), name="Another"),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "list_prices",
        "two_prices",
        twice("list_prices", sold("two_prices"), price="20"),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "contracts",
        "two_contracts",
        twice("contracts", signed("two_contracts")),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "contract_prices",
        "two_overrides",
        twice(
            "contract_prices",
            priced("two_overrides", list_price_uid="plain_fee", price="9"),
            price="8",
        ),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "price_tiers",
        "two_tiers",
        twice(
            "price_tiers",
            combined(
                sold("tiered_twice", price=None, charge_model="STAIRS"),
                {"price_tiers": [row("two_tiers", list_price_uid="tiered_twice", unit_price="1")]},
            ),
            unit_price="2",
        ),
        also=[("UNKNOWN_CHARGE_MODEL", "list_prices", "tiered_twice")],
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "price_dimensions",
        "two_dimensions",
        twice("price_dimensions", matrix("two_dimensions"), position="2"),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "price_cells",
        "two_cells",
        twice("price_cells", matrix("two_cells"), price="3"),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "currencies",
        "XBC",
        twice(
            "currencies",
            combined(
                signed("xbc", currency="XBC"),
                {"currencies": [row("XBC", code="XBC", minor_units="0")]},
            ),
            minor_units="3",
        ),
    ),
]

REFERENCES = [
    Bad(
        "UNKNOWN_REFERENCE",
        "customer_aliases",
        "alias_of_nobody",
        {"customer_aliases": [row("alias_of_nobody", customer_id="nobody", alias="nobody")]},
    ),
    Bad(
        "UNKNOWN_REFERENCE",
        "list_prices",
        "price_of_nothing",
        sold("price_of_nothing", "nothing"),
    ),
    Bad("UNKNOWN_REFERENCE", "contracts", "no_book", signed("no_book", "no_such_book")),
    Bad("UNKNOWN_REFERENCE", "contracts", "no_customer", signed("no_customer", customer_id=None)),
    Bad(
        "UNKNOWN_REFERENCE",
        "contract_prices",
        "of_no_contract",
        priced("of_no_contract", contract_id="nothing", product_uid="plain_fee", price="1"),
    ),
    Bad(
        "UNKNOWN_REFERENCE",
        "contract_prices",
        "of_no_row",
        priced("of_no_row", contract_uid="nothing", product_uid="plain_fee", price="1"),
    ),
    Bad(
        "UNKNOWN_REFERENCE",
        "contract_prices",
        "of_no_list_price",
        priced("of_no_list_price", list_price_uid="nothing", price="1"),
    ),
    Bad(
        "UNKNOWN_REFERENCE",
        "contract_prices",
        "of_no_durable_list_price",
        priced("of_no_durable_list_price", list_price_id="nothing", price="1"),
    ),
    Bad(
        "UNKNOWN_REFERENCE",
        "contract_prices",
        "of_no_product",
        priced("of_no_product", product_uid="nothing", price="1"),
    ),
    Bad("UNKNOWN_REFERENCE", "contract_prices", "of_all_empty", priced("of_all_empty", price="1")),
    *(
        Bad("UNKNOWN_REFERENCE", name, f"{uid}_{name}", {name: [row(f"{uid}_{name}", **cells)]})
        for name in ("price_tiers", "price_dimensions", "price_cells")
        for uid, cells in (("of_no", {"contract_price_uid": "nothing"}), ("of_neither", {}))
    ),
    Bad(
        "UNKNOWN_REFERENCE",
        "product_filters",
        "of_no_property",
        combined(
            selling("filtered_by_nothing", ptype="EVENT", event_name="filtered_by_nothing"),
            {"product_filters": [row("of_no_property", product_uid="filtered_by_nothing")]},
        ),
    ),
]

WINDOWS = [
    Bad("NO_START", "contracts", "no_start", signed("no_start", started_at=None)),
    Bad(
        "RENEWAL_WITHOUT_END",
        "contracts",
        "open_renewal",
        signed("open_renewal", ended_at=None, auto_renew="true"),
    ),
    Bad(
        "BAD_RENEWAL_TERM",
        "contracts",
        "renewal_of_no_month",
        signed("renewal_of_no_month", auto_renew="true", renewal_term_months="0"),
    ),
    Bad(
        "ENDS_WITH_TERM",
        "contract_prices",
        "extra_of_the_term",
        combined(
            signed("extra_of_the_term", auto_renew="true"),
            {
                "contract_prices": [
                    row(
                        "extra_of_the_term",
                        contract_id="extra_of_the_term",
                        product_uid="plain_extra",
                        price="1",
                        ended_at=TERM["ended_at"],
                    )
                ],
                "products": [row("plain_extra", name="Extra", ptype="FIXED")],
            },
        ),
    ),
    Bad("EMPTY_WINDOW", "contracts", "backwards", signed("backwards", ended_at="2023-01-01")),
    Bad(
        "EMPTY_WINDOW",
        "list_prices",
        "backwards_phase",
        sold("backwards_phase", start_period="6", end_period="3"),
    ),
    Bad(
        "EMPTY_WINDOW",
        "customers",
        "backwards_customer",
        {
            "customers": [
                row(
                    "backwards_customer",
                    effective_at="2024-03-01",
                    ineffective_at="2024-02-01",
                )
            ]
        },
    ),
    Bad(
        "EMPTY_WINDOW",
        "customer_aliases",
        "backwards_alias",
        {
            "customer_aliases": [
                row(
                    "backwards_alias",
                    customer_id="plain",
                    alias="backwards",
                    effective_at="2024-03-01",
                    ineffective_at="2024-02-01",
                )
            ]
        },
    ),
    Bad(
        "EMPTY_WINDOW",
        "pricebooks",
        "backwards_book_2",
        combined(
            sold("backwards_book"),
            {
                "pricebooks": [
                    row(
                        "backwards_book_2",
                        durable_id="backwards_book",
                        effective_at="2024-03-01",
                        ineffective_at="2024-02-01",
                    )
                ]
            },
        ),
    ),
    Bad(
        "EMPTY_WINDOW",
        "contract_prices",
        "too_late",
        priced("too_late", list_price_uid="plain_fee", price="9", started_at="2025-06-01"),
    ),
    Bad(
        "EMPTY_WINDOW",
        "contract_prices",
        "ad_hoc_too_late",
        priced("ad_hoc_too_late", product_uid="plain_fee", price="9", started_at="2025-06-01"),
    ),
    Bad(
        "OVERLAPPING_AMENDMENTS",
        "contracts",
        "overlapping_1",
        amended("overlapping", {"ineffective_at": "2024-04-01"}, {}),
    ),
    Bad(
        "UNKNOWN_CURRENCY",
        "contracts",
        "in_euro",
        sold("in_euro") | signed("in_euro", "in_euro", currency="EURO"),
    ),
    Bad("NOTHING_TO_BILL", "contracts", "of_nothing", signed("of_nothing", None)),
    Bad(
        "ENDS_NEAR_BOUNDARY",
        "contracts",
        "last_second",
        signed("last_second", ended_at="2024-12-31 23:59:59"),
    ),
    Bad(
        "OUT_OF_RANGE",
        "contracts",
        "year_one",
        signed("year_one", started_at="0001-01-01"),
    ),
    Bad(
        "UNKNOWN_REFERENCE",
        "product_filters",
        "of_no_product",
        {"product_filters": [row("of_no_product", product_uid="nothing", property="kind")]},
    ),
    Bad(
        "HOLE_IN_TERM",
        "contracts",
        "runs_out",
        combined(
            signed("runs_out", "short"),
            {
                "pricebooks": [row("short", ineffective_at="2024-06-01")],
                "list_prices": [
                    row("short", pricebook_uid="short", product_uid="plain_fee", price="10")
                ],
            },
        ),
    ),
    Bad(
        "HOLE_IN_TERM",
        "contracts",
        "hole_2",
        amended("hole", {"ineffective_at": "2024-02-01"}, {}),
    ),
    Bad(
        "CUSTOMER_CHANGED",
        "contracts",
        "changed_2",
        amended("changed", {}, {"customer_id": "plain"}),
    ),
    Bad(
        "SCHEDULE_CHANGED",
        "contracts",
        "rescheduled_2",
        amended("rescheduled", {"started_at": "2024-01-15"}, {"billing_anchor": "ANNIVERSARY"}),
    ),
    Bad(
        "STARTS_NEAR_BOUNDARY",
        "contracts",
        "near_boundary",
        signed("near_boundary", started_at="2024-01-31T05:00:00Z"),
    ),
]

PRODUCTS = [
    Bad("UNKNOWN_PRODUCT_TYPE", "products", "typeless", selling("typeless", ptype="FEE")),
    Bad("NO_EVENT_NAME", "products", "nameless", selling("nameless", ptype="EVENT")),
    Bad(
        "UNKNOWN_AGGREGATION",
        "products",
        "median",
        selling("median", ptype="EVENT", event_name="m", agg_property="q", aggregation="MEDIAN"),
    ),
    Bad(
        "UNKNOWN_AGGREGATION",
        "products",
        "maximum_of_nothing",
        selling("maximum_of_nothing", ptype="EVENT", event_name="m", aggregation="MAX"),
    ),
]

PRICES = [
    Bad(
        "OVERRIDE_SUPERSEDED",
        "currencies",
        "XBD_2",
        combined(
            signed("xbd", currency="XBD"),
            {
                "currencies": [
                    row("XBD_1", code="XBD", minor_units="0"),
                    row("XBD_2", code="XBD", minor_units="3"),
                ]
            },
        ),
    ),
    Bad("NO_PRICE", "list_prices", "free_of_charge", sold("free_of_charge", price=None)),
    Bad(
        "UNKNOWN_CHARGE_MODEL",
        "list_prices",
        "stairs",
        sold("stairs", charge_model="STAIRS"),
    ),
    Bad(
        "BAD_CELLS",
        "list_prices",
        "other_property",
        matrix("other_property", cell_values='{"colour": "red"}'),
    ),
    Bad(
        "BAD_CELLS",
        "contract_prices",
        "cells_of_a_fee",
        combined(
            priced("cells_of_a_fee", list_price_uid="plain_fee"),
            {
                "price_dimensions": [
                    row("of_a_fee", contract_price_uid="cells_of_a_fee", property="size")
                ],
                "price_cells": [
                    row("of_a_fee", contract_price_uid="cells_of_a_fee", cell_id="a", price="1")
                ],
            },
        ),
    ),
    Bad(
        "PERCENTAGE_WITHOUT_EVENTS",
        "list_prices",
        "a_percentage",
        sold("a_percentage", price=None, charge_model="PERCENTAGE", percent_rate="1"),
    ),
    Bad(
        "UNKNOWN_DELIVERY",
        "list_prices",
        "sometimes",
        sold("sometimes", invoice_delivery="SOMETIMES"),
    ),
    Bad("BAD_SCHEDULE", "list_prices", "never", sold("never", invoice_schedule="0")),
    Bad(
        "BAD_SCHEDULE",
        "list_prices",
        "fortnightly",
        sold("fortnightly", invoice_schedule="1", schedule_unit="FORTNIGHT"),
    ),
    Bad("OUT_OF_RANGE", "contracts", "long_trial", signed("long_trial", trial_days="3651")),
    Bad(
        "UNKNOWN_BILLING_ANCHOR",
        "list_prices",
        "birthday",
        sold("birthday", billing_anchor="BIRTHDAY"),
    ),
    Bad("OUT_OF_RANGE", "list_prices", "dear", sold("dear", price="100000000")),
    Bad("OUT_OF_RANGE", "list_prices", "precise", sold("precise", price="0.00000000001")),
    Bad(
        "OUT_OF_RANGE",
        "list_prices",
        "many_of_it",
        sold("many_of_it", fixed_quantity="1" + 12 * "0"),
    ),
    Bad(
        "OUT_OF_RANGE",
        "list_prices",
        "dear_and_many",
        # 99999999 x 10001 is more than 10^12.
        sold("dear_and_many", price="99999999", fixed_quantity="10001"),
    ),
    Bad(
        "OUT_OF_RANGE",
        "contract_prices",
        "precise_discount",
        priced("precise_discount", list_price_uid="plain_fee", discount_percent="12.345"),
    ),
    Bad(
        "EVENT_PRICE_IN_ADVANCE",
        "list_prices",
        "prophetic",
        sold("prophetic", "plain_usage", invoice_delivery="ADVANCED"),
    ),
    Bad(
        "UNKNOWN_DELIVERY",
        "contract_prices",
        "sometimes_override",
        priced("sometimes_override", list_price_uid="plain_fee", invoice_delivery="SOMETIMES"),
    ),
    Bad(
        "CURRENCY_MISMATCH",
        "contracts",
        "two_currencies",
        combined(
            signed("two_currencies", "dollars", currency="EUR"),
            {
                "pricebooks": [row("dollars", currency="USD")],
                "list_prices": [
                    row("dollars", pricebook_uid="dollars", product_uid="plain_fee", price="1")
                ],
            },
        ),
    ),
    Bad(
        "OVERRIDE_OUTSIDE_PRICEBOOK",
        "contract_prices",
        "other_book",
        priced("other_book", list_price_uid="stub", price="1"),
    ),
    Bad(
        "OVERRIDE_SUPERSEDED",
        "contract_prices",
        "superseded",
        combined(
            priced("superseded", list_price_uid="plain_fee", price="9"),
            {
                "contract_prices": [
                    row(
                        "superseding",
                        contract_id="superseded",
                        list_price_uid="plain_fee",
                        price="8",
                        created_at="2024-01-01",
                    )
                ]
            },
        ),
    ),
    Bad(
        "ONE_TIME_OUTSIDE_CONTRACT",
        "contract_prices",
        "after_the_end",
        combined(
            {"products": [row("setup", name="Setup", ptype="FIXED")]},
            priced(
                "after_the_end",
                product_uid="setup",
                price="9",
                invoice_delivery="ONE_TIME",
                invoice_schedule="24",
            ),
        ),
    ),
    Bad(
        "PRICE_ABOVE_LIST",
        "contract_prices",
        "above_list",
        priced("above_list", list_price_uid="plain_fee", price="10.01"),
    ),
    Bad(
        "SAME_PRODUCT_TWICE",
        "contract_prices",
        "second_fee",
        priced("second_fee", product_uid="plain_fee", price="3"),
    ),
    Bad(
        "SAME_PRODUCT_TWICE",
        "list_prices",
        "twice_in_book_b",
        combined(
            sold("twice_in_book"),
            {
                "list_prices": [
                    row(
                        "twice_in_book_b",
                        pricebook_uid="twice_in_book",
                        product_uid="plain_fee",
                        price="3",
                    )
                ]
            },
        ),
    ),
    Bad(
        "MINIMUM_ABOVE_MAXIMUM",
        "list_prices",
        "minimum",
        sold("minimum", "plain_usage", minimum_amount="50", maximum_amount="30"),
    ),
    Bad(
        "UNPRORATED_STUB",
        "list_prices",
        "stub",
        {
            **sold("stub", prorate="false"),
            "contracts": signed("stub", "stub", started_at="2024-01-15")["contracts"],
        },
    ),
]

OTHERS = [
    Bad(
        "UNKNOWN_CUSTOMER",
        "contracts",
        "of_a_stranger",
        {
            "contracts": [
                row("of_a_stranger", customer_id="a_stranger", pricebook_id="plain", **TERM)
            ]
        },
    ),
    Bad(
        "UNKNOWN_TIMEZONE",
        "customers",
        "martian",
        signed("martian") | {"customers": [row("martian", billing_timezone="Mars/Olympus_Mons")]},
    ),
    Bad(
        "OVERLAPPING_AMENDMENTS",
        "pricebooks",
        "overlapping_book",
        combined(
            sold("overlapping_book"),
            {
                "pricebooks": [
                    row(
                        "overlapping_book",
                        version="1",
                        ineffective_at="2024-04-01",
                    ),
                    row(
                        "overlapping_book_2",
                        durable_id="overlapping_book",
                        effective_at="2024-03-01",
                    ),
                ]
            },
        ),
    ),
    Bad(
        "MULTIPLE_CONTRACTS",
        "contracts",
        "two_at_once",
        combined(
            signed("two_at_once"),
            {
                "contracts": [
                    row("and_another", customer_id="two_at_once", pricebook_id="plain", **TERM)
                ],
                "usage_events": [
                    event(
                        "rated-twice",
                        "two_at_once",
                        "2024-02-01T00:00:00Z",
                        name="plain_used",
                        quantity=1,
                    )
                ],
            },
        ),
        also=[("MULTIPLE_CONTRACTS", "contracts", "and_another")],
    ),
]


def partnered(name: str, /, **cells: str | None) -> Inputs:
    """Return a contract with a partner who has a share, all of one name."""
    share = {"partner_id": name, "share_percent": "10"} | cells
    partner = {"partners": [row(name, kind="AFFILIATE")], "partner_shares": [row(name, **share)]}
    return combined(partner, signed(name, partner_id=name))


def shared(reason: str, name: str, /, **cells: str | None) -> Bad:
    """Return a bad share of a partner with a contract."""
    return Bad(reason, "partner_shares", name, partnered(name, **cells))


PARTNERS = [
    Bad("NO_ID", "partners", None, {"partners": [row(None, kind="AFFILIATE")]}),
    Bad(
        "NO_ID",
        "partners",
        "of_no_partner",
        {"partners": [row("of_no_partner", durable_id=None, kind="AFFILIATE")]},
    ),
    Bad("NO_ID", "partner_shares", None, {"partner_shares": [row(None, share_percent="10")]}),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "partners",
        "two_partners",
        twice("partners", {"partners": [row("two_partners", kind="AFFILIATE")]}, kind="RESELLER"),
    ),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "partner_shares",
        "two_shares",
        twice("partner_shares", partnered("two_shares"), share_percent="20"),
    ),
    Bad(
        "UNPARSABLE_CELL",
        "partner_shares",
        "ten_percent",
        partnered("ten_percent", share_percent="10%"),
        also=[("BAD_SHARE", "partner_shares", "ten_percent")],
    ),
    Bad("UNKNOWN_PARTNER", "contracts", "of_strangers", signed("of_strangers", partner_id="they")),
    Bad(
        "UNKNOWN_PARTNER_KIND",
        "partners",
        "friend",
        combined(
            {"partners": [row("friend", kind="FRIEND")]}, signed("friend", partner_id="friend")
        ),
    ),
    Bad(
        "OVERRIDE_SUPERSEDED",
        "partners",
        "second_row",
        {
            "partners": [
                row("first_row", kind="AFFILIATE"),
                row("second_row", durable_id="first_row", kind="RESELLER"),
            ]
        },
    ),
    shared("UNKNOWN_REFERENCE", "share_of_nobody", partner_id=None),
    shared("UNKNOWN_REFERENCE", "share_of_strangers", partner_id="they"),
    shared("UNKNOWN_REFERENCE", "share_of_nothing", product_uid="nothing"),
    shared(
        "EMPTY_WINDOW", "share_of_no_time", effective_at="2024-02-01", ineffective_at="2024-02-01"
    ),
    shared("BAD_SHARE", "two_kinds_of_share", share_amount="5", currency="USD"),
    shared("BAD_SHARE", "no_kind_of_share", share_percent=None),
    shared("BAD_SHARE", "no_currency", share_percent=None, share_amount="5"),
    shared("OUT_OF_RANGE", "more_than_all", share_percent="100.01"),
    shared("OUT_OF_RANGE", "less_than_none", share_percent=None, share_amount="-1", currency="USD"),
    shared("CURRENCY_MISMATCH", "yen", share_percent=None, share_amount="5", currency="JPY"),
    Bad(
        "SHARE_SUPERSEDED",
        "partner_shares",
        "old_share",
        combined(
            partnered("old_share"),
            {
                "partner_shares": [
                    row(
                        "new_share",
                        partner_id="old_share",
                        share_percent="5",
                        created_at="2024-01-01",
                    )
                ]
            },
        ),
    ),
]


def granted(name: str, /, **cells: str | None) -> Inputs:
    """Return a grant of seats to the plain customer."""
    grant = {"customer_id": "plain", "product_uid": "plain_fee", "granted_at": "2024-01-01"}
    return {"entitlement_grants": [row(name, **grant | cells)]}


GRANTS = [
    Bad(reason, "entitlement_grants", name, granted(name, **cells))
    for reason, name, cells in [
        ("UNPARSABLE_CELL", "revoked_soon", {"revoked_at": "soon"}),
        ("UNKNOWN_REFERENCE", "grant_to_nobody", {"customer_id": None}),
        ("UNKNOWN_REFERENCE", "grant_of_nothing", {"product_uid": None}),
        ("NO_START", "grant_of_no_time", {"granted_at": None}),
        ("EMPTY_WINDOW", "revoked_at_once", {"revoked_at": "2024-01-01"}),
        ("OUT_OF_RANGE", "negative_grant", {"quantity": "-1"}),
    ]
] + [
    Bad("NO_ID", "entitlement_grants", None, {"entitlement_grants": [row(None)]}),
    Bad(
        "DUPLICATE_ID_AND_VERSION",
        "entitlement_grants",
        "two_grants",
        twice("entitlement_grants", granted("two_grants"), quantity="2"),
    ),
]


def listed(name: str, /, **cells: str | None) -> Inputs:
    """Return a dimension of a listing of its own that meters the plain usage."""
    terms = {"marketplace": "AWS", "listing_id": name, "dimension": name}
    meters = {"product_uid": "plain_usage"}
    return {"marketplace_listings": [row(name, **(terms | meters | cells))]}


def agreed(name: str, /, **cells: str | None) -> Inputs:
    """Return a customer and an agreement on a private offer of one name, which sells nothing."""
    terms = {"marketplace": "AWS", "listing_id": name, "customer_id": name, "buyer_id": name}
    agreement = {"id": name, "durable_id": name} | terms | {"offer_id": name} | TERM | cells
    offer = {"marketplace_private_offers": [row(name)]}
    return combined({"customers": [row(name)]}, offer, {"marketplace_agreements": [agreement]})


def offered(name: str, /, listings: Inputs | None = None, **cells: str | None) -> Inputs:
    """Return an agreement on the plain usage at a price of its own, and its listing."""
    price = {"offer_id": name, "product_uid": "plain_usage", "price": "1"}
    prices = {"marketplace_private_offer_prices": [row(name, **(price | cells))]}
    return combined(listed(name) if listings is None else listings, agreed(name), prices)


def notified(name: str, /, *said: tuple[str, str, str | None]) -> Inputs:
    """Return an agreement and its notifications: id, what it says, and when."""
    return combined(
        agreed(name),
        {
            "marketplace_notifications": [
                row(row_id, agreement_id=name, notification=notification, occurred_at=occurred_at)
                for row_id, notification, occurred_at in said
            ]
        },
    )


def told(name: str, /, **cells: str | None) -> Inputs:
    """Return an agreement with a record that was sent."""
    record = {
        "id": name,
        "agreement_id": name,
        "dimension": name,
        "metered_hour": "2024-02-01T00:00:00Z",
        "quantity": "1",
        "sent_at": "2024-02-01T01:00:00Z",
    }
    return combined(offered(name), {"marketplace_sent_records": [record | cells]})


def answered(name: str, /, **cells: str | None) -> Inputs:
    """Return a record that was sent, with an answer."""
    said = {"id": f"{name}_answer", "record_id": name, "status": "Success"}
    returned = {"returned_at": "2024-02-01T02:00:00Z"}
    return combined(told(name), {"marketplace_record_results": [said | returned | cells]})


JANUARY, JUNE = "2024-01-01T00:00:00Z", "2024-06-01T00:00:00Z"
MARKETPLACES = [
    *(
        Bad(reason, "marketplace_listings", name, listed(name, **cells))
        for reason, name, cells in [
            ("UNPARSABLE_CELL", "factor_of_many", {"unit_factor": "many"}),
            ("UNKNOWN_REFERENCE", "meters_nothing", {"product_uid": "nothing"}),
            ("UNKNOWN_MARKETPLACE", "listed_nowhere", {"marketplace": "EBAY"}),
            ("INCOMPLETE_LISTING", "no_dimension", {"dimension": None}),
            ("NOT_METERABLE", "meters_a_fee", {"product_uid": "plain_fee"}),
            ("OUT_OF_RANGE", "factor_of_zero", {"unit_factor": "0"}),
            ("UNKNOWN_LATE_USAGE", "never_late", {"late_usage": "NEVER"}),
        ]
    ),
    Bad(
        "OVERRIDE_SUPERSEDED",
        "marketplace_listings",
        "same_dimension_2",
        combined(
            listed("same_dimension_1", listing_id="same", dimension="same"),
            listed("same_dimension_2", listing_id="same", dimension="same"),
        ),
    ),
    *(
        Bad(reason, "marketplace_agreements", name, agreed(name, **cells))
        for reason, name, cells in [
            ("UNPARSABLE_CELL", "renews_perhaps", {"auto_renew": "perhaps"}),
            ("NO_ID", "agreement_without_id", {"durable_id": None}),
            ("UNKNOWN_MARKETPLACE", "agreed_nowhere", {"marketplace": None}),
            ("UNKNOWN_REFERENCE", "unknown_offer", {"offer_id": "nothing"}),
            ("UNKNOWN_REFERENCE", "replaces_nothing", {"replaces_agreement_id": "nothing"}),
            ("UNKNOWN_REFERENCE", "agreed_with_nobody", {"customer_id": None}),
            ("INCOMPLETE_AGREEMENT", "no_buyer", {"buyer_id": None}),
            ("NO_START", "agreed_from_never", {"started_at": None}),
        ]
    ),
    Bad(
        "OFFER_OF_ANOTHER",
        "marketplace_agreements",
        "offer_of_another",
        combined(
            {"customers": [row("offer_of_another")]},
            {"marketplace_private_offers": [row("offer_of_another", customer_id="plain")]},
            {
                "marketplace_agreements": [
                    row(
                        "offer_of_another",
                        marketplace="AWS",
                        listing_id="nothing",
                        customer_id="offer_of_another",
                        buyer_id="1",
                        offer_id="offer_of_another",
                        **TERM,
                    )
                ]
            },
        ),
    ),
    Bad(
        "UNKNOWN_AGREEMENT", "contracts", "misspelt", signed("misspelt", agreement_id="misspelled")
    ),
    Bad("PRODUCT_NOT_LISTED", "marketplace_agreements", "not_listed", offered("not_listed", {})),
    Bad(
        "NOT_ONE_PRICE",
        "marketplace_agreements",
        "free_first",
        offered("free_first", free_quantity="10"),
    ),
    Bad(
        "UNKNOWN_CHARGE_MODEL",
        "marketplace_private_offer_prices",
        "offered_by_magic",
        offered("offered_by_magic", charge_model="MAGIC"),
    ),
    Bad(
        "UNKNOWN_NOTIFICATION",
        "marketplace_notifications",
        "said_something",
        notified("said_something", ("said_something", "something", JANUARY)),
    ),
    Bad(
        "NO_START",
        "marketplace_notifications",
        "said_sometime",
        notified("said_sometime", ("said_sometime", "subscribe-success", None)),
    ),
    Bad(
        "AFTER_THE_END",
        "marketplace_notifications",
        "back_again",
        notified(
            "back_again",
            ("back_begun", "subscribe-success", JANUARY),
            ("back_ended", "unsubscribe-success", JUNE),
            ("back_again", "subscribe-success", "2024-06-02T00:00:00Z"),
        ),
    ),
    *(
        Bad(reason, "marketplace_sent_records", name, told(name, **cells))
        for reason, name, cells in [
            ("INCOMPLETE_RECORD", "sent_half_past", {"metered_hour": "2024-02-01T00:30:00Z"}),
            ("UNKNOWN_REFERENCE", "sent_of_nothing", {"dimension": "nothing"}),
        ]
    ),
    Bad(
        "UNPARSABLE_CELL",
        "marketplace_sent_records",
        "sent_many",
        told("sent_many", quantity="many"),
        also=[("INCOMPLETE_RECORD", "marketplace_sent_records", "sent_many")],
    ),
    Bad(
        "SENT_TWICE",
        "marketplace_sent_records",
        "sent_again",
        combined(
            told("sent_once"),
            {
                "marketplace_sent_records": [
                    dict(
                        told("sent_once")["marketplace_sent_records"][0],
                        id="sent_again",
                        sent_at="2024-02-01T02:00:00Z",
                    )
                ]
            },
        ),
    ),
    *(
        Bad(reason, "marketplace_record_results", f"{name}_answer", answered(name, **cells))
        for reason, name, cells in [
            ("UNKNOWN_STATUS", "answered_perhaps", {"status": "Perhaps"}),
            ("UNKNOWN_REFERENCE", "answer_to_nothing", {"record_id": "nothing"}),
            ("INCOMPLETE_RECORD", "answered_sometime", {"returned_at": None}),
        ]
    ),
]

# Without a document, which no close has made: the first reason is the only one.
PAYMENTS = [
    Bad(
        reason,
        "payments",
        name,
        {
            "payments": [
                {
                    "id": name,
                    "document_number": "2024-000001",
                    "kind": "PAYMENT",
                    "amount": "10",
                    "currency": "USD",
                    "paid_at": "2024-02-01",
                    **cells,
                }
            ]
        },
    )
    for reason, name, cells in [
        ("UNPARSABLE_CELL", "paid_comma", {"amount": "1,000"}),
        ("NO_ID", None, {}),
        ("INCOMPLETE_RECORD", "paid_nothing", {"amount": None}),
        ("UNKNOWN_PAYMENT_KIND", "paid_somehow", {"kind": "payment"}),
        ("OUT_OF_RANGE", "paid_less", {"amount": "-10"}),
        ("UNKNOWN_REFERENCE", "paid_for_nothing", {}),
    ]
]

CASES = [
    *UNPARSABLE,
    *NO_ID,
    *DUPLICATES,
    *REFERENCES,
    *WINDOWS,
    *PRODUCTS,
    *PRICES,
    *OTHERS,
    *PARTNERS,
    *GRANTS,
    *MARKETPLACES,
    *PAYMENTS,
    *LEDGER,
]

# Bad rows that nobody needs to hear of: nothing hangs on them.
UNREPORTED = combined(
    # A catalogue that no contract uses.
    {
        "products": [row("unused", name="Unused", ptype="FEE")],
        "product_filters": [row("unused", product_uid="unused", property="kind")],
        "pricebooks": [row("unused", payment_terms_days="soon")],
        "list_prices": [row("unused", pricebook_uid="unused", product_uid="nothing")],
        "price_tiers": [row("unused", list_price_uid="unused", up_to="many")],
        "price_dimensions": [row("unused", list_price_uid="unused", position="first")],
        "price_cells": [row("unused", list_price_uid="unused", price="1,000")],
        "currencies": [row("unused", code="XXX", minor_units="two")],
    },
    # A void contract, and what hangs on it.
    signed("void", "nothing", void="true"),
    {"contract_prices": [row("void", contract_id="void", price="1,000")]},
    # A row that was bad, and one that was withdrawn.
    {
        "contracts": [
            row("corrected", customer_id="plain", pricebook_id="nothing", **TERM),
            row("corrected", version="1", customer_id="plain", pricebook_id=None, **TERM),
            row(
                "withdrawn", customer_id="plain", pricebook_id="nothing", is_deleted="true", **TERM
            ),
        ]
    },
)

# Usage


def of_alias(alias: str, one: Row) -> Row:
    """Return an event that names an alias instead of a customer."""
    return {**one, "customer_id": None, "customer_alias": alias}


def used(
    transaction_id: str | None, customer_id: str | None = "plain", **properties: object
) -> Row:
    """Return an event that would be rated as it stands."""
    content = {"name": "plain_used", "quantity": 1} | properties
    return event(transaction_id, customer_id, "2024-02-01T00:00:00Z", **content)


BAD_EVENTS: list[tuple[str, Row]] = [
    ("BAD_TIMESTAMP", {**used("bad-timestamp"), "metered_at": "yesterday"}),
    ("BAD_PROPERTIES", {**used("bad-properties"), "properties": "[]"}),
    ("NO_TRANSACTION_ID", used(None)),
    ("DUPLICATE", {**used("rated"), "received_at": "2024-02-02T00:00:00Z"}),
    ("CONFLICT", {**used("rated-once", quantity=1000), "received_at": "2024-02-02T00:00:00Z"}),
    ("UNKNOWN_ALIAS", of_alias("nobodys", used("unknown-alias"))),
    ("AMBIGUOUS_ALIAS", of_alias("shared", used("ambiguous-alias"))),
    ("UNKNOWN_CUSTOMER", used("unknown-customer", "nobody at all")),
    ("UNKNOWN_CUSTOMER", used("no-customer", None)),
    ("NO_EVENT_NAME", used("no-event-name", name=None)),
    ("NO_PRODUCT", used("no-product", name="unused")),
    ("BAD_METER", used("bad-meter", name="filtered_by_text")),
    ("FILTERED_OUT", used("filtered-out", "filtered", name="filtered_used")),
    ("BAD_QUANTITY", used("bad-quantity", quantity="1,000")),
    ("BAD_QUANTITY", used("no-quantity", quantity=None)),
    ("BAD_QUANTITY", used("quantity-out-of-range", quantity="1000000000000")),
    ("NO_CONTRACT", used("no-contract", "two_names")),
    ("OUTSIDE_CONTRACT", {**used("outside-contract"), "metered_at": "2023-12-31T23:59:59Z"}),
    ("NOT_PRICED", used("not-priced", "filtered")),
    ("NOT_PRICED", used("no-cell", "in_cells", name="in_cells_used", size="small")),
    ("NOT_PRICED", {**used("beyond-the-horizon"), "metered_at": "2024-06-01T00:00:00Z"}),
    ("IN_TRIAL", used("in-trial", "trying")),
]
SHARED_ALIAS: Inputs = {
    "customer_aliases": [
        row("shared_1", customer_id="plain", alias="shared"),
        row("shared_2", customer_id="filtered", alias="shared"),
    ]
}
USAGE: Inputs = {
    "usage_events": [used("rated"), used("rated-once"), *(one for _, one in BAD_EVENTS)]
}


@pytest.fixture(scope="module")
def infested(build: Builder) -> Warehouse:
    """Return the case study with all the bad rows, and with the tests of its tables passed."""
    inputs = combined(
        case_study_inputs(),
        PLAIN,
        FILTERED,
        TRYING,
        MATRIX,
        SHARED_ALIAS,
        UNREPORTED,
        USAGE,
        *(case.inputs for case in CASES),
    )
    command = ("build", "--exclude-resource-type", "unit_test")
    return build(inputs, command=command, is_whole=True, as_of=CASE_STUDY_AS_OF)


@pytest.fixture(scope="module")
def new_reports(
    case_study: Warehouse, infested: Warehouse
) -> set[tuple[str, str | None, str, str]]:
    """Return what is reported of the bad rows."""
    return reports(infested) - reports(case_study)


def line_count(warehouse: Warehouse, column: str, value: str) -> int:
    """Return how many lines name a row."""
    ((count,),) = warehouse.rows(
        f"select count(*) from ratebook.line_items where {column} = ?",  # noqa: S608 - our own names
        [value],
    )
    return count


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bad_row_is_reported(new_reports: set[tuple[str, str | None, str, str]], case: Bad) -> None:
    """With its reason, its effect, and whatever else is wrong with it."""
    assert case.reported() <= new_reports


def test_nothing_else_is_reported(new_reports: set[tuple[str, str | None, str, str]]) -> None:
    """A report that means nothing hides those that do."""
    expected = {report for case in CASES for report in case.reported()}
    expected |= {(*name, "NOTHING_TO_BILL", "BILLED") for name in WITHOUT_PRICES}
    assert new_reports - expected == set()


def test_details_are_one_line(infested: Warehouse) -> None:
    """What is wrong is said in a few words, as they will stand in a table."""
    details = infested.rows("select detail from ratebook.pricing_exceptions")
    assert [detail for (detail,) in details if not detail or "\n" in detail] == []


def test_every_reason_has_a_case() -> None:
    """Each reason that can be reported is among the cases."""
    reported = {reason for case in CASES for _, _, reason, _ in case.reported()}
    by_effect: dict[str, set[str]] = {}
    for effect, reason in REASONS:
        by_effect.setdefault(effect, set()).add(reason)
    elsewhere = REASONS_OF_PREVIEWS | REASONS_OF_DOCUMENTS
    assert reported | elsewhere == by_effect["NOT_BILLED"] | by_effect["BILLED"]
    assert reported & elsewhere == set()
    assert {outcome for outcome, _ in BAD_EVENTS} == by_effect["NOT_RATED"]


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in CASES
        if case.input in COLUMN_OF_INPUT and case.reason not in PARTIAL_REASONS
    ],
    ids=str,
)
def test_effect_is_true(infested: Warehouse, case: Bad) -> None:
    """What is not billed has no line, not even one of 0.00; what is billed has one."""
    has_lines = line_count(infested, COLUMN_OF_INPUT[case.input], str(case.id)) > 0
    assert has_lines == (effect_of(case.reason, case.input, case.id) == "BILLED")


@pytest.mark.parametrize(
    "mart",
    [
        "prices",
        "price_spans",
        "line_items",
        "line_item_explanations",
        "branch_invoice_diffs",
        "invoices",
    ],
)
def test_others_do_not_notice(case_study: Warehouse, infested: Warehouse, mart: str) -> None:
    """Every row of the case study is still there, the same in every column."""
    missing = Counter(mart_rows(case_study, mart)) - Counter(mart_rows(infested, mart))
    assert list(missing)[:3] == []


def test_no_invoice_joins_the_others(case_study: Warehouse, infested: Warehouse) -> None:
    """The contracts of the case study have no invoice or line more than without the bad rows."""
    for mart in ("invoices", "line_items"):
        sql = f"select contract_id, count(*) from ratebook.{mart} group by contract_id"  # noqa: S608
        assert case_study.rows(sql)
        assert set(case_study.rows(sql)) - set(infested.rows(sql)) == set()


# Usage


# The one event of its name without an id.
EVENT_KEY = "coalesce(transaction_id, event_name || ' without id')"


@pytest.fixture(scope="module")
def exceptions_by_event(infested: Warehouse) -> dict[str, list[tuple[str, bool]]]:
    """Return reason and is_event_rated of all usage exceptions."""
    sql = f"select {EVENT_KEY}, reason, is_event_rated from ratebook.usage_event_exceptions"  # noqa: S608
    return grouped(infested.rows(sql))


@pytest.fixture(scope="module")
def outcomes_by_event(infested: Warehouse) -> dict[str, list[tuple[str]]]:
    """Return the outcomes of all usage events."""
    sql = f"select {EVENT_KEY}, outcome from ratebook.usage_event_outcomes"  # noqa: S608
    return grouped(infested.rows(sql))


def grouped(rows: list[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    """Return the other columns of rows by their first one."""
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for key, *cells in sorted(rows, key=str):
        groups.setdefault(key, []).append(tuple(cells))
    return groups


@pytest.mark.parametrize(("outcome", "bad_event"), BAD_EVENTS)
def test_bad_event_is_reported(
    exceptions_by_event: dict[str, list[tuple[str, bool]]],
    outcomes_by_event: dict[str, list[tuple[str]]],
    outcome: str,
    bad_event: Row,
) -> None:
    """Once, with its outcome; a repeat stands beside the event that it repeats."""
    key = bad_event["transaction_id"] or "plain_used without id"
    assert exceptions_by_event[key] == [(outcome, False)]
    others = [("RATED",)] if key.startswith("rated") else []
    assert outcomes_by_event[key] == [(outcome,), *others]


def test_outcomes_add_up(case_study: Warehouse, infested: Warehouse) -> None:
    """Each event that was added has one outcome more in the counts, and no other count moved."""
    sql = "select outcome, sum(event_count) from ratebook.usage_outcome_counts group by outcome"
    before, after = dict(case_study.rows(sql)), dict(infested.rows(sql))
    added = Counter(outcome for outcome, _ in BAD_EVENTS)
    # One event for each repeat to repeat, and the one that two contracts rate.
    added["RATED"] = 3
    assert {outcome: after[outcome] - before.get(outcome, 0) for outcome in after} == added


def test_good_event_beside_bad_ones_is_rated(infested: Warehouse) -> None:
    """Of all that the customer sent, the two good events are billed: 2 x 0.5."""
    rows = infested.rows(
        """
        select sum(quantity), sum(amount) from ratebook.line_items
        where contract_id = 'plain' and line_type = 'usage'
        """
    )
    assert rows == [(2, 1)]

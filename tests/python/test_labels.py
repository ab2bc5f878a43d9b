"""Cells that cannot be read, or hardly mean what they say: what is billed, and what is reported.

The label says the truth: a row that is NOT_BILLED is on no line, and what is withheld is reported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb
import pytest
from conftest import Warehouse
from input_tables import (
    Builder,
    Inputs,
    Row,
    amounts_of,
    combined,
    decimals,
    event,
    row,
    utc,
)

# In the middle of March: January and February are final, March is a draft.
AS_OF = "2024-03-15"
WITHHELD, LOOK = "UNPARSABLE_CELL NOT_BILLED", "UNPARSABLE_CELL BILLED"


@dataclass(frozen=True)
class Case:
    """A contract from 1 January 2024 on a fee of 31 a month, and what differs from that."""

    name: str
    about: str
    # The amounts of its lines in time order.
    owed: str
    # What is reported: input, reason and effect, and in brackets the columns.
    reported: str = ""
    contract: Row = field(default_factory=dict)
    pricebook: Row = field(default_factory=dict)
    price: Row = field(default_factory=dict)
    amendment: Row = field(default_factory=dict)
    override: Row = field(default_factory=dict)
    zone: str | None = None
    # More rows; a cell `*` is the name of the case.
    more: Mapping[str, list[Row]] = field(default_factory=dict)

    def inputs(self) -> Inputs:
        """Return the customer, its contract, and what it sells."""
        name = self.name
        sold = {"pricebook_uid": name, "product_uid": "fee", "price": "31", **self.price}
        terms = {"durable_id": name, "customer_id": name, "pricebook_id": name}
        contract = {**terms, "started_at": "2024-01-01", **self.contract}
        inputs: Inputs = {
            "customers": [row(name, billing_timezone=self.zone)],
            "pricebooks": [row(name, **self.pricebook)],
            "list_prices": [row(name, **sold)],
            "contracts": [row(name, **contract)],
        }
        if self.amendment:
            inputs["contracts"].append(row(f"{name}-2", **{**contract, **self.amendment}))
        if self.override:
            inputs["contract_prices"] = [
                {"id": f"{name}-o", "contract_id": name, "list_price_id": name, **self.override}
            ]
        own = {
            input_name: [
                {column: cell and cell.replace("*", name) for column, cell in cells.items()}
                for cells in rows
            ]
            for input_name, rows in self.more.items()
        }
        return combined(inputs, own)


NEW_YORK, BERLIN = "America/New_York", "Europe/Berlin"
MID_JANUARY = {"started_at": "2024-01-11", "ended_at": "2024-01-21"}


def contract_cell(column: str, cell: str, owed: str = "", more: str = "") -> Case:
    """Return a contract whose only row has a cell that cannot be read."""
    return Case(
        f"contract-{column.replace('_', '-')}",
        "Nothing of the contract is billed: the cell decides what.",
        owed,
        f"contracts {WITHHELD} ({column}){more}",
        contract={column: cell},
    )


def override_cell(column: str, cell: str, owed: str = "10 11 31 31") -> Case:
    """Return an override of eleven days in January with a cell that cannot be read."""
    name = f"override-{column.replace('_', '-')}"
    return Case(
        name,
        "31 a month, for the days outside of the override: 10, and 11 of January.",
        owed,
        f"contract_prices {name}-o {WITHHELD} ({column})",
        override={**MID_JANUARY, "fixed_quantity": "2", column: cell},
    )


CASES = (
    contract_cell("started_at", "soon", more="; contracts NO_START NOT_BILLED (started_at)"),
    contract_cell("ended_at", "2025-02-31"),
    contract_cell("effective_at", "31.12.2024"),
    contract_cell("ineffective_at", "never"),
    contract_cell("archived_at", "2024-13-01"),
    contract_cell("terminated_at", "2024-01-05T00:00:00+16:00"),
    contract_cell("void", "perhaps"),
    contract_cell("is_deleted", "perhaps"),
    contract_cell("prorate", "2"),
    contract_cell("auto_renew", "maybe"),
    contract_cell("renewal_term_months", "0.25"),
    contract_cell("renewal_uplift_percent", "ten"),
    contract_cell("renewal_pricing", "list"),
    contract_cell("trial_days", "two weeks"),
    Case(
        "refused-trial",
        "Nobody knows when its fees begin.",
        "",
        "contracts OUT_OF_RANGE NOT_BILLED (trial_days)",
        contract={"trial_days": "-1"},
    ),
    Case(
        "trial-of-an-amendment",
        "It says nothing.",
        "31 31 31",
        "",
        amendment={"effective_at": "2024-01-15", "trial_days": "-1"},
    ),
    Case(
        "amended",
        "14 of 31 days until the amendment that cannot be read, and nothing after it.",
        "14",
        f"contracts amended-2 {WITHHELD} (prorate)",
        amendment={"effective_at": "2024-01-15", "prorate": "maybe"},
    ),
    Case(
        "amended-again",
        "An amendment that can be read does not bring the contract back.",
        "14",
        f"contracts amended-again-2 {WITHHELD} (ended_at)",
        amendment={"effective_at": "2024-01-15", "ended_at": "2024-02-30"},
        more={
            "contracts": [
                {
                    **{"id": "*-3", "durable_id": "*", "customer_id": "*", "pricebook_id": "*"},
                    **{"started_at": "2024-01-01", "effective_at": "2024-02-01"},
                }
            ]
        },
    ),
    Case(
        "amended-in-berlin",
        "Local midnight of the leap day is 23:00 UTC: 28 of 29 days of 29.",
        "29 28",
        f"contracts amended-in-berlin-2 {WITHHELD} (void)",
        price={"price": "29"},
        amendment={"effective_at": "2024-02-28T23:00:00Z", "void": "perhaps"},
        zone=BERLIN,
    ),
    Case(
        "amended-in-new-york",
        "A second before local midnight is still 28 February: 27 of 29 days of 29.",
        "29 27",
        f"contracts amended-in-new-york-2 {WITHHELD} (void)",
        price={"price": "29"},
        amendment={"effective_at": "2024-02-29T04:59:59Z", "void": "perhaps"},
        zone=NEW_YORK,
    ),
    Case(
        "never-in-force",
        "A row that ends before it begins blocks nothing.",
        "31 31 31",
        f"contracts never-in-force-2 {WITHHELD} (prorate); "
        "contracts never-in-force-2 EMPTY_WINDOW NOT_BILLED",
        amendment={
            **{"effective_at": "2024-01-15", "ineffective_at": "2024-01-10", "prorate": "maybe"}
        },
    ),
    Case(
        "two-cells",
        "One report, and the worse of the two effects.",
        "",
        f"contracts {WITHHELD} (payment_terms_days, ended_at)",
        contract={"payment_terms_days": "soon", "ended_at": "later"},
    ),
    Case(
        "signed-soon",
        "It decides nothing.",
        "31 31 31",
        f"contracts {LOOK} (signed_at)",
        contract={"signed_at": "soon"},
    ),
    Case(
        "version-one",
        "It counts as version 0.",
        "31 31 31",
        f"contracts {LOOK} (version)",
        contract={"version": "one"},
    ),
    Case(
        "due-in-a-fortnight",
        "Due when the pricebook says.",
        "31 31 31",
        f"contracts {LOOK} (payment_terms_days)",
        contract={"payment_terms_days": "a fortnight"},
        pricebook={"payment_terms_days": "3"},
    ),
    Case(
        "due-some-time-after-the-month",
        "Due when the pricebook says.",
        "31 31 31",
        f"contracts {LOOK} (payment_terms_kind)",
        contract={"payment_terms_kind": "EOM"},
        pricebook={"payment_terms_kind": "END_OF_MONTH"},
    ),
    Case(
        "owed-before-time",
        "Due at once.",
        "31 31 31",
        "contracts OUT_OF_RANGE BILLED (payment_terms_days)",
        contract={"payment_terms_days": "-14"},
        pricebook={"payment_terms_days": "3"},
    ),
    Case(
        "book-prorate",
        "Its prices are not billed, and an extra price beside them neither.",
        "",
        f"pricebooks {WITHHELD} (prorate)",
        pricebook={"prorate": "maybe"},
        more={
            "contract_prices": [
                {"id": "*-x", "contract_id": "*", "product_uid": "extra", "price": "7"}
            ]
        },
    ),
    Case(
        "book-schedule",
        "Every how many months, nobody knows.",
        "",
        f"pricebooks {WITHHELD} (invoice_schedule)",
        pricebook={"invoice_schedule": "monthly"},
    ),
    Case(
        "book-terms",
        "Due at once.",
        "31 31 31",
        f"pricebooks {LOOK} (payment_terms_days)",
        pricebook={"payment_terms_days": "soon"},
    ),
    Case(
        "book-terms-kind",
        "Due at once.",
        "31 31 31",
        f"pricebooks {LOOK} (payment_terms_kind)",
        pricebook={"payment_terms_kind": "net"},
    ),
    Case(
        "book-limit",
        "A limit for quotes decides no invoice.",
        "31 31 31",
        f"pricebooks {LOOK} (maximum_discount_percent)",
        pricebook={"maximum_discount_percent": "some"},
    ),
    Case(
        "book-until-february",
        "Its next row can be read: from 1 February on.",
        "31 31",
        f"pricebooks {WITHHELD} (invoice_schedule)",
        pricebook={"invoice_schedule": "monthly"},
        more={
            "pricebooks": [{"id": "*-2", "durable_id": "*", "effective_at": "2024-02-01"}],
            "list_prices": [
                {"id": "*-2", "pricebook_uid": "*-2", "product_uid": "fee", "price": "31"}
            ],
        },
    ),
    Case(
        "price-price",
        "Withheld, also with the override of 10 % that needs it.",
        "",
        f"list_prices {WITHHELD} (price); contract_prices price-price-o NO_PRICE NOT_BILLED "
        "(price); list_prices NO_PRICE NOT_BILLED (price)",
        price={"price": "1,000"},
        override={"discount_percent": "10", "started_at": "2024-02-01"},
    ),
    Case(
        "price-schedule",
        "0.25 months.",
        "",
        f"list_prices {WITHHELD} (invoice_schedule)",
        price={"invoice_schedule": "0.25"},
    ),
    Case(
        "price-minimum",
        "The minimum may be anything.",
        "",
        f"list_prices {WITHHELD} (minimum_amount)",
        price={"minimum_amount": "few"},
    ),
    Case(
        "price-phase",
        "It may have begun, or not.",
        "",
        f"list_prices {WITHHELD} (start_period)",
        price={"start_period": "one"},
    ),
    Case(
        "price-floor",
        "A floor for quotes decides no invoice.",
        "31 31 31",
        f"list_prices {LOOK} (floor_price)",
        price={"floor_price": "low"},
    ),
    Case(
        "price-tier",
        "A tier that cannot be read withholds its price.",
        "",
        f"price_tiers price-tier-t {WITHHELD} (up_to)",
        price={"charge_model": "FLAT"},
        more={"price_tiers": [{"id": "*-t", "list_price_uid": "*", "up_to": "x"}]},
    ),
    Case(
        "price-cell",
        "So does a cell of a matrix price; a fee has none.",
        "",
        f"price_cells price-cell-c {WITHHELD} (price); list_prices BAD_CELLS NOT_BILLED",
        more={
            "price_dimensions": [{"id": "*-d", "list_price_uid": "*", "property": "size"}],
            "price_cells": [{"id": "*-c", "list_price_uid": "*", "cell_id": "a", "price": "x"}],
        },
    ),
    override_cell("price", "abc"),
    override_cell("discount_percent", "ten"),
    override_cell("discount_amount", "ten"),
    override_cell("fixed_quantity", "many"),
    override_cell("free_quantity", "some"),
    override_cell("maximum_amount", "1,000"),
    override_cell("invoice_schedule", "0.25"),
    override_cell("start_period", "one"),
    override_cell("renews", "yes please"),
    # Without its start it holds from the beginning, without its end for ever.
    override_cell("started_at", "soon", "11 31 31"),
    override_cell("ended_at", "later", "10"),
    Case(
        "override-that-lost",
        "Another one replaces it: twice 31.",
        "62 62 62",
        f"contract_prices override-that-lost-o {WITHHELD} (price); "
        "contract_prices override-that-lost-o OVERRIDE_SUPERSEDED NOT_BILLED; "
        "contract_prices override-that-lost-w PRICE_ABOVE_LIST BILLED (price)",
        override={"price": "abc"},
        more={
            "contract_prices": [
                {
                    **{"id": "*-w", "contract_id": "*", "list_price_id": "*", "price": "62"},
                    "created_at": "2024-01-01",
                }
            ]
        },
    ),
    Case(
        "extra",
        "An extra price that cannot be read; the fee is billed.",
        "31 31 31",
        f"contract_prices extra-x {WITHHELD} (fixed_quantity)",
        more={
            "contract_prices": [
                {
                    **{"id": "*-x", "contract_id": "*", "product_uid": "extra", "price": "7"},
                    "fixed_quantity": "many",
                }
            ]
        },
    ),
    Case(
        "yen",
        "3517.5 in a currency without decimals, written in small letters: 3518.",
        "3518 3518 3518",
        price={"price": "3517.5"},
        contract={"currency": "jpy"},
    ),
    Case(
        "euro",
        "No ISO code: 2 decimals, and look.",
        "10.55 10.55 10.55",
        "contracts UNKNOWN_CURRENCY BILLED (currency)",
        price={"price": "10.545"},
        contract={"currency": "EURO"},
    ),
    Case(
        "euro-of-the-book",
        "The row that names the currency.",
        "31 31 31",
        "pricebooks UNKNOWN_CURRENCY BILLED (currency)",
        pricebook={"currency": "Euro"},
    ),
    Case(
        "own-currency",
        "In `currencies`, with 1 decimal: 31.25 is 31.3.",
        "31.30 31.30 31.30",
        price={"price": "31.25"},
        contract={"currency": "crd"},
        more={"currencies": [{"id": "*", "code": "Crd", "minor_units": "1"}]},
    ),
    Case(
        "one-currency",
        "USD and usd are one: no CURRENCY_MISMATCH.",
        "31 31 31",
        contract={"currency": "usd"},
        pricebook={"currency": "USD"},
    ),
    Case(
        "year-one",
        "How databases write none.",
        "",
        "contracts OUT_OF_RANGE NOT_BILLED (started_at)",
        contract={"started_at": "0001-01-01"},
    ),
    Case(
        "year-1899",
        "The last day before 1900, by the clocks of New York.",
        "",
        "contracts OUT_OF_RANGE NOT_BILLED (started_at)",
        contract={"started_at": "1900-01-01T00:00:00Z"},
        zone=NEW_YORK,
    ),
    Case(
        "year-one-and-terms",
        "Two columns of one reason, and the worse effect.",
        "",
        "contracts OUT_OF_RANGE NOT_BILLED (payment_terms_days, started_at)",
        contract={"started_at": "0001-01-01", "payment_terms_days": "-1"},
    ),
    Case(
        "nothing",
        "Neither a pricebook nor a price.",
        "",
        "contracts NOTHING_TO_BILL BILLED",
        contract={"pricebook_id": None},
    ),
    Case(
        "empty-book",
        "Its pricebook sells nothing.",
        "",
        "contracts NOTHING_TO_BILL BILLED",
        contract={"pricebook_id": "empty"},
        more={"pricebooks": [{"id": "empty", "durable_id": "empty"}]},
    ),
    Case(
        "last-second",
        "The day of its end is not billed: 31 x 28/29 = 29.931.",
        "31 29.93",
        "contracts ENDS_NEAR_BOUNDARY BILLED (ended_at)",
        contract={"ended_at": "2024-02-29 23:59:59"},
    ),
    Case(
        "last-minute-of-new-york",
        "23:59 there.",
        "31 29.93",
        "contracts ENDS_NEAR_BOUNDARY BILLED (ended_at)",
        contract={"ended_at": "2024-03-01T04:59:00Z"},
        zone=NEW_YORK,
    ),
    Case(
        "minute-before",
        "A second too early to look like the whole day.",
        "31 29.93",
        contract={"ended_at": "2024-02-29 23:58:59"},
    ),
    Case(
        "last-second-of-an-override",
        "20 to the end of 30 January: 20 x 30/31 = 19.355, and 31 x 1/31 for the 31st.",
        "19.35 1 31 31",
        "contract_prices last-second-of-an-override-o ENDS_NEAR_BOUNDARY BILLED (ended_at)",
        override={"price": "20", "ended_at": "2024-01-31T23:59:59"},
    ),
    Case(
        "offset",
        "15:59 is the largest: it starts at 08:01 UTC on 31 December.",
        "1 31 31 31",
        "contracts STARTS_NEAR_BOUNDARY BILLED",
        contract={"started_at": "2024-01-01T00:00:00+15:59"},
    ),
)


@pytest.fixture(scope="module")
def labelled(build: Builder) -> Warehouse:
    """Return all cases, built."""
    products: Inputs = {
        "products": [
            {"id": "fee", "name": "fee", "ptype": "FIXED"},
            {"id": "extra", "name": "extra", "ptype": "FIXED"},
        ]
    }
    inputs = combined(products, *(case.inputs() for case in CASES))
    return build(
        inputs, as_of=AS_OF, models=["line_items", "invoices", "pricing_exceptions", "prices"]
    )


def reported(warehouse: Warehouse, case: Case) -> set[str]:
    """Return what is reported of a case's rows, as the cases write it."""
    found = warehouse.rows(
        """
        select input, id, reason, effect, column_name from ratebook.pricing_exceptions
        where regexp_full_match(id, $1 || '(-[0-9a-z])?')
        """,
        [case.name],
    )
    return {
        " ".join(
            (
                source,
                *([row_id] if row_id != case.name else []),
                reason,
                effect,
                *([f"({column})"] if column else []),
            )
        )
        for source, row_id, reason, effect, column in found
    }


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_lines_and_labels(labelled: Warehouse, case: Case) -> None:
    """What is billed, and what is said about it."""
    assert amounts_of(labelled, case.name) == decimals(case.owed), case.about
    expected = {part for part in case.reported.split("; ") if part}
    assert reported(labelled, case) == expected


def test_due_dates(labelled: Warehouse) -> None:
    """Without terms that can be read those of the pricebook count; below 0 is at once."""
    rows = labelled.rows(
        """
        select contract_id, issued_at, due_at from ratebook.invoices
        where contract_id in ('due-in-a-fortnight', 'owed-before-time')
            and issued_at = timestamp '2024-02-01'
        order by contract_id
        """
    )
    issued = utc("2024-02-01")
    assert rows == [
        ("due-in-a-fortnight", issued, utc("2024-02-04")),
        ("owed-before-time", issued, issued),
    ]


def test_whose_row_it_is(labelled: Warehouse) -> None:
    """So that a filter says who is affected; rows of the catalogue are nobody's."""
    rows = labelled.rows(
        """
        select id, contract_id, customer_id from ratebook.pricing_exceptions
        where id in ('amended-2', 'override-price-o', 'book-prorate', 'price-tier-t')
        order by id
        """
    )
    assert rows == [
        ("amended-2", "amended", "amended"),
        ("book-prorate", None, None),
        ("override-price-o", "override-price", "override-price"),
        ("price-tier-t", None, None),
    ]


def test_a_superseded_override_names_the_one_that_applies(labelled: Warehouse) -> None:
    """The row, its contract, and since when."""
    rows = labelled.rows(
        """
        select detail from ratebook.pricing_exceptions
        where id = 'override-that-lost-o' and reason = 'OVERRIDE_SUPERSEDED'
        """
    )
    assert rows == [
        (
            "override-that-lost-w applies to contract override-that-lost instead, "
            "from 2024-01-01T00:00:00.000000Z",
        )
    ]


def test_no_row_is_billed_in_spite_of_its_label(labelled: Warehouse) -> None:
    """No line names a contract row or price that is reported as not billed."""
    rows = labelled.rows(
        """
        with named as (
            select 'contracts' as input, contract_uid as id from ratebook.line_items
            union
            select 'list_prices', list_price_uid from ratebook.line_items
            union
            select 'contract_prices', contract_price_uid from ratebook.line_items
        )

        select input, id
        from named
        inner join ratebook.pricing_exceptions using (input, id)
        where reason = 'UNPARSABLE_CELL' and effect = 'NOT_BILLED'
        """
    )
    assert rows == []


# Usage


def seats(transaction_id: str, metered_at: str, seats: int) -> Row:
    """Return a change of the number of seats."""
    return event(transaction_id, "ann", metered_at, name="seats", n=seats)


def raw_event(transaction_id: str, properties: str, **cells: str | None) -> Row:
    """Return an event of Ann's as it is written."""
    cells = {"customer_id": "ann", "metered_at": "2024-01-10T12:00:00Z", **cells}
    return {"transaction_id": transaction_id, "properties": properties, **cells}


CALL = '{"name": "call", "n": 2}'
# A repeat, and whether it says what the first arrival said.
REPEATS: dict[str, tuple[dict[str, str | None], str]] = {
    "same": ({"properties": CALL}, "DUPLICATE"),
    "spaces": ({"properties": '{ "name":"call","n":2 }'}, "DUPLICATE"),
    "order": ({"properties": '{"n": 2, "name": "call"}'}, "DUPLICATE"),
    "decimals": ({"properties": '{"name": "call", "n": 2.0}'}, "DUPLICATE"),
    "exponent": ({"properties": '{"name": "call", "n": 20e-1}'}, "DUPLICATE"),
    "escape": ({"properties": '{"name": "c\\u0061ll", "n": 2}'}, "DUPLICATE"),
    "offset": ({"metered_at": "2024-01-10T13:00:00+01:00"}, "DUPLICATE"),
    "quantity": ({"properties": '{"name": "call", "n": 3}'}, "CONFLICT"),
    "text": ({"properties": '{"name": "call", "n": "2"}'}, "CONFLICT"),
    "key": ({"properties": '{"name": "call", "n": 2, "m": null}'}, "CONFLICT"),
    "second": ({"metered_at": "2024-01-10T12:00:01Z"}, "CONFLICT"),
    "customer": ({"customer_id": "bob"}, "CONFLICT"),
    "alias": ({"customer_alias": "anns"}, "CONFLICT"),
    "broken": ({"properties": '{"name": "call"'}, "BAD_PROPERTIES"),
}
DIFFERENCES = {
    **dict.fromkeys(("quantity", "text", "key"), "properties"),
    **{"second": "metered_at", "customer": "customer_id", "alias": "customer_alias"},
}
# Products of usage that nothing can rate, by the event name that is also their id, and the filters.
BAD_METERS: dict[str, tuple[Row, list[Row]]] = {
    "median": ({"aggregation": "MEDIAN"}, []),
    "sum-of-nothing": ({"aggregation": "SUM", "agg_property": None}, []),
    "thing": ({"ptype": "THING"}, []),
    "no-type": ({"ptype": None}, []),
    "archived": ({"archived_at": "soon"}, []),
    "word": ({}, [{"property": "kind", "included_values": "image"}]),
    "object": ({}, [{"property": "kind", "excluded_values": "{}"}]),
    "optional": ({}, [{"property": "kind", "is_optional": "perhaps"}]),
    "no-property": ({}, [{"included_values": '["a"]'}]),
}


@pytest.fixture(scope="module")
def metered(build: Builder) -> Warehouse:
    """Return usage that is repeated, cannot be rated, or came before its contract."""
    products: list[Row] = [
        {**{"id": "call", "ptype": "EVENT", "event_name": "call"}, "agg_property": "n"},
        {
            **{"id": "seats", "ptype": "EVENT", "event_name": "seats", "agg_property": "n"},
            "aggregation": "WEIGHTED_SUM",
        },
    ]
    filters: list[Row] = [
        {"id": "of-nothing", "product_uid": "nope", "property": "kind"},
    ]
    events = [
        seats("before", "2023-12-20", 10),
        seats("within", "2024-02-15T12:00:00Z", 4),
    ]
    for name, (cells, own_filters) in BAD_METERS.items():
        usual = {"ptype": "EVENT", "event_name": name, "aggregation": "SUM", "agg_property": "n"}
        products.append({"id": name, **usual, **cells})
        filters += [{"id": name, "product_uid": name, **one} for one in own_filters]
        events.append(event(name, "ann", "2024-01-10", name=name, n=1, kind="image"))
    for name, (cells, _) in REPEATS.items():
        events.append(raw_event(name, CALL, received_at="2024-01-11"))
        events.append({**raw_event(name, CALL), **cells, "received_at": "2024-01-12"})
    # Two products of one name: one can rate, the other cannot.
    products.append(
        {"id": "call-2", "ptype": "EVENT", "event_name": "call", "aggregation": "MEDIAN"}
    )
    inputs: Inputs = {
        "customers": [row("ann"), row("bob")],
        "customer_aliases": [{"id": "a", "customer_id": "ann", "alias": "anns"}],
        "products": [{**one, "name": one["id"]} for one in products],
        "product_filters": filters,
        "pricebooks": [row("book")],
        "list_prices": [
            row(f"p-{one['id']}", pricebook_uid="book", product_uid=one["id"], price="1")
            for one in products
        ],
        "contracts": [
            row("k", customer_id="ann", pricebook_id="book", started_at="2024-01-01"),
            row("late", customer_id="ann", pricebook_id="book", started_at="2024-02-01"),
        ],
        "usage_events": events,
    }
    marts = ["line_items", "usage_event_outcomes", "usage_outcome_counts", "pricing_exceptions"]
    return build(inputs, as_of=AS_OF, models=[*marts, "usage_event_exceptions"])


@pytest.mark.parametrize("name", REPEATS)
def test_repeats(metered: Warehouse, name: str) -> None:
    """A repeat that says something else is no DUPLICATE; the first one is rated, once."""
    rows = metered.rows(
        "select outcome from ratebook.usage_event_outcomes where transaction_id = ? order by 1",
        [name],
    )
    assert rows == sorted([("RATED",), (REPEATS[name][1],)])
    ((reason, customer_id, detail),) = metered.rows(
        """
        select reason, customer_id, detail from ratebook.usage_event_exceptions
        where transaction_id = ?
        """,
        [name],
    )
    assert reason == REPEATS[name][1]
    if reason == "CONFLICT":
        # Whose it says that it is, and what differs.
        assert customer_id == REPEATS[name][0].get("customer_id", "ann")
        assert detail == f"differs from the first arrival in {DIFFERENCES[name]}"


def test_repeats_are_billed_once(metered: Warehouse) -> None:
    """Each first arrival had 2 units at 1."""
    rows = metered.rows(
        """
        select amount from ratebook.line_items
        where contract_id = 'k' and product_uid = 'call' and started_at = timestamp '2024-01-01'
        """
    )
    assert rows == [(Decimal(2 * len(REPEATS)),)]


@pytest.mark.parametrize("name", BAD_METERS)
def test_bad_meters(metered: Warehouse, name: str) -> None:
    """No line, and its usage is not lost either: the outcome says where to look."""
    rows = metered.rows(
        """
        select outcome, (select count(*) from ratebook.line_items where product_uid = $1)
        from ratebook.usage_event_outcomes where transaction_id = $1
        """,
        [name],
    )
    assert rows == [("BAD_METER", 0)]
    rows = metered.rows(
        "select distinct effect from ratebook.pricing_exceptions where id = ?", [name]
    )
    assert rows == [("NOT_BILLED",)]


def test_a_filter_of_no_product(metered: Warehouse) -> None:
    """It is reported although nobody uses it: it was meant for a product."""
    rows = metered.rows(
        """
        select reason, effect, column_name from ratebook.pricing_exceptions
        where id = 'of-nothing'
        """
    )
    assert rows == [("UNKNOWN_REFERENCE", "NOT_BILLED", "product_uid")]


def test_a_level_from_before_the_contract(metered: Warehouse) -> None:
    """10 seats since December: 10 in January, 10 + 4 x 14.5/29 = 12 in February; both rated."""
    rows = metered.rows(
        """
        select amount from ratebook.line_items
        where contract_id = 'k' and product_uid = 'seats' order by started_at
        """
    )
    assert rows == [(Decimal(10),), (Decimal(12),), (Decimal(14),)]
    rows = metered.rows(
        """
        select transaction_id, outcome, contract_count, product_count
        from ratebook.usage_event_outcomes where transaction_id in ('before', 'within')
        order by transaction_id
        """
    )
    assert rows == [("before", "RATED", 2, 1), ("within", "RATED", 2, 1)]
    reported_events = metered.rows(
        "select transaction_id from ratebook.usage_event_exceptions where event_name = 'seats'"
    )
    assert reported_events == []
    counted = metered.rows(
        """
        select outcome, sum(event_count) from ratebook.usage_outcome_counts
        where event_name = 'seats' group by outcome
        """
    )
    assert counted == [("RATED", 2)]


def test_values_as_a_list_column(build: Builder) -> None:
    """A list of the warehouse filters like a JSON list: 2 of 3 calls count."""
    usage = [
        raw_event(kind, json.dumps({"name": "call", "kind": kind}))
        for kind in ("image", 'a "b", c', "text")
    ]
    inputs: Inputs = {
        "customers": [row("ann")],
        "products": [{"id": "call", "name": "call", "ptype": "EVENT", "event_name": "call"}],
        "product_filters": [{"id": "f", "product_uid": "call", "property": "kind"}],
        "pricebooks": [row("book")],
        "list_prices": [row("p", pricebook_uid="book", product_uid="call", price="1")],
        "contracts": [row("k", customer_id="ann", pricebook_id="book", started_at="2024-01-01")],
        "usage_events": usage,
    }

    def with_lists(warehouse: duckdb.DuckDBPyConnection) -> None:
        warehouse.execute(
            """
            alter table inputs.product_filters add column included_values varchar[];
            update inputs.product_filters set included_values = ['image', 'a "b", c'];
            """
        )

    warehouse = build(inputs, models=["line_items"], as_of=AS_OF, prepare=with_lists)
    owed = warehouse.rows("select amount from ratebook.line_items order by started_at limit 1")
    assert owed == [(2,)]


@pytest.mark.parametrize(
    "type_and_value",
    [
        ("struct(kind varchar, region varchar)", "{'kind': 'image', 'region': null}"),
        ("map(varchar, varchar)", "map {'kind': 'image'}"),
        ("json", '\'{"kind": "image"}\''),
    ],
    ids=lambda given: given[0].partition("(")[0],
)
def test_values_of_cells_as_a_nested_column(
    build: Builder, type_and_value: tuple[str, str]
) -> None:
    """A struct or map of the warehouse is read like a JSON object: 2 images at 5, one call at 1."""
    column_type, value = type_and_value
    price = {"list_price_uid": "p"}
    inputs: Inputs = {
        "customers": [row("ann")],
        "products": [{"id": "call", "name": "call", "ptype": "EVENT", "event_name": "call"}],
        "pricebooks": [row("book")],
        "list_prices": [row("p", pricebook_uid="book", product_uid="call")],
        "price_dimensions": [
            {"id": name, "position": str(position), "property": name, **price}
            for position, name in enumerate(("kind", "region"), 1)
        ],
        "price_cells": [
            {"id": "image", "cell_id": "image", "price": "5", **price},
            {"id": "other", "cell_id": "other", "price": "1", **price},
        ],
        "contracts": [row("k", customer_id="ann", pricebook_id="book", started_at="2024-01-01")],
        "usage_events": [
            raw_event(f"{kind}-{number}", json.dumps({"name": "call", "kind": kind}))
            for kind, number in (("image", 1), ("image", 2), ("text", 1))
        ],
    }

    def with_values(warehouse: duckdb.DuckDBPyConnection) -> None:
        warehouse.execute(
            f"""
            alter table inputs.price_cells add column cell_values {column_type};
            update inputs.price_cells set cell_values = {value} where id = 'image';
            """  # noqa: S608
        )

    warehouse = build(inputs, models=["line_items"], as_of=AS_OF, prepare=with_values)
    owed = warehouse.rows(
        "select cell_id, amount from ratebook.line_items where quantity > 0 order by cell_id"
    )
    assert owed == [("image", 10), ("other", 1)]

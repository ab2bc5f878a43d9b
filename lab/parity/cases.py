"""Cases that ratebook and bframe both bill, with the rule by which their invoices differ.

Every case has its own customers, contracts and events. A case without a rule gives equal invoices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rows import (
    BRANCH,
    Inputs,
    Item,
    ad_hoc,
    alias,
    amended,
    calls,
    contract,
    counted_if,
    customer,
    inputs_of,
    list_price,
    metered,
    override,
    pricebook,
    product,
    transfers,
)

# The as-of time of both; rows written or received later do not count.
AS_OF = "2025-12-31T12:00:00Z"


class Rule(NamedTuple):
    """Why invoices differ, and where the docs explain it: a heading, decision or column."""

    words: str
    place: str


RULES = {
    "adhoc_terms": Rule(
        "an ad hoc price takes delivery and schedule from its pricebook", "rules.md#who-says-what"
    ),
    "alias": Rule(
        "AMBIGUOUS_ALIAS bills nobody",
        "outcomes_and_exceptions.md#usage-events",
    ),
    "archived": Rule("it is sold, or in force, until archived_at", "inputs.md#products"),
    "archived_contract": Rule(
        "a contract row ends at its archived_at", "rules.md#contracts-and-amendments"
    ),
    "bad_quantity": Rule(
        "BAD_QUANTITY stops no other event",
        "outcomes_and_exceptions.md#usage-events",
    ),
    "branch": Rule("of one id and version, the branch's row counts", "inputs.md#which-rows-count"),
    "calendar": Rule(
        "periods count from the contract's start",
        "rules.md#periods-and-spans",
    ),
    "customer_zone": Rule(
        "periods start at midnight in the billing time zone", "rules.md#periods-and-spans"
    ),
    "deleted": Rule("is_deleted withdraws a row", "inputs.md#which-rows-count"),
    "durable": Rule(
        "an override of a contract_id outlives amendments",
        "rules.md#overrides-and-ad-hoc-prices",
    ),
    "exact": Rule("exact decimals, rounded once a line", "rules.md#line-items"),
    "filters": Rule(
        "a missing property fails a filter, unless optional",
        "rules.md#usage",
    ),
    "first_period": Rule(
        "the first period starts at the start itself", "rules.md#periods-and-spans"
    ),
    "invoice": Rule("one invoice holds all lines of a nominal period", "rules.md#invoices"),
    "line_id": Rule("each line has an id of its own", "_docs.md#line_item_id"),
    "no_agg_property": Rule(
        "BAD_QUANTITY: missing is not 1",
        "outcomes_and_exceptions.md#usage-events",
    ),
    "once": Rule(
        "a fee that is not prorated is owed once in a period",
        "rules.md#fees",
    ),
    "one_time": Rule("a ONE_TIME price has a date and no days", "rules.md#periods-and-spans"),
    "one_time_delay": Rule(
        "a ONE_TIME price that names no delay is due at once", "rules.md#who-says-what"
    ),
    "one_time_amendment": Rule(
        "a ONE_TIME price of an amendment is dated from it",
        "rules.md#overrides-and-ad-hoc-prices",
    ),
    "override_silent": Rule(
        "an override leaves alone what it does not name: here prorate", "rules.md#who-says-what"
    ),
    "override_window": Rule(
        "outside an override's dates the list price stands",
        "rules.md#overrides-and-ad-hoc-prices",
    ),
    "overrides": Rule(
        "of several overrides one applies",
        "rules.md#overrides-and-ad-hoc-prices",
    ),
    "pairs": Rule(
        "contract and pricebook rows pair where they overlap", "rules.md#contracts-and-amendments"
    ),
    "prorate": Rule("fees are prorated unless somebody says no", "rules.md#who-says-what"),
    "repeats": Rule("a transaction_id counts once", "rules.md#usage"),
    "same_terms": Rule(
        "an amendment that changes nothing splits no line", "rules.md#periods-and-spans"
    ),
    "session": Rule(
        "dates and events have zones of their own",
        "inputs.md#time-zones",
    ),
    "shares": Rule("a prorated fee owes the days of each span, by its terms", "rules.md#fees"),
    "short_rest": Rule(
        "what is left of less than a local day joins the period before",
        "rules.md#periods-and-spans",
    ),
    "spans": Rule("usage belongs to the one span that holds metered_at", "rules.md#usage"),
    "usage_in_advance": Rule(
        "EVENT_PRICE_IN_ADVANCE",
        "outcomes_and_exceptions.md#configuration-that-is-not-billed",
    ),
}


@dataclass(frozen=True)
class Case:
    """Contracts and events that both bill."""

    what: str
    inputs: Inputs
    # Why the invoices differ, and a remark about it.
    rule: Rule | None
    note: str
    # Settings of bframe's session beside the rows.
    settings: Mapping[str, str]


def case(
    what: str,
    *items: Item | list[Item],
    rule: str | None = None,
    note: str = "",
    **settings: str,
) -> Case:
    """Return a case with its items and the usual ones."""
    given = [one for each in items for one in (each if isinstance(each, list) else [each])]
    return Case(what, inputs_of(given), RULES[rule] if rule else None, note, settings)


# Contracts: two whole months; a little more than two; the same time with other ends.
WHOLE = ("2025-01-01", "2025-03-01")
OFFSET = ("2025-01-15", "2025-03-20")
HALF_YEAR = ("2025-01-01", "2025-07-01")
YEAR = ("2025-01-01", "2026-01-01")
TWO_MONTHS = contract(*WHOLE)
FROM_THE_15TH = contract(*OFFSET)

FEE = list_price("fee", "100")
CALLS = list_price("calls", "0.50")
BYTES = list_price("bytes", "2")
YEARLY = {"invoice_delivery": "ADVANCED", "invoice_schedule": "12"}
ONCE = {"invoice_delivery": "ONE_TIME", "invoice_schedule": "0"}
IN_ADVANCE = {"invoice_delivery": "ADVANCED"}
PRORATED = {"prorate": "true"}
QUARTERLY = {"invoice_schedule": "3"}

JANUARY = tuple(f"2025-01-{day} 10:00" for day in ("03", "09", "20"))
FEBRUARY = tuple(f"2025-02-{day} 10:00" for day in ("03", "09", "20"))


def books(**cells: str) -> list[Item]:
    """Return the pricebooks `book` and `other` with the same terms, and a price of each product."""
    return [
        pricebook(**cells),
        pricebook("other", **cells),
        *(FEE, CALLS, list_price("fee", "300", "other"), list_price("calls", "3", "other")),
    ]


def two_rows_of_book(at: str, **cells: str) -> list[Item]:
    """Return the pricebook `book`, amended at some time, with other prices from then on."""
    return [
        pricebook(ineffective_at=at, **cells),
        pricebook("book_2", durable_id="book", effective_at=at, **cells),
        *(FEE, CALLS, list_price("fee", "300", "book_2"), list_price("calls", "3", "book_2")),
    ]


def phases(first: str = "29", second: str = "129", of: str = "fee") -> list[Item]:
    """Return a price for two months, and the one after."""
    return [
        list_price(of, first, row_id="first", start_period="0", end_period="2"),
        list_price(of, second, row_id="second", start_period="2"),
    ]


def bobs_contract() -> list[Item]:
    """Return another customer with the same contract."""
    return [customer("bob"), contract(*WHOLE, "row_b", durable_id="contract_b", customer_id="bob")]


AREAS: dict[str, list[Case]] = {
    "fees": [
        case("100 a month in arrears", FEE, TWO_MONTHS),
        case("100 a month in advance", pricebook(**IN_ADVANCE), FEE, TWO_MONTHS),
        case(
            "1000 a year in advance, from the 6th at 07:23:49",
            list_price("fee", "1000", **YEARLY),
            contract("2024-11-06 07:23:49", "2025-11-01"),
        ),
        case("7 seats at 10", list_price("fee", "10", fixed_quantity="7"), TWO_MONTHS),
        case("a credit of 20 a month", list_price("fee", "-20"), TWO_MONTHS),
        case("open-ended contract", FEE, contract("2025-10-01", None)),
        case(
            "contract from 2019 to 2021", FEE, contract("2019-11-01", "2021-03-01"), rule="calendar"
        ),
    ],
    "usage": [
        case("events counted", CALLS, TWO_MONTHS, calls(*JANUARY, *FEBRUARY)),
        case("a property added up", BYTES, TWO_MONTHS, transfers(2.5, *JANUARY)),
        case("a property that is a text", BYTES, TWO_MONTHS, transfers("2.5", *JANUARY)),
        case(
            "a property inside another",
            *(metered("bytes", "call", "$.usage.bytes"), BYTES, TWO_MONTHS),
            calls(*JANUARY, properties={"usage": {"bytes": 4}}),
        ),
        case(
            "a property of four decimals",
            *(list_price("bytes", "2000"), TWO_MONTHS, transfers(0.0004, *JANUARY)),
            rule="exact",
        ),
        case(
            "the property is missing",
            *(BYTES, TWO_MONTHS, transfers(4, *JANUARY), transfers(None, *FEBRUARY)),
            rule="no_agg_property",
        ),
        case(
            "the property is no number, in one event",
            *(FEE, BYTES, TWO_MONTHS, transfers(4, *JANUARY), transfers("much", *FEBRUARY)),
            rule="bad_quantity",
        ),
        case(
            "with a fee, from the 15th to the 20th",
            *(FEE, CALLS, FROM_THE_15TH),
            calls(*JANUARY, *FEBRUARY, "2025-03-19 23:59:59", "2025-03-20 00:00:00"),
        ),
        case(
            "two products count one event",
            *(metered("also", "call"), CALLS, list_price("also", "1"), TWO_MONTHS),
            calls(*JANUARY),
        ),
        case(
            "two contracts sell one product",
            *(CALLS, TWO_MONTHS, contract(*WHOLE, "row_b", durable_id="contract_b")),
            calls(*JANUARY),
        ),
        case(
            "priced in advance",
            *(list_price("calls", "0.50", **IN_ADVANCE), TWO_MONTHS, calls(*JANUARY)),
            rule="usage_in_advance",
        ),
        case(
            "a transaction_id three times",
            *(CALLS, TWO_MONTHS, calls(*JANUARY, transaction_id="call-1")),
            rule="repeats",
        ),
        case(
            "received after the as-of instant",
            *(CALLS, TWO_MONTHS, calls(*JANUARY), calls(*FEBRUARY, received_at="2026-01-02")),
        ),
    ],
    "schedules": [
        case(
            "quarterly",
            *(pricebook(**QUARTERLY), FEE, CALLS, contract(*YEAR), calls(*JANUARY, *FEBRUARY)),
        ),
        case(
            "quarterly, 10 February to 20 November",
            *(pricebook(**QUARTERLY), FEE, CALLS, contract("2025-02-10", "2025-11-20")),
            calls(*FEBRUARY, "2025-05-01 00:00:00"),
        ),
        case(
            "every 7 months, from the 15th",
            *(pricebook(invoice_schedule="7"), FEE, CALLS, contract("2024-01-15", "2025-11-20")),
            calls(*JANUARY),
        ),
        case(
            "every 7 months, in advance and prorated",
            pricebook(invoice_schedule="7", **IN_ADVANCE, **PRORATED),
            *(FEE, contract("2024-01-15", "2025-11-20")),
        ),
        case(
            "a year's fee, a month's usage",
            *(list_price("fee", "1000", **YEARLY), CALLS, contract(*YEAR)),
            calls(*JANUARY, *FEBRUARY),
        ),
        case(
            "until 06:00 on 1 February",
            *(FEE, contract("2025-01-01", "2025-02-01 06:00")),
            rule="short_rest",
        ),
    ],
    "proration": [
        case("on, from the 15th to the 20th", pricebook(**PRORATED), FEE, FROM_THE_15TH),
        case("off, from the 15th to the 20th", FEE, FROM_THE_15TH),
        case("nobody says", pricebook(prorate=None), FEE, FROM_THE_15TH, rule="prorate"),
        case(
            "on, quarterly in advance",
            *(pricebook(**QUARTERLY, **IN_ADVANCE, **PRORATED), FEE),
            contract("2025-02-10", "2025-11-20"),
        ),
        case(
            "on, from 18:00 on the 15th",
            *(pricebook(**PRORATED), FEE, contract("2025-01-15 18:00", "2025-03-01")),
        ),
        case("off in the book, on in the contract", FEE, contract(*OFFSET, prorate="true")),
        case(
            "on in the book, off in the list price",
            *(pricebook(**PRORATED), list_price("fee", "100", prorate="false"), FROM_THE_15TH),
        ),
    ],
    "overrides": [
        case("80 for 100", FEE, TWO_MONTHS, override("80")),
        case(
            "of usage",
            *(CALLS, TWO_MONTHS, override("0.25", list_price_uid="book_calls"), calls(*JANUARY)),
        ),
        case("of delivery alone", FEE, TWO_MONTHS, override(None, **IN_ADVANCE)),
        case("of schedule alone", FEE, contract(*HALF_YEAR), override(None, **QUARTERLY)),
        case("of quantity alone", FEE, TWO_MONTHS, override(None, fixed_quantity="3")),
        case(
            "80 until 1 February",
            *(FEE, TWO_MONTHS, override("80", ended_at="2025-02-01")),
            rule="override_window",
        ),
        case(
            "80 from 1 February",
            *(FEE, TWO_MONTHS, override("80", started_at="2025-02-01")),
            rule="override_window",
        ),
        case(
            "of a price in another book",
            books(),
            TWO_MONTHS,
            override("80", list_price_uid="other_fee"),
        ),
        case(
            "80, prorated as the book says",
            *(pricebook(**PRORATED), FEE, FROM_THE_15TH, override("80")),
            rule="override_silent",
        ),
        case(
            "80, prorated as it says itself",
            *(pricebook(**PRORATED), FEE, FROM_THE_15TH, override("80", **PRORATED)),
        ),
        case(
            "of the first of two contract rows",
            *(FEE, amended("2025-02-01", *WHOLE, pricebook_id="book"), override("80")),
        ),
        case(
            "of the contract, through an amendment",
            *(FEE, amended("2025-02-01", *WHOLE, pricebook_id="book")),
            override("80", contract_uid=None, contract_id="contract"),
            rule="durable",
        ),
        case(
            "two of one price",
            *(FEE, TWO_MONTHS, override("80")),
            override("70", "own_2", created_at="2024-02-01"),
            rule="overrides",
        ),
    ],
    "ad hoc prices": [
        case("beside a list price", FEE, TWO_MONTHS, ad_hoc("5")),
        case(
            "one-off invoice: usage, a year in advance",
            *(contract(*YEAR, pricebook_id=None), calls(*JANUARY)),
            ad_hoc("1.00", product_uid="calls"),
            ad_hoc("5300", "own_2", **YEARLY),
        ),
        case(
            "10 February to 10 April",
            *(FEE, contract(*HALF_YEAR)),
            ad_hoc("5", started_at="2025-02-10", ended_at="2025-04-10"),
            rule="invoice",
        ),
        case(
            "10 February to 10 April, prorated",
            contract(*HALF_YEAR, pricebook_id=None),
            ad_hoc("5", started_at="2025-02-10", ended_at="2025-04-10", **PRORATED),
            rule="shares",
        ),
        case(
            "no delivery and schedule of its own",
            *(FEE, TWO_MONTHS, ad_hoc("5", invoice_delivery=None, invoice_schedule=None)),
            rule="adhoc_terms",
        ),
        case(
            "of the second of two contract rows",
            amended("2025-02-10", *HALF_YEAR, pricebook_id="book"),
            ad_hoc("5", contract_uid="row_2"),
        ),
    ],
    "phases": [
        case("29 for two months, then 129", phases(), contract(*HALF_YEAR)),
        case(
            "usage at 1 for two months, then 3",
            *(phases("1", "3", "calls"), contract(*HALF_YEAR)),
            calls(*JANUARY, *FEBRUARY, "2025-03-01 00:00:00"),
        ),
        case("from the 15th", phases(), contract("2025-01-15", "2025-06-15"), rule="first_period"),
        case(
            "from the 15th, prorated",
            *(pricebook(**PRORATED), phases(), contract("2025-01-15", "2025-06-15")),
            rule="first_period",
        ),
        case(
            "of an ad hoc price: months 1 and 2",
            *(FEE, contract(*HALF_YEAR), ad_hoc("5", start_period="1", end_period="3")),
        ),
    ],
    "one-time prices": [
        case("of a book", list_price("fee", "50", **ONCE), FROM_THE_15TH, rule="one_time"),
        case(
            "ad hoc",
            *(contract(*OFFSET, pricebook_id=None), ad_hoc("50", **ONCE)),
            rule="one_time",
        ),
        case(
            "ad hoc, a month later",
            contract(*OFFSET, pricebook_id=None),
            ad_hoc("50", **{**ONCE, "invoice_schedule": "1"}),
            rule="one_time",
        ),
        case(
            "ad hoc, without a delay",
            contract(*OFFSET, pricebook_id=None),
            ad_hoc("50", **{**ONCE, "invoice_schedule": None}),
            rule="one_time_delay",
        ),
        case(
            "in a book that prorates",
            *(pricebook(**PRORATED), list_price("fee", "50", **ONCE), FROM_THE_15TH),
            rule="one_time",
        ),
        case(
            "of a book, through an amendment",
            list_price("fee", "50", **ONCE),
            amended("2025-02-10", *HALF_YEAR, pricebook_id="book"),
            rule="one_time",
        ),
        case(
            "ad hoc, of the second of two contract rows",
            amended("2025-02-10", *HALF_YEAR, pricebook_id="book"),
            ad_hoc("50", contract_uid="row_2", **ONCE),
            rule="one_time_amendment",
        ),
    ],
    "amendments": [
        case("fee, on the first of a month", books(), amended("2025-02-01", *WHOLE)),
        case(
            "usage in mid-month",
            *(pricebook("other"), CALLS, list_price("calls", "3", "other")),
            *(amended("2025-02-10", *WHOLE), calls(*JANUARY, *FEBRUARY)),
        ),
        case("fee in mid-month", books(), amended("2025-02-10", *WHOLE), rule="once"),
        case("fee in mid-month, prorated", books(**PRORATED), amended("2025-02-10", *WHOLE)),
        case(
            "fee in advance in mid-month",
            *(books(**IN_ADVANCE), amended("2025-02-10", *WHOLE)),
            rule="once",
        ),
        case(
            "fee in advance in mid-month, prorated",
            *(books(**IN_ADVANCE, **PRORATED), amended("2025-02-10", *WHOLE)),
            rule="shares",
        ),
        case("a year in advance, on 1 March", books(**YEARLY), amended("2025-03-01", *YEAR)),
        case(
            "a year in advance, on 1 March, prorated",
            *(books(**YEARLY, **PRORATED), amended("2025-03-01", *YEAR)),
            rule="shares",
        ),
        case(
            "fee inside a quarter, prorated",
            *(books(**QUARTERLY, **PRORATED), amended("2025-02-10", *HALF_YEAR)),
            rule="shares",
        ),
        case(
            "usage inside a quarter",
            *(pricebook("other", **QUARTERLY), list_price("calls", "3", "other")),
            *(pricebook(**QUARTERLY), CALLS, amended("2025-02-01", *HALF_YEAR)),
            calls("2025-01-03", "2025-01-09", "2025-02-03", "2025-02-09", "2025-03-31 23:00"),
            rule="spans",
        ),
        case(
            "a new row that changes nothing",
            *(FEE, CALLS, amended("2025-02-10", *WHOLE, pricebook_id="book")),
            calls(*JANUARY, *FEBRUARY),
            rule="same_terms",
        ),
        case(
            "an earlier end",
            *(CALLS, amended("2025-02-10", *HALF_YEAR, pricebook_id="book", ended_at="2025-03-10")),
            calls(*JANUARY, *FEBRUARY, "2025-03-09 10:00", "2025-03-20 10:00"),
            rule="line_id",
        ),
        case("of an open-ended contract", books(), amended("2025-11-01", "2025-10-01", None)),
        case(
            "on books that are older than the contract",
            *(books(effective_at="2024-06-01"), amended("2025-02-01", *WHOLE)),
            rule="pairs",
        ),
    ],
    "amended books": [
        case("fee, on the first of a month", two_rows_of_book("2025-02-01"), TWO_MONTHS),
        case(
            "usage in mid-month",
            *(two_rows_of_book("2025-02-10")[:2], CALLS, list_price("calls", "3", "book_2")),
            *(TWO_MONTHS, calls(*JANUARY, *FEBRUARY)),
            rule="spans",
        ),
        case("fee in mid-month", two_rows_of_book("2025-02-10"), TWO_MONTHS, rule="once"),
        case(
            "fee in mid-month, prorated",
            *(two_rows_of_book("2025-02-10", **PRORATED), TWO_MONTHS),
            rule="shares",
        ),
        case(
            "the book ends on 1 February, none follows",
            *(pricebook(ineffective_at="2025-02-01"), FEE, TWO_MONTHS),
        ),
    ],
    "aliases": [
        case(
            "instead of the customer's id",
            *(CALLS, alias("a", "key"), TWO_MONTHS),
            calls(*JANUARY, customer_id=None, customer_alias="key"),
        ),
        case(
            "of nobody",
            *(FEE, CALLS, TWO_MONTHS, calls(*JANUARY, customer_id=None, customer_alias="key")),
        ),
        case(
            "ends on 1 February",
            *(CALLS, alias("a", "key", ineffective_at="2025-02-01"), TWO_MONTHS),
            calls(*JANUARY, *FEBRUARY, customer_id=None, customer_alias="key"),
        ),
        case(
            "moves to Bob on 1 February",
            *(CALLS, TWO_MONTHS, bobs_contract()),
            alias("a", "key", ineffective_at="2025-02-01"),
            alias("b", "key", "bob", effective_at="2025-02-01"),
            calls(*JANUARY, *FEBRUARY, customer_id=None, customer_alias="key"),
        ),
        case(
            "of Ann and Bob at once",
            *(FEE, CALLS, TWO_MONTHS, bobs_contract()),
            *(alias("a", "key"), alias("b", "key", "bob")),
            calls(*JANUARY, customer_id=None, customer_alias="key"),
            rule="alias",
        ),
    ],
    "filters": [
        case(
            what,
            *(CALLS, counted_if(**cells), TWO_MONTHS),
            calls(*JANUARY, properties={"region": "eu"}),
            calls(*FEBRUARY, properties={"region": "us"}),
            calls("2025-02-21 10:00"),
            rule="filters",
            note="bframe: filters undocumented, these change nothing",
        )
        for what, cells in (
            ("included values", {"included_values": '["eu"]'}),
            ("excluded values", {"excluded_values": '["eu"]'}),
            ("a property that must be there", {}),
            ("an optional property", {"included_values": '["eu"]', "is_optional": "true"}),
        )
    ],
    "edits": [
        case("of a list price", FEE, list_price("fee", "120", version="1"), TWO_MONTHS),
        case(
            "of a list price, after the as-of instant",
            *(FEE, list_price("fee", "120", version="1", created_at="2026-01-02"), TWO_MONTHS),
        ),
        case("of a contract: a later end", FEE, TWO_MONTHS, contract(*HALF_YEAR, version="1")),
        case("of an override", FEE, TWO_MONTHS, override("80"), override("70", version="1")),
    ],
    "withdrawals": [
        case(
            "a void contract",
            *(FEE, TWO_MONTHS, contract(*WHOLE, version="1", void="true", voided_at="2025-02-01")),
        ),
        case(
            "a void amendment",
            *(books(), TWO_MONTHS),
            contract(
                *(*WHOLE, "row_2"),
                **{"pricebook_id": "other", "effective_at": "2025-02-01"},
                **{"void": "true", "voided_at": "2025-01-20"},
            ),
        ),
        case(
            "a contract archived on 1 February",
            *(FEE, contract(*WHOLE, archived_at="2025-02-01")),
            rule="archived_contract",
        ),
        case(
            "a product archived on 1 February",
            *(FEE, product("fee", archived_at="2025-02-01"), TWO_MONTHS),
            rule="archived",
        ),
        case(
            "a pricebook archived on 1 February",
            *(FEE, pricebook(archived_at="2025-02-01"), TWO_MONTHS),
            rule="archived",
        ),
        case(
            "a deleted list price",
            *(FEE, list_price("calls", "0.50", is_deleted="true"), TWO_MONTHS, calls(*JANUARY)),
            rule="deleted",
        ),
    ],
    "branches": [
        case(
            "a new version of main's price",
            FEE,
            list_price("fee", "120", version="1", branch=BRANCH),
            TWO_MONTHS,
        ),
        case(
            "main's price in the same version",
            *(FEE, list_price("fee", "120", branch=BRANCH), TWO_MONTHS),
            rule="branch",
        ),
        case(
            "a contract and usage of its own",
            *(CALLS, contract(*WHOLE, branch=BRANCH), calls(*JANUARY)),
            calls(*FEBRUARY, branch=BRANCH),
        ),
        case(
            "an event of main once more",
            *(CALLS, TWO_MONTHS, calls(*JANUARY)),
            calls(*JANUARY, branch=BRANCH),
        ),
    ],
    "money": [
        case(
            "1,000,000 at 0.0004",
            *(list_price("bytes", "0.0004"), TWO_MONTHS, transfers(1000000, JANUARY[0])),
            rule="exact",
        ),
        case(
            "1000 events of 0.5 at 0.001",
            *(list_price("bytes", "0.001"), TWO_MONTHS, transfers(0.5, *JANUARY[:1] * 1000)),
            rule="exact",
        ),
        case("a fee of 1.005", list_price("fee", "1.005"), contract(*WHOLE), rule="exact"),
        case("fees of 0.10 and 0.20", list_price("fee", "0.10"), TWO_MONTHS, ad_hoc("0.20")),
        case("3 events at 0.125", list_price("calls", "0.125"), TWO_MONTHS, calls(*JANUARY)),
        case(
            "8617 events at 0.05, 2,552,920 at 0.04",
            *(list_price("calls", "0.05"), list_price("bytes", "0.04"), TWO_MONTHS),
            *(calls(*JANUARY[:1] * 8617), transfers(2552920, JANUARY[1])),
        ),
    ],
    "keys": [
        case(
            "ad hoc price 1 beside list price 1",
            *(list_price("fee", "100", row_id="1"), TWO_MONTHS, ad_hoc("5", "1")),
            rule="line_id",
        ),
    ],
    "time zones": [
        case(
            "the session is in New York",
            *(FEE, CALLS, TWO_MONTHS, calls(*JANUARY, "2025-02-01 02:00")),
            rule="session",
            time_zone="America/New_York",
        ),
        case(
            "the customer is in New York",
            *(FEE, customer("ann", billing_timezone="America/New_York"), TWO_MONTHS),
            rule="customer_zone",
        ),
    ],
}

"""Quotes: their previews, what becomes of them, and that an accepted one is billed as previewed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from conftest import Warehouse
from input_tables import Builder, Inputs, Row, combined, event, reports, row, utc

UPDATES = 8_617
CREATES = 2_552_920
TERM = {"started_at": "2023-11-01", "ended_at": "2024-11-01"}

# What an accepted quote's lines share with those of its preview: all but what usage alone says.
LINE_COLUMNS = """
    line_item_id, invoice_id, span_id, line_type, contract_uid, contract_id, product_uid,
    list_price_uid, contract_price_uid, invoice_delivery, currency, charge_model, price, quantity,
    prorated_days, period_days, amount_unrounded, discount_amount, amount, started_at, ended_at,
    effective_at, ineffective_at
"""
INVOICE_COLUMNS = """
    invoice_id, contract_id, customer_id, invoice_delivery, currency, nominal_start_date,
    nominal_end_date, started_at, ended_at, issued_at, due_at, line_count, total
"""


def books() -> Inputs:
    """Return the two pricebooks of the case study."""
    metered = {"ptype": "EVENT"}
    yearly = {"invoice_delivery": "ADVANCED", "invoice_schedule": "12"}
    return {
        "products": [
            row("1", name="Updates", event_name="update", **metered),
            row("2", name="Creates", event_name="create", agg_property="agg_value", **metered),
            row("3", name="Platform fee", ptype="FIXED"),
            row("4", name="Enterprise platform fee", ptype="FIXED"),
        ],
        "pricebooks": [row("a", prorate="false"), row("b", prorate="false")],
        "list_prices": [
            row("1", pricebook_uid="a", product_uid="1", price="0.10"),
            row("2", pricebook_uid="a", product_uid="2", price="0.05"),
            row("3", pricebook_uid="a", product_uid="3", price="1000.00", **yearly),
            row("4", pricebook_uid="b", product_uid="1", price="0.05"),
            row("5", pricebook_uid="b", product_uid="2", price="0.04"),
            row("6", pricebook_uid="b", product_uid="4", price="5000.00", **yearly),
        ],
    }


def quote(name: str, **cells: str | None) -> Row:
    """Return a quote that was sent to the bot."""
    return row(name, **({"customer_id": "bot", "state": "SENT", **TERM} | cells))


def usage_of_may(name: str) -> list[Row]:
    """Return what the bot used in May 2024, as an assumption."""
    may = {"quote_id": name, "nominal_start_date": "2024-05-01"}
    return [
        row(f"{name}_updates", product_uid="1", quantity=str(UPDATES), **may),
        row(f"{name}_creates", product_uid="2", quantity=str(CREATES), **may),
    ]


def offers() -> Inputs:
    """Return the case study's contracts, offered to one prospect; one of them is accepted."""
    names = ("enterprise", "as_printed", "override", "solo")
    return {
        "customers": [row("bot")],
        "quotes": [
            quote("enterprise", pricebook_id="b", state="ACCEPTED", accepted_at="2023-10-20"),
            quote("as_printed", pricebook_id="b"),
            quote("override", pricebook_id="b"),
            quote("solo", currency="USD"),
        ],
        "quote_prices": [
            row("1", quote_id="as_printed", list_price_uid="3", price="2.00"),
            row("2", quote_id="override", list_price_uid="5", price="2.00"),
            row("3", quote_id="solo", product_uid="2", price="1.00"),
            row(
                "4", quote_id="solo", product_uid="4", price="5300.00",
                invoice_delivery="ADVANCED", invoice_schedule="12", prorate="false",
            ),
        ],
        "quote_usage": [one for name in names for one in usage_of_may(name)],
        # The same usage, when it happened.
        "usage_events": [
            event("created", "bot", "2024-05-20T12:00:00Z", name="create", agg_value=CREATES),
            *(event(f"u{n}", "bot", "2024-05-03T00:00:00Z", name="update") for n in range(UPDATES)),
        ],
    }  # fmt: skip


def alternatives() -> Inputs:
    """Return quotes that keep to no limit, quotes that are over, and quotes that are contracts."""
    limits = {"maximum_discount_percent": "20", "minimum_term_months": "12"}
    monthly = {"pricebook_id": "limited", "customer_id": "limited"}
    year = {"started_at": "2024-01-01", "ended_at": "2025-01-01"}
    moved = {"customer_id": "moved", "pricebook_id": "limited", **year}
    return {
        "customers": [row("limited"), row("moved")],
        "products": [
            row("base", name="Base", ptype="FIXED"),
            row("extra", name="Extra", ptype="FIXED"),
        ],
        "pricebooks": [row("limited", **limits), row("vast", **limits), row("book")],
        "list_prices": [
            row(
                "base", pricebook_uid="limited", product_uid="base", price="100", floor_price="90",
                is_required="true",
            ),
            row("extra", pricebook_uid="limited", product_uid="extra", price="10"),
            # Only contracts and their prices have ids that are kept for quotes and orders.
            row("quote:list", pricebook_uid="book", product_uid="extra", price="7"),
            # The highest price, and a floor beyond all: no limit.
            row("vast", pricebook_uid="vast", product_uid="extra", price="99999999.9999999999",
                floor_price="99999999999999999999"),
        ],
        "quotes": [
            quote("kept", **monthly | year),
            # From 15 January to 14 January: a day less than 12 months.
            quote("short", **monthly, started_at="2024-01-15", ended_at="2025-01-14"),
            quote("cheap", **monthly | year),
            quote("without_base", **monthly | year),
            quote("rejected", **monthly | year, state="REJECTED"),
            quote("expired", **monthly | year, expires_at="2024-05-31T12:00:00Z"),
            quote("just_open", **monthly | year, expires_at="2024-05-31T12:00:01Z"),
            quote("late", **monthly | year, state="ACCEPTED", expires_at="2024-01-01",
                  accepted_at="2024-01-01"),
            quote("for_nobody", **monthly | year | {"customer_id": None}, state="ACCEPTED",
                  prospect_name="Nobody Ltd"),
            quote("misspelt", **monthly | year, state="accepted"),
            quote("nameless", **monthly | year, durable_id=None),
            quote("twice_1", **monthly | year, durable_id="twice"),
            quote("twice_2", **monthly | year, durable_id="twice"),
            quote("signed", **year, pricebook_id="limited", customer_id="moved",
                  state="ACCEPTED"),
            quote("changed", **year, pricebook_id="limited", customer_id="moved",
                  state="ACCEPTED"),
            quote("vast", pricebook_id="vast", customer_id="limited", **year),
            quote("of_book", pricebook_id="book", customer_id="limited", **year),
            quote("open_ended", **monthly, started_at="2024-03-01", ended_at=None),
        ],
        "quote_prices": [
            # 20% is the limit; 79.99 is more than 20% off, and below the floor.
            row("kept", quote_id="kept", list_price_uid="extra", discount_percent="20"),
            row("cheap", quote_id="cheap", list_price_uid="base", price="79.99"),
            row("cheap_extra", quote_id="cheap", list_price_uid="extra", price="10",
                discount_percent="20.01"),
            row("none", quote_id="without_base", list_price_uid="base", fixed_quantity="0"),
            row("vast", quote_id="vast", list_price_uid="vast", price="99999999"),
            row("rejected", quote_id="rejected", list_price_uid="base", price="1"),
            row("signed", quote_id="signed", list_price_uid="extra", price="9"),
            row("changed", quote_id="changed", list_price_uid="extra", price="9"),
            row("lost", quote_id="no_such_quote", list_price_uid="extra", price="9"),
        ],
        "quote_usage": [
            row("lost", quote_id="no_such_quote", product_uid="1", quantity="1"),
            row("vast", quote_id="kept", product_uid="1", quantity="1000000000000"),
        ],
        # Both came from quotes: one as quoted, one with another price for the extra.
        "contracts": [
            row("as_signed", quote_id="signed", **moved),
            row("as_changed", quote_id="changed", **moved),
            row("quote:mine", **moved),
            row("mine", **moved | {"durable_id": "quote:mine_too"}),
        ],
        "contract_prices": [
            row("as_signed", contract_id="as_signed", list_price_uid="extra", price="9"),
            row("as_changed", contract_id="as_changed", list_price_uid="extra", price="8"),
            row("quote:price", contract_id="as_signed", list_price_uid="extra", price="1"),
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def quoted(build: Builder) -> Warehouse:
    """Return the offers and the alternatives, built."""
    return build(
        combined(books(), offers(), alternatives()),
        as_of="2024-05-31T12:00:00Z",
        models=(
            "line_items",
            "invoices",
            "quote_line_items",
            "quote_invoices",
            "quote_summaries",
            "pricing_exceptions",
        ),
    )


def preview_totals(warehouse: Warehouse, quote_id: str, delivery: str, start: str) -> list[Decimal]:
    """Return the totals of a quote's invoices whose nominal period starts on a date."""
    rows = warehouse.rows(
        """
        select total from ratebook.quote_invoices
        where quote_id = ? and invoice_delivery = ? and nominal_start_date = cast(? as date)
        """,
        [quote_id, delivery, start],
    )
    return [total for (total,) in rows]


@pytest.mark.parametrize(
    ("quote_id", "arrears", "advanced"),
    [
        # 0.05 x 8617 = 430.85 and 0.04 x 2552920 = 102116.80
        ("enterprise", "102547.65", "5000.00"),
        # The override names a list price of the other pricebook.
        ("as_printed", "102547.65", "5000.00"),
        # 430.85 and 2.00 x 2552920 = 5105840.00
        ("override", "5106270.85", "5000.00"),
        # 1.00 x 2552920
        ("solo", "2552920.00", "5300.00"),
    ],
)
def test_contracts_of_the_case_study(
    quoted: Warehouse, quote_id: str, arrears: str, advanced: str
) -> None:
    """As quotes for one prospect they come to what they come to as contracts."""
    of_may = preview_totals(quoted, quote_id, "ARREARS", "2024-05-01")
    of_year = preview_totals(quoted, quote_id, "ADVANCED", "2023-11-01")
    assert (of_may, of_year) == ([Decimal(arrears)], [Decimal(advanced)])


def test_comparison(quoted: Warehouse) -> None:
    """The term of a year: a month with usage, eleven without, and the fee."""
    rows = quoted.rows(
        """
        select
            quote_id, list_total, quoted_total, discount_total, above_lowest, total_contract_value,
            first_issued_at, first_invoices_total
        from ratebook.quote_summaries
        where customer_id = 'bot' order by quoted_total, quote_id
        """
    )
    first = (utc("2023-11-01"), Decimal("5000.00"))
    lowest = (Decimal("107547.65"), Decimal("107547.65"), 0, 0, 5000)
    assert rows == [
        ("as_printed", *lowest, *first),
        ("enterprise", *lowest, *first),
        # Ad hoc prices have no list price to be compared with: 2552920 + 5300.
        ("solo", 2558220, 2558220, 0, Decimal("2450672.35"), 5300, first[0], 5300),
        # 5106270.85 + 5000: dearer than the list by 5003723.20.
        (
            *("override", Decimal("107547.65"), Decimal("5111270.85"), Decimal("-5003723.20")),
            *(Decimal("5003723.20"), 5000, *first),
        ),
    ]


def same_rows(
    connection: duckdb.DuckDBPyConnection, quote_id: str, until: str = "infinity"
) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """Return lines and invoices of a quote: as previewed, as billed."""
    found = []
    for table, columns in (("line_items", LINE_COLUMNS), ("invoices", INVOICE_COLUMNS)):
        for prefix, condition in (
            ("quote_", "quote_id = $1"),
            ("", "contract_id = 'quote:' || $1"),
        ):
            sql = (
                f"select {columns} from ratebook.{prefix}{table} where {condition}"  # noqa: S608
                " and started_at <= cast($2 as timestamp) order by all"
            )
            found.append(connection.execute(sql, [quote_id, until]).fetchall())
    return tuple(found)


def test_accepted_quote_is_billed_as_previewed(quoted: Warehouse) -> None:
    """Line for line, under the same ids, up to the as-of instant."""
    with quoted.connect() as connection:
        previewed, billed, invoices, sent = same_rows(connection, "enterprise", "2024-05-31")
    # Seven months of two meters, and the fee.
    assert len(billed) == 7 * 2 + 1
    assert billed == previewed
    assert sent == invoices


def test_only_accepted_quotes_are_billed(quoted: Warehouse) -> None:
    """Not those that were sent, nor those of a contract that names them, nor a prospect's."""
    rows = quoted.rows("select distinct contract_id from ratebook.invoices order by all")
    assert [contract_id for (contract_id,) in rows] == [
        *("as_changed", "as_signed", "quote:enterprise", "quote:late"),
    ]


def test_states(quoted: Warehouse) -> None:
    """A quote that was sent expires at its instant; nothing else does."""
    rows = quoted.rows("select quote_id, state from ratebook.quote_summaries")
    states = dict(rows)
    assert states["expired"] == "EXPIRED"
    assert states["just_open"] == "SENT"
    assert states["late"] == "ACCEPTED"
    assert states["rejected"] == "REJECTED"


def test_open_ended_quote_is_previewed_for_a_year(quoted: Warehouse) -> None:
    """From March to February, twelve months of 100 and 10."""
    rows = quoted.rows(
        """
        select count(*), min(nominal_start_date)::varchar, max(nominal_start_date)::varchar,
            sum(total)
        from ratebook.quote_invoices where quote_id = 'open_ended'
        """
    )
    assert rows == [(12, "2024-03-01", "2025-02-01", 12 * 110)]


def test_list_prices_may_have_any_id(quoted: Warehouse) -> None:
    """Seven a month for a year, from a list price whose id begins as those of quotes do."""
    rows = quoted.rows(
        "select distinct quoted_total from ratebook.quote_summaries where quote_id = 'of_book'"
    )
    assert rows == [(12 * 7,)]


def test_what_is_reported(quoted: Warehouse) -> None:
    """Each limit, each state, and nothing of a quote that was rejected."""
    assert reports(quoted) == {
        ("quote_prices", "1", "OVERRIDE_OUTSIDE_PRICEBOOK", "NOT_BILLED"),
        ("quote_prices", "2", "PRICE_ABOVE_LIST", "BILLED"),
        ("quotes", "short", "TERM_TOO_SHORT", "BILLED"),
        ("quote_prices", "cheap", "PRICE_BELOW_FLOOR", "BILLED"),
        ("quote_prices", "cheap", "DISCOUNT_ABOVE_LIMIT", "BILLED"),
        ("quote_prices", "cheap_extra", "DISCOUNT_ABOVE_LIMIT", "BILLED"),
        ("quotes", "without_base", "MISSING_REQUIRED_PRODUCT", "BILLED"),
        ("quotes", "late", "ACCEPTED_AFTER_EXPIRY", "BILLED"),
        ("quotes", "for_nobody", "ACCEPTED_WITHOUT_CUSTOMER", "NOT_BILLED"),
        ("quotes", "misspelt", "UNKNOWN_STATE", "NOT_BILLED"),
        ("quotes", "nameless", "NO_ID", "NOT_BILLED"),
        ("quotes", "twice_2", "QUOTE_SUPERSEDED", "NOT_BILLED"),
        ("quote_prices", "lost", "UNKNOWN_REFERENCE", "NOT_BILLED"),
        ("quote_usage", "lost", "UNKNOWN_REFERENCE", "NOT_BILLED"),
        ("quote_usage", "vast", "OUT_OF_RANGE", "NOT_BILLED"),
        ("contracts", "as_changed", "QUOTE_DIFFERS", "BILLED"),
        ("contracts", "quote:mine", "RESERVED_ID", "NOT_BILLED"),
        ("contracts", "mine", "RESERVED_ID", "NOT_BILLED"),
        ("contract_prices", "quote:price", "RESERVED_ID", "NOT_BILLED"),
    }


# Any quote


AGGREGATIONS = ("COUNT", "SUM", "MAX", "UNIQUE_COUNT", "LATEST")


def amount(chosen: random.Random, digits: int, places: int) -> str:
    """Return a random decimal number as text."""
    return str(Decimal(chosen.randrange(1, 10**digits)).scaleb(-places))


def terms_of(chosen: random.Random, *, is_metered: bool) -> Row:
    """Return random terms of a list price, or of an override of it."""
    cells: Row = {"price": amount(chosen, 6, 4)}
    if is_metered:
        cells["free_quantity"] = chosen.choice([None, "10", "2.5"])
        cells["minimum_amount"] = chosen.choice([None, None, "25"])
        cells["maximum_amount"] = chosen.choice([None, None, "60"])
    else:
        cells["invoice_delivery"] = chosen.choice(["ARREARS", "ADVANCED", "ONE_TIME", None])
        cells["fixed_quantity"] = chosen.choice([None, "3", "0.5"])
    if cells.get("invoice_delivery") != "ONE_TIME":
        cells["invoice_schedule"] = chosen.choice([None, "1", "3", "7"])
    cells["prorate"] = chosen.choice([None, "true", "false"])
    cells["billing_anchor"] = chosen.choice([None, "CALENDAR", "ANNIVERSARY"])
    return cells


def random_quote(chosen: random.Random, name: str) -> Iterator[Inputs]:
    """Return a quote with a pricebook, a customer and products of its own."""
    zone = chosen.choice([None, "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
    yield {
        "customers": [row(name, billing_timezone=zone)],
        "pricebooks": [row(name, currency=chosen.choice([None, "EUR", "JPY"]))],
    }
    start = f"2024-{chosen.randrange(1, 13):02}-{chosen.randrange(1, 29):02}"
    end = f"2025-{chosen.randrange(1, 13):02}-{chosen.randrange(1, 29):02}"
    yield {
        "quotes": [
            row(
                name, customer_id=name, pricebook_id=name, state="ACCEPTED", started_at=start,
                ended_at=chosen.choice([end, end, end, None]),
                billing_anchor=chosen.choice([None, "CALENDAR", "ANNIVERSARY"]),
                prorate=chosen.choice([None, "true", "false"]),
                payment_terms_days=chosen.choice([None, "30"]),
            )
        ]
    }  # fmt: skip
    for number in range(chosen.randrange(1, 4)):
        product = f"{name}-{number}"
        is_metered = chosen.random() < 0.6
        aggregation = chosen.choice(AGGREGATIONS)
        metered = {"ptype": "EVENT", "event_name": product, "aggregation": aggregation}
        if aggregation != "COUNT":
            metered["agg_property"] = "value"
        yield {
            "products": [
                row(product, name=product, **(metered if is_metered else {"ptype": "FIXED"}))
            ],
            "list_prices": [
                row(
                    product, pricebook_uid=name, product_uid=product,
                    **terms_of(chosen, is_metered=is_metered),
                )
            ],
        }  # fmt: skip
        if chosen.random() < 0.6:
            override = terms_of(chosen, is_metered=is_metered) if chosen.random() < 0.5 else {}
            override["discount_percent"] = chosen.choice([None, "10", "33.33"])
            override["discount_amount"] = chosen.choice([None, None, "7.77"])
            override["started_at"] = chosen.choice([None, f"2024-{chosen.randrange(1, 13):02}-15"])
            yield {
                "quote_prices": [row(product, quote_id=name, list_price_uid=product, **override)]
            }
        if is_metered:
            whole = aggregation in ("COUNT", "UNIQUE_COUNT")
            quantities = [str(chosen.randrange(1, 30)) if whole else amount(chosen, 6, 3)]
            dates: list[str | None] = [None]
            if chosen.random() < 0.5:
                dates.append(f"2025-{chosen.randrange(1, 13):02}-01")
                quantities.append("4")
            yield {
                "quote_usage": [
                    row(
                        f"{product}-{date}", quote_id=name, product_uid=product,
                        nominal_start_date=date, quantity=quantity,
                    )
                    for date, quantity in zip(dates, quantities, strict=True)
                ]
            }  # fmt: skip


def as_used(warehouse: Warehouse, aggregations: dict[str, str]) -> Iterator[Row]:
    """Return events that add up to the assumed usage, within the spans that have it."""
    lines = warehouse.rows(
        """
        select quote_id, customer_id, product_uid, effective_at, quantity
        from ratebook.quote_line_items where line_type = 'usage' and quantity != 0
        """
    )
    for number, (_, customer_id, product, at, quantity) in enumerate(lines):
        aggregation = aggregations[product]
        instant = at.isoformat() + "Z"
        if aggregation in ("COUNT", "UNIQUE_COUNT"):
            for count in range(int(quantity)):
                yield event(
                    f"{number}-{count}", customer_id, instant, name=product, value=str(count)
                )
        else:
            text = str(Decimal(quantity).normalize().__format__("f"))
            yield event(f"{number}", customer_id, instant, name=product, value=text)


def test_random_quotes_are_billed_as_previewed(build: Builder) -> None:
    """Whatever the quote: accepted, with the usage that it assumed, line for line."""
    chosen = random.Random("quotes")
    inputs = combined(
        *(part for number in range(80) for part in random_quote(chosen, f"q{number}"))
    )
    aggregations = {one["id"]: one.get("aggregation") for one in inputs["products"]}
    drafts = build(inputs, models=["quote_line_items"], as_of="2024-01-01")
    events = list(as_used(drafts, aggregations))
    assert len(events) > 1000
    given = combined(inputs, {"usage_events": events})
    read = ["quote_invoices", "quote_line_items", "invoices", "line_items"]
    built = build(given, models=read, as_of="2027-01-01")
    # Open contracts go on after the year that is previewed.
    ends = dict(
        built.rows("select quote_id, max(started_at) from ratebook.quote_invoices group by 1")
    )
    different = []
    with built.connect() as connection:
        for quote_id, end in sorted(ends.items()):
            previewed, billed, invoices, sent = same_rows(connection, quote_id, end.isoformat())
            if (previewed, invoices) != (billed, sent):
                rows = set(previewed) ^ set(billed), set(invoices) ^ set(sent)
                different.append((quote_id, *rows))
    assert not different, json.dumps(different[:2], default=str, indent=1)
    assert len(ends) > 70

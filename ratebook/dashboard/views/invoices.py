"""Invoices: find one, open it, and trace each amount to its price and usage."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from ratebook import documents
from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column
from ratebook.dashboard.views import contracts
from ratebook.dashboard.warehouse import Row

# The page is shown if all these marts were built; links to prices and usage need more.
READS = (("invoices", "line_items", "line_item_explanations"),)
PRICE_MARTS = ("price_spans", "prices", "usage_by_day")
STATES = ("DRAFT", "FINALIZED")
DELIVERIES = ("ARREARS", "ADVANCED", "ONE_TIME")
ORDERS = {
    "latest": ("Latest first", "issued_at desc, invoice_id"),
    "largest": ("Largest first", "total desc, invoice_id"),
    "customer": ("By customer", "customer_name, customer_id, issued_at, invoice_id"),
}
CSV_ROWS = 200_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

# Days as the customer's calendar has them; the instant stays UTC.
HEADERS = """
    select
        *,
        cast(timezone(billing_timezone, timezone('UTC', issued_at)) as date) as issued_on,
        cast(timezone(billing_timezone, timezone('UTC', due_at)) as date) as due_on,
        timezone(billing_timezone, timezone('UTC', started_at)) as local_started_at,
        timezone(billing_timezone, timezone('UTC', ended_at)) as local_ended_at
    from ratebook.invoices
"""
FOUND = """
    where
        (
            customer_name ilike $pattern escape '\\'
            or customer_id ilike $pattern escape '\\'
            or contract_id ilike $pattern escape '\\'
            or starts_with(invoice_id, $find)
        )
        and ($currency = '' or currency = $currency)
        and ($state = '' or status = $state)
        and ($delivery = '' or invoice_delivery = $delivery)
        and ($month = '' or strftime(nominal_start_date, '%Y-%m') = $month)
        and ($billed_by = '' or coalesce(billing_target, '') = $billed_by)
"""
TOTALS_SQL = (
    """
    select
        currency, is_shadow, count(*) as invoice_count, sum(total) as total,
        coalesce(sum(total) filter (where status = 'DRAFT'), 0) as draft
    from ratebook.invoices
    """
    + FOUND
    + """
    group by currency, is_shadow
    order by is_shadow, count(*) desc, currency
    """
)
MONTHS_SQL = """
    select distinct strftime(nominal_start_date, '%Y-%m') as month
    from ratebook.invoices
    order by month desc
"""
TARGETS_SQL = """
    select distinct billing_target from ratebook.invoices where is_shadow order by 1
"""
# {columns} and {joins} are those of prices, if they were built.
LINES_SQL = """
    select lines.*, explanations.explanation, explanations.customer_explanation {columns}
    from ratebook.line_items as lines
    left join ratebook.line_item_explanations as explanations
        on lines.line_item_id = explanations.line_item_id
    {joins}
    where lines.invoice_id = ?
    order by
        lines.product_name, lines.line_type = 'minimum_true_up', lines.effective_at,
        lines.cell_id, lines.line_item_id
"""
TIERS_SQL = "select * from ratebook.line_item_tiers where line_item_id = ? order by tier_number"
PRICE_COLUMNS = ", prices.list_price, prices.discount_percent"
PRICE_JOINS = """
    left join ratebook.price_spans as spans on lines.span_id = spans.span_id
    left join ratebook.prices as prices on spans.price_id = prices.price_id
"""
PRICE_SQL = """
    select prices.*
    from ratebook.line_items as lines
    inner join ratebook.price_spans as spans on lines.span_id = spans.span_id
    inner join ratebook.prices as prices on spans.price_id = prices.price_id
    where lines.line_item_id = ?
"""
# By the values of dimensions, all but the last one beside each other.
CELLS_SQL = """
    select cells.*, prices.price_per
    from ratebook.line_items as lines
    inner join ratebook.price_spans as spans on lines.span_id = spans.span_id
    inner join ratebook.prices as prices on spans.price_id = prices.price_id
    inner join ratebook.matrix_prices as cells
        on prices.matrix_rates_id = cells.matrix_rates_id
    where lines.line_item_id = ?
    order by cells.cell_values, cells.cell_id
"""
# A wider matrix is a list.
COLUMNS_OF_MATRIX = 8
USAGE_SQL = """
    select usage_date, event_count, quantity, aggregation, last_received_at
    from ratebook.usage_by_day
    where line_item_id = ?
    order by usage_date
"""


def found_by() -> dict[str, str]:
    """Let the visitor filter invoices; return the parameters of the query."""
    # Two rows: seven fields in one are not legible in a window of 1000 pixels.
    find, currency, order = st.columns([3, 1, 1.4])
    state, delivery, month, billed_by = st.columns(4)
    with find:
        text = ui.search("Find", "find", "Customer, contract or invoice id")
    with currency:
        code = ui.pick_currency(list(ui.minor_units()), every=True)
    with state:
        status = ui.pick("Status", STATES, "state")
    with delivery:
        way = ui.pick("Delivery", DELIVERIES, "delivery")
    with month:
        start = st.selectbox(
            "Period starts in",
            ["", *(row["month"] for row in ui.query(MONTHS_SQL))],
            key="month",
            bind="query-params",
            format_func=lambda name: name or "Any month",
        )
    with billed_by:
        targets = [row["billing_target"] for row in ui.query(TARGETS_SQL)]
        target = ui.pick("Billed by", targets, "billed_by", every="Anyone") if targets else ""
    with order:
        st.selectbox(
            "Order",
            list(ORDERS),
            key="order",
            bind="query-params",
            format_func=lambda key: ORDERS[key][0],
        )
    return {
        "find": text,
        "pattern": ui.like(text),
        "currency": code or "",
        "state": status,
        "delivery": way,
        "month": start,
        "billed_by": target,
    }


def draw_list() -> None:
    """Show the invoices that are looked for, page by page."""
    parameters = tuple(found_by().items())
    totals = ui.query(TOTALS_SQL, *parameters)
    count = sum(row["invoice_count"] for row in totals)
    ui.cards(
        (
            f"{ui.number(row['invoice_count'])} invoices in {row['currency']}"
            + (", billed by marketplaces" if row["is_shadow"] else ""),
            ui.money(row["total"], row["currency"]),
            f"of which {ui.money(row['draft'], row['currency'])} in drafts",
        )
        for row in totals
    )
    _, order = ORDERS[st.session_state["order"]]
    passed = ui.page_of(count)
    sql = f"{HEADERS} {FOUND} order by {order} limit $rows offset $passed"
    rows = ui.query(sql, *parameters, ("rows", ui.PAGE_ROWS), ("passed", passed))
    ui.table(
        [
            Column(
                "Invoice",
                lambda row: row["invoice_id"][:8],
                link=lambda row: ui.here("invoices", invoice=row["invoice_id"]),
            ),
            Column("Customer", lambda row: row["customer_name"] or row["customer_id"]),
            Column(
                "Contract",
                lambda row: row["contract_id"],
                link=contract,
            ),
            Column("Period", period, "date"),
            Column("Delivery", lambda row: ui.words(row["invoice_delivery"])),
            Column("Status", lambda row: ui.words(row["status"]) + billed_by(row)),
            Column("Issued", lambda row: ui.day(row["issued_on"]), "date"),
            Column("Due", lambda row: ui.day(row["due_on"]), "date"),
            Column("Total", lambda row: ui.money(row["total"], row["currency"]), "number"),
        ],
        rows,
        empty="No invoice matches: remove a filter. Integrity shows what is not billed.",
    )
    if rows:
        everything = f"{HEADERS} {FOUND} order by {order} limit {CSV_ROWS}"
        st.download_button(
            "Download this list (CSV)",
            lambda: as_csv(ui.read(everything, *parameters)),
            file_name="invoices.csv",
            mime="text/csv",
            on_click="ignore",
        )


def contract(row: Row) -> str | None:
    """Return the address of an invoice's contract, if the page of contracts is shown."""
    if any(ui.has(*marts) for marts in contracts.READS):
        return ui.address("contracts", contract=row["contract_id"])
    return None


def period(row: Row) -> str:
    """Write the days of a period: from the first to the last one."""
    if row["started_at"] == row["ended_at"]:
        return ui.day(row["local_started_at"])
    return f"{ui.instant(row['local_started_at'])} to {ui.instant(row['local_ended_at'])}"


def billed_by(row: Row) -> str:
    """Say who bills an invoice, if a marketplace does."""
    return f", billed by {row['billing_target']}" if row["is_shadow"] else ""


def safe(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers.

    A text that begins like a formula gets an apostrophe, which spreadsheets read as "text follows".
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def as_csv(rows: Sequence[Row]) -> bytes:
    """Write rows as a file that spreadsheets read; numbers as they are, with all their digits."""
    # With the ends of lines of RFC 4180, both of their characters are quoted in a cell.
    text = io.StringIO(newline="")
    if rows:
        writer = csv.DictWriter(text, rows[0].keys())
        writer.writeheader()
        writer.writerows({name: safe(value) for name, value in row.items()} for row in rows)
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def draw_invoice(invoice_id: str) -> None:
    """Show one invoice, with a way back to the list as it was."""
    ui.back("invoices", "invoice", "line")
    headers = ui.query(f"{HEADERS} where starts_with(invoice_id, ?) limit 2", invoice_id)
    if len(headers) != 1:
        what = "several invoices that begin with" if headers else "no invoice"
        ui.warn(f"There is {what} {invoice_id} in these books.")
        return
    header = headers[0]
    invoice_id = header["invoice_id"]
    has_prices = ui.has(*PRICE_MARTS)
    sql = LINES_SQL.format(
        columns=PRICE_COLUMNS if has_prices else "", joins=PRICE_JOINS if has_prices else ""
    )
    lines = ui.query(sql, invoice_id)
    customer = ui.short_name(header["customer_name"] or header["customer_id"])
    ui.heading(f"{customer}: {period(header)}")
    zone = header["billing_timezone"]
    ui.cards(
        [
            (
                "Total",
                ui.money(header["total"], header["currency"]),
                f"lines: {len(lines)}",
            ),
            (
                "Status",
                ui.words(header["status"]),
                "may still change" if header["status"] == "DRAFT" else "issued",
            ),
            ("Delivery", ui.words(header["invoice_delivery"]), f"days of {zone}"),
            ("Issued", ui.day(header["issued_on"]), f"due {ui.day(header['due_on'])}"),
        ]
    )
    if header["is_shadow"]:
        st.info(f"{header['billing_target']} bills this: a shadow invoice, for reporting only.")
    ui.links(
        (f"Contract {header['contract_id']}", contract(header)),
        (f"Invoice {header['invoice_id']}", None),
    )
    ui.downloads(
        f"invoice_{invoice_id[:8]}",
        lambda: documents.invoice_html(ui.connection(), invoice_id),
        ("Download lines (CSV)", "csv", "text/csv", lambda: as_csv(lines)),
    )
    chosen = st.query_params.get("line", "")
    ui.table(
        [
            Column("Product", line_name, "sentence"),
            Column("Days", lambda row: span_days(row, header), "date"),
            Column("Quantity", lambda row: ui.number(row["quantity"]), "number"),
            Column("Price", lambda row: ui.money(row["price"], header["currency"]), "number"),
            Column("Discount", lambda row: discount(row, header["currency"]), "number"),
            Column("Amount", lambda row: ui.money(row["amount"], header["currency"]), "number"),
            Column("Explanation", lambda row: row["customer_explanation"], "sentence"),
            Column(
                "",
                lambda row: "Price and usage" if has_prices else "Calculation",
                link=lambda row: ui.here("invoices", line=row["line_item_id"]),
            ),
        ],
        lines,
        total=["Total", "", "", "", "", ui.money(header["total"], header["currency"]), "", ""],
        chosen=lambda row: row["line_item_id"] == chosen,
    )
    for line in lines:
        if line["line_item_id"] == chosen:
            ui.heading(f"Calculation of {ui.short_name(line['product_name'])}")
            ui.text(line["explanation"])
            if ui.has("line_item_tiers"):
                draw_tiers(line, header["currency"])
            if has_prices:
                draw_price(line, header["currency"])
                if ui.has("matrix_prices"):
                    draw_matrix(line, header["currency"])
                draw_usage(line)


def line_name(row: Row) -> str:
    """Say what a line is for."""
    more = row["cell_values"]
    if row["line_type"] == "minimum_true_up":
        more = "up to the minimum"
    return ui.short_name(row["product_name"]) + (f"\n({more})" if more else "")


def span_days(row: Row, header: Row) -> str:
    """Say which part of the invoice's period a line is about, if not all of it."""
    if (row["effective_at"], row["ineffective_at"]) == (header["started_at"], header["ended_at"]):
        return "all"
    return f"{ui.instant(row['effective_at'])} to\n{ui.instant(row['ineffective_at'])} UTC"


def discount(row: Row, currency: str) -> str:
    """Write what a line leaves off, and the percentage if there is one."""
    if not row["discount_amount"]:
        return ""
    percent = row.get("discount_percent")
    amount = ui.money(row["discount_amount"], currency)
    return f"{amount}\n({ui.number(percent)} percent)" if percent else amount


# Field of a price, how it is written, and the column that says where it came from.
PRICE_FIELDS = (
    ("price", "Price", "price_source"),
    ("list_price", "List price", None),
    ("charge_model", "Charge model", "price_source"),
    ("free_quantity", "Free quantity", None),
    ("minimum_amount", "Minimum", None),
    ("maximum_amount", "Maximum", None),
    ("discount_percent", "Discount, percent", None),
    ("discount_amount", "Discount, amount", None),
    ("fixed_quantity", "Quantity of the fee", None),
    ("invoice_delivery", "Delivery", "invoice_delivery_source"),
    ("invoice_schedule", "Length of a period", "invoice_schedule_source"),
    ("schedule_unit", "Counted in", "invoice_schedule_source"),
    ("billing_anchor", "Periods begin", "billing_anchor_source"),
    ("prorate", "Prorated", "prorate_source"),
    ("payment_terms_days", "Days to pay", None),
    ("payment_terms_kind", "Payment terms", None),
    ("renewal_number", "Renewal", None),
)
AMOUNTS = ("price", "list_price", "minimum_amount", "maximum_amount", "discount_amount")


def draw_tiers(line: Row, currency: str) -> None:
    """Show what a line owes in each tier of its price, if that has tiers."""
    tiers = ui.query(TIERS_SQL, line["line_item_id"])
    if not tiers:
        return

    def price_of(row: Row) -> str:
        if line["charge_model"] == "GRADUATED_PERCENTAGE":
            return f"{ui.number(row['unit_price'])} percent"
        return ui.money(row["unit_price"], currency)

    ui.table(
        [
            Column("Tier", lambda row: ui.number(row["tier_number"]), "number"),
            Column("Above", lambda row: ui.number(row["from_quantity"]), "number"),
            Column("Up to", lambda row: ui.number(row["up_to"]) or "no end", "number"),
            Column("Quantity", lambda row: ui.number(row["quantity"]), "number"),
            Column("Unit price", price_of, "number"),
            Column("Flat amount", lambda row: ui.money(row["flat_amount"], currency), "number"),
            Column("Amount", lambda row: ui.money(row["amount"], currency), "number"),
        ],
        tiers,
        caption="Before proration, discounts, minimum and maximum.",
    )


def cell_price(cell: Row, currency: str) -> str:
    """Say what a cell of a matrix price costs."""
    if cell["charge_model"] == "PERCENTAGE":
        parts = [
            f"{ui.number(cell['percent_rate'])} percent" if cell["percent_rate"] else "",
            ui.money(cell["fixed_amount"], currency) if cell["fixed_amount"] else "",
        ]
        return " + ".join(part for part in parts if part)
    if cell["price"] is None:
        return ui.words(cell["charge_model"])
    price = ui.money(cell["price"], currency)
    if cell["charge_model"] == "PACKAGE":
        return f"{price} per {ui.number(cell['package_size'])}"
    return price


def draw_matrix(line: Row, currency: str) -> None:
    """Show the cells of a matrix price: its last dimension from left to right, if that is short."""
    cells = ui.query(CELLS_SQL, line["line_item_id"])
    if not cells:
        return
    ui.heading(f"Matrix of {ui.short_name(line['product_name'])}")
    per = cells[0]["price_per"]
    caption = "An asterisk stands for any other value." + (
        f" Prices are per {ui.number(per)}." if per != 1 else ""
    )
    values = [json.loads(cell["cell_properties"]) for cell in cells]
    *rows_by, column_by = values[0]
    columns = sorted({one[column_by] for one in values}, key=lambda text: (text == "*", text))
    if not rows_by or len(columns) > COLUMNS_OF_MATRIX:
        ui.table(
            [
                *(
                    Column(name, lambda row, name=name: row["values"][name], "text")
                    for name in values[0]
                ),
                Column("Price", lambda row: cell_price(row, currency), "number"),
            ],
            [{**cell, "values": one} for cell, one in zip(cells, values, strict=True)],
            chosen=lambda row: row["cell_id"] == line["cell_id"],
            caption=caption,
        )
        return
    rows: dict[tuple[str, ...], dict[str, Row]] = {}
    for cell, one in zip(cells, values, strict=True):
        rows.setdefault(tuple(one[name] for name in rows_by), {})[one[column_by]] = cell
    ui.table(
        [
            *(
                Column(name, lambda row, place=place: row["values"][place], "text")
                for place, name in enumerate(rows_by)
            ),
            *(
                Column(
                    f"{column_by} {value}",
                    lambda row, value=value: (
                        cell_price(row["cells"][value], currency) if value in row["cells"] else ""
                    ),
                    "number",
                )
                for value in columns
            ),
        ],
        [
            {"values": key, "cells": rows[key]}
            for key in sorted(rows, key=lambda key: [(value == "*", value) for value in key])
        ],
        chosen=lambda row: any(
            cell["cell_id"] == line["cell_id"] for cell in row["cells"].values()
        ),
        caption=caption,
    )


def draw_price(line: Row, currency: str) -> None:
    """Show each term of a line's price, and the row that gives it."""
    ui.heading(f"Where the price of {ui.short_name(line['product_name'])} comes from")
    rows = ui.query(PRICE_SQL, line["line_item_id"])
    if not rows:
        st.info("The price of this line was not found.")
        return
    price = rows[0]
    rows_of = {
        "contract_price": price["contract_price_uid"],
        "list_price": price["list_price_uid"],
        "pricebook": price["pricebook_uid"],
        "contract": price["contract_uid"],
    }
    terms = [
        {
            "term": label,
            "value": term(price[field], currency if field in AMOUNTS else ""),
            "source": source and ui.words(price[source] or "default"),
            "row": rows_of.get(price[source]) if source else None,
        }
        for field, label, source in PRICE_FIELDS
        if price[field] is not None
        and (field, price[field]) != ("renewal_number", 0)
        and not (field == "fixed_quantity" and price["product_type"] == "EVENT")
    ]
    ui.table(
        [
            Column("Term", lambda row: row["term"]),
            Column("Value", lambda row: row["value"], "number"),
            Column("Comes from", lambda row: row["source"]),
            Column("Row", lambda row: row["row"]),
        ],
        terms,
        caption=(
            f"In force from {ui.instant(price['effective_at'], 'the beginning')} to "
            f"{ui.instant(price['ineffective_at'], 'an open end')} UTC, contract row "
            f"{price['contract_uid']}"
        ),
    )


def term(value: Any, currency: str) -> str:  # noqa: ANN401 - of any column of a price
    """Write the value of a term."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return ui.words(value)
    return ui.money(value, currency) if currency else ui.number(value)


# Where days do not add up to the line: what a day shows, and what the line's quantity is.
DAYS = {
    "WEIGHTED_SUM": (
        "Change of the level",
        "Days show by how much the level changed; the line bills its average over the period.",
    ),
    "MAX": ("Highest of the day", "The line bills the highest of the period."),
    "UNIQUE_COUNT": (
        "Distinct values of the day",
        "The line bills the number of distinct values in the period.",
    ),
    "LATEST": ("Latest of the day", "The line bills the latest of the period."),
}


def draw_usage(line: Row) -> None:
    """Show the usage behind a line, day by day."""
    if line["line_type"] != "usage":
        return
    product = ui.short_name(line["product_name"])
    ui.heading(f"Usage of {product} by day")
    rows = ui.query(USAGE_SQL, line["line_item_id"])
    if not rows:
        st.info("No usage was rated for this line.")
        return
    frame = pd.DataFrame(
        {
            "day": [ui.day(row["usage_date"]) for row in rows],
            "height": [float(row["quantity"]) for row in rows],
            "Quantity": [ui.number(row["quantity"]) for row in rows],
            "Events": [ui.number(row["event_count"]) for row in rows],
        }
    )
    bars = (
        alt.Chart(frame)
        .mark_bar(color=ui.COLOURS[0])
        .encode(
            x=alt.X("day:O", sort=None, title="Day (UTC)", axis=alt.Axis(labelOverlap=True)),
            y=alt.Y("height:Q", title="Quantity"),
            tooltip=["day", "Quantity", "Events"],
        )
        .properties(height=220)
    )
    ui.chart(bars, f"Usage of {product} by UTC day; the table below has the numbers.")
    aggregation = rows[0]["aggregation"]
    adds_up = aggregation in ("COUNT", "SUM")
    ui.table(
        [
            Column("Day (UTC)", lambda row: ui.day(row["usage_date"]), "date"),
            Column("Events", lambda row: ui.number(row["event_count"]), "number"),
            Column(
                "Quantity" if adds_up else DAYS[aggregation][0],
                lambda row: ui.number(row["quantity"]),
                "number",
            ),
            Column("Last received (UTC)", lambda row: ui.instant(row["last_received_at"]), "date"),
        ],
        rows,
        caption="" if adds_up else DAYS[aggregation][1],
    )


def draw() -> None:
    """Draw the page: one invoice if the address names it, else the list."""
    if invoice_id := st.query_params.get("invoice"):
        draw_invoice(invoice_id)
    else:
        draw_list()

"""The list of quotes, filtered."""

from __future__ import annotations

import streamlit as st

from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column
from ratebook.dashboard.views.quotes.common import (
    QUOTES_SQL,
    amount_column,
    compare_address,
    quote_address,
    term_text,
)

QUOTE_STATES = ("DRAFT", "SENT", "EXPIRED", "ACCEPTED", "REJECTED")
FOUND_QUOTES_SQL = (
    QUOTES_SQL
    + """
    select
        *
    from quotes
    where
        (
            quote_id ilike $pattern escape '\\'
            or customer_id ilike $pattern escape '\\'
            or name ilike $pattern escape '\\'
        )
        and $state in ('', state)
    order by sent_at desc nulls first, quote_id, currency
    limit $rows offset $passed
"""
)
COUNT_QUOTES_SQL = (
    QUOTES_SQL
    + """
    select
        count(*) as row_count
    from quotes
    where
        (
            quote_id ilike $pattern escape '\\'
            or customer_id ilike $pattern escape '\\'
            or name ilike $pattern escape '\\'
        )
        and $state in ('', state)
"""
)


def draw_quotes() -> None:
    """Show the quotes that match the filters."""
    find, by_state = st.columns([3, 1])
    with find:
        text = ui.search("Find", "find", "customer, prospect or quote")
    with by_state:
        state = ui.pick("State", QUOTE_STATES, "state")
    filters = (("pattern", ui.like(text)), ("state", state))
    count = ui.query(COUNT_QUOTES_SQL, *filters)[0]["row_count"]
    place = st.container()
    passed = ui.page_of(count)
    rows = ui.query(FOUND_QUOTES_SQL, *filters, ("rows", ui.PAGE_ROWS), ("passed", passed))
    with place:
        ui.table(
            [
                Column("Quote", lambda row: row["quote_id"], link=quote_address),
                Column("For", lambda row: row["name"] or "not set", link=quote_address),
                Column("State", lambda row: ui.words(row["state"])),
                Column("Pricebook", lambda row: row["pricebook_id"]),
                Column("Term (UTC)", term_text),
                amount_column("List total", "list_total"),
                amount_column("Discount", "discount_total"),
                amount_column("Quoted total", "quoted_total"),
                Column(
                    "",
                    lambda row: "compare" if compare_address(row) else "",
                    link=compare_address,
                ),
            ],
            rows,
            empty=(
                "No quote matches: remove a filter."
                if text or state
                else "There is no quote: add rows to the inputs quotes, quote_prices and "
                "quote_usage."
            ),
        )

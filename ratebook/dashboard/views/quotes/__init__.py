"""Quotes: their totals side by side, checkouts, and the effect of new prices."""

from __future__ import annotations

import streamlit as st

from ratebook.dashboard import ui
from ratebook.dashboard.ui import Section
from ratebook.dashboard.views.quotes.common import COMPARE
from ratebook.dashboard.views.quotes.listing import draw_quotes
from ratebook.dashboard.views.quotes.orders import draw_orders
from ratebook.dashboard.views.quotes.price_change import draw_change
from ratebook.dashboard.views.quotes.quote import draw_quote
from ratebook.dashboard.views.quotes.scenarios import draw_scenarios

QUOTES = ("quote_summaries", "quote_invoices", "quote_line_items")
# What the page can show. Names are as in the address.
VIEWS = {
    "Quotes": Section("Quotes", draw_quotes, QUOTES),
    COMPARE: Section(COMPARE, draw_scenarios, QUOTES),
    "Orders": Section("Orders", draw_orders, ("order_summaries", "contracts")),
    "Price change": Section("Price change", draw_change, ("branch_invoice_diffs", "invoices")),
}
# The page is shown if the marts of one of its parts were built.
READS = tuple(view.marts for view in VIEWS.values())


def title() -> str:
    """Return the title of the page: without the feature quotes, that of its first part."""
    return "Quotes" if ui.has(*QUOTES) else next(iter(ui.built(VIEWS)))


def draw() -> None:
    """Draw the page: one quote, if the address names one, else the chosen view."""
    quote_id = st.query_params.get("quote")
    if quote_id and ui.has(*QUOTES):
        draw_quote(quote_id)
        return
    views = ui.built(VIEWS)
    view = st.segmented_control(
        "View",
        list(views),
        key="view",
        default=next(iter(views)),
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )
    views[view].draw()

"""Quotes: what offers come to and how they compare, checkouts, and what new prices would cost."""

from __future__ import annotations

import streamlit as st

from ratebook.dashboard.views.quotes.common import COMPARE
from ratebook.dashboard.views.quotes.listing import draw_quotes
from ratebook.dashboard.views.quotes.orders import draw_orders
from ratebook.dashboard.views.quotes.price_change import draw_change
from ratebook.dashboard.views.quotes.quote import draw_quote
from ratebook.dashboard.views.quotes.scenarios import draw_scenarios

# What the page can show. Names are as in the address.
VIEWS = {
    "Quotes": draw_quotes,
    COMPARE: draw_scenarios,
    "Orders": draw_orders,
    "Price change": draw_change,
}


def draw() -> None:
    """Draw the page: one quote, if the address names one, else the chosen view."""
    quote_id = st.query_params.get("quote")
    if quote_id:
        draw_quote(quote_id)
        return
    view = st.segmented_control(
        "View",
        list(VIEWS),
        key="view",
        default="Quotes",
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )
    VIEWS[view]()

"""Quotes for one customer or prospect, side by side."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column
from ratebook.dashboard.views.quotes.common import AMOUNTS, QUOTES_SQL, amount_text, term_text
from ratebook.dashboard.warehouse import Row

# Quotes side by side: more do not fit.
SHOWN_QUOTES = 6
DRAWN_AMOUNTS = ("List total", "Quoted total", "Total contract value", "First invoices")
ALTERNATIVES_SQL = (
    QUOTES_SQL
    + """
    select
        who,
        max(name) as name,
        max(scenario_count) as quote_count
    from quotes
    where scenario_count > 1
    group by who
    order by name, who
"""
)
SCENARIOS_SQL = (
    QUOTES_SQL
    + """
    select
        *,
        dense_rank() over (order by quote_id) as number
    from quotes
    where who = ?
    qualify number <= ?
    order by quote_id, currency
"""
)
SCENARIO_PRODUCTS_SQL = (
    QUOTES_SQL
    + """,

    scenarios as (
        select
            quote_id
        from quotes
        where who = ?
        group by quote_id
    )

    select
        coalesce(lines.product_name, lines.product_uid) as product,
        lines.currency,
        lines.quote_id,
        sum(lines.amount) as amount
    from ratebook.quote_line_items as lines
    inner join scenarios on lines.quote_id = scenarios.quote_id
    group by all
    order by lines.currency, product, lines.quote_id
"""
)


def draw_scenarios() -> None:
    """Show the quotes for one customer or prospect side by side."""
    names = {row["who"]: row for row in ui.query(ALTERNATIVES_SQL)}
    if not names:
        st.info("No customer or prospect has more than one quote to compare.")
        return
    # Bound to the address, a choice is written there as it is shown; ids stay the same, names not.
    if st.session_state.get("who") not in names:
        named = st.query_params.get("who")
        st.session_state["who"] = named if named in names else next(iter(names))
    who = st.selectbox(
        "Customer or prospect",
        list(names),
        key="who",
        format_func=lambda who: f"{names[who]['name']} ({names[who]['quote_count']} quotes)",
    )
    st.query_params["who"] = who
    rows = ui.query(SCENARIOS_SQL, who, SHOWN_QUOTES)
    if names[who]["quote_count"] > SHOWN_QUOTES:
        st.caption(f"The first {SHOWN_QUOTES} of {names[who]['quote_count']} quotes.")
    by_quote: dict[str, list[Row]] = {}
    for row in rows:
        by_quote.setdefault(row["quote_id"], []).append(row)
    draw_terms(by_quote)
    for currency in sorted({row["currency"] for row in rows if row["currency"]}):
        in_currency = [row for row in rows if row["currency"] == currency]
        draw_scenario_bars(in_currency, currency, list(by_quote))
    st.subheader("Product by product")
    draw_scenario_products(who, by_quote)


def draw_terms(by_quote: dict[str, list[Row]]) -> None:
    """Show a column for each quote, and a row for each term and amount."""
    terms = {quote_id: rows[0] for quote_id, rows in by_quote.items()}
    lines: list[Row] = [
        {"label": "Quote", **dict.fromkeys(terms, "open")},
        {"label": "State", **{key: ui.words(row["state"]) for key, row in terms.items()}},
        {"label": "Pricebook", **{key: row["pricebook_id"] for key, row in terms.items()}},
        {"label": "Term (UTC)", **{key: term_text(row) for key, row in terms.items()}},
    ]
    for label, name in AMOUNTS:
        amounts = {
            quote_id: "\n".join(amount_text(row, name) for row in rows)
            for quote_id, rows in by_quote.items()
        }
        lines.append({"label": label, **amounts})
    ui.table(
        [
            Column("", lambda row: row["label"]),
            *(
                Column(
                    quote_id,
                    lambda row, quote_id=quote_id: row[quote_id],
                    "number",
                    lambda row, quote_id=quote_id: (
                        ui.here("quotes", quote=quote_id) if row["label"] == "Quote" else None
                    ),
                )
                for quote_id in terms
            ),
        ],
        lines,
    )


def draw_scenario_bars(rows: list[Row], currency: str, quote_ids: list[str]) -> None:
    """Show what the quotes come to in one currency."""
    columns = dict(AMOUNTS)
    frame = pd.DataFrame(
        [
            # Bars are drawn with floats; what is read is text, and exact.
            (label, row["quote_id"], float(row[columns[label]]), amount_text(row, columns[label]))
            for row in rows
            for label in DRAWN_AMOUNTS
        ],
        columns=["What", "Quote", "length", "Amount"],
    )
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            y=alt.Y("What:N", title=None, sort=None),
            yOffset=alt.YOffset("Quote:N", sort=None),
            x=alt.X("length:Q", title=currency),
            color=alt.Color("Quote:N", scale=alt.Scale(domain=quote_ids, range=ui.COLOURS)),
            tooltip=["Quote", "What", "Amount"],
        )
        .properties(height=80 + len(DRAWN_AMOUNTS) * (12 + 16 * len(rows)))
    )
    ui.chart(
        bars,
        f"Quotes compared in {currency}; quoted totals: "
        + ", ".join(f"{row['quote_id']} {amount_text(row, 'quoted_total')}" for row in rows),
    )


def draw_scenario_products(who: str, by_quote: dict[str, list[Row]]) -> None:
    """Show what each quote asks for each product."""
    lines: dict[tuple[str, str], Row] = {}
    for row in ui.query(SCENARIO_PRODUCTS_SQL, who):
        line = lines.setdefault((row["currency"], row["product"]), {"product": row["product"]})
        line[row["quote_id"]] = amount_text(row, "amount")
    totals = [
        ", ".join(filter(None, [amount_text(row, "quoted_total") for row in rows]))
        for rows in by_quote.values()
    ]
    ui.table(
        [
            Column("Product", lambda row: row["product"]),
            *(
                Column(
                    quote_id,
                    lambda row, quote_id=quote_id: row.get(quote_id, "not in it"),
                    "number",
                )
                for quote_id in by_quote
            ),
        ],
        list(lines.values()),
        total=["Quoted total", *totals],
        empty="These quotes have no lines.",
    )

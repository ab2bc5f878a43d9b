"""Checkouts: how many were paid, and each of them."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column
from ratebook.dashboard.views.quotes.common import amount_column
from ratebook.dashboard.warehouse import Row

ORDER_STATES = ("STARTED", "PAID", "FAILED", "ABANDONED")
# An order has a row for each currency that it owes in.
ORDERS_SQL = """
    with names as (
        select
            customer_id,
            max(customer_name) as customer_name
        from ratebook.contracts
        group by customer_id
    ),

    orders as (
        select
            summaries.*,
            coalesce(names.customer_name, summaries.customer_id) as name
        from ratebook.order_summaries as summaries
        left join names on summaries.customer_id = names.customer_id
    ),

    found as (
        select
            *
        from orders
        where
            (
                order_uid ilike $pattern escape '\\'
                or contract_id ilike $pattern escape '\\'
                or customer_id ilike $pattern escape '\\'
                or name ilike $pattern escape '\\'
            )
            and $state in ('', state)
    )
"""
FUNNEL_SQL = (
    ORDERS_SQL
    + """,

    amounts as (
        select
            state,
            currency,
            sum(first_invoices_total) as amount
        from found
        where currency is not null
        group by state, currency
    ),

    amounts_by_state as (
        select
            state,
            list({'currency': currency, 'amount': amount} order by currency) as amounts
        from amounts
        group by state
    ),

    counts as (
        select
            state,
            count(distinct order_uid) as order_count,
            count(*) as row_count
        from found
        group by state
    )

    select
        counts.*,
        round(100.0 * order_count / sum(order_count) over (), 1) as share,
        sum(order_count) over () as all_count,
        sum(row_count) over () as all_row_count,
        amounts_by_state.amounts
    from counts
    left join amounts_by_state on counts.state = amounts_by_state.state
"""
)
FOUND_ORDERS_SQL = (
    ORDERS_SQL
    + """
    select
        *
    from found
    order by checkout_started_at desc nulls first, order_uid, currency
    limit $rows offset $passed
"""
)


def draw_orders() -> None:
    """Show how checkouts went, and each of them."""
    find, by_state = st.columns([3, 1])
    with find:
        text = ui.search("Find", "find", "customer, order or contract")
    with by_state:
        state = ui.pick("State", ORDER_STATES, "order_state")
    filters = (("pattern", ui.like(text)), ("state", state))
    funnel = {row["state"]: row for row in ui.query(FUNNEL_SQL, *filters)}
    if not funnel:
        st.info(
            "No order matches: remove a filter."
            if text or state
            else "There is no order: add rows to the inputs orders and order_items."
        )
        return
    draw_funnel([funnel[name] for name in ORDER_STATES if name in funnel])
    place = st.container()
    passed = ui.page_of(int(next(iter(funnel.values()))["all_row_count"]))
    rows = ui.query(FOUND_ORDERS_SQL, *filters, ("rows", ui.PAGE_ROWS), ("passed", passed))
    with place:
        st.subheader("Each checkout")
        ui.table(
            [
                Column("Order", lambda row: row["order_uid"]),
                Column("Customer", lambda row: row["name"] or "not set"),
                Column("State", lambda row: ui.words(row["state"])),
                Column("Pricebook", lambda row: row["pricebook_id"]),
                Column("Started (UTC)", lambda row: ui.instant(row["checkout_started_at"]), "date"),
                Column("Paid (UTC)", lambda row: ui.instant(row["paid_at"]), "date"),
                amount_column("First invoices", "first_invoices_total"),
                amount_column("Total", "total"),
                Column(
                    "Contract",
                    lambda row: row["contract_id"],
                    link=lambda row: (
                        row["contract_id"] and ui.address("contracts", contract=row["contract_id"])
                    ),
                ),
            ],
            rows,
            caption="Totals are over the term, or a year if that is open, without usage",
        )


def draw_funnel(rows: list[Row]) -> None:
    """Show how many checkouts were begun, and what became of them."""
    every = rows[0]["all_count"]
    bars = [("All checkouts", int(every), "")]
    bars += [(ui.words(row["state"]), row["order_count"], f"{row['share']} %") for row in rows]
    frame = pd.DataFrame(bars, columns=["State", "Orders", "Share"])
    frame["label"] = [", ".join(filter(None, [ui.number(n), share])) for _, n, share in bars]
    base = alt.Chart(frame).encode(
        y=alt.Y("State:N", title=None, sort=None),
        x=alt.X("Orders:Q", title="Orders", axis=alt.Axis(tickMinStep=1, format="d")),
        tooltip=["State", "Orders", "Share"],
    )
    colour = alt.condition(
        alt.datum.State == "All checkouts", alt.value(ui.COLOURS[5]), alt.value(ui.COLOURS[0])
    )
    drawing = base.mark_bar().encode(color=colour) + base.mark_text(align="left", dx=4).encode(
        text="label"
    )
    ui.chart(
        drawing.properties(height=alt.Step(30)),
        "What became of checkouts: "
        + ", ".join(f"{state} {ui.number(count)}" for state, count, _ in bars),
    )
    ui.table(
        [
            Column("State", lambda row: ui.words(row["state"])),
            Column("Orders", lambda row: ui.number(row["order_count"]), "number"),
            Column("Of all", lambda row: f"{row['share']} %", "number"),
            Column(
                "First invoices",
                lambda row: "\n".join(
                    ui.money(part["amount"], part["currency"]) for part in row["amounts"] or ()
                ),
                "number",
            ),
        ],
        rows,
        total=["All checkouts", ui.number(int(every)), "100 %", ""],
        caption="First invoices: what the checkout shows as due first",
    )

"""Revenue: amounts invoiced by product, customer and channel, and recurring revenue."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd
import streamlit as st

from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column
from ratebook.dashboard.warehouse import Row

# What amounts can be split by: label, name in SQL. Never what a visitor has typed.
SPLITS = {
    "product": ("Product", "lines.product_name"),
    "customer": ("Customer", "coalesce(invoices.customer_name, invoices.customer_id)"),
    "channel": ("Channel", "contracts.channel"),
    "delivery": ("Delivery", "lines.invoice_delivery"),
}
SHOWN_NAMES = 7
ISSUED, TO_COME = "issued", "drafts, issued later"

# The page is shown if all these marts were built.
READS = (("invoices", "line_items", "contracts"),)

INVOICED_MONTHS_SQL = """
    select distinct cast(date_trunc('month', nominal_start_date) as date) as month
    from ratebook.invoices
    where currency = $currency
"""
RECURRING_MONTHS_SQL = """
    union
    select distinct month_start_date from ratebook.contract_mrr where currency = $currency
"""

# Marketplaces bill shadow invoices: they are counted apart.
TOTALS_SQL = """
    select
        count(*) filter (where not is_shadow) as invoice_count,
        count(*) filter (where not is_shadow and status = 'DRAFT') as draft_count,
        count(*) filter (where is_shadow) as shadow_count,
        coalesce(sum(total) filter (where not is_shadow), 0) as invoiced,
        coalesce(sum(total) filter (where not is_shadow and status = 'FINALIZED'), 0) as finalized,
        coalesce(sum(total) filter (where not is_shadow and status = 'DRAFT'), 0) as draft,
        coalesce(sum(total) filter (where is_shadow), 0) as shadow
    from ratebook.invoices
    where currency = ? and date_trunc('month', nominal_start_date) between ? and ?
"""

SPLIT_SQL = """
    with amounts as (
        select
            cast(date_trunc('month', invoices.nominal_start_date) as date) as month,
            {name} as name,
            lines.amount,
            lines.invoice_id,
            lines.status,
            lines.status = 'DRAFT' and invoices.issued_at > invoices.created_at as is_to_come
        from ratebook.line_items as lines
        inner join ratebook.invoices as invoices on lines.invoice_id = invoices.invoice_id
        left join ratebook.contracts as contracts on invoices.contract_id = contracts.contract_id
        where
            invoices.currency = ?
            and not invoices.is_shadow
            and date_trunc('month', invoices.nominal_start_date) between ? and ?
    ),

    ranked as (
        select
            name,
            row_number() over (order by sum(amount) desc, name) as rank
        from amounts
        group by name
    )
"""
BY_MONTH_SQL = (
    SPLIT_SQL
    + """
    select
        amounts.month,
        case when ranked.rank <= ? then amounts.name else 'All others' end as name,
        amounts.is_to_come,
        sum(amounts.amount) as amount,
        min(ranked.rank) as rank
    from amounts
    inner join ranked on amounts.name = ranked.name
    group by 1, 2, 3
    order by 1, rank, 3
"""
)
NAME_COUNT = """
    select count(*) as name_count from ranked
"""
NAMES_SQL = SPLIT_SQL + NAME_COUNT
BY_NAME_SQL = (
    SPLIT_SQL
    + """
    select
        amounts.name,
        ranked.rank,
        count(distinct amounts.invoice_id) as invoice_count,
        sum(amounts.amount) as amount,
        coalesce(sum(amounts.amount) filter (where status = 'DRAFT'), 0) as draft
    from amounts
    inner join ranked on amounts.name = ranked.name
    group by 1, 2
    order by ranked.rank
    limit ? offset ?
"""
)

# Recurring revenue is a level: at the start, what moved it, at the end. Never a sum over months.
MRR_SQL = """
    select
        coalesce(sum(mrr_before) filter (where month_start_date = $first), 0) as before,
        coalesce(sum(new_mrr), 0) as new,
        coalesce(sum(reactivation_mrr), 0) as reactivation,
        coalesce(sum(expansion_mrr), 0) as expansion,
        coalesce(sum(renewal_mrr), 0) as renewal,
        coalesce(sum(contraction_mrr), 0) as contraction,
        coalesce(sum(churn_mrr), 0) as churn,
        coalesce(sum(mrr) filter (where month_start_date = $last), 0) as after,
        coalesce(sum(arr) filter (where month_start_date = $last), 0) as annual
    from ratebook.contract_mrr
    where currency = $currency and month_start_date between $first and $last
"""
MOVEMENTS = ("new", "reactivation", "expansion", "renewal", "contraction", "churn")


def months_of(currency: str) -> list[date]:
    """Return the months with an invoice or recurring revenue."""
    recurring = RECURRING_MONTHS_SQL if ui.has("contract_mrr") else ""
    sql = f"{INVOICED_MONTHS_SQL} {recurring} order by month"
    return [row["month"] for row in ui.query(sql, ("currency", currency))]


def draw_cards(totals: Row, mrr: Row | None, currency: str, last: date) -> None:
    """Show the figures of the chosen months."""
    figures = [
        ("Invoiced", totals["invoiced"], f"{ui.number(totals['invoice_count'])} invoices"),
        ("of which final", totals["finalized"], "cannot change with later usage"),
        ("of which draft", totals["draft"], f"{ui.number(totals['draft_count'])} still open"),
    ]
    if totals["shadow_count"]:
        note = f"{ui.number(totals['shadow_count'])} shadow invoices, not in Invoiced"
        figures.append(("Billed by marketplaces", totals["shadow"], note))
    if mrr:
        figures.append(("MRR", mrr["after"], f"at the end of {ui.month(last)}"))
        figures.append(("ARR", mrr["annual"], f"at the end of {ui.month(last)}"))
    ui.cards((label, ui.money(amount, currency), note) for label, amount, note in figures)


def draw_months(rows: list[Row], currency: str, label: str) -> None:
    """Show amounts by month as stacked bars."""
    names = list(dict.fromkeys(row["name"] for row in sorted(rows, key=lambda row: row["rank"])))
    frame = pd.DataFrame(
        {
            "month": [f"{row['month']:%Y-%m}" for row in rows],
            label: [row["name"] for row in rows],
            # Bars are drawn with floats; what is read is text, and exact.
            "height": [float(row["amount"]) for row in rows],
            "Amount": [ui.money(row["amount"], currency) for row in rows],
            "Invoices": [TO_COME if row["is_to_come"] else ISSUED for row in rows],
        }
    )
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("month:O", title="Month in which the period starts"),
            y=alt.Y("height:Q", title=currency, stack=True),
            color=alt.Color(
                f"{label}:N", sort=names, scale=alt.Scale(domain=names, range=ui.COLOURS)
            ),
            # What is issued after the as-of instant is no revenue yet.
            opacity=alt.Opacity(
                "Invoices:N", scale=alt.Scale(domain=[ISSUED, TO_COME], range=[1, 0.35])
            ),
            tooltip=["month", label, "Invoices", "Amount"],
        )
        .properties(height=300)
    )
    ui.chart(bars, f"Invoiced {currency} by month and {label.lower()}; the table below has all.")


def draw_waterfall(mrr: Row, currency: str, first: date, last: date) -> None:
    """Show how recurring revenue came from the start of the first month to the end of the last."""
    steps = [("Start", mrr["before"], "level")]
    steps += [(name.capitalize(), mrr[name], "movement") for name in MOVEMENTS]
    steps.append(("End", mrr["after"], "level"))
    bars, level = [], 0.0
    for name, amount, kind in steps:
        start, end = (0.0, float(amount)) if kind == "level" else (level, level + float(amount))
        colour = "level" if kind == "level" else "more" if amount >= 0 else "less"
        # The axis names the currency; nothing is written where nothing moved, so labels have room.
        text = "" if kind == "movement" and not amount else ui.money(amount, currency)
        label = text.removesuffix(f" {currency}")
        bars.append((name, start, end, colour, ui.money(amount, currency), label))
        level = end
    frame = pd.DataFrame(bars, columns=["step", "from", "to", "kind", "Amount", "label"])
    colours = alt.Scale(
        domain=["level", "more", "less"], range=[ui.COLOURS[5], ui.COLOURS[2], ui.COLOURS[4]]
    )
    base = alt.Chart(frame).encode(x=alt.X("step:N", sort=None, title=None))
    drawing = base.mark_bar(size=46).encode(
        y=alt.Y("from:Q", title=f"MRR in {currency}"),
        y2="to:Q",
        color=alt.Color("kind:N", scale=colours, legend=None),
        tooltip=["step", "Amount"],
    )
    labels = base.mark_text(dy=-8, fontSize=10, color="#1c2733").encode(y="top:Q", text="label")
    labels = labels.transform_calculate(top="max(datum.from, datum.to)")
    ui.chart(
        (drawing + labels).properties(height=300),
        f"MRR from the start of {ui.month(first)} to the end of {ui.month(last)}: "
        + ", ".join(f"{name} {amount}" for name, _, _, _, amount, _ in bars),
    )


def draw_names(split: str, currency: str, first: date, last: date) -> None:
    """Show amounts by name, the largest first."""
    label, name = SPLITS[split]
    sql = BY_NAME_SQL.format(name=name)
    names = ui.query(NAMES_SQL.format(name=name), currency, first, last)[0]["name_count"]
    passed = ui.page_of(names)
    rows = ui.query(sql, currency, first, last, ui.PAGE_ROWS, passed)
    targets = {
        "customer": lambda row: ui.address("invoices", find=row["name"], currency=currency),
    }
    ui.table(
        [
            Column("", lambda row: row["rank"], "number"),
            Column(label, lambda row: row["name"], link=targets.get(split)),
            Column("Invoices", lambda row: ui.number(row["invoice_count"]), "number"),
            Column("of which draft", lambda row: ui.money(row["draft"], currency), "number"),
            Column("Invoiced", lambda row: ui.money(row["amount"], currency), "number"),
        ],
        rows,
        empty="Nothing was invoiced in these months.",
    )


def draw() -> None:
    """Draw the page."""
    chosen, from_, to, by = st.columns([1, 1, 1, 2])
    with chosen:
        currency = ui.pick_currency(list(ui.minor_units()))
    months = months_of(currency) if currency else []
    if not months:
        st.info("There is no invoice yet: no contract has started.")
        return
    names = [f"{month:%Y-%m}" for month in months]
    for key in ("from", "to"):
        if st.session_state.get(key) not in (None, *names):
            del st.session_state[key]
    with from_:
        first = st.selectbox(
            "From", names, index=max(0, len(names) - 12), key="from", bind="query-params"
        )
    with to:
        last = st.selectbox("To", names, index=len(names) - 1, key="to", bind="query-params")
    with by:
        split = st.segmented_control(
            "Split by",
            list(SPLITS),
            key="by",
            default="product",
            required=True,
            bind="query-params",
            format_func=lambda key: SPLITS[key][0],
        )
    first, last = months[names.index(first)], months[names.index(last)]
    if first > last:
        st.warning("The first month is after the last one: choose others.")
        return
    totals = ui.query(TOTALS_SQL, currency, first, last)[0]
    mrr = None
    if ui.has("contract_mrr"):
        mrr = ui.query(MRR_SQL, ("first", first), ("last", last), ("currency", currency))[0]
    draw_cards(totals, mrr, currency, last)

    label, name = SPLITS[split]
    st.subheader(f"Invoiced by month and {label.lower()}")
    rows = ui.query(BY_MONTH_SQL.format(name=name), currency, first, last, SHOWN_NAMES)
    if rows:
        draw_months(rows, currency, label)
    draw_names(split, currency, first, last)

    if mrr:
        st.subheader("How monthly recurring revenue changed")
        draw_waterfall(mrr, currency, first, last)

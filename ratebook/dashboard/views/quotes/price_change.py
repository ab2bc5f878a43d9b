"""What each customer would pay with the prices of a branch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import altair as alt
import pandas as pd
import streamlit as st

from ratebook.books import default_path
from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column
from ratebook.dashboard.views.quotes.common import amount_column
from ratebook.dashboard.warehouse import Row

SHOWN_CUSTOMERS = 10
# Marketplaces bill shadow invoices: they are counted apart.
CHANGE_TOTALS_SQL = """
    select
        currency,
        coalesce(is_shadow, false) as is_shadow,
        count(*) as invoice_count,
        count(*) filter (where difference != 0) as changed_count,
        coalesce(sum(main_total), 0) as main_total,
        coalesce(sum(branch_total), 0) as branch_total,
        sum(difference) as difference
    from ratebook.branch_invoice_diffs
    group by all
    order by bool_or(difference != 0) desc, currency, is_shadow
"""
CHANGES_SQL = """
    with names as (
        select
            customer_id,
            arg_max(customer_name, started_at) as customer_name
        from ratebook.invoices
        group by customer_id
    ),

    changes as (
        select
            customer_id,
            count(*) filter (where difference != 0) as changed_count,
            coalesce(sum(main_total), 0) as main_total,
            coalesce(sum(branch_total), 0) as branch_total,
            sum(difference) as difference
        from ratebook.branch_invoice_diffs
        where currency = $currency and coalesce(is_shadow, false) = $is_shadow
        group by customer_id
    )

    select
        changes.*,
        coalesce(names.customer_name, changes.customer_id) as name,
        count(*) over () as row_count
    from changes
    left join names on changes.customer_id = names.customer_id
    where changes.changed_count > 0
    order by abs(changes.difference) desc, name, changes.customer_id
    limit $rows offset $passed
"""
COUNT_CHANGES_SQL = """
    select
        count(distinct customer_id) as row_count
    from ratebook.branch_invoice_diffs
    where currency = ? and not coalesce(is_shadow, false) and difference != 0
"""
PLANNED_SQL = "select * from ratebook.planned_documents"
CLOSES_SQL = "select count(*) as closes from ratebook.closes"
LEDGER = {"planned_documents", "closes"}
BUILD_BRANCH = """
ratebook build --file what_if.duckdb --vars '{ratebook_branch: override_creates}'
ratebook dashboard --branch what_if.duckdb
"""


def draw_no_branch(reason: str) -> None:
    """Say how to build a branch."""
    st.info(
        f"{reason} Put the changed rows into the inputs with a name in their column branch, build "
        "that branch into a file of its own, and open the dashboard with it. The case study has a "
        "branch that sells Creates at 2.00:"
    )
    st.code(BUILD_BRANCH.strip(), language="shell")


def draw_change() -> None:
    """Show the change for each customer: invoices on the branch less those on main."""
    path = ui.branch_path()
    if path and not path.exists():
        draw_no_branch(f"{path} does not exist.")
        return
    if path:
        # Main is read anew for every page; so is the branch for this one.
        ui.warehouse(path).refresh()
    totals = ui.query(CHANGE_TOTALS_SQL, path=path)
    if not any(row["changed_count"] for row in totals):
        reason = (
            f"{path} has the same amounts on its branch and on main: its branch changes no invoice."
            if path
            else f"{default_path()} is built on main: there is no change to compare it with."
        )
        draw_no_branch(reason)
        return
    st.caption(f"Both sides are from {path or default_path()}: main, and the branch built there.")
    ui.table(
        [
            Column("Currency", lambda row: row["currency"]),
            Column(
                "Billed by",
                lambda row: "marketplaces (shadow invoices)" if row["is_shadow"] else "us",
            ),
            Column("Invoices", lambda row: ui.number(row["invoice_count"]), "number"),
            Column("of which changed", lambda row: ui.number(row["changed_count"]), "number"),
            amount_column("On main", "main_total"),
            amount_column("On the branch", "branch_total"),
            amount_column("Difference", "difference"),
        ],
        totals,
    )
    currency = ui.pick_currency(list(dict.fromkeys(row["currency"] for row in totals)))
    st.subheader(f"Customers in {currency}")
    draw_changes(currency, path)
    if any(
        row["changed_count"] for row in totals if row["is_shadow"] and row["currency"] == currency
    ):
        st.subheader("Billed by marketplaces")
        shadows = (("rows", ui.PAGE_ROWS), ("passed", 0))
        rows = ui.query(
            CHANGES_SQL, ("currency", currency), ("is_shadow", True), *shadows, path=path
        )
        draw_changes_table(rows, currency)
        if rows[0]["row_count"] > len(rows):
            st.caption(f"The largest {len(rows)} of {ui.number(rows[0]['row_count'])}.")
    draw_planned(path)


def draw_planned(path: Path | None) -> None:
    """Show which documents of the next close differ between main and the branch."""
    if not (path and ui.has(*LEDGER) and ui.snapshot_of(path).marts.issuperset(LEDGER)):
        return
    closes = {file: ui.query(CLOSES_SQL, path=file)[0]["closes"] for file in (default_path(), path)}
    if not any(closes.values()):
        return
    st.subheader("What the next close would write")
    if len(set(closes.values())) > 1:
        ui.warn(
            f"{path} has the ledger of {closes[path]} closes, and {default_path()} of "
            f"{closes[default_path()]}: build the branch with the var ratebook_ledger_archive set "
            "to the archive of main's ledger."
        )
        return
    sides = [
        {row["document_id"]: row for row in ui.query(PLANNED_SQL, path=file)}
        for file in (default_path(), path)
    ]
    changed = [
        {"row": on_branch or on_main, "main": on_main, "branch": on_branch}
        for document_id in sorted({*sides[0], *sides[1]})
        for on_main, on_branch in [[side.get(document_id) for side in sides]]
        if not (on_main and on_branch and on_main["total"] == on_branch["total"])
    ]
    changed.sort(key=lambda each: (each["row"]["customer_id"], each["row"]["document_type"]))

    def total(side: str) -> Callable[[Row], str]:
        return lambda each: (
            ui.money(each[side]["total"], each[side]["currency"]) if each[side] else "none"
        )

    ui.table(
        [
            Column("Type", lambda each: ui.words(each["row"]["document_type"])),
            Column(
                "Customer",
                lambda each: each["row"]["customer_name"] or each["row"]["customer_id"],
            ),
            Column("On main", total("main"), "number"),
            Column("On the branch", total("branch"), "number"),
        ],
        changed[: ui.PAGE_ROWS],
        caption=(
            f"Documents that differ, the first {ui.PAGE_ROWS} of {ui.number(len(changed))}; "
            "ratebook.planned_documents of each file has all"
        ),
        empty="The same documents, with the same totals.",
    )


def draw_changes(currency: str, path: Path | None) -> None:
    """Show the customers whose invoices would change, the largest difference first."""
    count = ui.query(COUNT_CHANGES_SQL, currency, path=path)[0]["row_count"]
    if not count:
        st.info(f"No invoice in {currency} would change.")
        return
    filters = (("currency", currency), ("is_shadow", False))
    largest = (("rows", SHOWN_CUSTOMERS), ("passed", 0))
    draw_change_bars(ui.query(CHANGES_SQL, *filters, *largest, path=path), currency)
    place = st.container()
    passed = ui.page_of(count)
    rows = ui.query(CHANGES_SQL, *filters, ("rows", ui.PAGE_ROWS), ("passed", passed), path=path)
    with place:
        draw_changes_table(rows, currency)


def draw_changes_table(rows: list[Row], currency: str) -> None:
    """Show customers with their totals on main and on the branch."""
    ui.table(
        [
            Column(
                "Customer",
                lambda row: row["name"],
                link=lambda row: ui.address("invoices", find=row["customer_id"], currency=currency),
            ),
            Column("Changed invoices", lambda row: ui.number(row["changed_count"]), "number"),
            Column("On main", lambda row: ui.money(row["main_total"], currency), "number"),
            Column("On the branch", lambda row: ui.money(row["branch_total"], currency), "number"),
            Column("Difference", lambda row: ui.money(row["difference"], currency), "number"),
        ],
        rows,
        caption="Totals are of all invoices of the customer, changed or not",
    )


def draw_change_bars(rows: list[Row], currency: str) -> None:
    """Show the largest differences."""
    frame = pd.DataFrame(
        {
            # Two customers of one name are two bars.
            "Customer": [f"{row['name']} ({row['customer_id']})" for row in rows],
            "length": [float(row["difference"]) for row in rows],
            "kind": ["more" if row["difference"] >= 0 else "less" for row in rows],
            "Difference": [ui.money(row["difference"], currency) for row in rows],
        }
    )
    colours = alt.Scale(domain=["more", "less"], range=[ui.COLOURS[2], ui.COLOURS[4]])
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            y=alt.Y("Customer:N", title=None, sort=None),
            x=alt.X("length:Q", title=f"Difference in {currency}"),
            color=alt.Color("kind:N", scale=colours, legend=None),
            tooltip=["Customer", "Difference"],
        )
        .properties(height=alt.Step(26))
    )
    ui.chart(
        bars,
        "The largest differences: "
        + ", ".join(f"{row['name']} {ui.money(row['difference'], currency)}" for row in rows),
    )

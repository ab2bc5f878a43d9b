"""Shared by the parts of the page: quotes, their terms and amounts."""

from __future__ import annotations

from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column
from ratebook.dashboard.warehouse import Row

# Views that links lead to.
COMPARE = "Compare scenarios"
# What is compared: label, column.
AMOUNTS = (
    ("List total", "list_total"),
    ("Discount", "discount_total"),
    ("Quoted total", "quoted_total"),
    ("Total contract value", "total_contract_value"),
    ("First invoices", "first_invoices_total"),
    ("Above the lowest", "above_lowest"),
)
# Quotes for one customer or prospect are alternatives.
QUOTES_SQL = """
    with names as (
        select
            quote_id,
            max(customer_name) as customer_name
        from ratebook.quote_invoices
        group by quote_id
    ),

    quotes as (
        select
            summaries.*,
            coalesce(summaries.customer_id, summaries.prospect_name) as who,
            count(distinct summaries.quote_id) over (
                partition by
                    coalesce(summaries.customer_id, summaries.prospect_name, summaries.quote_id)
            ) as scenario_count,
            coalesce(names.customer_name, summaries.prospect_name, summaries.customer_id) as name
        from ratebook.quote_summaries as summaries
        left join names on summaries.quote_id = names.quote_id
    )
"""


def term_text(row: Row) -> str:
    """Write from when to when a quote or order would hold."""
    started, ended = ui.instant(row["started_at"], "no start"), ui.instant(row["ended_at"])
    return f"{started} to {ended}" if ended else f"{started}, open"


def amount_text(row: Row, name: str) -> str:
    """Write an amount of a quote or order; nothing where it has no line, and so no currency."""
    return ui.money(row[name], row["currency"]) if row["currency"] else ""


def amount_column(label: str, name: str) -> Column:
    """Return a column of amounts in the currency of each row."""
    return Column(label, lambda row: amount_text(row, name), "number")


def quote_address(row: Row) -> str:
    """Return the address of a quote; the list's filters go along, for the way back."""
    return ui.here("quotes", quote=row["quote_id"])


def compare_address(row: Row) -> str | None:
    """Return the address of the comparison with other quotes for the same, if there are any."""
    return ui.address("quotes", view=COMPARE, who=row["who"]) if row["scenario_count"] > 1 else None

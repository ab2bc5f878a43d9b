"""Marketplaces and partners: usage reported, amounts they bill, and their shares."""

# ruff: noqa: S608 - SQL is put together from constants of this file alone.

from __future__ import annotations

from collections.abc import Callable

import altair as alt
import pandas as pd
import streamlit as st

from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column, Section
from ratebook.dashboard.warehouse import Row

# As they call themselves; the empty one is all of them.
MARKETPLACES = {"": "All", "AWS": "AWS", "AZURE": "Azure", "GOOGLE_CLOUD": "Google Cloud"}
AGREEMENT_STATES = ("PENDING", "FAILED", "ACTIVE", "SUSPENDED", "CLOSING", "ENDED")
RECORD_STATES = ("pending", "late", "rejected", "sent", "accepted")
SHOWN_NAMES = 7

Parameter = tuple[str, str]

# The filter on agreements: the same for everything that belongs to them.
FOUND_SQL = """
    where
        ($marketplace = '' or marketplace = $marketplace)
        and (
            $find = ''
            or agreement_id ilike $pattern escape '\\'
            or customer_id ilike $pattern escape '\\'
            or contract_id ilike $pattern escape '\\'
        )
"""
MARKETPLACES_SQL = """
    select distinct marketplace from ratebook.marketplace_agreement_states
    where marketplace is not null
    order by marketplace
"""
STATES_SQL = """
    select state, count(*) as agreement_count
    from ratebook.marketplace_agreement_states
    group by state
    order by agreement_count desc, state
"""
AGREEMENTS_SQL = (
    "select * from ratebook.marketplace_agreement_states"
    + FOUND_SQL
    + """
        and ($state = '' or state = $state)
    order by state_changed_at desc nulls last, agreement_id
"""
)

PRODUCTS_SQL = """
    select product_uid
    from ratebook.marketplace_reconciliation
    group by product_uid
    order by sum(event_count) desc, product_uid
"""
QUANTITIES = (
    ("accepted_quantity", "Confirmed"),
    ("unanswered_quantity", "Reported, no answer yet"),
    ("pending_quantity", "To report"),
    ("late_quantity", "Too late"),
    ("rejected_quantity", "Rejected"),
)
# Of one product only: units of different products cannot be added.
RECONCILED_SQL = (
    """
    with reconciled as (
        select *, sent_quantity - accepted_quantity as unanswered_quantity
        from ratebook.marketplace_reconciliation
"""
    + FOUND_SQL
    + """
            and product_uid = $product
    )
"""
)
BY_MONTH_SQL = (
    RECONCILED_SQL
    + """
    select
        metered_month,
        sum(metered_quantity) as metered_quantity,
        sum(accepted_quantity) as accepted_quantity,
        sum(unanswered_quantity) as unanswered_quantity,
        sum(pending_quantity) as pending_quantity,
        sum(late_quantity) as late_quantity,
        sum(rejected_quantity) as rejected_quantity
    from reconciled
    group by metered_month
    order by metered_month
"""
)
BY_AGREEMENT_SQL = (
    RECONCILED_SQL
    + "select * from reconciled order by metered_month desc, agreement_id, dimension, listing_id"
)

# Lines of no currency, or of several, have no amounts: they are counted, not left out.
MONEY_SQL = (
    """
    select
        currency,
        count(*) as row_count,
        sum(rated_amount) as rated,
        sum(sent_amount) as sent,
        sum(difference_amount) as difference,
        sum(fee_amount) as fee,
        sum(net_amount) as net
    from ratebook.marketplace_reconciliation
"""
    + FOUND_SQL
    + "group by currency order by currency nulls last"
)
MONEY_ROWS_SQL = (
    "select * from ratebook.marketplace_reconciliation"
    + FOUND_SQL
    + "order by metered_month desc, agreement_id, dimension, listing_id, product_uid"
)

RECORD_COUNTS_SQL = """
    select
        count(*) filter (where state = 'pending') as pending,
        count(*) filter (where is_sendable) as sendable,
        min(send_before_at) filter (where state = 'pending') as send_before_at,
        count(*) filter (where state = 'sent') as sent,
        count(*) filter (where state = 'rejected') as rejected,
        count(*) filter (where late_quantity <> 0) as late,
        max(created_at) as as_of
    from ratebook.marketplace_metering_records
"""
RECORDS_SQL = (
    """
    select
        *,
        date_diff('minute', created_at, send_before_at) as minutes_left
    from ratebook.marketplace_metering_records
"""
    + FOUND_SQL
    + """
        and ($state = '' or state = $state)
    order by
        state <> 'pending',
        late_quantity = 0,
        list_position(['rejected', 'sent', 'accepted'], state),
        case when state = 'pending' then send_before_at end nulls last,
        metered_hour desc,
        metering_record_id
"""
)

PAYOUT_CURRENCIES_SQL = """
    select currency from ratebook.partner_payouts
    group by currency
    order by sum(line_count + draft_line_count) desc, currency
"""
PAYOUTS_SQL = """
    with payouts as (
        select *
        from ratebook.partner_payouts
        where
            currency = $currency
            and (
                $find = ''
                or partner_id ilike $pattern escape '\\'
                or partner_name ilike $pattern escape '\\'
            )
    )
"""
PAYOUT_TOTALS_SQL = (
    PAYOUTS_SQL
    + """
    select
        coalesce(sum(gross_amount), 0) as gross,
        coalesce(sum(share_amount), 0) as share,
        coalesce(sum(net_amount), 0) as net,
        coalesce(sum(draft_share_amount), 0) as draft_share,
        coalesce(sum(line_count), 0)::bigint as line_count,
        coalesce(sum(draft_line_count), 0)::bigint as draft_line_count
    from payouts
"""
)
# The partners with the largest shares by name, the others together.
SHARES_SQL = (
    PAYOUTS_SQL
    + """
    , ranked as (
        select
            partner_id,
            row_number() over (
                order by sum(share_amount + draft_share_amount) desc, partner_id
            ) as rank
        from payouts
        group by partner_id
    )

    select
        payouts.payout_month,
        case
            when ranked.rank <= $shown then coalesce(payouts.partner_name, payouts.partner_id)
            else 'Others'
        end as name,
        min(ranked.rank) as rank,
        sum(payouts.share_amount) as share,
        sum(payouts.draft_share_amount) as draft_share
    from payouts
    inner join ranked on payouts.partner_id = ranked.partner_id
    group by 1, 2
    order by payouts.payout_month, rank
"""
)
PAYOUT_ROWS_SQL = (
    PAYOUTS_SQL + "select * from payouts order by payout_month desc, partner_name, partner_id"
)
PAYOUT_SQL = """
    select *
    from ratebook.partner_payouts
    where partner_id = ? and currency = ? and strftime(payout_month, '%Y-%m') = ?
"""
SHARED_LINES_SQL = """
    select *
    from ratebook.partner_line_shares
    where
        partner_id = $partner
        and currency = $currency
        and strftime(payout_month, '%Y-%m') = $month
    order by share_amount desc, line_item_id
"""
# What documents say is paid in the month of their date.
SHARED_ROWS_SQL = """
    select
        document_rows.*,
        documents.document_date,
        document_rows.amount - coalesce(document_rows.partner_share_amount, 0) as net_amount
    from ratebook.document_rows as document_rows
    inner join ratebook.documents as documents
        on document_rows.document_id = documents.document_id
    where
        document_rows.partner_id = $partner
        and document_rows.currency = $currency
        and strftime(documents.document_date, '%Y-%m') = $month
    order by document_rows.close_number, document_rows.row_number
    limit 200
"""

# Presentation only: the one division of the page, rounded to hundredths of an hour.
ONBOARDING_SQL = """
    select
        *,
        cast(total_hours / nullif(onboarded_contract_count, 0) as decimal(18, 2)) as mean_hours
    from ratebook.onboarding_times
    order by contract_count desc, channel
"""


def found_by(choose: Callable[[], Parameter] | None = None) -> tuple[Parameter, ...]:
    """Let the visitor filter; return the parameters of the query."""
    columns = st.columns([1, 1, 2] if choose else [1, 3])
    chosen = []
    if choose:
        with columns[1]:
            chosen.append(choose())
    with columns[0]:
        marketplace = st.selectbox(
            "Marketplace",
            ["", *(row["marketplace"] for row in ui.query(MARKETPLACES_SQL))],
            key="marketplace",
            bind="query-params",
            format_func=lambda code: MARKETPLACES.get(code, code),
        )
    with columns[-1]:
        text = ui.search("Find", "find", "Agreement, customer or contract")
    return ("marketplace", marketplace), ("find", text), ("pattern", ui.like(text)), *chosen


def agreement(row: Row) -> str | None:
    """Return the address of an agreement's contract."""
    contract_id = row["contract_id"]
    return ui.address("contracts", contract=contract_id) if contract_id else None


AGREEMENT = (
    Column("Agreement", lambda row: row["agreement_id"], link=agreement),
    Column("Customer", lambda row: row["customer_id"]),
)
MARKETPLACE = Column(
    "Marketplace", lambda row: MARKETPLACES.get(row["marketplace"], row["marketplace"])
)


def sum_column(label: str, name: str) -> Column:
    """Return a column of quantities."""
    return Column(label, lambda row: ui.number(row[name]), "number")


def amount_column(label: str, name: str) -> Column:
    """Return a column of amounts in the currency of their row."""
    return Column(label, lambda row: ui.money(row[name], row["currency"] or ""), "number")


def meaning(row: Row) -> str:
    """Say what the state of an agreement means."""
    words = (
        ("in force", row["is_in_force"]),
        ("may be used", row["is_entitled"]),
        ("accepts reports", row["is_metered"]),
    )
    return ", ".join(word for word, holds in words if holds) or "not in force"


def draw_agreements() -> None:
    """Show the agreements, their states, and the meaning of each state."""
    states = ui.query(STATES_SQL)
    if not states:
        st.info("There is no marketplace agreement.")
        return
    ui.cards(
        (ui.words(row["state"]), ui.number(row["agreement_count"]), "agreements") for row in states
    )
    parameters = found_by(lambda: ("state", ui.pick("State", AGREEMENT_STATES, "state")))
    ui.paged_table(
        [
            *AGREEMENT,
            MARKETPLACE,
            Column("Listing", lambda row: row["listing_id"]),
            Column("State", lambda row: ui.words(row["state"])),
            Column("Since (UTC)", lambda row: ui.instant(row["state_changed_at"]), "date"),
            Column("Meaning", meaning, "sentence"),
            Column("Last reports by (UTC)", lambda row: ui.instant(row["last_records_by"]), "date"),
            Column("Started (UTC)", lambda row: ui.instant(row["contract_started_at"]), "date"),
            Column(
                "Ends (UTC)",
                lambda row: ui.instant(
                    row["contract_ended_at"], "open" if row["contract_started_at"] else ""
                ),
                "date",
            ),
        ],
        AGREEMENTS_SQL,
        *parameters,
        empty="No agreement matches: remove a filter.",
    )


def draw_quantities() -> None:
    """Show metered quantities by month: reported, pending, too late or rejected."""
    products = [row["product_uid"] for row in ui.query(PRODUCTS_SQL)]
    if not products:
        st.info("No agreement has metered usage yet.")
        return
    names = ui.product_names()
    parameters = found_by(
        lambda: (
            "product",
            st.selectbox(
                "Product",
                products,
                key="product",
                bind="query-params",
                format_func=lambda uid: names.get(uid, uid),
            ),
        )
    )
    product = dict(parameters)["product"]
    months = ui.query(BY_MONTH_SQL, *parameters)
    if months:
        draw_months(months, names.get(product, product))
    ui.paged_table(
        [
            Column("Month (UTC)", lambda row: ui.month(row["metered_month"]), "date"),
            *AGREEMENT,
            MARKETPLACE,
            Column("Dimension", lambda row: row["dimension"]),
            sum_column("Metered", "metered_quantity"),
            *(sum_column(label, name) for name, label in QUANTITIES),
            sum_column("From earlier months", "carried_in_quantity"),
            sum_column("For later months", "carried_out_quantity"),
        ],
        BY_AGREEMENT_SQL,
        *parameters,
        caption="Metered is the sum of the five columns after it, in units of the product",
        empty="No matching agreement has metered this product: remove a filter.",
    )


def draw_months(months: list[Row], product: str) -> None:
    """Show the quantities of each month as stacked bars; what is carried in counts below zero."""
    frame = pd.DataFrame(
        [
            {
                "month": f"{row['metered_month']:%Y-%m}",
                "Where it stands": label,
                "height": float(row[name]),
                "Quantity": ui.number(row[name]),
                "order": place,
            }
            for row in months
            for place, (name, label) in enumerate(QUANTITIES)
        ]
    )
    colours = [ui.COLOURS[place] for place in (0, 7, 1, 5, 4)]
    bars = (
        alt.Chart(frame)
        .mark_bar(size=46 if len(months) <= 12 else alt.Undefined)
        .encode(
            x=alt.X("month:O", title="Month (UTC)", axis=alt.Axis(labelOverlap=True)),
            y=alt.Y("height:Q", title="Quantity", stack=True),
            color=alt.Color(
                "Where it stands:N",
                title=None,
                scale=alt.Scale(domain=[label for _, label in QUANTITIES], range=colours),
            ),
            order="order:O",
            tooltip=["month", "Where it stands", "Quantity"],
        )
        .properties(height=300)
    )
    ui.chart(bars, f"Metered quantity of {product} by month and where it stands; see the table.")


def draw_records() -> None:
    """Show pending reports with their deadlines, then all other reports and their answers."""
    counts = ui.query(RECORD_COUNTS_SQL)[0]
    if not counts["as_of"]:
        st.info("There is no metering record: no agreement has usage yet.")
        return
    ui.cards(
        [
            (
                "Pending",
                ui.number(counts["pending"]),
                f"{ui.number(counts['sendable'])} can be sent now",
            ),
            (
                "Next deadline",
                ui.instant(counts["send_before_at"], "no limit" if counts["pending"] else "none"),
                f"UTC; the books are as of {ui.instant(counts['as_of'])}",
            ),
            ("Sent, no answer yet", ui.number(counts["sent"]), "records"),
            ("Rejected", ui.number(counts["rejected"]), "to be checked"),
            ("With late usage", ui.number(counts["late"]), "can no longer be reported"),
        ]
    )
    parameters = found_by(lambda: ("state", ui.pick("State", RECORD_STATES, "state")))
    ui.paged_table(
        [
            Column("State", lambda row: ui.words(row["state"])),
            Column(
                "Send before (UTC)",
                lambda row: ui.instant(
                    row["send_before_at"], "no limit" if row["state"] == "pending" else ""
                ),
                "date",
            ),
            Column("Left", time_left, "number"),
            *AGREEMENT,
            Column("Dimension", lambda row: row["dimension"]),
            Column("Hour (UTC)", lambda row: ui.instant(row["metered_hour"]), "date"),
            sum_column("Quantity", "quantity"),
            Column("Too late", lambda row: ui.number(row["late_quantity"] or None), "number"),
            Column("Sent (UTC)", lambda row: ui.instant(row["sent_at"]), "date"),
            Column("Answer", answer, "sentence"),
        ],
        RECORDS_SQL,
        *parameters,
        caption=(
            "Pending records first, by their deadline. Quantities are in "
            "units of the dimension, late usage in units of the product."
        ),
        empty="No record matches: remove a filter.",
    )


def time_left(row: Row) -> str:
    """Write how long a pending record can still be sent, at the as-of time."""
    if row["state"] != "pending" or row["minutes_left"] is None:
        return ""
    if row["minutes_left"] < 0:
        return "over"
    hours, minutes = divmod(row["minutes_left"], 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def answer(row: Row) -> str:
    """Write the answer to a record, or why it cannot be sent."""
    return ": ".join(part for part in (row["status"], row["detail"]) if part)


def draw_money() -> None:
    """Show amounts rated, billed by marketplaces, and left after their fee."""
    parameters = found_by()
    totals = ui.query(MONEY_SQL, *parameters)
    if not totals:
        st.info("No matching agreement has usage or a record.")
        return
    amounts = (
        amount_column("Rated", "rated"),
        amount_column("Billed by the marketplace", "sent"),
        amount_column("Not billed of it", "difference"),
        amount_column("Fee", "fee"),
        amount_column("Net", "net"),
    )
    ui.table(
        [
            Column("Currency", lambda row: row["currency"] or "none, or several"),
            Column("Rows", lambda row: ui.number(row["row_count"]), "number"),
            *amounts,
        ],
        totals,
        caption="All months, by currency",
    )
    products = ui.product_names()
    ui.paged_table(
        [
            Column("Month (UTC)", lambda row: ui.month(row["metered_month"]), "date"),
            *AGREEMENT,
            MARKETPLACE,
            Column("Dimension", lambda row: row["dimension"]),
            Column("Product", lambda row: products.get(row["product_uid"], row["product_uid"])),
            amount_column("Rated", "rated_amount"),
            amount_column("Billed by the marketplace", "sent_amount"),
            amount_column("Not billed of it", "difference_amount"),
            amount_column("Fee", "fee_amount"),
            amount_column("Net", "net_amount"),
        ],
        MONEY_ROWS_SQL,
        *parameters,
        caption="By month, agreement and dimension; empty where the lines have no one currency",
    )


def draw_payouts() -> None:
    """Show the shares of partners by month, or the lines of one partner and month."""
    partner, month = (st.query_params.get(name) for name in ("partner", "payout"))
    if partner and month:
        draw_payout(partner, st.query_params.get("currency", ""), month)
        return
    currencies = [row["currency"] for row in ui.query(PAYOUT_CURRENCIES_SQL)]
    if not currencies:
        st.info("No line belongs to a contract with a partner.")
        return
    which, what = st.columns([1, 3])
    with which:
        currency = ui.pick_currency(currencies)
    with what:
        text = ui.search("Find", "find", "Partner")
    parameters = ("currency", currency), ("find", text), ("pattern", ui.like(text))
    totals = ui.query(PAYOUT_TOTALS_SQL, *parameters)[0]
    ui.cards(
        [
            (
                "Share of partners",
                ui.money(totals["share"], currency),
                f"{ui.number(totals['line_count'])} finalized lines",
            ),
            ("of gross", ui.money(totals["gross"], currency), "finalized lines"),
            ("Net", ui.money(totals["net"], currency), "gross less share"),
            (
                "Share in drafts",
                ui.money(totals["draft_share"], currency),
                f"{ui.number(totals['draft_line_count'])} draft lines, not payable yet",
            ),
        ]
    )
    shares = ui.query(SHARES_SQL, *parameters, ("shown", SHOWN_NAMES))
    if shares:
        draw_shares(shares, currency)
    ui.paged_table(
        [
            Column(
                "Month",
                lambda row: ui.month(row["payout_month"]),
                "date",
                link=lambda row: ui.here(
                    "partners",
                    partner=row["partner_id"],
                    payout=f"{row['payout_month']:%Y-%m}",
                    currency=currency,
                    page=None,
                ),
            ),
            Column("Partner", lambda row: row["partner_name"] or row["partner_id"]),
            Column("Kind", lambda row: ui.words(row["kind"] or "none")),
            Column("Lines", lambda row: ui.number(row["line_count"]), "number"),
            amount_column("Gross", "gross_amount"),
            amount_column("Share", "share_amount"),
            amount_column("Net", "net_amount"),
            Column("Draft lines", lambda row: ui.number(row["draft_line_count"]), "number"),
            amount_column("Draft gross", "draft_gross_amount"),
            amount_column("Draft share", "draft_share_amount"),
            amount_column("Draft net", "draft_net_amount"),
        ],
        PAYOUT_ROWS_SQL,
        *parameters,
        caption=(
            "By the month in which the invoices are issued, or of the date of their documents; a "
            "month leads to its lines"
        ),
        empty="No partner of that name has lines in this currency.",
    )


def draw_shares(rows: list[Row], currency: str) -> None:
    """Show the shares of partners by month, drafts paler."""
    names = list(dict.fromkeys(row["name"] for row in sorted(rows, key=lambda row: row["rank"])))
    frame = pd.DataFrame(
        [
            {
                "month": f"{row['payout_month']:%Y-%m}",
                "Partner": row["name"],
                "Status": status,
                "height": float(row[name]),
                "Share": ui.money(row[name], currency),
            }
            for row in rows
            for status, name in (("Finalized", "share"), ("Draft", "draft_share"))
            if row[name]
        ],
        columns=["month", "Partner", "Status", "height", "Share"],
    )
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X(
                "month:O",
                title="Month in which the invoices are issued",
                axis=alt.Axis(labelOverlap=True),
            ),
            y=alt.Y("height:Q", title=f"Share, {currency}", stack=True),
            color=alt.Color(
                "Partner:N", sort=names, scale=alt.Scale(domain=names, range=ui.COLOURS)
            ),
            opacity=alt.Opacity(
                "Status:N", scale=alt.Scale(domain=["Finalized", "Draft"], range=[1, 0.45])
            ),
            tooltip=["month", "Partner", "Status", "Share"],
        )
        .properties(height=300)
    )
    ui.chart(bars, f"Share of partners in {currency} by month; the table below has all.")


def draw_payout(partner: str, currency: str, month: str) -> None:
    """Show the lines of one partner and month."""
    ui.back("partners", "partner", "payout", "page")
    payouts = ui.query(PAYOUT_SQL, partner, currency, month)
    parameters = ("partner", partner), ("currency", currency), ("month", month)
    if not payouts:
        missing = f"{partner} has no lines in {currency or 'this currency'} and {month}."
        ui.warn(missing)
        return
    payout = payouts[0]
    name = ui.short_name(payout["partner_name"] or payout["partner_id"])
    ui.heading(f"{name}, {ui.month(payout['payout_month'])}, {currency}")
    ui.cards(
        [
            (
                "Share",
                ui.money(payout["share_amount"], currency),
                f"{ui.number(payout['line_count'])} finalized lines",
            ),
            ("of gross", ui.money(payout["gross_amount"], currency), "finalized lines"),
            ("Net", ui.money(payout["net_amount"], currency), "gross less share"),
            (
                "Share in drafts",
                ui.money(payout["draft_share_amount"], currency),
                f"{ui.number(payout['draft_line_count'])} draft lines",
            ),
        ]
    )
    products = ui.product_names()
    rows = ui.query(SHARED_ROWS_SQL, *parameters) if ui.has("documents", "document_rows") else []
    if rows:
        ui.table(
            [
                Column(
                    "Document",
                    lambda row: row["document_number"] or row["document_id"][:8],
                    link=lambda row: ui.address("ledger", document=row["document_id"]),
                ),
                Column("Date", lambda row: ui.day(row["document_date"]), "date"),
                Column("Corrects", lambda row: row["origin_document_number"] or ""),
                Column("Contract", lambda row: row["contract_id"]),
                Column("Product", lambda row: products.get(row["product_uid"], row["product_uid"])),
                amount_column("Gross", "amount"),
                amount_column("Share", "partner_share_amount"),
                amount_column("Net", "net_amount"),
            ],
            rows,
            caption="Rows of the documents of the month, at most 200",
        )
    ui.paged_table(
        [
            Column(
                "Invoice",
                lambda row: row["invoice_id"][:8],
                link=lambda row: ui.address("invoices", invoice=row["invoice_id"]),
            ),
            Column("Customer", lambda row: row["customer_id"]),
            Column(
                "Contract",
                lambda row: row["contract_id"],
                link=lambda row: ui.address("contracts", contract=row["contract_id"]),
            ),
            Column("Product", lambda row: products.get(row["product_uid"], row["product_uid"])),
            Column("Status", lambda row: ui.words(row["status"])),
            Column("Share row", lambda row: row["partner_share_uid"] or "none in force"),
            Column("Percent", lambda row: ui.number(row["share_percent"]), "number"),
            amount_column("Gross", "gross_amount"),
            amount_column("Share", "share_amount"),
            amount_column("Net", "net_amount"),
        ],
        SHARED_LINES_SQL,
        *parameters,
        caption="The lines whose invoices are issued in the month, the largest share first",
    )


def draw_onboarding() -> None:
    """Show the time from signature to first grant, by channel."""
    ui.table(
        [
            Column("Channel", lambda row: ui.words(row["channel"] or "none")),
            Column("Contracts signed", lambda row: ui.number(row["contract_count"]), "number"),
            Column("Onboarded", lambda row: ui.number(row["onboarded_contract_count"]), "number"),
            sum_column("Shortest, hours", "minimum_hours"),
            sum_column("Mean, hours", "mean_hours"),
            sum_column("Longest, hours", "maximum_hours"),
        ],
        ui.query(ONBOARDING_SQL),
        caption=(
            "From the signature of a contract to the first grant of a product that it owes; the "
            "mean is rounded to hundredths of an hour"
        ),
        empty="No contract has been signed yet.",
    )


AGREEMENTS, RECONCILIATION = "marketplace_agreement_states", "marketplace_reconciliation"
SECTIONS = {
    "agreements": Section("Agreements", draw_agreements, (AGREEMENTS,)),
    "quantities": Section(
        "Metered quantities", draw_quantities, (AGREEMENTS, RECONCILIATION, "prices")
    ),
    "records": Section("Metering records", draw_records, ("marketplace_metering_records",)),
    "money": Section("Marketplace money", draw_money, (AGREEMENTS, RECONCILIATION, "prices")),
    "payouts": Section(
        "Partner payouts", draw_payouts, ("partner_payouts", "partner_line_shares", "prices")
    ),
    "onboarding": Section("Onboarding", draw_onboarding, ("onboarding_times",)),
}
# The page is shown if the marts of one of its parts were built.
READS = tuple(section.marts for section in SECTIONS.values())


def title() -> str:
    """Return the title of the page: what is left of it if features are off."""
    words = [
        word
        for word, mart in (("marketplaces", AGREEMENTS), ("partners", "partner_payouts"))
        if ui.has(mart)
    ]
    return " and ".join(words or ["onboarding"]).capitalize()


def draw() -> None:
    """Draw the page."""
    ui.draw_section(SECTIONS)

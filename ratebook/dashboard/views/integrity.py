"""Integrity: the outcome of all usage, and problems with the configuration."""

# ruff: noqa: S608 - SQL is put together from constants of this file alone.

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column, Section
from ratebook.dashboard.warehouse import Row

# The page is shown if all these marts were built.
READS = (("exception_reasons", "pricing_exceptions", "usage_outcome_counts"),)
EFFECTS = ("NOT_BILLED", "BILLED")
SHOWN_NAMES = 7
SHOWN_GROUPS = 25
LONGEST_IN_DAYS = 62

COUNTS_SQL = """
    select
        coalesce(sum(event_count), 0) as received,
        coalesce(sum(event_count) filter (where outcome = 'RATED'), 0) as rated,
        coalesce(sum(event_count) filter (where outcome = 'DUPLICATE'), 0) as repeats,
        coalesce(sum(event_count) filter (where outcome = 'FILTERED_OUT'), 0) as filtered_out
    from ratebook.usage_outcome_counts
"""
FAULTS_SQL = """
    select
        count(distinct (input, row_id)) filter (where effect = 'NOT_BILLED') as not_billed,
        count(distinct (input, row_id)) filter (where effect = 'BILLED') as billed
    from ratebook.pricing_exceptions
"""

MONTHS_SQL = """
    select distinct strftime(received_date, '%Y-%m') as month
    from ratebook.usage_outcome_counts
    where received_date is not null
    order by month desc
"""
DAYS_SQL = """
    select date_diff('day', min(received_date), max(received_date)) as days
    from ratebook.usage_outcome_counts
"""
# Events that name no time belong to no month: only the choice of all months shows them.
RECEIVED_SQL = """
    with counts as (
        select
            cast(date_trunc($unit, received_date) as date) as bucket,
            outcome,
            sum(event_count) as event_count
        from ratebook.usage_outcome_counts
        where $month = '' or strftime(received_date, '%Y-%m') = $month
        group by 1, 2
    )
"""
BY_KIND_SQL = (
    RECEIVED_SQL
    + """
    select
        bucket,
        case outcome
            when 'RATED' then 'Rated'
            when 'DUPLICATE' then 'Duplicates'
            when 'FILTERED_OUT' then 'Filtered out'
            else 'Unbilled'
        end as name,
        sum(event_count) as event_count
    from counts
    group by 1, 2
    order by bucket nulls last
"""
)
KINDS = ("Rated", "Duplicates", "Filtered out", "Unbilled")
BY_REASON_SQL = (
    RECEIVED_SQL
    + """
    , unpaid as (
        select * from counts where outcome not in ('RATED', 'DUPLICATE', 'FILTERED_OUT')
    ),

    ranked as (
        select outcome, row_number() over (order by sum(event_count) desc, outcome) as rank
        from unpaid
        group by outcome
    )

    select
        unpaid.bucket,
        case when ranked.rank <= $shown then unpaid.outcome else 'OTHERS' end as name,
        min(ranked.rank) as rank,
        sum(unpaid.event_count) as event_count
    from unpaid
    inner join ranked on unpaid.outcome = ranked.outcome
    group by 1, 2
    order by unpaid.bucket nulls last
"""
)
# Hundredths of a percent, rounded half up, in whole numbers.
OUTCOMES_SQL = """
    with counts as (
        select outcome, sum(event_count) as event_count
        from ratebook.usage_outcome_counts
        where $month = '' or strftime(received_date, '%Y-%m') = $month
        group by outcome
    ),

    total as (select sum(event_count) as event_count from counts)

    select
        counts.outcome,
        counts.event_count,
        cast(
            (20000 * counts.event_count + total.event_count) // (2 * total.event_count)
            as decimal(9, 2)
        ) * cast(0.01 as decimal(3, 2)) as share_percent,
        reasons.meaning,
        reasons.remedy
    from counts
    cross join total
    left join ratebook.exception_reasons as reasons
        on counts.outcome = reasons.reason and reasons.effect = 'NOT_RATED'
    order by counts.outcome <> 'RATED', counts.event_count desc, counts.outcome
"""

# $outcome is a reason; if it is empty, all unbilled events.
UNRATED_SQL = """
    from ratebook.usage_event_exceptions
    where
        case
            when $outcome = '' then reason not in ('DUPLICATE', 'FILTERED_OUT')
            else reason = $outcome
        end
        and ($month = '' or strftime(received_at, '%Y-%m') = $month)
        and (
            $find = ''
            or transaction_id ilike $pattern escape '\\'
            or customer_id ilike $pattern escape '\\'
            or event_name ilike $pattern escape '\\'
            or detail ilike $pattern escape '\\'
        )
"""
TOUCHED_SQL = (
    """
    select
        reason,
        customer_id,
        event_name,
        product_uid,
        count(*) as event_count,
        min(metered_at) as first_metered_at,
        max(metered_at) as last_metered_at,
        count(*) over () as group_count
"""
    + UNRATED_SQL
    + """
    group by reason, customer_id, event_name, product_uid
    order by count(*) desc, reason, customer_id, event_name, product_uid
    limit $shown
"""
)
EVENTS_SQL = (
    "select *"
    + UNRATED_SQL
    + "order by metered_at desc nulls first, transaction_id, product_uid, received_at"
)

FAULT_FILTER_SQL = """
    from ratebook.pricing_exceptions
    where
        ($effect = '' or effect = $effect)
        and ($reason = '' or reason = $reason)
        and ($input = '' or input = $input)
        and (
            $find = ''
            or id ilike $pattern escape '\\'
            or contract_id ilike $pattern escape '\\'
            or customer_id ilike $pattern escape '\\'
            or detail ilike $pattern escape '\\'
        )
"""
FAULT_COUNTS_SQL = (
    "select effect, reason, count(*) as row_count"
    + FAULT_FILTER_SQL
    + "group by effect, reason order by count(*) desc, reason, effect"
)
# A contract without prices has no page to link to.
FAULT_ROWS_SQL = (
    "with faults as (select *"
    + FAULT_FILTER_SQL
    + """),

    priced as (
        select distinct contract_id from ratebook.prices
    )

    select
        faults.*,
        priced.contract_id as priced_contract_id,
        reasons.remedy
    from faults
    left join priced on faults.contract_id = priced.contract_id
    left join ratebook.exception_reasons as reasons
        on faults.effect = reasons.effect and faults.reason = reasons.reason
    order by faults.effect = 'BILLED', faults.reason, faults.input, faults.id, faults.row_id
"""
)
FAULT_CHOICES_SQL = "select distinct reason, input from ratebook.pricing_exceptions order by all"

LATE_SQL = """
    with late as (
        select
            days.invoice_id,
            count(distinct days.usage_date) as day_count,
            sum(days.event_count) as event_count,
            max(days.last_received_at) as last_received_at
        from ratebook.usage_by_day as days
        inner join ratebook.invoices as invoices on days.invoice_id = invoices.invoice_id
        where days.last_received_at > invoices.issued_at
        group by days.invoice_id
    )

    select invoices.*, late.day_count, late.event_count, late.last_received_at
    from late
    inner join ratebook.invoices as invoices on late.invoice_id = invoices.invoice_id
    where
        ($state = '' or invoices.status = $state)
        and (
            $find = ''
            or invoices.customer_id ilike $pattern escape '\\'
            or invoices.customer_name ilike $pattern escape '\\'
            or invoices.contract_id ilike $pattern escape '\\'
        )
    order by invoices.status <> 'FINALIZED', late.last_received_at desc, invoices.invoice_id
"""

DISCREPANCIES = {
    "NOT_GRANTED": "owed, not granted",
    "NOT_OWED": "granted, not owed",
    "WRONG_QUANTITY": "granted in another quantity",
    "LATE": "granted late",
}
DISCREPANCY_COUNTS_SQL = """
    select
        kind,
        count(*) as window_count,
        count(*) filter (where ineffective_at is null) as open_count
    from ratebook.entitlement_discrepancies
    group by kind
"""
DISCREPANCIES_SQL = """
    select *
    from ratebook.entitlement_discrepancies
    where
        ($kind = '' or kind = $kind)
        and (
            $find = ''
            or customer_id ilike $pattern escape '\\'
            or product_uid ilike $pattern escape '\\'
        )
    order by ineffective_at desc nulls first, effective_at desc, customer_id, product_uid, kind
"""


def percent(share: Any, count: int) -> str:  # noqa: ANN401 - a decimal of the database
    """Write a share; a small one is not shown as zero."""
    return "< 0.01 %" if count and not share else f"{share:.2f} %"


def customer(row: Row) -> str | None:
    """Return the address of a customer's contracts."""
    return ui.address("contracts", find=row["customer_id"]) if row["customer_id"] else None


def found(text: str) -> tuple[tuple[str, str], ...]:
    """Return the parameters of a search for a text."""
    return ("find", text), ("pattern", ui.like(text))


def draw_cards() -> None:
    """Show counts of events by outcome, and of configuration rows with a problem."""
    counts, faults = ui.query(COUNTS_SQL)[0], ui.query(FAULTS_SQL)[0]
    meant = counts["repeats"] + counts["filtered_out"]
    values = (
        ("Events received", counts["received"], "each has one outcome"),
        ("Rated", counts["rated"], "part of a line's quantity"),
        ("Unbilled", counts["received"] - counts["rated"] - meant, "see the reasons"),
        ("Duplicates", counts["repeats"], "not rated, as intended"),
        ("Filtered out", counts["filtered_out"], "not rated, as intended"),
        ("Rows not billed", faults["not_billed"], "each row counted once"),
        ("Rows billed, to review", faults["billed"], "may not be intended"),
    )
    ui.cards((label, ui.number(value), note) for label, value, note in values)


def bucket_name(bucket: date | None, unit: str) -> str:
    """Write the day or month of a bar."""
    if bucket is None:
        return "no time"
    return f"{bucket:%Y-%m-%d}" if unit == "day" else f"{bucket:%Y-%m}"


def draw_received(
    rows: list[Row], names: Sequence[str], colours: list[str], unit: str, said: str
) -> None:
    """Show events by day or month received, as stacked bars."""
    frame = pd.DataFrame(
        {
            unit: [bucket_name(row["bucket"], unit) for row in rows],
            "Outcome": [row["name"] for row in rows],
            "height": [int(row["event_count"]) for row in rows],
            "Events": [ui.number(row["event_count"]) for row in rows],
        }
    )
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X(
                f"{unit}:O",
                sort=None,
                title=f"{unit.capitalize()} received (UTC)",
                axis=alt.Axis(labelOverlap=True),
            ),
            y=alt.Y("height:Q", title="Events", stack=True, axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "Outcome:N",
                title=None,
                scale=alt.Scale(domain=list(names), range=colours),
                legend=alt.Legend(orient="bottom", columns=3),
            ),
            tooltip=[unit, "Outcome", "Events"],
        )
        .properties(height=360, title=said)
    )
    ui.chart(bars, f"{said}, by {unit} received; the table below has the totals.")


def draw_usage() -> None:
    """Show the outcomes of the events received, and the unbilled events."""
    months = [row["month"] for row in ui.query(MONTHS_SQL)]
    if not ui.query(COUNTS_SQL)[0]["received"]:
        st.info("No usage event has been received yet: its outcome would be counted here.")
        return
    with st.columns([1, 3])[0]:
        month = st.selectbox(
            "Received in",
            ["", *months],
            key="month",
            bind="query-params",
            format_func=lambda name: name or "Any month",
        )
    days = ui.query(DAYS_SQL)[0]["days"] or 0
    unit = "day" if month or days <= LONGEST_IN_DAYS else "month"
    bars = ("unit", unit), ("month", month)
    all_events, unpaid = st.columns(2)
    with all_events:
        colours = [ui.COLOURS[0], ui.COLOURS[7], ui.COLOURS[5], ui.COLOURS[4]]
        draw_received(ui.query(BY_KIND_SQL, *bars), KINDS, colours, unit, "All events")
    rows = ui.query(BY_REASON_SQL, *bars, ("shown", SHOWN_NAMES))
    with unpaid:
        if rows:
            names = list(dict.fromkeys(row["name"] for row in sorted(rows, key=rank)))
            for row in rows:
                row["name"] = ui.words(row["name"])
            words = [ui.words(name) for name in names]
            draw_received(rows, words, ui.COLOURS, unit, "Unbilled events")
        else:
            st.success("Every event is billed, or left out on purpose.")
    draw_outcomes(month)
    draw_unrated(month)


def rank(row: Row) -> int:
    """Return the place of a name in its chart."""
    return row["rank"]


def draw_outcomes(month: str) -> None:
    """Show how many events have each outcome, and what to do."""
    chosen = st.query_params.get("outcome")
    ui.table(
        [
            Column(
                "Outcome",
                lambda row: ui.words(row["outcome"]),
                link=lambda row: (
                    None
                    if row["outcome"] == "RATED"
                    else ui.here("integrity", outcome=ui.words(row["outcome"]), page=None)
                ),
            ),
            Column("Events", lambda row: ui.number(row["event_count"]), "number"),
            Column(
                "Share", lambda row: percent(row["share_percent"], row["event_count"]), "number"
            ),
            Column("Why", lambda row: row["meaning"], "sentence"),
            Column("What to do", lambda row: row["remedy"], "sentence"),
        ],
        ui.query(OUTCOMES_SQL, ("month", month)),
        chosen=lambda row: ui.words(row["outcome"]) == chosen,
        empty="No event was received in this month.",
    )


def draw_unrated(month: str) -> None:
    """Show the customers and products of unrated usage, and each event."""
    st.subheader("Events that are not rated")
    which, what = st.columns([1, 2])
    codes = [row["outcome"] for row in ui.query(OUTCOMES_SQL, ("month", ""))]
    with which:
        outcome = ui.pick(
            "Outcome",
            [code for code in codes if code != "RATED"],
            "outcome",
            every="All unbilled events",
        )
    with what:
        text = ui.search("Find", "find", "Transaction id, customer, event name or alias")
    parameters = ("outcome", outcome), ("month", month), *found(text)
    products = ui.product_names()
    groups = ui.query(TOUCHED_SQL, *parameters, ("shown", SHOWN_GROUPS))
    if not groups:
        st.info("No event matches: remove a filter.")
        return
    group_count = groups[0]["group_count"]
    largest = "" if group_count == len(groups) else f"the {len(groups)} largest of "
    whom = [
        Column("Reason", lambda row: ui.words(row["reason"])),
        Column("Customer", lambda row: row["customer_id"] or "unknown", link=customer),
        Column("Event name", lambda row: row["event_name"] or "none"),
        Column("Product", lambda row: products.get(row["product_uid"], row["product_uid"])),
    ]
    ui.table(
        [
            *whom,
            Column("Events", lambda row: ui.number(row["event_count"]), "number"),
            Column("First metered (UTC)", lambda row: ui.instant(row["first_metered_at"]), "date"),
            Column("Last metered (UTC)", lambda row: ui.instant(row["last_metered_at"]), "date"),
        ],
        groups,
        caption=(
            f"Affected: {largest}{ui.number(group_count)} groups. "
            "An event that matches two products is in both groups."
        ),
    )
    ui.paged_table(
        [
            Column("Transaction id", lambda row: row["transaction_id"] or "none"),
            *whom,
            Column("Metered (UTC)", lambda row: ui.instant(row["metered_at"], "unknown"), "date"),
            Column("Received (UTC)", lambda row: ui.instant(row["received_at"]), "date"),
            Column("Problem", wrong, "sentence"),
        ],
        EVENTS_SQL,
        *parameters,
        caption="Single events, the latest first",
    )


def wrong(row: Row) -> str:
    """Say what was wrong with an event, and whether another product rated it."""
    rated = "another product rated it" if row["is_event_rated"] else ""
    return "; ".join(part for part in (row["detail"], rated) if part)


def draw_configuration() -> None:
    """Show problems with the catalogue and the contracts, row by row."""
    choices = ui.query(FAULT_CHOICES_SQL)
    if not choices:
        st.success("No configuration row is reported: each one has the effect that it states.")
        return
    columns = st.columns([1, 1, 1, 2])
    with columns[0]:
        effect = ui.pick("Effect", list(EFFECTS), "effect")
    with columns[1]:
        codes = dict.fromkeys(row["reason"] for row in choices)
        reason = ui.pick("Reason", list(codes), "reason")
    with columns[2]:
        inputs = sorted({row["input"] for row in choices})
        source = ui.pick("Input", inputs, "input")
    with columns[3]:
        text = ui.search("Find", "find", "Row, contract, customer, or a word of the detail")
    parameters = ("effect", effect), ("reason", reason), ("input", source), *found(text)
    counts = ui.query(FAULT_COUNTS_SQL, *parameters)
    if counts:
        draw_faults(counts)
    ui.paged_table(
        [
            Column("Effect", lambda row: ui.words(row["effect"])),
            Column("Reason", lambda row: ui.words(row["reason"])),
            Column("Input", lambda row: row["input"]),
            Column(
                "Row",
                lambda row: (row["id"] or "without id") + version(row),
                link=lambda row: (
                    ui.address("contracts", contract=row["priced_contract_id"])
                    if row["priced_contract_id"]
                    else None
                ),
            ),
            Column("Customer", lambda row: row["customer_id"]),
            Column("Problem", lambda row: row["detail"], "sentence"),
            Column("What to do", lambda row: row["remedy"], "sentence"),
        ],
        FAULT_ROWS_SQL,
        *parameters,
        empty="No row matches: remove a filter.",
    )


def version(row: Row) -> str:
    """Name the version of a row, if it has been changed."""
    return f", version {row['version']}" if row["version"] else ""


def draw_faults(counts: list[Row]) -> None:
    """Show how many rows each reason has."""
    frame = pd.DataFrame(
        {
            "Reason": [ui.words(row["reason"]) for row in counts],
            "Effect": [ui.words(row["effect"]) for row in counts],
            "Rows": [row["row_count"] for row in counts],
        }
    )
    effects = alt.Scale(
        domain=[ui.words(effect) for effect in EFFECTS], range=[ui.COLOURS[4], ui.COLOURS[1]]
    )
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("Rows:Q", title="Rows", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("Reason:N", sort=None, title=None, axis=alt.Axis(labelOverlap=False)),
            color=alt.Color("Effect:N", scale=effects, title=None),
            tooltip=["Reason", "Effect", "Rows"],
        )
        .properties(height=alt.Step(18))
    )
    said = ", ".join(f"{ui.words(row['reason'])} {row['row_count']}" for row in counts)
    ui.chart(bars, f"Rows by reason: {said}.")


def draw_late() -> None:
    """Show invoices whose usage was received after they were issued."""
    st.caption(
        "Usage that was received after its invoice was issued. Each build counts it: "
        "a finalized invoice that has been sent may differ from the one in these books."
    )
    which, what = st.columns([1, 3])
    with which:
        state = ui.pick("Status", ["FINALIZED", "DRAFT"], "state")
    with what:
        text = ui.search("Find", "find", "Customer or contract")
    ui.paged_table(
        [
            Column(
                "Invoice",
                lambda row: row["invoice_id"][:8],
                link=lambda row: ui.address("invoices", invoice=row["invoice_id"]),
            ),
            Column("Customer", lambda row: row["customer_id"], link=customer),
            Column(
                "Contract",
                lambda row: row["contract_id"],
                link=lambda row: ui.address("contracts", contract=row["contract_id"]),
            ),
            Column("Period", period, "date"),
            Column("Status", status),
            Column("Issued (UTC)", lambda row: ui.instant(row["issued_at"]), "date"),
            Column("Days", lambda row: ui.number(row["day_count"]), "number"),
            Column("Events of these days", lambda row: ui.number(row["event_count"]), "number"),
            Column("Last received (UTC)", lambda row: ui.instant(row["last_received_at"]), "date"),
        ],
        LATE_SQL,
        ("state", state),
        *found(text),
        caption="Days with late usage, finalized invoices first",
        empty="No invoice has usage that was received after it was issued.",
    )


def period(row: Row) -> str:
    """Write the days of a period, the last one not included."""
    return f"{ui.day(row['nominal_start_date'])} to\n{ui.day(row['nominal_end_date'])}"


def status(row: Row) -> str:
    """Write the status of an invoice, and that a marketplace bills it, if one does."""
    return ui.words(row["status"]) + (", billed by a marketplace" if row["is_shadow"] else "")


def draw_entitlements() -> None:
    """Show where granted entitlements differ from what the contracts owe."""
    counts = {row["kind"]: row for row in ui.query(DISCREPANCY_COUNTS_SQL)}
    if not counts:
        st.info(
            "There is no discrepancy: what is granted is what the contracts owe, for all customers "
            "with a grant."
        )
        return
    ui.cards(
        (
            ui.words(kind),
            ui.number(counts[kind]["window_count"] if kind in counts else 0),
            f"{meaning}; {ui.number(counts[kind]['open_count'] if kind in counts else 0)} open",
        )
        for kind, meaning in DISCREPANCIES.items()
    )
    which, what = st.columns([1, 3])
    with which:
        kind = ui.pick("Kind", list(DISCREPANCIES), "kind")
    with what:
        text = ui.search("Find", "find", "Customer or product")
    products = ui.product_names()
    ui.paged_table(
        [
            Column("Kind", lambda row: ui.words(row["kind"])),
            Column("Customer", lambda row: row["customer_id"], link=customer),
            Column("Product", lambda row: products.get(row["product_uid"], row["product_uid"])),
            Column("From (UTC)", lambda row: ui.instant(row["effective_at"]), "date"),
            Column(
                "Until (UTC)", lambda row: ui.instant(row["ineffective_at"], "still open"), "date"
            ),
            Column("Owed", owed, "number"),
            Column("Granted", granted, "number"),
        ],
        DISCREPANCIES_SQL,
        ("kind", kind),
        *found(text),
        empty="No discrepancy matches: remove a filter.",
    )


def owed(row: Row) -> str:
    """Write what is owed: a quantity, nothing, or no limit."""
    if row["kind"] == "NOT_OWED":
        return "nothing"
    return ui.number(row["owed_quantity"]) or "not limited"


def granted(row: Row) -> str:
    """Write what is granted: a quantity, nothing, or not counted."""
    if row["kind"] in ("NOT_GRANTED", "LATE"):
        return "nothing"
    return ui.number(row["granted_quantity"]) or "not counted"


SECTIONS = {
    "usage": Section(
        "Usage", draw_usage, ("usage_outcome_counts", "usage_event_exceptions", "prices")
    ),
    "configuration": Section("Configuration", draw_configuration, ("pricing_exceptions", "prices")),
    "late": Section("Late usage", draw_late, ("usage_by_day", "invoices")),
    "entitlements": Section(
        "Entitlements", draw_entitlements, ("entitlement_discrepancies", "prices")
    ),
}


def draw() -> None:
    """Draw the page."""
    draw_cards()
    ui.draw_section(SECTIONS)

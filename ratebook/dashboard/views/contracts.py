"""Contracts: customers and terms, events, prices, entitlements and recurring revenue."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import altair as alt
import pandas as pd
import streamlit as st

from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column
from ratebook.dashboard.warehouse import Row

# The page is shown if all these marts were built.
READS = (("contracts", "prices", "invoices"),)
STATES = ("UPCOMING", "ACTIVE", "ENDED")
# Kinds of bars on the timeline, and their colours.
KINDS = {"Contract row": ui.COLOURS[5], "Price": ui.COLOURS[0], "Allowance": ui.COLOURS[2]}
CONTRACT_ROW, PRICE, ALLOWANCE = KINDS
SHOWN_LANES = 40
# A bar that ends later than this after the as-of time is drawn as open.
SHOWN_YEARS = 3

CHANNELS_SQL = "select distinct channel from ratebook.contracts order by channel"

# Terms are agreed in the contract's own time zone.
CONTRACTS_SQL = """
    select
        *,
        timezone(billing_timezone, timezone('UTC', signed_at)) as local_signed_at,
        timezone(billing_timezone, timezone('UTC', started_at)) as local_started_at,
        timezone(billing_timezone, timezone('UTC', ended_at)) as local_ended_at,
        timezone(billing_timezone, timezone('UTC', renews_at)) as local_renews_at
    from ratebook.contracts
"""
FOUND_SQL = (
    "with found as ("
    + CONTRACTS_SQL
    + """
        where
            (
                contract_id ilike $pattern escape '\\'
                or customer_id ilike $pattern escape '\\'
                or customer_name ilike $pattern escape '\\'
            )
            and $state in ('', state)
            and $channel in ('', channel)
    )
"""
)
COUNT_SQL = (
    FOUND_SQL
    + """
    select
        count(*) as row_count
    from found
"""
)
SHOWN_SQL = (
    FOUND_SQL
    + """,

    shown as (
        select
            *
        from found
        order by lower(coalesce(customer_name, customer_id)), contract_id
        limit $rows offset $passed
    )
"""
)
SHOWN_ORDER_SQL = """
    order by lower(coalesce(shown.customer_name, shown.customer_id)), shown.contract_id
"""
LIST_SQL = (
    SHOWN_SQL
    + """
    select
        *
    from shown
"""
    + SHOWN_ORDER_SQL
)
# MRR now is that of the month of the as-of time: a contract without a row there has none.
LIST_WITH_MRR_SQL = (
    SHOWN_SQL
    + """,

    current_month as (
        select
            max(month_start_date) as month_start_date
        from ratebook.contract_mrr
        where $as_of is null or month_start_date <= $as_of
    ),

    revenue as (
        select
            months.contract_id,
            months.currency,
            sum(months.mrr) as mrr
        from ratebook.contract_mrr as months
        inner join current_month on months.month_start_date = current_month.month_start_date
        inner join shown on months.contract_id = shown.contract_id
        group by months.contract_id, months.currency
    ),

    revenue_by_contract as (
        select
            contract_id,
            list({'currency': currency, 'mrr': mrr} order by currency) as revenue
        from revenue
        group by contract_id
    )

    select
        shown.*,
        revenue_by_contract.revenue
    from shown
    left join revenue_by_contract on shown.contract_id = revenue_by_contract.contract_id
"""
    + SHOWN_ORDER_SQL
)

CONTRACT_SQL = CONTRACTS_SQL + "where contract_id = ?"

# A contract row holds for as long as its prices do.
ROWS_SQL = """
    select
        contract_uid,
        min(effective_at) as effective_at,
        case
            when count(*) = count(ineffective_at) then max(ineffective_at)
        end as ineffective_at
    from ratebook.prices
    where contract_id = ?
    group by contract_uid
    order by effective_at, contract_uid
"""
# Prices of one name that are billed side by side are told apart by a number, the first one first.
PRICES_SQL = """
    with named as (
        select
            *,
            coalesce(product_name, product_uid) as product,
            min(effective_at) over (partition by lineage_id) as first_effective_at
        from ratebook.prices
        where contract_id = $contract_id
    )

    select
        *,
        timezone($zone, timezone('UTC', effective_at)) as local_effective_at,
        timezone($zone, timezone('UTC', ineffective_at)) as local_ineffective_at,
        dense_rank() over (partition by product order by first_effective_at, lineage_id) as lane
    from named
    order by product, lane, effective_at, price_id
"""
EVENTS_SQL = """
    select *
    from ratebook.contract_events
    where contract_id = ?
    order by occurred_at nulls last, event_type, currency
"""
ENTITLEMENTS_SQL = """
    with names as (
        select
            product_uid,
            max(product_name) as product_name
        from ratebook.prices
        where contract_id = $contract_id
        group by product_uid
    )

    select
        entitlements.*,
        timezone($zone, timezone('UTC', entitlements.effective_at)) as local_effective_at,
        timezone($zone, timezone('UTC', entitlements.ineffective_at)) as local_ineffective_at,
        timezone($zone, timezone('UTC', entitlements.period_ended_at)) as local_period_ended_at,
        coalesce(names.product_name, entitlements.product_uid) as product
    from ratebook.entitlements as entitlements
    left join names on entitlements.product_uid = names.product_uid
    where entitlements.contract_id = $contract_id
    order by product, entitlements.effective_at, entitlements.entitlement_id
"""
# A contract may go from one customer to another: both have a row in that month.
MONTHS_SQL = """
    select
        currency,
        month_start_date as month,
        sum(mrr_before) as mrr_before,
        sum(mrr) as mrr,
        sum(arr) as arr
    from ratebook.contract_mrr
    where contract_id = ?
    group by currency, month_start_date
    order by currency, month_start_date
"""


class Bar(NamedTuple):
    """A bar of the timeline."""

    lane: str
    kind: str
    text: str
    effective_at: datetime
    ineffective_at: datetime | None


# The list


def revenue_text(row: Row) -> str:
    """Write the MRR of a contract: a line for each currency."""
    return "\n".join(ui.money(part["mrr"], part["currency"]) for part in row["revenue"] or ())


def term_text(row: Row) -> str:
    """Write from when to when a contract holds, in its own time zone."""
    started, ended = ui.instant(row["local_started_at"]), ui.instant(row["local_ended_at"])
    return f"{started} to {ended}" if ended else f"{started}, open"


def contract_address(row: Row) -> str:
    """Return the address of a contract; the list's filters go along, for the way back."""
    return ui.here("contracts", contract=row["contract_id"])


def draw_list() -> None:
    """Show the contracts that match the filters."""
    find, by_state, by_channel = st.columns([2, 1, 1])
    with find:
        text = ui.search("Find", "find", "customer or contract")
    with by_state:
        state = ui.pick("State", STATES, "state")
    with by_channel:
        channels = [row["channel"] for row in ui.query(CHANNELS_SQL)]
        channel = ui.pick("Channel", channels, "channel")
    filters = (("pattern", ui.like(text)), ("state", state), ("channel", channel))
    count = ui.query(COUNT_SQL, *filters)[0]["row_count"]
    place = st.container()
    passed = ui.page_of(count)
    paging = (("rows", ui.PAGE_ROWS), ("passed", passed))
    has_mrr = ui.has("contract_mrr")
    if has_mrr:
        rows = ui.query(LIST_WITH_MRR_SQL, *filters, *paging, ("as_of", ui.as_of()))
    else:
        rows = ui.query(LIST_SQL, *filters, *paging)
    with place:
        ui.table(
            [
                Column(
                    "Customer",
                    lambda row: row["customer_name"] or row["customer_id"],
                    link=contract_address,
                ),
                Column("Contract", lambda row: row["contract_id"], link=contract_address),
                Column("Channel", lambda row: ui.words(row["channel"])),
                Column("State", lambda row: ui.words(row["state"])),
                Column("Term", term_text),
                Column("Renews", lambda row: ui.instant(row["local_renews_at"]), "date"),
                Column("Rows", lambda row: ui.number(row["amendment_count"]), "number"),
                *([Column("MRR now", revenue_text, "number")] if has_mrr else []),
            ],
            rows,
            caption=f"{ui.number(count)} contracts, each with the days of its "
            "time zone; rows are the first one and its amendments",
            empty=(
                "No contract matches: remove a filter."
                if text or state or channel
                else "No contract is in effect at any time: the inputs have none, or their "
                "contracts are void or have no customer. Integrity shows why."
            ),
        )


# One contract


def draw_facts(contract: Row) -> None:
    """Show the terms of a contract, and its origin."""
    customer = contract["customer_id"]
    named = f"{ui.short_name(contract['customer_name'] or customer)} ({ui.short_name(customer)})"
    if contract["renews_at"]:
        by_itself = ", by itself" if contract["auto_renew"] else ""
        renewal = f"{ui.instant(contract['local_renews_at'])}{by_itself}"
    else:
        renewal = "no renewal"
    target = contract["billing_target"]
    if contract["is_shadow"]:
        target = f"{target}: a marketplace bills; invoices here are shadow invoices"
    order = ui.address("quotes", view="Orders", find=contract["contract_id"])
    origins = [
        ("From quote", contract["quote_id"], ui.address("quotes", quote=contract["quote_id"])),
        ("From order", contract["order_id"], order),
        ("From agreement", contract["agreement_id"], None),
    ]
    if not any(text for _, text, _ in origins):
        origins = [("From", "its own row in contracts", None)]
    ui.facts(
        [
            ("Customer", named, ui.address("contracts", find=customer)),
            ("State", ui.words(contract["state"]), None),
            ("Signed", ui.instant(contract["local_signed_at"]) or "not set", None),
            ("Term", term_text(contract), None),
            ("Renews", renewal, None),
            ("Pricebook", contract["pricebook_id"] or "none", None),
            ("Time zone of these dates", contract["billing_timezone"], None),
            ("Channel", ui.words(contract["channel"]), None),
            *origins,
            ("Partner", contract["partner_id"], None),
            ("Billed by", target or "not set", None),
        ]
    )


def price_text(row: Row) -> str:
    """Write a price with all significant digits, and its discount."""
    return " ".join(
        filter(None, [ui.money(row["price"], row["currency"]), discount_text(row, "less ")])
    )


def discount_text(row: Row, before: str = "") -> str:
    """Write a discount: a percentage, an amount, or both."""
    parts = []
    if row["discount_percent"]:
        parts.append(f"{before}{ui.number(row['discount_percent'])} %")
    if row["discount_amount"]:
        parts.append(f"{before}{ui.money(row['discount_amount'], row['currency'])} a period")
    return ", ".join(parts)


def allowance_text(row: Row) -> str:
    """Write how much may be used."""
    return "any" if row["quantity"] is None else ui.number(row["quantity"])


def bars_of(rows: list[Row], prices: list[Row], entitlements: list[Row]) -> list[Bar]:
    """Return the bars of the timeline, lane by lane."""
    bars = [
        Bar(
            f"Row {row['contract_uid']}",
            CONTRACT_ROW,
            "",
            row["effective_at"],
            row["ineffective_at"],
        )
        for row in rows
    ]
    for row in prices:
        number = f" ({row['lane']})" if row["lane"] > 1 else ""
        lane = f"Price: {row['product']}{number}"
        bars.append(Bar(lane, PRICE, price_text(row), row["effective_at"], row["ineffective_at"]))
    for row in entitlements:
        lane = f"Allowance: {row['product']}"
        text = allowance_text(row)
        bars.append(Bar(lane, ALLOWANCE, text, row["effective_at"], row["ineffective_at"]))
    return bars


def utc(value: datetime) -> str:
    """Write an instant so that a chart does not take it for the visitor's local time."""
    return f"{value.isoformat()}Z"


def draw_timeline(
    contract: Row, bars: list[Bar], events: list[Row], as_of: datetime | None
) -> None:
    """Show contract rows, prices, allowances, events and the as-of time on one axis."""
    marks = {
        (row["occurred_at"], ui.words(row["event_type"])) for row in events if row["occurred_at"]
    }
    if contract["renews_at"]:
        marks.add((contract["renews_at"], "Next renewal"))
    lanes = list(dict.fromkeys(bar.lane for bar in bars))
    shown = lanes[:SHOWN_LANES]
    if len(shown) < len(lanes):
        st.caption(f"{len(shown)} of {len(lanes)} lines; the tables below have all.")
    bars = [bar for bar in bars if bar.lane in shown]
    points = [at for at, _ in marks] + [bar.effective_at for bar in bars]
    points += [as_of] if as_of else []
    if not points:
        st.info("This contract has no price and no event with a date.")
        return
    horizon = max(points) + timedelta(days=366 * SHOWN_YEARS)
    ends = [bar.ineffective_at for bar in bars if bar.ineffective_at]
    points += [end for end in ends if end <= horizon]
    first, last = min(points), max(points)
    span = max(last - first, timedelta(days=1))
    edge = last + span / 20

    drawn = pd.DataFrame(
        [bar_row(bar, edge, span) for bar in bars],
        columns=["lane", "kind", "Text", "from", "to", "end", "label", "From (UTC)", "To (UTC)"],
    )
    happened = pd.DataFrame(
        [("Events", utc(at), what, ui.instant(at)) for at, what in sorted(marks)],
        columns=["lane", "from", "Event", "At (UTC)"],
    )
    x = alt.X(
        "from:T",
        title="UTC",
        axis=alt.Axis(format="%-d %b %Y", labelOverlap=True),
        scale=alt.Scale(type="utc", domain=[utc(first), utc(edge)]),
    )
    y = alt.Y(
        "lane:N", title=None, sort=None, scale=alt.Scale(domain=["Events", *shown], padding=0.2)
    )
    kinds = {kind: colour for kind, colour in KINDS.items() if kind in {bar.kind for bar in bars}}
    base = alt.Chart(drawn).encode(x=x, y=y)
    layers: list[Any] = [
        base.mark_bar(clip=True, opacity=0.45, stroke="#ffffff", strokeWidth=1.5).encode(
            x2="to:T",
            color=alt.Color(
                "kind:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=list(kinds), range=list(kinds.values())),
            ),
            tooltip=["lane:N", "Text:N", "From (UTC):N", "To (UTC):N"],
        ),
        base.mark_text(align="left", dx=5, fontSize=11, color="#1c2733").encode(text="label:N"),
        base.mark_text(align="right", dx=-3, fontSize=11, color="#1c2733").encode(
            x="to:T", text="end:N"
        ),
        alt.Chart(happened)
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("Event:N", title=None, legend=alt.Legend(orient="top")),
            color=alt.value(ui.COLOURS[4]),
            tooltip=["Event:N", "At (UTC):N"],
        ),
    ]
    if as_of:
        now = pd.DataFrame([(utc(as_of), f"as of {ui.instant(as_of)}")], columns=["from", "As of"])
        rule = alt.Chart(now).encode(x="from:T", tooltip=["As of"])
        layers.append(rule.mark_rule(color=ui.COLOURS[1], strokeWidth=2))
        layers.append(
            rule.mark_text(align="left", dx=4, dy=-4, baseline="bottom", color="#9a5a0c").encode(
                text="As of", y=alt.value(0)
            )
        )
    ui.chart(
        alt.layer(*layers).properties(height=alt.Step(24)),
        f"Timeline of {contract['contract_id']}, {ui.instant(first)} to {ui.instant(last)}: "
        f"{len(shown)} lines of contract rows, prices and allowances, and "
        + (", ".join(f"{what} {ui.instant(at)}" for at, what in sorted(marks)) or "no event")
        + ". The tables below have all of it.",
    )


def bar_row(bar: Bar, edge: datetime, span: timedelta) -> tuple[str, ...]:
    """Return a bar as the chart draws it; its text only where it fits."""
    end = min(bar.ineffective_at or edge, edge)
    goes_on = bar.ineffective_at is None or bar.ineffective_at > edge
    mark = ("open ▸" if bar.ineffective_at is None else "▸") if goes_on else ""
    # In a window of 1000 pixels a letter takes about a 70th of the time that is shown.
    fits = (len(bar.text) + len(mark) + 1) * (span / 70) < end - bar.effective_at
    return (
        bar.lane,
        bar.kind,
        bar.text,
        utc(bar.effective_at),
        utc(end),
        mark,
        bar.text if fits else "",
        ui.instant(bar.effective_at),
        ui.instant(bar.ineffective_at, "open"),
    )


def holds(row: Row, as_of: datetime | None) -> bool:
    """Say whether a window contains the as-of instant."""
    end = row["ineffective_at"]
    return as_of is not None and row["effective_at"] <= as_of and (end is None or as_of < end)


def draw_events(events: list[Row]) -> None:
    """Show events, and their effect on recurring revenue."""

    def amount(row: Row, name: str) -> str:
        return ui.money(row[name], row["currency"]) if row["currency"] else ""

    def what(row: Row) -> str:
        number = f" {row['renewal_number']}" if row["renewal_number"] else ""
        change = f": {row['change_type'].lower()}" if row["change_type"] else ""
        return f"{ui.words(row['event_type'])}{number}{change}"

    ui.table(
        [
            Column("At (UTC)", lambda row: ui.instant(row["occurred_at"], "no date"), "date"),
            Column("Event", what, "sentence"),
            Column("Contract row", lambda row: row["contract_uid"]),
            Column("MRR before", lambda row: amount(row, "mrr_before"), "number"),
            Column("MRR after", lambda row: amount(row, "mrr_after"), "number"),
            Column("Why it ended", lambda row: row["end_reason"], "sentence"),
        ],
        events,
        empty="This contract has no event yet.",
    )


def terms_text(row: Row) -> str:
    """Write when a price is invoiced."""
    schedule = (row["invoice_schedule"], row["schedule_unit"])
    is_plain = row["invoice_delivery"] == "ONE_TIME" or schedule == (1, "MONTH")
    every = "" if is_plain else f", every {schedule_text(*schedule)}"
    delivery = ui.words(row["invoice_delivery"])
    anchor = ui.words(row["billing_anchor"]).lower()
    return f"{delivery}{every}, {anchor}, {'prorated' if row['prorate'] else 'not prorated'}"


def schedule_text(count: int, unit: str) -> str:
    """Write the length of a period after "every": week, 3 days."""
    return unit.lower() if count == 1 else f"{count} {unit.lower()}s"


def sources_text(row: Row) -> str:
    """Write which row each of the invoicing terms is from."""
    terms = ("invoice_delivery", "invoice_schedule", "billing_anchor", "prorate")
    labels = ("delivery", "schedule", "anchor", "proration")
    sources: dict[str, list[str]] = {}
    for term, label in zip(terms, labels, strict=True):
        sources.setdefault(row[f"{term}_source"], []).append(label)
    return "\n".join(f"{ui.words(source)}: {', '.join(names)}" for source, names in sources.items())


def draw_prices(prices: list[Row], zone: str, as_of: datetime | None) -> None:
    """Show each price with its window, and which row gave it."""
    ui.table(
        [
            Column("Product", lambda row: row["product"]),
            Column("Price", lambda row: ui.money(row["price"], row["currency"]), "number"),
            Column(
                "List price", lambda row: ui.money(row["list_price"], row["currency"]), "number"
            ),
            Column("Discount", discount_text),
            Column("Price from", lambda row: ui.words(row["price_source"])),
            Column("Invoiced", terms_text, "sentence"),
            Column("Terms from", sources_text, "sentence"),
            Column("From", lambda row: ui.instant(row["local_effective_at"]), "date"),
            Column("To", lambda row: ui.instant(row["local_ineffective_at"], "open"), "date"),
        ],
        prices,
        caption=f"Days of {zone}. Marked: in force at the as-of time",
        chosen=lambda row: holds(row, as_of),
        empty="No price of this contract can be billed. Integrity shows why.",
    )


def draw_entitlements(entitlements: list[Row], zone: str, as_of: datetime | None) -> None:
    """Show entitlements, and what is left of each in its period."""
    ui.table(
        [
            Column("Product", lambda row: row["product"]),
            Column("Allowance", allowance_text, "number"),
            Column("Used in this period", lambda row: ui.number(row["used_quantity"]), "number"),
            Column("Left", lambda row: ui.number(row["left_quantity"]), "number"),
            Column("Period ends", lambda row: ui.instant(row["local_period_ended_at"]), "date"),
            Column("From", lambda row: ui.instant(row["local_effective_at"]), "date"),
            Column("To", lambda row: ui.instant(row["local_ineffective_at"], "open"), "date"),
        ],
        entitlements,
        caption=f"Days of {zone}. Marked: in force at the as-of time. Any: no limit",
        chosen=lambda row: holds(row, as_of),
        empty="This contract gives no entitlement: it has no recurring fee and no usage.",
    )


def draw_months(rows: list[Row]) -> None:
    """Show recurring revenue at the end of each month: a chart for each currency."""
    if not rows:
        st.info("This contract has no recurring revenue at the end of any month.")
        return
    for currency in dict.fromkeys(row["currency"] for row in rows):
        months = [row for row in rows if row["currency"] == currency]
        frame = pd.DataFrame(
            {
                "Month": [f"{row['month']:%Y-%m}" for row in months],
                # Bars are drawn with floats; what is read is text, and exact.
                "height": [float(row["mrr"]) for row in months],
                "MRR": [ui.money(row["mrr"], currency) for row in months],
            }
        )
        bars = alt.Chart(frame).mark_bar(color=ui.COLOURS[0], size=18)
        ui.chart(
            bars.encode(
                x=alt.X("Month:O", title=None, axis=alt.Axis(labelOverlap=True)),
                y=alt.Y("height:Q", title=f"MRR in {currency}"),
                tooltip=["Month", "MRR"],
            ).properties(height=200),
            f"MRR in {currency} at the end of each month, "
            f"{ui.month(months[0]['month'])} to {ui.month(months[-1]['month'])}; last "
            f"{ui.money(months[-1]['mrr'], currency)}.",
        )
    with st.expander("Month by month"):
        ui.table(
            [
                Column("Month", lambda row: ui.month(row["month"]), "date"),
                Column(
                    "MRR before",
                    lambda row: ui.money(row["mrr_before"], row["currency"]),
                    "number",
                ),
                Column("MRR", lambda row: ui.money(row["mrr"], row["currency"]), "number"),
                Column("ARR", lambda row: ui.money(row["arr"], row["currency"]), "number"),
            ],
            rows,
        )


def draw_contract(contract_id: str) -> None:
    """Show one contract: facts, timeline, events, MRR, prices and entitlements."""
    ui.back("contracts", "contract")
    found = ui.query(CONTRACT_SQL, contract_id)
    if not found:
        ui.warn(
            f"No contract {contract_id} is in effect at any time. It may be void, or the "
            "address is wrong."
        )
        return
    contract = found[0]
    named = contract["customer_name"] or contract["customer_id"]
    ui.heading(f"{ui.short_name(named)}, {ui.short_name(contract_id)}")
    ui.links(("Its invoices", ui.address("invoices", find=contract_id)))
    draw_facts(contract)
    as_of = ui.as_of()
    zone = contract["billing_timezone"]
    named_here = ("contract_id", contract_id), ("zone", zone)
    prices = ui.query(PRICES_SQL, *named_here)
    has_events, has_mrr = ui.has("contract_events"), ui.has("contract_mrr")
    has_entitlements = ui.has("entitlements")
    events = ui.query(EVENTS_SQL, contract_id) if has_events else []
    entitlements = ui.query(ENTITLEMENTS_SQL, *named_here) if has_entitlements else []
    st.subheader("Timeline")
    bars = bars_of(ui.query(ROWS_SQL, contract_id), prices, entitlements)
    draw_timeline(contract, bars, events, as_of)
    if has_events:
        st.subheader("Events")
        draw_events(events)
    if has_mrr:
        st.subheader("Monthly recurring revenue")
        draw_months(ui.query(MONTHS_SQL, contract_id))
    st.subheader("Prices")
    draw_prices(prices, zone, as_of)
    if has_entitlements:
        st.subheader("Entitlements")
        draw_entitlements(entitlements, zone, as_of)


def draw() -> None:
    """Draw the page: one contract, if the address names one, else the list."""
    contract_id = st.query_params.get("contract")
    if contract_id:
        draw_contract(contract_id)
    else:
        draw_list()

"""Quotes: what offers come to and how they compare, checkouts, and what new prices would cost."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import documents
import pandas as pd
import streamlit as st
import ui
from build_file import default_path
from ui import Column
from warehouse import Row

QUOTE_STATES = ("DRAFT", "SENT", "EXPIRED", "ACCEPTED", "REJECTED")
ORDER_STATES = ("STARTED", "PAID", "FAILED", "ABANDONED")
# Views that links lead to.
COMPARE = "Compare scenarios"
ORDERS = "Orders"
# Quotes side by side: more do not fit, and nobody compares them.
SHOWN_QUOTES = 6
SHOWN_CUSTOMERS = 10

# What is compared: label, column.
AMOUNTS = (
    ("List total", "list_total"),
    ("Discount", "discount_total"),
    ("Quoted total", "quoted_total"),
    ("Total contract value", "total_contract_value"),
    ("First invoices", "first_invoices_total"),
    ("Above the lowest", "above_lowest"),
)
DRAWN_AMOUNTS = ("List total", "Quoted total", "Total contract value", "First invoices")

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
FOUND_QUOTES_SQL = (
    QUOTES_SQL
    + """
    select
        *
    from quotes
    where
        (
            quote_id ilike $pattern escape '\\'
            or customer_id ilike $pattern escape '\\'
            or name ilike $pattern escape '\\'
        )
        and $state in ('', state)
    order by sent_at desc nulls first, quote_id, currency
    limit $rows offset $passed
"""
)
COUNT_QUOTES_SQL = (
    QUOTES_SQL
    + """
    select
        count(*) as row_count
    from quotes
    where
        (
            quote_id ilike $pattern escape '\\'
            or customer_id ilike $pattern escape '\\'
            or name ilike $pattern escape '\\'
        )
        and $state in ('', state)
"""
)
QUOTE_SQL = (
    QUOTES_SQL
    + """
    select
        *
    from quotes
    where quote_id = ?
    order by currency
"""
)
QUOTE_INVOICES_SQL = """
    select *
    from ratebook.quote_invoices
    where quote_id = ?
    order by issued_at, currency, invoice_delivery, invoice_id
"""
QUOTE_LINES_SQL = """
    select
        coalesce(product_name, product_uid) as product,
        line_type,
        invoice_delivery,
        currency,
        price,
        min(effective_at) as effective_at,
        max(ineffective_at) as ineffective_at,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(discount_amount) as discount,
        sum(amount) as amount
    from ratebook.quote_line_items
    where quote_id = ?
    group by all
    order by currency, product, effective_at, line_type, price
"""

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
BUILD_BRANCH = """
RATEBOOK_DUCKDB_PATH=what_if.duckdb .venv/bin/dbt build --vars '{ratebook_branch: override_creates}'
make dashboard BRANCH=what_if.duckdb
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


# Quotes


def quote_address(row: Row) -> str:
    """Return the address of a quote; the list's filters go along, for the way back."""
    return ui.here("quotes", quote=row["quote_id"])


def compare_address(row: Row) -> str | None:
    """Return the address of the comparison with other quotes for the same, if there are any."""
    return ui.address("quotes", view=COMPARE, who=row["who"]) if row["scenario_count"] > 1 else None


def draw_quotes() -> None:
    """Show the quotes that the filters leave."""
    find, by_state = st.columns([3, 1])
    with find:
        text = ui.search("Find", "find", "customer, prospect or quote")
    with by_state:
        state = ui.pick("State", QUOTE_STATES, "state")
    filters = (("pattern", ui.like(text)), ("state", state))
    count = ui.query(COUNT_QUOTES_SQL, *filters)[0]["row_count"]
    place = st.container()
    passed = ui.page_of(count)
    rows = ui.query(FOUND_QUOTES_SQL, *filters, ("rows", ui.PAGE_ROWS), ("passed", passed))
    with place:
        ui.table(
            [
                Column("Quote", lambda row: row["quote_id"], link=quote_address),
                Column("For", lambda row: row["name"] or "nobody is named", link=quote_address),
                Column("State", lambda row: ui.words(row["state"])),
                Column("Pricebook", lambda row: row["pricebook_id"]),
                Column("Term (UTC)", term_text),
                amount_column("List total", "list_total"),
                amount_column("Discount", "discount_total"),
                amount_column("Quoted total", "quoted_total"),
                Column(
                    "",
                    lambda row: "compare" if compare_address(row) else "",
                    link=compare_address,
                ),
            ],
            rows,
            empty=(
                "No quote is like that: take a filter away."
                if text or state
                else "There is no quote. Rows of the inputs quotes, quote_prices and quote_usage "
                "show here what they would come to."
            ),
        )


def draw_quote(quote_id: str) -> None:
    """Show one quote: what it comes to, which invoices it brings, and for what."""
    ui.back("quotes", "quote")
    rows = ui.query(QUOTE_SQL, quote_id)
    if not rows:
        named = ui.plain(quote_id)
        st.warning(f"There is no quote {named}. It may be deleted, or the address wrong.")
        return
    quote = rows[0]
    st.subheader(ui.plain(f"{quote_id} for {quote['name'] or 'nobody'}"))
    compare = compare_address(quote)
    if compare:
        ui.links(("Compare with others for the same", compare))
    customer = quote["customer_id"]
    ui.facts(
        [
            ("State", ui.words(quote["state"]), None),
            ("Customer", customer, customer and ui.address("contracts", find=customer)),
            ("Prospect", quote["prospect_name"], None),
            ("Pricebook", quote["pricebook_id"] or "none", None),
            ("Term (UTC)", term_text(quote), None),
            ("Billing time zone", quote["billing_timezone"], None),
            ("Sent (UTC)", ui.instant(quote["sent_at"]) or "not yet", None),
            ("Expires (UTC)", ui.instant(quote["expires_at"], "never"), None),
            ("Accepted (UTC)", ui.instant(quote["accepted_at"]), None),
        ]
    )
    totals = [row for row in rows if row["currency"]]
    for row in totals:
        ui.cards((label, amount_text(row, name), "") for label, name in AMOUNTS)
    ui.downloads(f"quote_{quote_id}", lambda: documents.quote_html(ui.connection(), quote_id))
    st.subheader("Invoices to come")
    draw_quote_invoices(quote_id, totals)
    st.subheader("By product")
    draw_quote_lines(quote_id)


def days_text(row: Row) -> str:
    """Write the days that an invoice is for; what is done once has one."""
    first, end = ui.day(row["nominal_start_date"]), ui.day(row["nominal_end_date"])
    return first if first == end else f"{first} to {end}"


def draw_quote_invoices(quote_id: str, totals: list[Row]) -> None:
    """Show which invoices the quote brings, and when."""
    rows = ui.query(QUOTE_INVOICES_SQL, quote_id)
    empty = "This quote brings no invoice: nothing of it can be billed, or its term is empty."
    for currency in [row["currency"] for row in totals] or [None]:
        quoted = next((row["quoted_total"] for row in totals if row["currency"] == currency), None)
        ui.table(
            [
                Column("Issued (UTC)", lambda row: ui.instant(row["issued_at"]), "date"),
                Column("Due (UTC)", lambda row: ui.instant(row["due_at"]), "date"),
                Column("Invoice", lambda row: ui.words(row["invoice_delivery"])),
                Column("For the days", days_text, "date"),
                Column("Lines", lambda row: ui.number(row["line_count"]), "number"),
                amount_column("Total", "total"),
            ],
            [row for row in rows if row["currency"] == currency],
            caption="Days are local, the last one excluded",
            total=["Total", "", "", "", "", ui.money(quoted, currency or "")],
            empty=empty,
        )


def draw_quote_lines(quote_id: str) -> None:
    """Show what the quote owes for which product, at which price."""
    ui.table(
        [
            Column("Product", lambda row: row["product"]),
            Column("For", lambda row: ui.words(row["line_type"])),
            Column("Invoiced", lambda row: ui.words(row["invoice_delivery"])),
            Column("From (UTC)", lambda row: ui.instant(row["effective_at"]), "date"),
            Column("To (UTC)", lambda row: ui.instant(row["ineffective_at"]), "date"),
            Column("Lines", lambda row: ui.number(row["line_count"]), "number"),
            Column("Quantity", lambda row: ui.number(row["quantity"]), "number"),
            amount_column("Price", "price"),
            amount_column("Discount", "discount"),
            amount_column("Amount", "amount"),
        ],
        ui.query(QUOTE_LINES_SQL, quote_id),
        caption="Usage is what the quote assumes; each line is rounded once",
        empty="This quote has no line.",
    )


# Scenarios


def draw_scenarios() -> None:
    """Show the quotes for one customer or prospect side by side."""
    names = {row["who"]: row for row in ui.query(ALTERNATIVES_SQL)}
    if not names:
        st.info("No customer or prospect has two quotes: there is nothing to compare.")
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
        empty="These quotes have no line.",
    )


# Orders


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
            "No order is like that: take a filter away."
            if text or state
            else "There is no order. Rows of the inputs orders and order_items are checkouts, and "
            "show here what was seen and paid."
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
                Column("Customer", lambda row: row["name"] or "nobody is named"),
                Column("State", lambda row: ui.words(row["state"])),
                Column("Pricebook", lambda row: row["pricebook_id"]),
                Column("Begun (UTC)", lambda row: ui.instant(row["checkout_started_at"]), "date"),
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
        caption="First invoices: what the checkout shows as due at first",
    )


# A change of prices


def draw_no_branch(reason: str) -> None:
    """Say how to get the books of a branch."""
    st.info(
        f"{reason} Put the changed rows into the inputs with a name in their column branch, build "
        "that branch into a file of its own, and open the dashboard with it. The case study has a "
        "branch that sells Creates at 2.00:"
    )
    st.code(BUILD_BRANCH.strip(), language="shell")


def draw_change() -> None:
    """Show what a branch would cost each customer: its invoices less those on main."""
    path = ui.branch_path()
    if path and not path.exists():
        draw_no_branch(f"{path} does not exist.")
        return
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


# What the page can show. Names are as in the address.
VIEWS = {
    "Quotes": draw_quotes,
    COMPARE: draw_scenarios,
    ORDERS: draw_orders,
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

"""What all pages share: cached queries, filters in the address, tables, numbers, messages.

The address of a page has its filters, so that it can be bookmarked and shared. Tables are HTML:
their text can be selected and searched, numbers line up, and cells can be links.
"""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import altair as alt
import duckdb
import streamlit as st

from ratebook.books import BooksError, default_path
from ratebook.dashboard.warehouse import Row, Snapshot, Warehouse
from ratebook.documents.rendering import pdf
from ratebook.formats import exact
from ratebook.formats import money as money_text
from ratebook.formats import short_name as short_name_text

# Filters that go along from page to page.
SHARED_FILTERS = ("currency", "customer")
PAGE_ROWS = 25
# Colours that differ in lightness too, for those who see no difference of hue, and for print.
COLOURS = ["#1f5fa8", "#e08a1e", "#3a9a8c", "#8c4fa0", "#c23b4e", "#7a8794", "#9bbf3b", "#5ab4e0"]

COUNT_SQL = "select count(*) as row_count from ({sql})"

CSS = """
<style>
table.rb { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
table.rb caption { text-align: left; color: #5b6875; padding-bottom: 0.3rem; }
table.rb th { text-align: left; font-weight: 600; color: #5b6875; border-bottom: 1px solid #aab4be;
    padding: 0.3rem 0.7rem 0.3rem 0; vertical-align: bottom; }
table.rb td { border-bottom: 1px solid #e6eaee; padding: 0.35rem 0.7rem 0.35rem 0;
    vertical-align: top; overflow-wrap: break-word; }
table.rb .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
table.rb .number + :not(.number) { padding-left: 1.2rem; }
table.rb .date { white-space: nowrap; font-variant-numeric: tabular-nums; }
table.rb th.number, table.rb th.date { white-space: normal; }
table.rb tr.total td { font-weight: 600; border-top: 1px solid #aab4be; border-bottom: none; }
table.rb tr.chosen td { background: #eef4fb; }
table.rb a, .rb-links a { text-decoration: none; color: #1f5fa8; }
table.rb a:hover, .rb-links a:hover { text-decoration: underline; }
.rb-scroll { overflow-x: auto; }
table.rb-facts { width: auto; }
table.rb-facts th { font-weight: 400; vertical-align: top; border-bottom-color: #e6eaee; }
.rb-tag { border: 1px solid #aab4be; border-radius: 0.6rem; padding: 0 0.5rem; font-size: 0.8rem;
    white-space: nowrap; }
.rb-heading { font-size: 1.2rem; font-weight: 600; overflow-wrap: anywhere; }
.rb-text { overflow-wrap: anywhere; }
.rb-warning { background: #fff8e1; border-radius: 0.4rem; padding: 0.8rem 1rem;
    overflow-wrap: anywhere; }
.rb-cards { display: flex; flex-wrap: wrap; gap: 0.8rem; margin: 0.2rem 0 0.6rem; }
.rb-card { border: 1px solid #d9dfe5; border-radius: 0.4rem; padding: 0.5rem 0.9rem;
    min-width: 9rem; }
.rb-card .label { color: #5b6875; font-size: 0.85rem; }
.rb-card .value { font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums;
    white-space: nowrap; }
.rb-card .note { color: #5b6875; font-size: 0.8rem; }
</style>
"""


# Data


@st.cache_resource(show_spinner=False, max_entries=4)
def warehouse(path: Path) -> Warehouse:
    """Return the one reader of a file that all visitors share."""
    return Warehouse(path)


@st.cache_data(show_spinner="Reading the books …", max_entries=500)
def _remembered(
    path: Path,
    written: tuple[int, int],  # a new build is a new answer
    sql: str,
    parameters: tuple[Any, ...],
) -> list[Row]:
    return read(sql, *parameters, path=path)


def read(sql: str, *parameters: Any, path: Path | None = None) -> list[Row]:  # noqa: ANN401
    """Return the rows of a query on the built file.

    Parameters are values in their order, or pairs of name and value.
    """
    named = parameters and all(isinstance(parameter, tuple) for parameter in parameters)
    source = warehouse(path or default_path())
    return source.query(sql, dict(parameters) if named else parameters)


def snapshot_of(path: Path) -> Snapshot:
    """Return the copy of a file that is shown."""
    return warehouse(path).snapshot or warehouse(path).refresh()


def query(sql: str, *parameters: Any, path: Path | None = None) -> list[Row]:  # noqa: ANN401
    """Return the rows of a query as `read` does, from memory if it ran before."""
    source = path or default_path()
    return _remembered(source, snapshot_of(source).written, sql, parameters)


def connection() -> duckdb.DuckDBPyConnection:
    """Return a connection to the copy that is shown, for code with queries of its own."""
    return snapshot_of(default_path()).connection.cursor()


def has(*marts: str) -> bool:
    """Tell whether all these marts were built; those of a feature that is off were not."""
    return snapshot_of(default_path()).marts.issuperset(marts)


def as_of() -> datetime | None:
    """Return the as-of time of the books; none if there is no invoice."""
    return query("select max(created_at) as as_of from ratebook.invoices")[0]["as_of"]


def branch_path() -> Path | None:
    """Return the file in which a branch is built, for comparison; none if none is named."""
    named = os.environ.get("RATEBOOK_BRANCH")
    return Path(named) if named else None


def changed_invoices() -> int:
    """Return how many invoices differ from main: none on main, on a branch those it changes."""
    return query(
        """
        select count(*) as changed from ratebook.branch_invoice_diffs
        where main_total is distinct from branch_total
        """
    )[0]["changed"]


def minor_units() -> dict[str, int]:
    """Return the decimals of each currency in use, the one with most documents first."""
    source = default_path()
    return _minor_units(source, snapshot_of(source).written)


# Each amount on a page asks for it: the same object, and not a copy each time.
@st.cache_resource(show_spinner=False, max_entries=4)
def _minor_units(
    path: Path,
    written: tuple[int, int],  # a new build is a new answer
) -> dict[str, int]:
    documents = " union all ".join(
        f"select currency, minor_units from ratebook.{mart}"  # noqa: S608
        for mart in ("invoices", "quote_summaries", "order_summaries")
        if has(mart)
    )
    rows = read(
        f"""
        select currency, max(minor_units) as minor_units
        from ({documents})
        group by currency
        order by count(*) desc, currency
        """,  # noqa: S608
        path=path,
    )
    return {row["currency"]: row["minor_units"] for row in rows}


def product_names() -> dict[str, str]:
    """Return the label of each product that has a price: its name, and its id."""
    rows = query(
        """
        select product_uid, min(product_name) as product_name
        from ratebook.prices
        where product_name <> product_uid
        group by product_uid
        """
    )
    return {
        row["product_uid"]: f"{short_name(row['product_name'])} ({short_name(row['product_uid'])})"
        for row in rows
    }


# Numbers and times


def money(amount: Decimal | None, currency: str) -> str:
    """Write an amount with the decimals of its currency, and the currency."""
    return money_text(amount, currency, minor_units().get(currency, 2))


def number(value: Decimal | int | None) -> str:
    """Write a number with separators and each digit that counts."""
    return exact(value)


def short_name(text: str | None) -> str:
    """Write a name; a very long one is cut."""
    return short_name_text(text)


def day(value: date | datetime | None) -> str:
    """Write a date with the month as a word: 31 May 2024."""
    return "" if value is None else f"{value.day} {value:%b %Y}"


def month(value: date | None) -> str:
    """Write a month: May 2024."""
    return "" if value is None else f"{value:%b %Y}"


def instant(value: datetime | None, open_end: str = "") -> str:
    """Write an instant in UTC, without the time of day where that is midnight."""
    if value is None:
        return open_end
    if value.hour == value.minute == value.second == value.microsecond == 0:
        return day(value)
    return f"{day(value)} {value:%H:%M:%S}" if value.second else f"{day(value)} {value:%H:%M}"


def heading(text: str) -> None:
    """Show a heading that has a text from the data: it is never read as markup or a link."""
    st.html(f'<h3 class="rb-heading">{html.escape(text)}</h3>')


def text(words: str) -> None:
    """Show a sentence that has a text from the data, as `heading` does."""
    st.html(f'<p class="rb-text">{html.escape(words)}</p>')


def warn(text: str) -> None:
    """Show a warning with a text from the data or the address, as `heading` does."""
    st.html(f'<div class="rb-warning" role="alert">{html.escape(text)}</div>')


# Tables


@dataclass(frozen=True)
class Column:
    """A column of a table: its label, the value in a row, and the address it links to."""

    label: str
    value: Callable[[Row], Any]
    kind: str = "text"  # text, sentence (which is never cut), number or date
    link: Callable[[Row], str | None] | None = None


def cell(column: Column, row: Row) -> str:
    """Return the HTML of a cell; its value is text, never markup."""
    value = column.value(row)
    written = "" if value is None else str(value)
    shown = short_name(written) if column.kind == "text" else written
    content = html.escape(shown).replace("\n", "<br>")
    target = column.link(row) if column.link else None
    if content and target:
        content = f'<a href="{html.escape(target)}" target="_self">{content}</a>'
    return f'<td class="{column.kind}">{content}</td>'


def table(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    caption: str = "",
    total: Sequence[str] = (),
    chosen: Callable[[Row], bool] = lambda _: False,
    empty: str = "Nothing to show.",
) -> None:
    """Show rows as a table, or a sentence where there are none."""
    if not rows:
        st.info(empty)
        return
    lines = [
        f'<th class="{column.kind}" scope="col">{html.escape(column.label)}</th>'
        for column in columns
    ]
    parts = ['<div class="rb-scroll"><table class="rb">']
    if caption:
        parts.append(f"<caption>{html.escape(caption)}</caption>")
    parts.append(f"<thead><tr>{''.join(lines)}</tr></thead><tbody>")
    for row in rows:
        mark = ' class="chosen"' if chosen(row) else ""
        parts.append(f"<tr{mark}>{''.join(cell(column, row) for column in columns)}</tr>")
    if total:
        sums = zip(columns, total, strict=True)
        cells = [f'<td class="{column.kind}">{html.escape(text)}</td>' for column, text in sums]
        parts.append(f'<tr class="total">{"".join(cells)}</tr>')
    parts.append("</tbody></table></div>")
    st.html("".join(parts))


def cards(values: Iterable[tuple[str, str, str]]) -> None:
    """Show a row of figures: label, value, note."""
    parts = [
        f'<div class="rb-card"><div class="label">{html.escape(label)}</div>'
        f'<div class="value">{html.escape(value)}</div>'
        f'<div class="note">{html.escape(note)}</div></div>'
        for label, value, note in values
    ]
    st.html(f'<div class="rb-cards">{"".join(parts)}</div>')


def facts(values: Iterable[tuple[str, str, str | None]]) -> None:
    """Show the facts of one object: label, text, link; those without a text are left out."""
    lines = [
        f'<tr><th scope="row">{html.escape(label)}</th>'
        f"{cell(Column(label, lambda row: row['text'], link=lambda row: row['link']), fact)}</tr>"
        for label, text, link in values
        if text and (fact := {"text": text, "link": link})
    ]
    st.html(f'<table class="rb rb-facts"><tbody>{"".join(lines)}</tbody></table>')


def chart(drawing: alt.Chart | alt.LayerChart, alt_text: str) -> None:
    """Show a chart, with a text for screen readers."""
    drawing = drawing.configure_axis(labelLimit=260).configure_axisX(labelAngle=0)
    drawing = drawing.configure_legend(labelLimit=260)
    st.altair_chart(drawing, width="stretch", alt=alt_text)


# Addresses and filters


def address(page: str, /, **filters: Any) -> str:  # noqa: ANN401
    """Return the address of a page with filters; shared filters go along unless given."""
    kept = {name: st.query_params.get(name) for name in SHARED_FILTERS} | filters
    given = {name: str(value) for name, value in kept.items() if value not in (None, "")}
    return f"{page}?{urlencode(given)}" if given else page


def here(page: str, /, **filters: Any) -> str:  # noqa: ANN401
    """Return the address of this page with all its filters, some of them changed."""
    return address(page, **(dict(st.query_params) | filters))


def links(*targets: tuple[str, str | None]) -> None:
    """Show a line of links; one without an address is text."""
    parts = [
        f'<a href="{html.escape(target)}" target="_self">{html.escape(short_name(text))}</a>'
        if target
        else html.escape(short_name(text))
        for text, target in targets
    ]
    st.html(f'<div class="rb-links">{" · ".join(parts)}</div>')


def back(page: str, *opened: str) -> None:
    """Show the way back from an object to the list, with the list's filters."""
    links(("← Back to the list", here(page, **dict.fromkeys(opened))))


def pick_currency(currencies: Sequence[str], *, every: bool = False) -> str | None:
    """Let the visitor choose a currency: there are no sums over several."""
    options = ["", *currencies] if every else list(currencies)
    if not options:
        return None
    # A currency from another page may have nothing here.
    if st.session_state.get("currency", options[0]) not in options:
        st.session_state["currency"] = options[0]
    return st.selectbox(
        "Currency",
        options,
        key="currency",
        bind="query-params",
        format_func=lambda code: code or "All",
    )


def pick(label: str, options: Sequence[str], key: str, *, every: str = "All") -> str:
    """Let the visitor choose one of several codes, or all of them."""
    return st.selectbox(
        label,
        ["", *options],
        key=key,
        bind="query-params",
        format_func=lambda word: words(word) if word else every,
    )


class Section(NamedTuple):
    """A part of a page: its label, what draws it, and the marts that it reads."""

    label: str
    draw: Callable[[], None]
    marts: tuple[str, ...]


def built(sections: Mapping[str, Section]) -> dict[str, Section]:
    """Return the parts of a page whose marts were built."""
    return {key: section for key, section in sections.items() if has(*section.marts)}


def draw_section(sections: Mapping[str, Section]) -> None:
    """Let the visitor choose a part of a page; only that part is read and drawn."""
    shown = built(sections)
    if not shown:
        st.info("Nothing that this page shows was built.")
        return

    def leave() -> None:
        """Clear the search text of another part."""
        st.session_state.update(find="", page=1)

    chosen = st.segmented_control(
        "Part of the page",
        list(shown),
        key="section",
        default=next(iter(shown)),
        required=True,
        bind="query-params",
        format_func=lambda key: shown[key].label,
        on_change=leave,
        label_visibility="collapsed",
    )
    shown[chosen].draw()


def search(label: str, key: str, placeholder: str) -> str:
    """Let the visitor type a search text."""
    text = st.text_input(
        label, key=key, bind="query-params", placeholder=placeholder, type="search"
    )
    return (text or "").strip()


def page_of(row_count: int, rows_per_page: int = PAGE_ROWS) -> int:
    """Let the visitor page through rows; return the number of rows to skip."""
    pages = max(1, -(-row_count // rows_per_page))
    if pages == 1:
        return 0
    if st.session_state.get("page", 1) > pages:
        st.session_state["page"] = 1
    return (st.pagination(pages, key="page", bind="query-params") - 1) * rows_per_page


def paged_table(
    columns: Sequence[Column],
    sql: str,
    *parameters: tuple[str, Any],
    caption: str = "",
    empty: str = "Nothing to show.",
) -> None:
    """Show one page of the rows of a query, and let the visitor page through the rest."""
    count = query(COUNT_SQL.format(sql=sql), *parameters)[0]["row_count"]
    # The number of the page stands below the table, but has to be known before it.
    place = st.container()
    passed = page_of(count)
    rows = query(
        f"{sql} limit $rows offset $passed", *parameters, ("rows", PAGE_ROWS), ("passed", passed)
    )
    with place:
        table(columns, rows, caption=caption, empty=empty)


def words(code: str) -> str:
    """Write a code as words: NOT_BILLED is Not billed."""
    return code.replace("_", " ").capitalize()


def like(text: str) -> str:
    """Return a pattern that finds a text anywhere; its own % and _ are escaped."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def downloads(name: str, render: Callable[[], str], *more: tuple[str, str, str, Any]) -> None:
    """Offer a document as PDF and HTML, each made when asked for; `render` returns its HTML.

    More files are a label, the end of the file's name, a media type and what gives the content.
    """
    files = (
        ("Download PDF", "pdf", "application/pdf", lambda: pdf(render())),
        ("Download HTML", "html", "text/html", lambda: render().encode()),
        *more,
    )
    with st.container(horizontal=True):
        for label, suffix, mime, data in files:
            st.download_button(label, data, f"{name}.{suffix}", mime, on_click="ignore")


# States


def show_freshness() -> None:
    """Say which books are shown, as of when, and why not newer ones, if there are any."""
    source = warehouse(default_path())
    source.refresh()
    built = datetime.fromtimestamp(source.snapshot.written[0] / 1e9).astimezone()
    st.caption(f"Books as of {instant(as_of()) or 'a time without invoices'} UTC")
    st.caption(f"{default_path().name}, built {instant(built.replace(microsecond=0))} {built:%Z}")
    if source.reason:
        st.caption(f":orange[These are older books: {source.reason}]")


def warn_of_branch() -> None:
    """Warn on every page if the books are those of a branch: customers owe nothing of it."""
    if changed := changed_invoices():
        st.warning(
            f"What-if: {default_path().name} was built on a branch. {changed:,} invoices differ "
            "from main. Customers do not owe these amounts.",
            icon=":material/science:",
        )


def or_error(draw: Callable[[], None]) -> None:
    """Draw a page, or show why it cannot be drawn."""
    try:
        draw()
    except BooksError as error:
        st.error(str(error), icon=":material/database_off:")

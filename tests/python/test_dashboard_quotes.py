"""The page Quotes: offers and how they compare, checkouts, and what new prices would cost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import duckdb
import pytest
from dashboard_pages import Page, Pages

Draw = Callable[..., Page]
# Two customers who would owe more or less, one who would not, and one of a marketplace.
DIFFS = """
    create schema ratebook;
    create table ratebook.branch_invoice_diffs (
        customer_id varchar, currency varchar, is_shadow boolean,
        main_total decimal(28, 8), branch_total decimal(28, 8), difference decimal(28, 8)
    );
    create table ratebook.invoices (
        customer_id varchar, customer_name varchar, started_at timestamp
    );
    insert into ratebook.branch_invoice_diffs values
        ('up', 'USD', false, 10.10, 30.30, 20.20),
        ('up', 'USD', false, 5, 5, 0),
        ('down', 'USD', false, 100, null, -100),
        ('down', 'EUR', false, 1, 1.01, 0.01),
        ('same', 'USD', false, 7, 7, 0),
        ('sold', 'USD', true, 2, 3, 1);
    insert into ratebook.invoices values
        ('down', 'Down Ltd', '2024-01-01'), ('down', 'Down and Out Ltd', '2024-02-01');
"""


@pytest.fixture
def draw(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Return what draws the page, as an address asks for it."""
    monkeypatch.delenv("RATEBOOK_BRANCH", raising=False)
    return partial(pages.draw, "quotes")


def test_the_list_has_each_quote_and_currency(pages: Pages, draw: Draw) -> None:
    """Quoted totals are those of the mart; the state narrows them down."""
    quoted = pages.rows("select quote_id, quoted_total from ratebook.quote_summaries")
    page = draw()
    shown = dict(zip(page.columns("Quote")[0], page.columns("Quoted total")[0], strict=True))
    assert shown == {quote_id: f"{total:,.2f} USD" for quote_id, total in quoted}
    assert draw(state="Rejected").columns("Quote")[0] == ["Q-102"]
    assert draw(find="lagoon").columns("Quote")[0] == ["Q-303"]
    assert "No quote matches" in draw(find="lagoon", state="Rejected").messages()[0]


def test_one_quote(draw: Draw) -> None:
    """Updates are 2,000 a month at 0.08, the first two at half of it: 160.00 off in all."""
    page = draw(quote="Q-101", find="launch")
    assert page.links()["← Back to the list"] == "quotes?find=launch"
    products = page.columns("Product")[0]
    assert page.columns("Discount")[0][products.index("Updates")] == "160.00 USD"
    assert page.columns("Quantity")[0][products.index("Updates")] == "26,000"
    *invoices, total = page.columns("Total")[0]
    assert len(invoices) == 27
    assert sum(Decimal(text.removesuffix(" USD")) for text in invoices) == Decimal("5191.16")
    assert total == page.cards()["Quoted total"] == "5,191.16 USD"


def test_a_quote_that_is_not_there(draw: Draw) -> None:
    """An old address says so, and leads back."""
    page = draw(quote="gone", view="Orders")
    assert page.messages() == [
        "There is no quote gone. It may be deleted, or the address is wrong."
    ]
    assert page.links() == {"← Back to the list": "quotes?view=Orders"}


def test_scenarios_side_by_side(draw: Draw) -> None:
    """A million pages at 0.05 or 0.03: what is dearer, by how much, and for which product."""
    page = draw(view="Compare scenarios", who="open_atlas")
    labels, first, second = (page.columns(name)[0] for name in ("", "Q-301", "Q-302"))
    terms = dict(zip(labels, zip(first, second, strict=True), strict=True))
    assert terms["Quoted total"] == ("62,200.00 USD", "43,100.00 USD")
    assert terms["Above the lowest"] == ("19,100.00 USD", "0.00 USD")
    products = page.columns("Product")[0]
    amounts = {
        name: dict(zip(products, page.columns(name)[1], strict=True)) for name in ("Q-301", "Q-302")
    }
    assert amounts["Q-301"]["Creates"] == "60,000.00 USD"
    assert amounts["Q-302"]["Platform fee"] == "not in it"
    bars = page.drawn("Amount")
    assert {bar["Amount"] for bar in bars if bar["What"] == "Quoted total"} == {
        "62,200.00 USD",
        "43,100.00 USD",
    }


def test_only_what_has_alternatives_is_compared(draw: Draw) -> None:
    """One quote is nothing to compare; an address that asks for it gets others."""
    assert draw(find="Q-303").links().keys() == {"Q-303", "Blue Lagoon Diving"}
    link = draw(find="Q-301").links()["compare"]
    assert link == "quotes?view=Compare+scenarios&who=open_atlas"
    page = draw(view="Compare scenarios", who="tide_tables")
    assert page.app.selectbox(key="who").value in {"launchpad", "open_atlas"}


def test_checkouts_by_state(pages: Pages, draw: Draw) -> None:
    """Each order counts once; what was due at first adds up by state."""
    orders = pages.rows(
        """
        select upper(state[1]) || lower(state[2:]), count(distinct order_uid),
            sum(first_invoices_total)
        from ratebook.order_summaries
        group by state
        """
    )
    page = draw(view="Orders")
    counts, amounts = page.columns("Orders")[0], page.columns("First invoices")[0]
    every = sum(count for _, count, _ in orders)
    shown = zip(page.columns("State")[0], counts, amounts, strict=True)
    assert set(shown) == {
        *((state, str(count), f"{amount:,.2f} USD") for state, count, amount in orders),
        ("All checkouts", str(every), ""),
    }
    assert len(page.columns("Order")[0]) == every
    paid = draw(view="Orders", order_state="Paid")
    assert set(paid.columns("Contract")[0]) == {"order:paper_lantern_plan"}
    assert "No order matches" in draw(view="Orders", find="nobody").messages()[0]


def test_no_branch_is_built(draw: Draw, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On main nothing differs, and a file may not be there: both say how to get one."""
    page = draw(view="Price change")
    assert "is built on main" in page.messages()[0]
    assert len(page.app.code[0].value.splitlines()) == 2
    missing = tmp_path / "what_if.duckdb"
    monkeypatch.setenv("RATEBOOK_BRANCH", str(missing))
    assert draw(view="Price change").messages()[0].startswith(f"{missing} does not exist.")


@pytest.fixture
def changed(draw: Draw, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Draw:
    """Return what draws the page with a branch beside the case study."""
    path = tmp_path / "what_if.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(DIFFS)
    monkeypatch.setenv("RATEBOOK_BRANCH", str(path))
    return draw


def test_what_a_change_would_cost(changed: Draw) -> None:
    """The largest difference comes first, either way; an invoice that is not there counts 0."""
    page = changed(view="Price change", currency="USD")
    customers, difference = page.columns("Customer"), page.columns("Difference")[1]
    # The name is the last one that it had; who has none is called by the id.
    assert customers[0] == ["Down and Out Ltd", "up"]
    assert difference == ["-100.00 USD", "20.20 USD"]
    assert page.columns("On main")[1] == ["100.00 USD", "15.10 USD"]
    assert page.columns("On the branch")[1] == ["0.00 USD", "35.30 USD"]
    assert page.links()["up"] == "invoices?currency=USD&find=up"
    # Shadow invoices stand apart.
    assert (customers[1], page.columns("Difference")[2]) == (["sold"], ["1.00 USD"])


def test_totals_of_a_change_by_currency(changed: Draw) -> None:
    """20.20 - 100 in dollars that are billed here, 1 that a marketplace bills, 0.01 in euros."""
    page = changed(view="Price change")
    totals = zip(
        page.columns("Billed by")[0],
        page.columns("of which changed")[0],
        page.columns("Difference")[0],
        strict=True,
    )
    assert sorted(totals) == [
        ("marketplaces (shadow invoices)", "1", "1.00 USD"),
        ("us", "1", "0.01 EUR"),
        ("us", "2", "-79.80 USD"),
    ]

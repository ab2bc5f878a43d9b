"""The page Contracts: the list, and one contract from its signature to what is left to use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from dashboard_pages import Page, Pages

Draw = Callable[..., Page]


@pytest.fixture
def draw(pages: Pages) -> Draw:
    """Return what draws the page, as an address asks for it."""
    return partial(pages.draw, "contracts")


def test_each_contract_is_found_in_one_state(pages: Pages, draw: Draw) -> None:
    """What the filters show adds up to the contracts that the mart has."""
    counts = dict(pages.rows("select state, count(*) from ratebook.contracts group by state"))
    assert counts["ENDED"] > 0 and counts["ACTIVE"] > 0
    for state, label in (("UPCOMING", "Upcoming"), ("ACTIVE", "Active"), ("ENDED", "Ended")):
        page = draw(state=label)
        if counts.get(state):
            assert f"<caption>{counts[state]} contracts" in "".join(page.markup)
        else:
            assert "No contract matches" in page.messages()[0]


def test_search_by_customer_and_by_contract(draw: Draw) -> None:
    """The customer's name, and a part of the contract's id, find the same; % is a letter."""
    by_name, by_id = draw(find="night SHIFT"), draw(find="night_shift_c")
    assert (
        by_name.columns("Contract")[0] == by_id.columns("Contract")[0] == ["night_shift_contract"]
    )
    assert by_name.columns("State")[0] == ["Ended"]
    assert "No contract matches" in draw(find="%").messages()[0]


def test_recurring_revenue_now(draw: Draw) -> None:
    """Support of 300.00 a month was raised by 5 % at the renewal; what has ended brings nothing."""
    evergreen = draw(find="evergreen")
    assert evergreen.columns("MRR now")[0] == ["315.00 USD"]
    assert evergreen.columns("Renews")[0] == ["1 Feb 2025"]
    assert draw(find="night_shift").columns("MRR now")[0] == [""]
    # Another customer took this contract over in May: it is worth its fee once.
    assert draw(find="quill_contract").columns("MRR now")[0] == ["100.00 USD"]


def test_one_contract(draw: Draw) -> None:
    """Papergirl pays 1,000.00 a year, which is 83.33 a month, and 0.05 for each page created."""
    page = draw(contract="Papergirl_contract", find="paper")
    assert page.links()["← Back to the list"] == "contracts?find=paper"
    assert page.links()["Its invoices"] == "invoices?find=Papergirl_contract"
    assert page.columns("MRR after")[0] == ["83.33 USD"]
    prices = dict(zip(page.columns("Product")[0], page.columns("Price")[0], strict=True))
    assert prices["Creates"] == "0.05 USD"
    assert prices["Platform fee"] == "1,000.00 USD"


def test_terms_are_those_of_the_contracts_time_zone(pages: Pages, draw: Draw) -> None:
    """What begins at midnight in Tokyo begins on that day, not at 15:00 of the day before."""
    pages.execute(
        """
        update ratebook.contracts set billing_timezone = 'Asia/Tokyo',
            started_at = '2023-12-31 15:00:00', ended_at = '2024-12-31 15:00:00'
        where contract_id = 'Papergirl_contract'
        """
    )
    assert draw(find="Papergirl").columns("Term")[0] == ["1 Jan 2024 to 1 Jan 2025"]
    page = "".join(draw(contract="Papergirl_contract").markup)
    assert "1 Jan 2024 to 1 Jan 2025" in page and "Asia/Tokyo" in page
    assert "Days of Asia/Tokyo." in page


def test_where_a_contract_came_from(draw: Draw) -> None:
    """A quote, an order and an agreement each are named, and led to."""
    assert draw(contract="launchpad_contract").links()["Q-101"] == "quotes?quote=Q-101"
    order = draw(contract="order:paper_lantern_plan").links()["paper_lantern_plan"]
    assert order == "quotes?view=Orders&find=order%3Apaper_lantern_plan"
    marketplace = "".join(draw(contract="agreement:agmt-atlas").markup)
    assert "agmt-atlas" in marketplace and "a marketplace bills" in marketplace


def test_the_timeline_ends_where_the_contract_is_open(draw: Draw) -> None:
    """Renewed for ever: drawn to an edge and marked. Else windows are those of the prices."""
    bars = draw(contract="quill_contract").drawn("Text")
    second = [bar for bar in bars if bar["lane"] == "Row quill_contract_2"]
    assert [(bar["from"], bar["end"]) for bar in second] == [("2024-05-01T00:00:00Z", "open ▸")]
    assert second[0]["to"] > "2024-05-31T12:00:00Z"
    fees = [bar for bar in bars if bar["lane"] == "Price: Platform fee"]
    assert [bar["Text"] for bar in fees] == ["100.00 USD"] * 3
    assert [bar["from"][:10] for bar in fees] == ["2024-01-01", "2024-04-01", "2024-05-01"]
    marks = draw(contract="evergreen_contract").drawn("Event")
    assert [(mark["Event"], mark["At (UTC)"]) for mark in marks] == [
        ("Signed", "20 Jan 2023"),
        ("Started", "1 Feb 2023"),
        ("Renewed", "1 Feb 2024"),
        ("Next renewal", "1 Feb 2025"),
    ]


def test_prices_of_one_name_have_bars_of_their_own(draw: Draw) -> None:
    """The fee is 29.00 until April, then 129.00: the earlier one comes first."""
    bars = draw(contract="launchpad_contract").drawn("Text")
    fees = [(bar["lane"], bar["Text"]) for bar in bars if "Price: Platform fee" in bar["lane"]]
    assert fees == [("Price: Platform fee", "29.00 USD"), ("Price: Platform fee (2)", "129.00 USD")]


def test_an_exact_price_stands_on_its_bar(draw: Draw) -> None:
    """No digit is lost: 0.0000000005 a byte."""
    bars = draw(contract="gap_year_contract").drawn("Text")
    assert "0.0000000005 USD" in {bar["Text"] for bar in bars}


def test_months_are_those_of_the_mart(pages: Pages, draw: Draw) -> None:
    """A month without revenue is a bar of nothing, and not left out."""
    months = pages.rows(
        """
        select strftime(month_start_date, '%b %Y'), sum(mrr)
        from ratebook.contract_mrr
        where contract_id = 'gap_year_contract'
        group by month_start_date
        order by month_start_date
        """
    )
    page = draw(contract="gap_year_contract")
    assert page.columns("Month")[0] == [month for month, _ in months]
    assert page.columns("MRR")[0] == [f"{amount:,.2f} USD" for _, amount in months]


def test_unusual_contracts_can_be_opened(pages: Pages, draw: Draw) -> None:
    """Those without prices, without a name, without an end, and of marketplaces."""
    unusual = pages.rows(
        """
        select contract_id
        from ratebook.contracts
        where
            customer_name is null
            or ended_at is null
            or is_shadow
            or contract_id not in (select contract_id from ratebook.prices)
        """
    )
    assert len(unusual) > 5
    for (contract_id,) in unusual:
        assert "Its invoices" in draw(contract=contract_id).links()


def test_a_contract_that_is_not_there(draw: Draw) -> None:
    """An old address says so, and leads back; what it names is text, and no link."""
    page = draw(contract="[gone](https://example.com)")
    assert page.messages()[0].startswith("No contract [gone](https://example.com) is")
    assert page.links() == {"← Back to the list": "contracts"}


def test_times_do_not_depend_on_the_visitor() -> None:
    """A chart gets instants with their zone."""
    from ratebook.dashboard.views.contracts import utc

    text = utc(datetime(2024, 5, 31, 12))
    assert datetime.fromisoformat(text) == datetime(2024, 5, 31, 12, tzinfo=UTC)


def test_tiers_of_a_line(pages: Pages) -> None:
    """Of the case study: 1250 pages, of which the first 100 have no price each."""
    ((invoice_id, line_id),) = pages.rows(
        "select invoice_id, line_item_id from ratebook.line_items "
        "where contract_id = 'ladder_contract' and amount = 470"
    )
    page = pages.draw("invoices", invoice=invoice_id, line=line_id)
    assert page.columns("Tier") == [["1", "2", "3"]]
    assert page.columns("Up to") == [["100", "1,000", "no end"]]
    assert page.columns("Unit price") == [["0.00 CHF", "0.40 CHF", "0.30 CHF"]]


def test_the_matrix_of_a_line(pages: Pages) -> None:
    """The last dimension from left to right, any other value last; a missing cell is empty."""
    ((invoice_id, line_id),) = pages.rows(
        "select invoice_id, line_item_id from ratebook.line_items "
        "where contract_id = 'model_mix_contract' and cell_id = 'large-out'"
    )
    page = pages.draw("invoices", invoice=invoice_id, line=line_id)
    assert page.columns("model") == [["large", "*"]]
    assert page.columns("direction in") == [["2.50 CHF", ""]]
    assert page.columns("direction out") == [["10.00 CHF", ""]]
    assert page.columns("direction *") == [["", "0.50 CHF"]]

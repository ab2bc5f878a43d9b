"""The page Marketplaces and partners: what is told, billed and shared adds up as in the marts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from dashboard_pages import Pages

from ratebook.dashboard.views import partners


def amount(text: str) -> Decimal:
    """Read a number or an amount, without its currency."""
    return Decimal(text.split(" ")[0].replace(",", ""))


def test_agreements_are_found(pages: Pages) -> None:
    """By marketplace, and by any part of an id; the state says what it means."""
    pages.execute(
        """
        update ratebook.marketplace_agreement_states
        set state = 'ENDED', is_in_force = false, is_entitled = false, is_metered = false
        where agreement_id = 'agmt-atlas'
        """
    )
    (rows,) = pages.draw("partners").tables()
    assert {row["Agreement"]: row["Meaning"] for row in rows} == {
        "agmt-atlas": "not in force",
        "agmt-baobab": "in force, may be used, accepts reports",
        "agmt-cumulus": "in force, may be used, accepts reports",
    }
    (rows,) = pages.draw("partners", marketplace="Google Cloud", state="Active").tables()
    assert [row["Agreement"] for row in rows] == ["agmt-cumulus"]
    page = pages.draw("partners", state="Active", find="ATLAS")
    assert page.messages() == ["No agreement matches: remove a filter."]


def test_metered_is_where_it_stands(pages: Pages) -> None:
    """The five columns add up to what was metered, which is the usage of the lines."""
    page = pages.draw("partners", section="Metered quantities", product="Creates (2)")
    (rows,) = page.tables()
    columns = [label for _, label in partners.QUANTITIES]
    for row in rows:
        assert amount(row["Metered"]) == sum(amount(row[label]) for label in columns)
    expected = pages.rows(
        """
        select customer_id, sum(quantity)
        from ratebook.line_items
        where product_uid = '2' and is_shadow and started_at >= '2024-05-01'
        group by customer_id
        """
    )
    assert {(row["Customer"], amount(row["Metered"])) for row in rows} == set(expected)
    refused = {row["Agreement"]: amount(row["Rejected"]) for row in rows}
    assert refused == {"agmt-atlas": 0, "agmt-baobab": 750, "agmt-cumulus": 0}


def test_what_waits_stands_first(pages: Pages) -> None:
    """The soonest of all first, what has no limit last, and how many hours are left."""
    pages.execute(
        """
        update ratebook.marketplace_metering_records
        set send_before_at = created_at + interval 90 minute
        where metering_record_id = (
            select max(metering_record_id) from ratebook.marketplace_metering_records
            where state = 'pending' and marketplace = 'AZURE'
        )
        """
    )
    waiting = pages.rows(
        """
        select created_at, send_before_at from ratebook.marketplace_metering_records
        where state = 'pending'
        order by send_before_at nulls last
        """
    )
    page = pages.draw("partners", section="Metering records", state="Pending")
    (rows,) = page.tables()
    left = [before_at and before_at - as_of for as_of, before_at in waiting]
    assert left[0] == timedelta(minutes=90)
    hours = [f"{int(time / timedelta(hours=1))} h" if time else "" for time in left[1:]]
    assert [row["Left"] for row in rows] == ["1 h 30 min", *hours]
    assert page.cards()["Pending"] == str(len(waiting))
    (rows,) = pages.draw("partners", section="Metering records").tables()
    states = [row["State"] for row in rows]
    assert states[: len(waiting)] == ["Pending"] * len(waiting)
    assert "Pending" not in states[len(waiting) :]


def test_money_stays_in_its_currency(pages: Pages) -> None:
    """Amounts of two currencies have two sums, and rows of none are counted."""
    pages.execute(
        """
        update ratebook.marketplace_reconciliation
        set currency = 'EUR'
        where agreement_id = 'agmt-atlas';
        update ratebook.marketplace_reconciliation
        set currency = null, rated_amount = null, sent_amount = null, difference_amount = null,
            fee_amount = null, net_amount = null
        where agreement_id = 'agmt-baobab'
        """,
    )
    totals, rows = pages.draw("partners", section="Marketplace money").tables()
    # 4.40 and 591.00 were rated for Atlas, 5.40 and 585.00 for Cumulus.
    assert [(row["Currency"], row["Rows"], row["Rated"]) for row in totals] == [
        ("EUR", "2", "595.40 EUR"),
        ("USD", "2", "590.40 USD"),
        ("none, or several", "2", ""),
    ]
    for total in totals[:2]:
        assert amount(total["Rated"]) == sum(
            amount(total[label]) for label in ("Not billed of it", "Fee", "Net")
        )
    assert len(rows) == 6


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_payouts_are_the_shares_of_lines(pages: Pages, currency: str) -> None:
    """Cards and rows add up to the lines of the currency, drafts apart."""
    expected = dict(
        pages.rows(
            """
            select status, sum(share_amount) from ratebook.partner_line_shares
            where currency = ?
            group by status
            """,
            currency,
        )
    )
    page = pages.draw("partners", section="Partner payouts", currency=currency)
    (rows,) = page.tables()
    for label, card, status in (
        ("Share", "Share of partners", "FINALIZED"),
        ("Draft share", "Share in drafts", "DRAFT"),
    ):
        assert amount(page.cards()[card]) == expected[status]
        assert sum(amount(row[label]) for row in rows) == expected[status]
        assert all(row[label].endswith(currency) for row in rows)


def test_a_payout_is_opened(pages: Pages) -> None:
    """Kontor Nord gets 15 percent of the lines of Harvest: 121.50, 17.49 and nothing."""
    page = pages.draw(
        "partners",
        section="Partner payouts",
        partner="kontor_nord",
        payout="2024-05",
        currency="EUR",
    )
    (rows,) = page.tables()
    assert [(row["Gross"], row["Share"]) for row in rows] == [
        ("810.00 EUR", "121.50 EUR"),
        ("116.57 EUR", "17.49 EUR"),
        ("0.00 EUR", "0.00 EUR"),
    ]
    assert page.cards()["Share"] == "138.99 EUR"
    assert any("invoices?" in markup and "invoice=" in markup for markup in page.markup)


def test_an_unknown_payout_is_said(pages: Pages) -> None:
    """A sentence, and the way back; what stands in the address is text, never markup."""
    page = pages.draw("partners", section="Partner payouts", partner="*no*", payout="2024-05")
    (message,) = page.messages()
    assert message == "*no* has no lines in this currency and 2024-05."
    assert any("Back to the list" in markup for markup in page.markup)


def test_onboarding_has_the_mean(pages: Pages) -> None:
    """Two contracts waited 111 and 167.5 hours: 139.25. Three that wait still have no mean."""
    (rows,) = pages.draw("partners", section="Onboarding").tables()
    waits = {row["Channel"]: (row["Shortest, hours"], row["Mean, hours"]) for row in rows}
    assert waits == {
        "Direct": ("111", "139.25"),
        "Marketplace": ("", ""),
        "Self serve": ("0.01", "0.01"),
    }


@pytest.mark.parametrize("section", partners.SECTIONS.values())
def test_without_data_each_part_says_so(pages: Pages, section: str) -> None:
    """A company without marketplaces and partners: one sentence, and no table."""
    pages.execute(
        """
        delete from ratebook.marketplace_agreement_states;
        delete from ratebook.marketplace_reconciliation;
        delete from ratebook.marketplace_metering_records;
        delete from ratebook.partner_payouts;
        delete from ratebook.partner_line_shares;
        delete from ratebook.onboarding_times;
        """
    )
    page = pages.draw("partners", section=section)
    assert len(page.messages()) == 1
    assert page.tables() == []

"""The page Integrity: nothing received is left out, filters narrow, and reasons have remedies."""

from __future__ import annotations

import pytest
from dashboard_pages import Pages

from ratebook.dashboard.views import integrity

NO_LATE_USAGE = """
    create or replace table ratebook.usage_by_day as
    select
        line_item_id, invoice_id, contract_id, customer_id, product_uid, 'COUNT' as aggregation,
        cast('2024-01-05' as date) as usage_date, event_count, quantity,
        cast('2024-01-05' as timestamp) as last_received_at
    from ratebook.line_items
    where false
"""


def count(text: str) -> int:
    """Read a number with separators."""
    return int(text.replace(",", ""))


def test_outcomes_add_up_to_the_events_received(pages: Pages) -> None:
    """The view over all single events counts the same, and each outcome says what it needs."""
    expected = dict(
        pages.rows("select outcome, count(*) from ratebook.usage_event_outcomes group by outcome")
    )
    page = pages.draw("integrity")
    outcomes = {row["Outcome"]: row for row in page.tables()[0]}
    shown = {name: count(row["Events"]) for name, row in outcomes.items()}
    assert shown == {code.replace("_", " ").capitalize(): n for code, n in expected.items()}
    received, meant = sum(expected.values()), expected["DUPLICATE"] + expected["FILTERED_OUT"]
    cards = {label: value for label, value in page.cards().items() if "Rows" not in label}
    assert {label: count(value) for label, value in cards.items()} == {
        "Events received": received,
        "Rated": expected["RATED"],
        "Unbilled": received - expected["RATED"] - meant,
        "Duplicates": expected["DUPLICATE"],
        "Filtered out": expected["FILTERED_OUT"],
    }
    share = round(10_000 * expected["NOT_PRICED"] / received) / 100
    assert outcomes["Not priced"]["Share"] == f"{share:.2f} %"
    assert all(row["What to do"] for name, row in outcomes.items() if name != "Rated")


def test_a_reason_leads_to_its_events(pages: Pages) -> None:
    """Outcome, month and text together: only what all of them leave."""
    page = pages.draw("integrity", outcome="Outside contract", month="2024-04", find="SUNSET")
    expected = pages.rows(
        """
        select product_uid, count(*)
        from ratebook.usage_event_exceptions
        where reason = 'OUTSIDE_CONTRACT' and customer_id = 'sunset'
            and received_at >= '2024-04-01' and received_at < '2024-05-01'
        group by product_uid
        """
    )
    _, groups, events = page.tables()
    shown = {(row["Product"].split("(")[1][:-1], count(row["Events"])) for row in groups}
    assert shown == set(expected)
    assert len(events) == min(25, sum(number for _, number in expected))
    assert {row["Customer"] for row in events} == {"sunset"}
    assert {row["Reason"] for row in events} == {"Outside contract"}


def test_percent_signs_are_letters(pages: Pages) -> None:
    """A search for % does not find everything."""
    page = pages.draw("integrity", find="%")
    assert page.messages() == ["No event matches: remove a filter."]


def test_configuration_is_filtered(pages: Pages) -> None:
    """Rows of one effect and input, and the cards' numbers, which count rows once."""
    page = pages.draw("integrity", section="Configuration", effect="Not billed")
    expected = pages.rows(
        "select id, detail from ratebook.pricing_exceptions where effect = 'NOT_BILLED'"
    )
    (rows,) = page.tables()
    assert sorted((row["Row"], row["Problem"]) for row in rows) == sorted(expected)
    assert all(row["What to do"] for row in rows)
    assert count(page.cards()["Rows not billed"]) == len({name for name, _ in expected})
    found = pages.draw(
        "integrity", section="Configuration", effect="Not billed", find="comma_sons"
    ).tables()[0]
    assert {row["Reason"] for row in found} == {"No price", "Unparsable cell"}
    assert {row["Customer"] for row in found} == {"comma_sons"}
    nothing = pages.draw("integrity", section="Configuration", effect="Billed", find="comma_sons_s")
    assert nothing.messages() == ["No row matches: remove a filter."]


def test_late_usage_is_what_came_after_the_invoice_was_issued(pages: Pages) -> None:
    """A second late is late; at the instant is not. Finalized invoices stand first."""
    finalized, draft = (
        pages.rows(
            """
            select invoice_id, line_item_id, contract_id
            from ratebook.line_items
            where status = ? and event_count > 0 and not is_shadow
            order by line_item_id
            limit 1
            """,
            status,
        )[0]
        for status in ("FINALIZED", "DRAFT")
    )
    pages.execute(NO_LATE_USAGE)
    for (invoice_id, line_item_id, _), day, events, seconds in (
        (finalized, "2024-01-05", 3, 1),
        (finalized, "2024-01-06", 4, 86_400),
        (finalized, "2024-01-07", 100, 0),
        (draft, "2024-05-05", 7, 900_000),
    ):
        pages.execute(
            """
            insert into ratebook.usage_by_day
            select $1, invoice_id, contract_id, customer_id, '1', 'COUNT', $2, $3, $3,
                issued_at + $4 * interval 1 second
            from ratebook.invoices
            where invoice_id = $5
            """,
            line_item_id,
            day,
            events,
            seconds,
            invoice_id,
        )
    (rows,) = pages.draw("integrity", section="Late usage").tables()
    assert [
        (row["Invoice"], row["Contract"], row["Status"], row["Days"], row["Events of these days"])
        for row in rows
    ] == [
        (finalized[0][:8], finalized[2], "Finalized", "2", "7"),
        (draft[0][:8], draft[2], "Draft", "1", "7"),
    ]
    (rows,) = pages.draw("integrity", section="Late usage", state="Draft").tables()
    assert [row["Invoice"] for row in rows] == [draft[0][:8]]


def test_entitlements_by_kind(pages: Pages) -> None:
    """Ghost Writers pay for five seats, and still have none."""
    page = pages.draw("integrity", section="Entitlements", kind="Not granted")
    (rows,) = page.tables()
    assert [
        (row["Customer"], row["From (UTC)"], row["Until (UTC)"], row["Owed"], row["Granted"])
        for row in rows
    ] == [("ghost_writers", "1 May 2024", "still open", "5", "nothing")]


@pytest.mark.parametrize("section", integrity.SECTIONS.values())
def test_without_data_each_part_says_so(pages: Pages, section: str) -> None:
    """Nothing received, nothing reported: one sentence, and no table."""
    pages.execute(NO_LATE_USAGE)
    pages.execute(
        """
        delete from ratebook.usage_outcome_counts;
        delete from ratebook.usage_event_exceptions;
        delete from ratebook.pricing_exceptions;
        delete from ratebook.entitlement_discrepancies;
        """
    )
    page = pages.draw("integrity", section=section)
    assert len(page.messages()) == 1
    assert page.tables() == []


def test_unusual_events_are_shown(pages: Pages) -> None:
    """An event without id, name, customer or times, and with markup in its detail."""
    pages.execute(
        """
        insert into ratebook.usage_event_exceptions
        values (null, null, 'BAD_TIMESTAMP', '<b>soon</b>', null, null, null, null, false);
        insert into ratebook.usage_outcome_counts values ('BAD_TIMESTAMP', null, null, 1);
        """
    )
    _, _, events = pages.draw("integrity", find="soon").tables()
    assert events == [
        {
            "Transaction id": "none",
            "Reason": "Bad timestamp",
            "Customer": "unknown",
            "Event name": "none",
            "Product": "",
            "Metered (UTC)": "unknown",
            "Received (UTC)": "",
            "Problem": "<b>soon</b>",
        }
    ]

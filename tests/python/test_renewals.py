"""Contracts that go on after their end: what they owe, term by term, with the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import pytest
from conftest import Warehouse
from input_tables import Builder, Inputs, Row, amounts_of, combined, decimals, event, reports, row

AS_OF = "2024-06-15"


@dataclass(frozen=True)
class Case:
    """A contract from 1 January 2024 that renews, and what its lines owe, in time order."""

    name: str
    about: str
    owed: str
    # Cells of the contract, of its list price, and of one override of that.
    contract: Row
    price: Row = field(default_factory=dict)
    override: Row = field(default_factory=dict)
    # Cells of an amendment, and of a second list price.
    amendment: Row = field(default_factory=dict)
    second_price: Row = field(default_factory=dict)
    zone: str | None = None
    # Prices of later rows of the pricebook, by the days on which they begin.
    later_prices: Row = field(default_factory=dict)
    called_at: tuple[str, ...] = ()

    def inputs(self) -> Inputs:
        """Return the customer, its contract, and what it sells."""
        name = self.name
        terms = {"durable_id": name, "customer_id": name, "pricebook_id": name}
        term = {"started_at": "2024-01-01", "auto_renew": "true", **self.contract}
        rows = [row(f"{name}_1", **terms, **term)]
        if self.amendment:
            rows.append(row(f"{name}_2", **terms, **{**term, **self.amendment}))
        sold = {"product_uid": "fee", "price": "100", **self.price}
        inputs: Inputs = {
            "customers": [row(name, billing_timezone=self.zone)],
            "pricebooks": [row(name)],
            "list_prices": [row(name, pricebook_uid=name, **sold)],
            "contracts": rows,
            "usage_events": [
                event(f"{name}-{instant}", name, instant, name="call", calls=100)
                for instant in self.called_at
            ],
        }
        if self.second_price:
            second = {**sold, **self.second_price}
            inputs["list_prices"].append(row(f"{name}_second", pricebook_uid=name, **second))
        for day, price in self.later_prices.items():
            later = f"{name}_{day}"
            book = {"id": later, "durable_id": name, "effective_at": day}
            inputs["pricebooks"].append(book)
            price_row = {"id": later, "durable_id": name, "pricebook_uid": later}
            inputs["list_prices"].append({**sold, **price_row, "price": price})
        if self.override:
            override = {"contract_id": name, "list_price_id": name, **self.override}
            inputs["contract_prices"] = [{"id": name, **override}]
        return inputs


YEARLY = {
    "invoice_schedule": "12",
    "invoice_delivery": "ADVANCED",
    "billing_anchor": "ANNIVERSARY",
}
WHOLE_YEAR = {"price": "1000", "prorate": "false", **YEARLY}
WRITTEN_IN_UTC = {
    "started_at": "2022-03-01T00:00:00Z",
    "ended_at": "2023-03-01T00:00:00Z",
    "renewal_uplift_percent": "10",
}
TWO_YEARS = {"started_at": "2022-06-01", "ended_at": "2023-06-01"}

CASES = (
    Case(
        "rises_each_time",
        "1000; x 1.05 = 1050; x 1.05^2 = 1102.5; x 1.05^3 = 1157.625. The year before counts too.",
        "1000 1050 1102.50 1157.63",
        {"started_at": "2021-01-01", "ended_at": "2022-01-01", "renewal_uplift_percent": "5"},
        {"price": "1000", "invoice_schedule": "12", "invoice_delivery": "ADVANCED"},
    ),
    Case(
        "cut_in_the_month",
        "Renewed on 15 March and 15 May: 100, then 110 and 121, each for its days of the month: "
        "100 x 14/31 + 110 x 17/31, 110, 110 x 14/31 + 121 x 17/31, 121.",
        "100 100 45.16 60.32 110 49.68 66.35 121",
        {"ended_at": "2024-03-15", "renewal_term_months": "2", "renewal_uplift_percent": "10"},
    ),
    Case(
        "not_cut_without_uplift",
        "The months go on as if the contract had no end.",
        "100 100 100 100 100 100",
        {"ended_at": "2024-03-15", "renewal_term_months": "2"},
    ),
    Case(
        "as_long_as_the_first_term",
        "Two whole months and some days: each renewal has two months, as above.",
        "100 100 45.16 60.32 110 49.68 66.35 121",
        {"ended_at": "2024-03-15", "renewal_uplift_percent": "10"},
    ),
    Case(
        "last_days_of_months",
        "ANNIVERSARY from 31 December; renewed on 31 January, 29 February, 31 March and so on: "
        "100 x 1.01 = 101, 102.01, 103.0301, 104.060401, 105.10100501.",
        "100 101 102.01 103.03 104.06 105.10",
        {
            "started_at": "2023-12-31",
            "ended_at": "2024-01-31",
            "renewal_term_months": "1",
            "renewal_uplift_percent": "1",
            "billing_anchor": "ANNIVERSARY",
        },
    ),
    Case(
        "terminated_in_a_renewal",
        "1 to 10 March of the second renewal: 300 x 10/31 = 96.774.",
        "300 300 96.77",
        {"ended_at": "2024-02-01", "renewal_term_months": "1", "terminated_at": "2024-03-11"},
        {"price": "300"},
    ),
    Case(
        "not_renewed",
        "Terminated at its end: nothing renews.",
        "100 100",
        {"ended_at": "2024-03-01", "terminated_at": "2024-03-01"},
    ),
    Case(
        "once_is_once",
        "A one-time price does not repeat.",
        "250",
        {"ended_at": "2024-02-01", "renewal_term_months": "1", "renewal_uplift_percent": "5"},
        {"price": "250", "invoice_delivery": "ONE_TIME"},
    ),
    Case(
        "usage_after_the_end",
        "100 calls in January at 0.01, in March at 0.01 x 1.1^2 = 0.0121; months without usage 0.",
        "1 0 1.21 0 0 0",
        {"ended_at": "2024-02-01", "renewal_term_months": "1", "renewal_uplift_percent": "10"},
        {"product_uid": "calls", "price": "0.01"},
        called_at=("2024-01-10", "2024-03-10"),
    ),
    Case(
        "whole_fee_of_a_cut_period",
        "A year in advance, renewed in July: owed once, at its first terms.",
        "100",
        {
            "ended_at": "2024-07-01",
            "renewal_uplift_percent": "10",
            "prorate": "false",
        },
        {"invoice_schedule": "12", "invoice_delivery": "ADVANCED"},
    ),
    Case(
        "override_that_ended_before",
        "80 in January; from February on the list price, which rises: 100 x 1.05 from April on.",
        "80 100 100 105 105 105",
        {"ended_at": "2024-04-01", "renewal_uplift_percent": "5"},
        override={"price": "80", "ended_at": "2024-02-01"},
    ),
    Case(
        "override_that_ends_with_the_term",
        "It ends there: from April on the list price, 100 x 1.05.",
        "80 80 80 105 105 105",
        {"ended_at": "2024-04-01", "renewal_uplift_percent": "5"},
        override={"price": "80", "ended_at": "2024-04-01"},
    ),
    Case(
        "override_that_ends_after_the_term",
        "Its own end holds: 84 in April and May, then the list price, 100 x 1.05.",
        "80 80 80 84 84 105",
        {"ended_at": "2024-04-01", "renewal_uplift_percent": "5"},
        override={"price": "80", "ended_at": "2024-06-01"},
    ),
    Case(
        "override_of_a_renewal",
        "90 as agreed in the renewal of April, 90 x 1.05 = 94.50 in that of June.",
        "100 100 90 90 94.50",
        {
            "started_at": "2024-02-01",
            "ended_at": "2024-04-01",
            "renewal_term_months": "2",
            "renewal_uplift_percent": "5",
        },
        override={"price": "90", "started_at": "2024-04-01"},
    ),
    Case(
        "discount_goes_on",
        "10% off 100, then off 100 x 1.05 = 105: 94.50.",
        "90 90 90 94.50 94.50 94.50",
        {"ended_at": "2024-04-01", "renewal_uplift_percent": "5"},
        override={"discount_percent": "10"},
    ),
    Case(
        "minimum_does_not_rise",
        "No calls: the minimum of 50 in the term and in renewals.",
        "0 50 0 50 0 50 0 50 0 50 0 50",
        {"ended_at": "2024-04-01", "renewal_uplift_percent": "5"},
        {"product_uid": "calls", "price": "1", "minimum_amount": "50"},
    ),
    Case(
        "amended_in_a_renewal",
        "110 in the renewal of April, until the amendment of 16 May, which is a first term again: "
        "110 x 15/31 = 53.226, 100 x 16/31 = 51.613.",
        "100 100 100 110 53.23 51.61 100",
        {"ended_at": "2024-04-01", "renewal_uplift_percent": "10"},
        amendment={"effective_at": "2024-05-16", "ended_at": "2024-08-01"},
    ),
    Case(
        "of_berlin",
        "Whole fees, at 01:00 by the clocks there: 1000, x 1.1 = 1100, x 1.1^2 = 1210.",
        "1000 1100 1210",
        WRITTEN_IN_UTC,
        WHOLE_YEAR,
        zone="Europe/Berlin",
    ),
    Case(
        "of_new_york",
        "The same on the evening before, 28 February: a year apart as they are written.",
        "1000 1100 1210",
        WRITTEN_IN_UTC,
        WHOLE_YEAR,
        zone="America/New_York",
    ),
    Case(
        "month_ends_do_not_stick",
        "310 from 31 January, 341 from 29 February, 375.10 from 31 March to 30 April.",
        "310 341 375.10",
        {
            "started_at": "2024-01-31",
            "ended_at": "2024-02-29",
            "renewal_term_months": "1",
            "renewal_uplift_percent": "10",
            "terminated_at": "2024-04-30",
        },
        {"price": "310", "billing_anchor": "ANNIVERSARY"},
    ),
    Case(
        "terminated_after_an_hour",
        "At 01:00 on the day after the second term: nothing begins in that hour.",
        "1000 1100",
        {**WRITTEN_IN_UTC, "terminated_at": "2024-03-01 01:00"},
        WHOLE_YEAR,
        zone="Europe/Berlin",
    ),
    Case(
        "phases_of_two_years",
        "29 in months 0 to 12, in the renewal 129.",
        "29 129",
        {**TWO_YEARS, "terminated_at": "2024-06-01"},
        {"price": "29", "end_period": "12", **YEARLY},
        second_price={"price": "129", "start_period": "12", "end_period": None},
    ),
    Case(
        "override_into_a_renewal",
        "80 for months 0 to 18, half-yearly: three times, then the list price.",
        "80 80 80 100",
        {**TWO_YEARS, "terminated_at": "2024-06-01"},
        {"invoice_schedule": "6"},
        override={"price": "80", "end_period": "18"},
    ),
    Case(
        "discount_of_the_first_year",
        "3000 less 20%, then whole.",
        "2400 3000 3000",
        TWO_YEARS,
        {"price": "3000", **YEARLY},
        override={"discount_percent": "20", "end_period": "12", "renews": "false"},
    ),
    Case(
        "discount_that_renews",
        "The same end, but agreed to continue.",
        "2400 2400 2400",
        TWO_YEARS,
        {"price": "3000", **YEARLY},
        override={"discount_percent": "20", "end_period": "12", "renews": "true"},
    ),
    Case(
        "extra_that_ends_with_the_term",
        "An extra of 5300 a year, and a fee of 1 that is owed once: the extra continues.",
        "5300 1 5300 5300",
        TWO_YEARS,
        {"price": "1", "invoice_delivery": "ONE_TIME"},
        override={
            "list_price_id": None,
            "product_uid": "extra",
            "price": "5300",
            "ended_at": "2023-06-01",
            **YEARLY,
        },
    ),
    Case(
        "at_list_prices",
        "1250 stands since the first half-year, 1400 since the second year; no uplift.",
        "1000 1250 1400",
        {**WRITTEN_IN_UTC, "renewal_pricing": "LIST"},
        WHOLE_YEAR,
        zone="Europe/Berlin",
        later_prices={"2022-09-01": "1250", "2023-09-01": "1400"},
    ),
    Case(
        "first_month_free",
        "A phase from the first month: from 31 January, on the ends of months.",
        "0 100 100 100 100",
        {"started_at": "2024-01-31", "ended_at": "2024-06-30", "auto_renew": "false"},
        {"price": "0", "billing_anchor": "ANNIVERSARY", "end_period": "1"},
        second_price={"price": "100", "start_period": "1", "end_period": None},
    ),
    Case(
        "renewed_by_an_amendment",
        "At 00:00 UTC, an hour into the day: the year from 1 March is 900 all the same.",
        "1000 900",
        {**WRITTEN_IN_UTC, "auto_renew": "false"},
        WHOLE_YEAR,
        override={"price": "900", "started_at": "2023-03-01T00:00:00Z"},
        amendment={"effective_at": "2023-03-01T00:00:00Z", "ended_at": "2024-03-01T00:00:00Z"},
        zone="Europe/Berlin",
    ),
)


@pytest.fixture(scope="module")
def renewed(build: Builder) -> Warehouse:
    """Return all cases, built."""
    products: Inputs = {
        "products": [
            row("fee", name="Fee", ptype="FIXED"),
            row("extra", name="Extra", ptype="FIXED"),
            row("calls", name="Calls", ptype="EVENT", event_name="call", agg_property="calls"),
        ]
    }
    return build(
        combined(products, *(case.inputs() for case in CASES)),
        as_of=AS_OF,
        models=(
            "line_items",
            "invoices",
            "line_item_explanations",
            "prices",
            "contract_mrr",
            "pricing_exceptions",
            "usage_event_exceptions",
        ),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_renewed_contract_owes(renewed: Warehouse, case: Case) -> None:
    """Each line to the cent."""
    assert amounts_of(renewed, case.name) == decimals(case.owed), case.about


def test_nothing_is_withheld(renewed: Warehouse) -> None:
    """A renewal is no exception, and neither is a price that rises above its list price by it."""
    assert reports(renewed) == {
        ("contract_prices", f"{name}_that_ends_with_the_term", "ENDS_WITH_TERM", "BILLED")
        for name in ("override", "extra")
    }
    assert renewed.rows("select * from ratebook.usage_event_exceptions") == []


def test_prices_of_renewals(renewed: Warehouse) -> None:
    """As far as a period can reach that starts by the as-of instant, with an end each."""
    rows = renewed.rows(
        """
        select renewal_number, price, price_source, cast(effective_at as date)::varchar
        from ratebook.prices where contract_id = 'rises_each_time' order by effective_at
        """
    )
    assert [(number, str(price), source, start) for number, price, source, start in rows] == [
        (0, "1000.0000000000", "list_price", "2021-01-01"),
        (1, "1050.0000000000", "list_price", "2022-01-01"),
        (2, "1102.5000000000", "list_price", "2023-01-01"),
        (3, "1157.6250000000", "list_price", "2024-01-01"),
        (4, "1215.5062500000", "list_price", "2025-01-01"),
    ]


def test_explanation_names_the_uplift(renewed: Warehouse) -> None:
    """A customer who asks why the price is not that of the contract is told."""
    ((explanation,),) = renewed.rows(
        """
        select explanation from ratebook.line_item_explanations
        inner join ratebook.line_items using (line_item_id)
        where contract_id = 'rises_each_time' and effective_at = timestamp '2023-01-01'
        """
    )
    assert (
        "1102.5 USD (list price rises_each_time, risen by 5% in each of 2 renewals)" in explanation
    )


def test_fees_and_recurring_revenue_agree(renewed: Warehouse) -> None:
    """A fee of a whole period, by the month, is the MRR of the month in which the period begins.

    Also in renewals: what a contract owes and what recurs are one story.
    """
    lines = renewed.rows(
        """
        select
            lines.contract_id, mrr.month_start_date, sum(lines.amount),
            date_diff('month', invoices.nominal_start_date, invoices.nominal_end_date),
            any_value(mrr.mrr)
        from ratebook.line_items as lines
        inner join ratebook.invoices as invoices using (invoice_id)
        inner join ratebook.contract_mrr as mrr
            on lines.contract_id = mrr.contract_id and lines.currency = mrr.currency
            and mrr.month_start_date = date_trunc('month', invoices.nominal_start_date)
        where lines.line_type = 'fixed'
        group by lines.contract_id, mrr.month_start_date, invoices.nominal_start_date,
            invoices.nominal_end_date
        having count(*) = 1
            and cast(timezone(any_value(invoices.billing_timezone), timezone('UTC',
                min(lines.started_at))) as date) = invoices.nominal_start_date
            and cast(timezone(any_value(invoices.billing_timezone), timezone('UTC',
                max(lines.ended_at))) as date) = invoices.nominal_end_date
        order by 1, 2
        """
    )
    wrong = [
        (contract_id, month, amount, months, mrr)
        for contract_id, month, amount, months, mrr in lines
        if (amount / months).quantize(Decimal("0.01"), ROUND_HALF_UP) != mrr
    ]
    assert wrong == []
    assert len(lines) > 60

"""Schedules of weeks and days, and trials: what they owe, with the arithmetic beside it.

All contracts begin on Wednesday 1 May 2024 (UTC, USD, CALENDAR, prorated, in arrears) unless they
say otherwise, and have one price: a fee, or what an event costs. Those with a trial begin on 1
April and cost 30 a month in advance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from conftest import Warehouse
from input_tables import Builder, Inputs, Row, combined, decimals, event, lines_of, reports, row

AS_OF = "2024-06-15"
READ = (
    *("contract_events", "contract_mrr", "entitlements", "invoices", "line_items"),
    *("price_spans", "prices", "pricing_exceptions", "quote_invoices"),
    *("usage_event_exceptions", "usage_event_outcomes", "usage_outcome_counts"),
)
TO_MONDAY = {"ended_at": "2024-05-13"}
WEEKLY = {"price": "70", "invoice_schedule": "1", "schedule_unit": "WEEK"}
DAILY = {"price": "10", "invoice_schedule": "1", "schedule_unit": "DAY"}
ANNIVERSARY = {"billing_anchor": "ANNIVERSARY"}
WHOLE = {"prorate": "false"}


@dataclass(frozen=True)
class Case:
    """A contract with one price, and what its lines owe, in time order."""

    name: str
    why: str
    owed: str
    price: Row
    contract: Row = field(default_factory=dict)
    # The first days of the nominal periods of the lines.
    begins: str | None = None
    # Cells of the pricebook, of an override, of an amendment, and of a second list price.
    pricebook: Row = field(default_factory=dict)
    override: Row = field(default_factory=dict)
    amendment: Row = field(default_factory=dict)
    second_price: Row = field(default_factory=dict)
    zone: str | None = None
    called_at: tuple[str, ...] = ()

    def inputs(self) -> Inputs:
        """Return the rows of the case."""
        name = self.name
        price = {"product_uid": "calls" if self.called_at else "fee", "price": "70", **self.price}
        contract = {
            "durable_id": name,
            "customer_id": name,
            "pricebook_id": name,
            "started_at": "2024-05-01",
            **self.contract,
        }
        override = {"contract_id": name, "list_price_id": name, **self.override}
        return {
            "customers": [row(name, billing_timezone=self.zone)],
            "pricebooks": [row(name, **self.pricebook)],
            "list_prices": [row(name, pricebook_uid=name, **price)]
            + [row(f"{name}_second", pricebook_uid=name, **{**price, **self.second_price})]
            * bool(self.second_price),
            "contracts": [{"id": f"{name}_1", **contract}]
            + [{"id": f"{name}_2", **contract, **self.amendment}] * bool(self.amendment),
            "contract_prices": [row(f"{name}_override", **override)] * bool(self.override),
            "usage_events": [
                event(f"{name}-{instant}", name, instant, name="call") for instant in self.called_at
            ],
        }


WEEKS_AND_DAYS = (
    Case(
        "week_calendar",
        "29 April to 6 May from Wednesday on, 70 x 5/7 = 50, and a whole week",
        "50 70",
        WEEKLY,
        TO_MONDAY,
        "2024-04-29 2024-05-06",
    ),
    Case(
        "week_anniversary",
        "1 to 8 May, then 5 of 7 days",
        "70 50",
        WEEKLY | ANNIVERSARY,
        TO_MONDAY,
        "2024-05-01 2024-05-08",
    ),
    Case(
        "two_weeks_calendar",
        "29 April to 13 May: 140 x 12/14; 13 to 27 May: 140 x 7/14",
        "120 70",
        {**WEEKLY, "price": "140", "invoice_schedule": "2"},
        {"ended_at": "2024-05-20"},
        "2024-04-29 2024-05-13",
    ),
    Case(
        "two_weeks_anniversary",
        "1 to 15 May; 15 to 29 May: 140 x 5/14",
        "140 50",
        {**WEEKLY, "price": "140", "invoice_schedule": "2"} | ANNIVERSARY,
        {"ended_at": "2024-05-20"},
        "2024-05-01 2024-05-15",
    ),
    Case(
        "day_calendar",
        "three days",
        "10 10 10",
        DAILY,
        {"ended_at": "2024-05-04"},
        "2024-05-01 2024-05-02 2024-05-03",
    ),
    Case(
        "day_anniversary",
        "the same",
        "10 10 10",
        DAILY | ANNIVERSARY,
        {"ended_at": "2024-05-04"},
        "2024-05-01 2024-05-02 2024-05-03",
    ),
    Case(
        "three_days",
        "1 to 4 May, 4 to 7 May, 7 to 10 May: 30 x 2/3",
        "30 30 20",
        {**DAILY, "price": "30", "invoice_schedule": "3"},
        {"ended_at": "2024-05-09"},
        "2024-05-01 2024-05-04 2024-05-07",
    ),
    Case(
        "week_whole",
        "not prorated: whole fees for both parts of a week",
        "70 70",
        WEEKLY | ANNIVERSARY | WHOLE,
        TO_MONDAY,
    ),
    Case(
        "week_in_advance",
        "weeks that start by Saturday 15 June: from 3 and 10 June",
        "70 70",
        {**WEEKLY, "invoice_delivery": "ADVANCED"},
        {"started_at": "2024-06-03"},
        "2024-06-03 2024-06-10",
    ),
    Case(
        "rest_of_a_week",
        "six hours after the week join it",
        "70",
        WEEKLY | ANNIVERSARY,
        {"ended_at": "2024-05-08 06:00"},
        "2024-05-01",
    ),
    Case(
        "rest_of_a_day",
        "six hours after two days join the second",
        "10 10",
        DAILY,
        {"ended_at": "2024-05-03 06:00"},
        "2024-05-01 2024-05-02",
    ),
    Case(
        "day_from_the_evening",
        "the first period is the rest of its day, and pays for that day",
        "10 10",
        DAILY,
        {"started_at": "2024-05-01 20:00", "ended_at": "2024-05-03"},
        "2024-05-01 2024-05-02",
    ),
    Case(
        "week_of_usage",
        "calls at 1 each: two in the week of 29 April, one in the next; the week without any has 0",
        "2 1 0",
        {**WEEKLY, "price": "1"},
        {"ended_at": "2024-05-20"},
        "2024-04-29 2024-05-06 2024-05-13",
        called_at=("2024-05-01T00:00:00Z", "2024-05-05T23:59:59Z", "2024-05-06T00:00:00Z"),
    ),
)
ZONES = (
    Case(
        "week_of_los_angeles",
        "20:00 UTC on 5 May is Sunday there: 70 x 1/7, then a week",
        "10 70",
        WEEKLY,
        {"started_at": "2024-05-05T20:00:00Z", **TO_MONDAY},
        "2024-04-29 2024-05-06",
        zone="America/Los_Angeles",
    ),
    Case(
        "week_of_auckland",
        "20:00 UTC on 5 May is Monday there: the week of 6 May",
        "70",
        WEEKLY,
        {"started_at": "2024-05-05T20:00:00Z", **TO_MONDAY},
        "2024-05-06",
        zone="Pacific/Auckland",
    ),
    Case(
        "days_of_auckland",
        "from 2 May there",
        "10 10",
        DAILY,
        {"started_at": "2024-05-01T20:00:00Z", "ended_at": "2024-05-04"},
        "2024-05-02 2024-05-03",
        zone="Pacific/Auckland",
    ),
    Case(
        "week_with_167_hours",
        "Berlin lost an hour on 31 March 2024: seven days, all the same",
        "70 70",
        WEEKLY | ANNIVERSARY,
        {"started_at": "2024-03-27", "ended_at": "2024-04-10"},
        "2024-03-27 2024-04-03",
        zone="Europe/Berlin",
    ),
    Case(
        "part_of_a_week_with_167_hours",
        "Saturday and Sunday: 70 x 2/7",
        "20 70",
        WEEKLY,
        {"started_at": "2024-03-30", "ended_at": "2024-04-08"},
        "2024-03-25 2024-04-01",
        zone="Europe/Berlin",
    ),
    Case(
        "day_of_23_hours",
        "each of three days",
        "10 10 10",
        DAILY,
        {"started_at": "2024-03-30", "ended_at": "2024-04-02"},
        "2024-03-30 2024-03-31 2024-04-01",
        zone="Europe/Berlin",
    ),
    Case(
        "day_without_midnight",
        "in Sao Paulo 4 November 2018 began at 01:00",
        "10 10 10",
        DAILY,
        {"started_at": "2018-11-03", "ended_at": "2018-11-06"},
        "2018-11-03 2018-11-04 2018-11-05",
        zone="America/Sao_Paulo",
    ),
    Case(
        "day_that_never_was",
        "Apia went from 29 to 31 December 2011: nothing is owed for the 30th, not even a whole fee",
        "10 10 10",
        DAILY | WHOLE,
        {"started_at": "2011-12-28", "ended_at": "2012-01-01"},
        "2011-12-28 2011-12-29 2011-12-31",
        zone="Pacific/Apia",
    ),
)
CHANGES = (
    Case(
        "override_in_mid_week",
        "from Thursday 140: 70 x 3/7 and 140 x 4/7, then 140",
        "30 80 140",
        WEEKLY,
        {"started_at": "2024-05-06", "ended_at": "2024-05-20"},
        override={"price": "140", "started_at": "2024-05-09"},
    ),
    Case(
        "whole_fee_in_mid_week",
        "in arrears at the terms of the week's last instant",
        "140 140",
        WEEKLY | WHOLE,
        {"started_at": "2024-05-06", "ended_at": "2024-05-20"},
        override={"price": "140", "started_at": "2024-05-09"},
    ),
    Case(
        "amended_in_mid_week",
        "other payment terms from Thursday: 70 x 3/7 and 70 x 4/7, then 70",
        "30 40 70",
        WEEKLY,
        {"started_at": "2024-05-06", "ended_at": "2024-05-20"},
        amendment={"effective_at": "2024-05-09", "payment_terms_days": "9"},
    ),
    Case(
        "amended_without_a_change",
        "nothing that an invoice would show: one line",
        "70",
        WEEKLY,
        {"started_at": "2024-05-06", **TO_MONDAY},
        amendment={"effective_at": "2024-05-09", "signed_at": "2024-05-08"},
    ),
    Case(
        "from_weeks_to_days",
        "of seven days each: the days count from the start of the contract. 70 x 3/7 of the week "
        "from Monday 6 May, 70 x 4/7 of the seven days from there, then 70",
        "30 40 70",
        WEEKLY,
        {"started_at": "2024-05-06", "ended_at": "2024-05-20"},
        "2024-05-06 2024-05-06 2024-05-13",
        override={"invoice_schedule": "7", "schedule_unit": "DAY", "started_at": "2024-05-09"},
    ),
    Case(
        "from_weeks_to_months",
        "70 x 3/7, then a month of May from the 9th to the 20th: 70 x 11/31 = 24.838...",
        "24.84 30",
        WEEKLY,
        {"started_at": "2024-05-06", "ended_at": "2024-05-20"},
        "2024-05-01 2024-05-06",
        override={"invoice_schedule": "1", "started_at": "2024-05-09"},
    ),
    Case(
        "calendar_phase",
        "70 until 1 June, a Saturday, then 140: weeks of 29 April (5/7) to 20 May, 5/7 of the week "
        "of 27 May at 70 and 2/7 at 140, and the week of 3 June",
        "50 70 70 70 50 40 140",
        {**WEEKLY, "end_period": "1"},
        {"ended_at": "2024-06-10"},
        "2024-04-29 2024-05-06 2024-05-13 2024-05-20 2024-05-27 2024-05-27 2024-06-03",
        second_price={"price": "140", "start_period": "1", "end_period": None},
    ),
    Case(
        "anniversary_phase",
        "a month after 31 January: weeks of 29 February and of 7 March, which ends after 4 days",
        "70 40",
        {**WEEKLY, "start_period": "1"} | ANNIVERSARY,
        {"started_at": "2024-01-31", "ended_at": "2024-03-11"},
        "2024-02-29 2024-03-07",
    ),
    Case(
        "phase_of_days",
        "two days each from the first of the month after the start",
        "20 20",
        {**DAILY, "price": "20", "invoice_schedule": "2", "start_period": "1"},
        {"started_at": "2024-01-02", "ended_at": "2024-02-05"},
        "2024-02-01 2024-02-03",
    ),
    Case(
        "ad_hoc_price",
        "a fee of 70 a week from Friday 10 May: 3/7, then 70 a week to its end on the 20th",
        "30 70",
        {"product_uid": "calls"},
        {"pricebook_id": None, "ended_at": "2024-06-01"},
        "2024-05-06 2024-05-13",
        override={
            **WEEKLY,
            "list_price_id": None,
            "product_uid": "fee",
            "started_at": "2024-05-10",
            "ended_at": "2024-05-20",
        },
    ),
    Case(
        "renewed_in_mid_week",
        "10 % more from Saturday 1 June: weeks of 1, 8, 15 and 22 May, 3/7 of 70 and 4/7 of 77 in "
        "the week of 29 May, then 77",
        "70 70 70 70 30 44 77 77",
        WEEKLY | ANNIVERSARY,
        {
            "ended_at": "2024-06-01",
            "auto_renew": "true",
            "renewal_term_months": "1",
            "renewal_uplift_percent": "10",
        },
    ),
    Case(
        "longer_than_renewals",
        "52 weeks in advance, over twelve renewals of a month",
        "3640",
        {
            **WEEKLY,
            "price": "3640",
            "invoice_schedule": "52",
            "invoice_delivery": "ADVANCED",
            **ANNIVERSARY,
        },
        {
            "started_at": "2024-06-01",
            "ended_at": "2024-07-01",
            "auto_renew": "true",
            "renewal_term_months": "1",
        },
        "2024-06-01",
    ),
)
ONE_TIME = {"price": "100", "invoice_delivery": "ONE_TIME"}
DELAYS = (
    Case(
        "weeks_of_delay",
        "Wednesday 1 May + 14 days is the 15th: the Monday of its week",
        "100",
        {**ONE_TIME, "invoice_schedule": "2", "schedule_unit": "WEEK"},
        begins="2024-05-13",
    ),
    Case(
        "weeks_of_delay_anniversary",
        "1 May + 14 days",
        "100",
        {**ONE_TIME, "invoice_schedule": "2", "schedule_unit": "WEEK"} | ANNIVERSARY,
        begins="2024-05-15",
    ),
    Case(
        "no_week_of_delay",
        "not on Monday 29 April, before the start",
        "100",
        {**ONE_TIME, "invoice_schedule": "0", "schedule_unit": "WEEK"},
        begins="2024-05-01",
    ),
    Case(
        "days_of_delay",
        "1 May + 10 days",
        "100",
        {**ONE_TIME, "invoice_schedule": "10", "schedule_unit": "DAY"},
        begins="2024-05-11",
    ),
    Case(
        "days_of_delay_anniversary",
        "the same",
        "100",
        {**ONE_TIME, "invoice_schedule": "10", "schedule_unit": "DAY"} | ANNIVERSARY,
        begins="2024-05-11",
    ),
    Case(
        "no_delay_from_a_pricebook",
        "the schedule of a pricebook is for recurring prices",
        "100",
        ONE_TIME,
        begins="2024-05-01",
        pricebook={"invoice_schedule": "2", "schedule_unit": "WEEK"},
    ),
)
SOURCES = (
    Case(
        "pricebook_gives_weeks",
        "as week_calendar",
        "50 70",
        {},
        TO_MONDAY,
        pricebook={"invoice_schedule": "1", "schedule_unit": "WEEK"},
    ),
    Case(
        "list_price_gives_months",
        "its schedule without a unit is in months, whatever the pricebook says",
        "70",
        {"invoice_schedule": "1"},
        {"ended_at": "2024-06-01"},
        "2024-05-01",
        pricebook={"invoice_schedule": "1", "schedule_unit": "WEEK"},
    ),
    Case(
        "override_gives_weeks",
        "over months of the list price",
        "50 70",
        {"invoice_schedule": "1"},
        TO_MONDAY,
        override={"invoice_schedule": "1", "schedule_unit": "WEEK"},
    ),
    Case(
        "override_gives_months",
        "over weeks of the list price",
        "70",
        WEEKLY,
        {"ended_at": "2024-06-01"},
        override={"invoice_schedule": "1"},
    ),
    Case(
        "unit_without_schedule",
        "it says nothing, not even if nobody knows it: a month",
        "70",
        {"schedule_unit": "FORTNIGHT"},
        {"ended_at": "2024-06-01"},
        override={"schedule_unit": "WEEK"},
    ),
    Case(
        "unit_months",
        "said aloud",
        "70",
        {"invoice_schedule": "1", "schedule_unit": "MONTH"},
        {"ended_at": "2024-06-01"},
    ),
)
APRIL_AND_MAY = {"started_at": "2024-04-01", "ended_at": "2024-06-01"}
APRIL = {"started_at": "2024-04-01", "ended_at": "2024-05-01"}
MONTHLY = {"price": "30", "invoice_delivery": "ADVANCED"}


def trial(
    name: str, days: str | None, owed: str, why: str, price: Row | None = None, **more: object
) -> Case:
    """Return a contract of April and May with a trial, 30 a month unless it has another price."""
    contract = {**APRIL_AND_MAY, "trial_days": days, **more.pop("contract", {})}
    return Case(f"trial_{name}", why, owed, {**MONTHLY, **(price or {})}, contract, **more)


def calls_in_trial(name: str, zone: str | None, start: str, days: str, *called_at: str) -> Case:
    """Return a contract of at most a month whose last call of two is after its trial."""
    end = f"{start[:5]}{int(start[5:7]) + 1:02}-01" if "Z" not in start else "2024-04-30"
    return trial(
        f"of_{name}",
        days,
        "1",
        "the first call is a second before the end of the trial, the second at its end",
        {"price": "1", "invoice_delivery": "ARREARS", "billing_anchor": "ANNIVERSARY"},
        contract={"started_at": start, "ended_at": end},
        zone=zone,
        called_at=called_at,
    )


FEES_IN_TRIALS = (
    trial("none", "0", "30 30", "no trial"),
    trial("prorated", "14", "16 30", "30 x 16/30", begins="2024-04-01 2024-05-01"),
    trial("whole", "14", "30 30", "a whole fee for the month in which the trial ends", WHOLE),
    trial("of_april", "30", "30", "no invoice for April", begins="2024-05-01"),
    trial("whole_of_april", "30", "30", "no invoice for April", WHOLE, begins="2024-05-01"),
    trial("into_may", "45", "15.48", "from 16 May: 30 x 16/31", begins="2024-05-01"),
    trial("of_the_term", "61", "", "to 1 June, when the contract ends"),
    trial(
        "to_a_rest",
        "30",
        "",
        "to midnight of 1 May, and six hours that join April decide nothing",
        WHOLE,
        contract={"ended_at": "2024-05-01 06:00"},
    ),
    trial("longest", "3650", "", "ten years"),
    trial(
        "from_ten_o_clock",
        "14",
        "16 30",
        "to 10:00 on 15 April: that day is owed",
        contract={"started_at": "2024-04-01 10:00"},
    ),
    trial(
        "one_time",
        "14",
        "100",
        "a setup is owed as without trial",
        {"price": "100", "invoice_delivery": "ONE_TIME"},
        begins="2024-04-01",
    ),
    trial(
        "weekly",
        "10",
        "20",
        "to 11 May, in the week of 8 May: 70 x 2/7",
        {**WEEKLY, "invoice_delivery": "ARREARS"} | ANNIVERSARY,
        contract={"started_at": "2024-05-01", **TO_MONDAY},
        begins="2024-05-08",
    ),
    trial(
        "renewed",
        "14",
        "16 33 36.30",
        "renewals are counted from the start: 30 x 1.1 in May, x 1.21 in June",
        contract={
            "ended_at": "2024-05-01",
            "auto_renew": "true",
            "renewal_term_months": "1",
            "renewal_uplift_percent": "10",
        },
    ),
    trial(
        "phases",
        "14",
        "16 60",
        "30 in the first month, then 60",
        {"end_period": "1"},
        second_price={"price": "60", "start_period": "1", "end_period": None},
    ),
    trial(
        "amended",
        "14",
        "16 30",
        "another trial on a later row says nothing, even out of range",
        amendment={"effective_at": "2024-05-01", "trial_days": "-60"},
    ),
    trial(
        "only_in_an_amendment",
        None,
        "30 30",
        "the first row has none",
        amendment={"effective_at": "2024-05-01", "trial_days": "60"},
    ),
    trial(
        "amended_in_it",
        "14",
        "16 30",
        "an override that ends in the trial leaves nothing",
        amendment={"effective_at": "2024-04-10", "payment_terms_days": "9"},
        override={"price": "15", "ended_at": "2024-04-08"},
    ),
    trial(
        "minimum",
        "14",
        "0 16",
        "no calls: 30 x 16/30",
        {
            "product_uid": "calls",
            "price": "1",
            "minimum_amount": "30",
            "invoice_delivery": "ARREARS",
        },
        contract=APRIL,
    ),
)
USAGE_IN_TRIALS = (
    trial(
        "usage",
        "14",
        "3",
        "five calls on 10 April are in it, three on the 20th are not",
        {"price": "1", "invoice_delivery": "ARREARS"},
        contract=APRIL,
        called_at=tuple(
            f"2024-04-{day}T{hour}:00:00Z"
            for day, hour in (
                *((10, hour) for hour in range(10, 15)),
                *((20, hour) for hour in range(10, 13)),
            )
        ),
    ),
    calls_in_trial(
        "new_york",
        "America/New_York",
        "2024-04-01",
        "14",
        "2024-04-15T03:59:59Z",
        "2024-04-15T04:00:00Z",
    ),
    # 13 hours ahead of UTC until 7 April, 12 from then on.
    calls_in_trial(
        "auckland",
        "Pacific/Auckland",
        "2024-04-01",
        "14",
        "2024-04-14T11:59:59Z",
        "2024-04-14T12:00:00Z",
    ),
    # 22:00 on 31 March in New York.
    calls_in_trial(
        "instant_of_new_york",
        "America/New_York",
        "2024-04-01T02:00:00Z",
        "14",
        "2024-04-15T01:59:59Z",
        "2024-04-15T02:00:00Z",
    ),
    # 02:30 on 31 March 2024 does not exist in Berlin: 03:00 does, at 01:00 UTC.
    calls_in_trial(
        "berlin_in_march",
        "Europe/Berlin",
        "2024-03-25 02:30",
        "6",
        "2024-03-31T00:59:59Z",
        "2024-03-31T01:00:00Z",
    ),
    # 02:30 on 29 October 2023 exists twice: first at 00:30 UTC.
    calls_in_trial(
        "berlin_in_october",
        "Europe/Berlin",
        "2023-10-22 02:30",
        "7",
        "2023-10-29T00:29:59Z",
        "2023-10-29T00:30:00Z",
    ),
)
BAD_TRIALS = {"-1": "OUT_OF_RANGE", "3651": "OUT_OF_RANGE", "two weeks": "UNPARSABLE_CELL"}
NOT_TRIALS = tuple(
    trial(f"refused_{days.replace(' ', '_')}", days, "", reason)
    for days, reason in BAD_TRIALS.items()
)
MRR_AFTER_A_TRIAL = trial(
    "mrr", "14", "30", "from 20 April to 4 May", contract={"started_at": "2024-04-20"}
)
CASES = (
    *WEEKS_AND_DAYS,
    *ZONES,
    *CHANGES,
    *DELAYS,
    *SOURCES,
    *FEES_IN_TRIALS,
    *USAGE_IN_TRIALS,
)


def wrong(name: str, price: Row, pricebook: Row | None = None) -> Case:
    """Return a price that cannot be billed."""
    return Case(name, "", "", price, TO_MONDAY, pricebook=pricebook or {})


WRONG = (
    wrong("unknown_unit", {**WEEKLY, "schedule_unit": "FORTNIGHT"}),
    wrong("unit_in_small_letters", {**WEEKLY, "schedule_unit": "week"}),
    wrong("unknown_unit_of_a_delay", {**ONE_TIME, **WEEKLY, "schedule_unit": "HOUR"}),
    wrong("unknown_unit_of_a_pricebook", {}, {"invoice_schedule": "1", "schedule_unit": "YEAR"}),
    wrong("no_days", {**DAILY, "invoice_schedule": "0"}),
    wrong("too_many_weeks", {**WEEKLY, "invoice_schedule": "1201"}),
    wrong("price_of_months_by_the_week", {**WEEKLY, "price_months": "1"}),
)


def mrr_of(name: str, mrr: str, price: Row, **more: Row) -> Case:
    """Return a contract that goes on, and its MRR at the end of May."""
    return Case(f"mrr_{name}", mrr, "", price, **more)


MRR = (
    mrr_of("of_a_week", "304.38", WEEKLY),  # 70 x 365.25 / 12 / 7 = 304.375
    mrr_of("of_three_weeks", "304.38", {**WEEKLY, "price": "210", "invoice_schedule": "3"}),
    mrr_of("of_a_day", "304.38", DAILY),
    # 14 x 365.25 / 12 / 10 = 42.6125
    mrr_of("of_ten_days", "42.61", {**DAILY, "price": "14", "invoice_schedule": "10"}),
    # (80 x 0.9 - 2) a week
    mrr_of(
        "less_discounts",
        "304.38",
        {**WEEKLY, "price": "80"},
        override={"discount_percent": "10", "discount_amount": "2"},
    ),
    mrr_of("of_a_quarter", "30.00", {"price": "90", "invoice_schedule": "3"}),
)
UNITS_ONLY = Case(
    "units_only",
    "",
    "",
    WEEKLY,
    TO_MONDAY,
    override={"invoice_schedule": "1", "schedule_unit": "DAY", "started_at": "2024-05-08"},
)
NEAR_A_MONTH = Case(
    "near_a_month", "", "", WEEKLY, {"started_at": "2024-05-31 12:00", "ended_at": "2024-06-10"}
)


@pytest.fixture(scope="module")
def billed(build: Builder) -> Warehouse:
    """Return all cases, built."""
    products: Inputs = {
        "products": [
            row("fee", name="Fee", ptype="FIXED"),
            row("calls", name="Calls", ptype="EVENT", event_name="call", aggregation="COUNT"),
            # Of the same event, first by its id, and sold by nobody.
            row("all_calls", name="All", ptype="EVENT", event_name="call", aggregation="COUNT"),
            row(
                "seats",
                name="Seats",
                ptype="EVENT",
                event_name="seat",
                agg_property="seats",
                aggregation="WEIGHTED_SUM",
            ),
        ],
        "quotes": [
            row(
                "week_quoted",
                customer_id="week_calendar",
                started_at="2024-05-01",
                ended_at="2024-05-13",
                state="SENT",
            )
        ],
        "quote_prices": [
            {"id": "week_quoted", "quote_id": "week_quoted", "product_uid": "fee", **WEEKLY}
        ],
    }
    seats = trial(
        "seats",
        "15",
        "",
        "",
        {"product_uid": "seats", "invoice_delivery": "ARREARS"},
        contract=APRIL,
    )
    set_up: Inputs = {
        "usage_events": [event("seats", seats.name, "2024-04-01T12:00:00Z", name="seat", seats=10)]
    }
    cases = (*CASES, *WRONG, *MRR, UNITS_ONLY, NEAR_A_MONTH, *NOT_TRIALS, MRR_AFTER_A_TRIAL, seats)
    inputs = combined(products, set_up, *(case.inputs() for case in cases))
    return build(inputs, models=READ, as_of=AS_OF)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lines_owe(billed: Warehouse, case: Case) -> None:
    """Each line to the cent, and its period."""
    lines = lines_of(billed, case.name)
    assert [line.amount for line in lines] == decimals(case.owed), case.why
    if case.begins:
        assert [line.nominal_start for line in lines] == case.begins.split()


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_bad_schedules_are_not_billed(billed: Warehouse, case: Case) -> None:
    """They are reported on the price."""
    assert lines_of(billed, case.name) == []
    assert reports(billed) & {("list_prices", case.name, "BAD_SCHEDULE", "NOT_BILLED")}


@pytest.mark.parametrize("case", MRR, ids=lambda case: case.name)
def test_mrr_is_the_fee_of_an_average_month(billed: Warehouse, case: Case) -> None:
    """Of 365.25 days a year."""
    query = """
        select mrr, new_mrr
        from ratebook.contract_mrr
        where contract_id = $1 and month_start_date = date '2024-05-01'
    """
    assert billed.rows(query, [case.name]) == [(Decimal(case.why), Decimal(case.why))]


def test_arr_is_rounded_once(billed: Warehouse) -> None:
    """70 x 365.25 / 7 = 3652.50, not 12 x 304.38."""
    query = "select distinct arr from ratebook.contract_mrr where contract_id = 'mrr_of_a_week'"
    assert billed.rows(query) == [(Decimal("3652.50"),)]


def test_a_changed_unit_is_reported(billed: Warehouse) -> None:
    """With the same number before and after."""
    query = """
        select detail from ratebook.pricing_exceptions
        where reason = 'SCHEDULE_CHANGED' and id = 'units_only_1'
    """
    assert billed.rows(query) == [
        ("product fee: from ARREARS/1 WEEK/CALENDAR to ARREARS/1 DAY/CALENDAR",)
    ]


def test_weeks_start_near_no_month(billed: Warehouse) -> None:
    """The last day of a month is as good as any other."""
    assert not {reason for _, uid, reason, _ in reports(billed) if uid == "near_a_month_1"}


def test_prices_say_the_unit(billed: Warehouse) -> None:
    """Where the schedule comes from, the unit comes from."""
    query = """
        select distinct contract_id, invoice_schedule, schedule_unit, invoice_schedule_source
        from ratebook.prices
        where contract_id in ('pricebook_gives_weeks', 'override_gives_months', 'weeks_of_delay')
        order by 1
    """
    assert billed.rows(query) == [
        ("override_gives_months", 1, "MONTH", "contract_price"),
        ("pricebook_gives_weeks", 1, "WEEK", "pricebook"),
        ("weeks_of_delay", 2, "WEEK", "list_price"),
    ]


def test_quotes_are_previewed_by_the_week(billed: Warehouse) -> None:
    """As the contract would be billed: 50 and 70."""
    query = """
        select total from ratebook.quote_invoices
        where quote_id = 'week_quoted' order by nominal_start_date
    """
    assert billed.rows(query) == [(Decimal(50),), (Decimal(70),)]


@pytest.mark.parametrize("case", NOT_TRIALS, ids=lambda case: case.name)
def test_bad_trials_stop_the_contract(billed: Warehouse, case: Case) -> None:
    """Nobody knows when its fees begin."""
    assert lines_of(billed, case.name) == []
    assert {
        (reason, effect) for _, uid, reason, effect in reports(billed) if uid == f"{case.name}_1"
    } == {(case.why, "NOT_BILLED")}


@pytest.mark.parametrize("name", ["longest", "amended", "of_the_term", "prorated"])
def test_good_trials_are_not_reported(billed: Warehouse, name: str) -> None:
    """Neither a price nor a row of the contract."""
    assert not {one for one in reports(billed) if (one[1] or "").startswith(f"trial_{name}")}


def test_a_whole_fee_for_the_rest_of_a_trial_is_reported(billed: Warehouse) -> None:
    """A trial that ends with a period leaves no rest."""
    stubs = {uid for _, uid, reason, _ in reports(billed) if reason == "UNPRORATED_STUB"}
    assert {"trial_whole"} == {uid for uid in stubs if str(uid).startswith("trial_")}


@pytest.mark.parametrize("case", USAGE_IN_TRIALS, ids=lambda case: case.name)
def test_usage_in_a_trial_has_an_outcome_of_its_own(billed: Warehouse, case: Case) -> None:
    """Each event once, and reported for each product that has its name, sold or not."""
    in_trial = len(case.called_at) - int(case.owed)
    query = """
        select outcome, count(*) from ratebook.usage_event_outcomes
        where customer_id = $1 group by outcome order by outcome
    """
    assert billed.rows(query, [case.name]) == [("IN_TRIAL", in_trial), ("RATED", int(case.owed))]
    query = """
        select product_uid, reason, count(*) from ratebook.usage_event_exceptions
        where customer_id = $1 group by product_uid, reason
    """
    assert sorted(billed.rows(query, [case.name])) == [
        ("all_calls", "IN_TRIAL", in_trial),
        ("calls", "IN_TRIAL", in_trial),
    ]


def test_outcomes_in_trials_are_counted(billed: Warehouse) -> None:
    """Five in one case, one in each of the others."""
    query = "select sum(event_count) from ratebook.usage_outcome_counts where outcome = 'IN_TRIAL'"
    assert billed.rows(query) == [(5 + len(USAGE_IN_TRIALS) - 1,)]


def test_a_level_from_a_trial_counts_after_it(billed: Warehouse) -> None:
    """10 seats for 15 of 30 days at 30: the event is on the invoice, so it is rated."""
    assert [line.amount for line in lines_of(billed, "trial_seats")] == [Decimal(150)]
    query = "select outcome from ratebook.usage_event_outcomes where transaction_id = 'seats'"
    assert billed.rows(query) == [("RATED",)]


def test_an_invoice_in_advance_waits_for_the_end_of_the_trial(billed: Warehouse) -> None:
    """In April; the next one is issued with its month, as without a trial."""
    query = """
        select cast(started_at as date)::varchar, cast(issued_at as varchar)
        from ratebook.invoices where contract_id = 'trial_from_ten_o_clock' order by 1
    """
    assert billed.rows(query) == [
        ("2024-04-01", "2024-04-15 10:00:00"),
        ("2024-05-01", "2024-05-01 00:00:00"),
    ]


def test_spans_begin_where_a_trial_ends(billed: Warehouse) -> None:
    """Their period begins with the contract."""
    query = """
        select
            cast(started_at as varchar), cast(effective_at as varchar), prorated_days, period_days
        from ratebook.price_spans
        where contract_id = 'trial_from_ten_o_clock' order by effective_at
    """
    april = ("2024-04-01 10:00:00", "2024-04-15 10:00:00", 16, 30)
    assert billed.rows(query) == [april, ("2024-05-01 00:00:00", "2024-05-01 00:00:00", 31, 31)]


def test_mrr_begins_after_a_trial(billed: Warehouse) -> None:
    """The month in which it ends is when the contract is new."""
    query = """
        select cast(month_start_date as varchar), mrr, new_mrr, churn_mrr
        from ratebook.contract_mrr where contract_id = 'trial_mrr' order by 1
    """
    assert billed.rows(query) == [
        ("2024-05-01", Decimal(30), Decimal(30), Decimal(0)),
        ("2024-06-01", Decimal(0), Decimal(0), Decimal(-30)),
    ]
    query = """
        select event_type, cast(occurred_at as varchar), mrr_before, mrr_after
        from ratebook.contract_events where contract_id = 'trial_mrr' order by occurred_at
    """
    assert billed.rows(query) == [
        ("STARTED", "2024-04-20 00:00:00", Decimal(0), Decimal(0)),
        ("AMENDED", "2024-05-04 00:00:00", Decimal(0), Decimal(30)),
        ("EXPIRED", "2024-06-01 00:00:00", Decimal(30), Decimal(0)),
    ]


def test_a_trial_is_for_use(billed: Warehouse) -> None:
    """What the contract entitles to, it does from its start."""
    query = """
        select cast(effective_at as varchar), quantity from ratebook.entitlements
        where contract_id = 'trial_prorated'
    """
    assert billed.rows(query) == [("2024-04-01 00:00:00", Decimal(1))]

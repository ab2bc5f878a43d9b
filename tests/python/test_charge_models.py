"""Worked amounts of each charge model, the arithmetic beside them: one contract each, in one build.

All contracts are monthly in 2024 (UTC, USD, CALENDAR, in arrears) unless they say otherwise; what
is compared are the lines of January.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from conftest import Warehouse
from input_tables import Builder, Inputs, combined, decimals, event, lines_of, row

# Tiers as up_to:unit_price:flat_amount; what is left out is empty.
SEATS = "10::5 100:1:7 :0.5:9"
CALLS = "1000:1 :0.5"
VOLUME = "10:5 20:4 :3"
PARTS = "1000:2.9 :2"


@dataclass(frozen=True)
class Case:
    """A price, what it measures in January 2024, and what its lines owe."""

    name: str
    why: str
    owed: str
    usage: dict[str, str] | None = None
    price: dict[str, str] = field(default_factory=dict)
    tiers: str = ""
    override: dict[str, str] = field(default_factory=dict)
    override_tiers: str = ""
    contract: dict[str, str] = field(default_factory=dict)
    is_amended: bool = False

    def inputs(self) -> Inputs:
        """Return the rows of the case."""
        name = self.name
        product = "fee" if self.usage is None else self.price.get("product_uid", "calls")
        contract = {
            "customer_id": name,
            "pricebook_id": name,
            "started_at": "2024-01-01",
            **self.contract,
        }
        later = {**contract, "effective_at": "2024-01-15", "payment_terms_days": "9"}
        return {
            "customers": [row(name)],
            "pricebooks": [row(name)],
            "list_prices": [
                row(name, pricebook_uid=name, **{"product_uid": product, **self.price})
            ],
            "contracts": [row(name, **contract)]
            + [{"id": f"{name}_amended", "durable_id": name, **later}] * self.is_amended,
            "contract_prices": [
                row(f"{name}_override", contract_id=name, list_price_uid=name, **self.override)
            ]
            * bool(self.override),
            "price_tiers": [
                *tier_rows(self.tiers, list_price_uid=name),
                *tier_rows(self.override_tiers, contract_price_uid=f"{name}_override"),
            ],
            "usage_events": [
                event(f"{name}-{day}", name, f"2024-01-{day}T12:00:00Z", name="call", calls=calls)
                for day, calls in (self.usage or {}).items()
            ],
        }


def tier_rows(tiers: str, **price: str) -> list[dict[str, str | None]]:
    """Return the rows of tiers as above, the last one first."""
    (uid,) = price.values()
    cells = [(*tier.split(":"), "", "")[:3] for tier in tiers.split()]
    return [
        {
            "id": f"{uid}_{number}",
            "up_to": up_to or None,
            "unit_price": unit_price or None,
            "flat_amount": flat_amount or None,
            **price,
        }
        for number, (up_to, unit_price, flat_amount) in reversed(list(enumerate(cells)))
    ]


def used(quantity: str) -> dict[str, str]:
    """Return usage on 10 January."""
    return {"10": quantity}


def graduated(name: str, why: str, owed: str, usage: dict[str, str], **more: object) -> Case:
    """Return a case of 1.00 up to 1000, then 0.50, unless it has other tiers."""
    price = {"charge_model": "GRADUATED", **more.pop("price", {})}
    return Case(f"graduated_{name}", why, owed, usage, price, more.pop("tiers", CALLS), **more)


def volume(name: str, why: str, owed: str, usage: dict[str, str], **more: object) -> Case:
    """Return a case of 5 each up to 10, 4 each up to 20, 3 each above, unless it has others."""
    price = {"charge_model": "VOLUME", **more.pop("price", {})}
    return Case(f"volume_{name}", why, owed, usage, price, more.pop("tiers", VOLUME), **more)


def package(name: str, why: str, owed: str, usage: dict[str, str], **more: object) -> Case:
    """Return a case of 10 per begun 1000."""
    price = {"charge_model": "PACKAGE", "price": "10", "package_size": "1000"}
    return Case(f"package_{name}", why, owed, usage, price | more.pop("price", {}), **more)


def percentage(name: str, why: str, owed: str, usage: dict[str, str], **more: object) -> Case:
    """Return a case of 2.9 % up to 1000, then 2 %."""
    price = {"charge_model": "GRADUATED_PERCENTAGE", **more.pop("price", {})}
    tiers = more.pop("tiers", PARTS)
    return Case(f"graduated_percentage_{name}", why, owed, usage, price, tiers, **more)


def by_event(name: str, why: str, owed: str, usage: dict[str, str], **more: object) -> Case:
    """Return a case of 2.9 % and 0.30 per event."""
    price = {"charge_model": "PERCENTAGE", "percent_rate": "2.9", "fixed_amount": "0.30"}
    return Case(f"percentage_{name}", why, owed, usage, price | more.pop("price", {}), **more)


def flat(name: str, why: str, owed: str, usage: dict[str, str], **more: object) -> Case:
    """Return a case of 0.01875 per million."""
    price = {"price": "0.01875", "price_per": "1000000", **more.pop("price", {})}
    return Case(f"flat_{name}", why, owed, usage, price, **more)


def fee(name: str, why: str, owed: str, price: dict[str, str], **more: object) -> Case:
    """Return a case of a fee."""
    return Case(f"fee_{name}", why, owed, None, price, **more)


RENEWED = {
    "started_at": "2022-01-01",
    "ended_at": "2023-01-01",
    "auto_renew": "true",
    "renewal_uplift_percent": "10",
}
MID_MONTH = {"10": "800", "20": "800"}
FROM_15 = {"started_at": "2024-01-15"}
ONE_OF_TWO = {"minimum_amount": "500"}

CASES = (
    # GRADUATED
    graduated("zero", "nothing used", "0", {}),
    graduated("fraction", "0.5 x 1", "0.50", used("0.5")),
    graduated("smallest", "0.000000000001 x 1 = 10^-12", "0", used("0.000000000001")),
    graduated("bound", "1000 x 1", "1000", used("1000")),
    graduated("above_bound", "1000 + 1 x 0.5", "1000.50", used("1001")),
    graduated("just_above", "1000 + 0.01 x 0.5 = 1000.005", "1000.01", used("1000.01")),
    graduated(
        "closed", "10 x 2 + 20 x 1: the last tier goes on", "40", used("30"), tiers="10:2 20:1"
    ),
    graduated("negative", "below zero the first tier holds: -10 x 1", "-10", used("-10")),
    graduated("correction", "1200 - 300 = 900", "900", {"10": "1200", "20": "-300"}),
    graduated("amended", "800; 1000 + 600 x 0.5 - 800", "800 500", MID_MONTH, is_amended=True),
    graduated(
        "corrected_after",
        "1100 - 200: 1000 + 50, then 900 - 1050",
        "1050 -150",
        {"10": "1100", "20": "-200"},
        is_amended=True,
    ),
    graduated(
        "overridden",
        "800; from the 15th 2 each: 2 x 1600 - 2 x 800",
        "800 1600",
        MID_MONTH,
        override={"charge_model": "GRADUATED", **FROM_15},
        override_tiers=":2",
    ),
    graduated(
        "to_flat",
        "800; from the 15th FLAT 3: 3 x 1600 - 3 x 800",
        "800 2400",
        MID_MONTH,
        override={"price": "3", **FROM_15},
    ),
    graduated("free", "1100 - 100 = 1000", "1000", used("1100"), price={"free_quantity": "100"}),
    graduated("all_free", "50 of 100", "0", used("50"), price={"free_quantity": "100"}),
    graduated(
        "free_once",
        "B = 700, then 1500: 700; 1000 + 250 - 700",
        "700 550",
        MID_MONTH,
        price={"free_quantity": "100"},
        is_amended=True,
    ),
    graduated("minimum", "100, and 400 to the minimum", "100 400", used("100"), price=ONE_OF_TWO),
    graduated(
        "maximum", "1500, at most 1200", "1200", used("2000"), price={"maximum_amount": "1200"}
    ),
    graduated(
        "discount",
        "(1000 + 300) x 0.9",
        "1170",
        used("1600"),
        override={"discount_percent": "10"},
    ),
    graduated("yen", "1000.5 yen", "1001", used("1001"), contract={"currency": "JPY"}),
    graduated(
        "dinar",
        "3 x 0.0015 = 0.0045",
        "0.005",
        used("3"),
        tiers=":0.0015",
        contract={"currency": "KWD"},
    ),
    graduated(
        "uplift",
        "1.10 and 0.55, once more: 1.21 and 0.605. 1000 x 1.21 + 1 x 0.605 = 1210.605",
        "1210.61",
        used("1001"),
        contract=RENEWED,
    ),
    graduated(
        "per_thousand",
        "1500 x 2 / 1000",
        "3",
        used("1500"),
        tiers=":2",
        price={"price_per": "1000"},
    ),
    graduated(
        "per_three",
        "1 / 3 + 1 / 3 = 0.666...",
        "0.67",
        used("2"),
        tiers="1:1 :1",
        price={"price_per": "3"},
    ),
    # With flat amounts: 5 for the first 10, then 1 each and 7, above 100 0.5 each and 9.
    graduated("flat_zero", "the first tier is entered", "5", {}, tiers=SEATS),
    graduated("flat_bound", "still the first", "5", used("10"), tiers=SEATS),
    graduated("flat_above", "5 + 7 + 1", "13", used("11"), tiers=SEATS),
    graduated("flat_second_bound", "5 + 7 + 90", "102", used("100"), tiers=SEATS),
    graduated("flat_third", "5 + 7 + 90 + 9 + 0.5", "111.50", used("101"), tiers=SEATS),
    graduated("flat_negative", "-3 x 0, and the first 5", "5", used("-3"), tiers=SEATS),
    graduated(
        "flat_amended",
        "5 + 7 + 90 = 102; 111.5 - 102",
        "102 9.50",
        {"10": "100", "20": "1"},
        tiers=SEATS,
        is_amended=True,
    ),
    graduated(
        "flat_left",
        "5 + 7 + 1 = 13; back to 9: 5 - 13",
        "13 -8",
        {"10": "11", "20": "-2"},
        tiers=SEATS,
        is_amended=True,
    ),
    # VOLUME
    volume("zero", "nothing used", "0", {}),
    volume("fraction", "0.5 x 5", "2.50", used("0.5")),
    volume("bound", "10 x 5", "50", used("10")),
    volume("above_bound", "11 x 4: less than 10 x 5", "44", used("11")),
    volume("second_bound", "20 x 4", "80", used("20")),
    volume("last", "21 x 3", "63", used("21")),
    volume("closed", "30 x 1: the last tier goes on", "30", used("30"), tiers="10:2 20:1"),
    volume("negative", "-2 x 5", "-10", used("-2")),
    volume("correction", "12 - 3 = 9 x 5", "45", {"10": "12", "20": "-3"}),
    volume(
        "amended", "the tier of 24: 12 x 3 each", "36 36", {"10": "12", "20": "12"}, is_amended=True
    ),
    volume(
        "overridden",
        "12 x 3; from the 15th 12 x 2",
        "36 24",
        {"10": "12", "20": "12"},
        override={"charge_model": "VOLUME", **FROM_15},
        override_tiers=":2",
    ),
    volume("free", "15 - 5 = 10 x 5", "50", used("15"), price={"free_quantity": "5"}),
    volume("minimum", "50, and 450 to the minimum", "50 450", used("10"), price=ONE_OF_TWO),
    volume("maximum", "63, at most 60", "60", used("21"), price={"maximum_amount": "60"}),
    volume("yen", "0.3 x 5 = 1.5 yen", "2", used("0.3"), contract={"currency": "JPY"}),
    volume("dinar", "0.0001 x 5 = 0.0005", "0.001", used("0.0001"), contract={"currency": "KWD"}),
    volume("uplift", "5 x 1.21 = 6.05; 10 x 6.05", "60.50", used("10"), contract=RENEWED),
    volume("flat", "11 x 1 + 7", "18", used("11"), tiers=SEATS),
    volume("flat_zero", "5", "5", {}, tiers=SEATS),
    volume(
        "flat_amended",
        "the tier of 24: 12 x 1 + 7; 12 x 1",
        "19 12",
        {"10": "12", "20": "12"},
        tiers=SEATS,
        is_amended=True,
    ),
    volume(
        "per_thousand", "11 x 4 / 1000 = 0.044", "0.04", used("11"), price={"price_per": "1000"}
    ),
    # PACKAGE
    package("zero", "nothing used", "0", {}),
    package("fraction", "one begun", "10", used("0.001")),
    package("bound", "one", "10", used("1000")),
    package("above_bound", "two", "20", used("1001")),
    package("negative", "-0.5 packages, rounded up: none", "0", used("-500")),
    package("below", "-1.5 packages, rounded up: -1", "-10", used("-1500")),
    package("amended", "one package, not two", "10 0", {"10": "500", "20": "500"}, is_amended=True),
    package("second", "one, and one more", "10 10", {"10": "500", "20": "501"}, is_amended=True),
    package(
        "overridden",
        "one; from the 15th 7 each: two less one",
        "10 7",
        {"10": "500", "20": "501"},
        override={"charge_model": "PACKAGE", "price": "7", "package_size": "1000", **FROM_15},
    ),
    package("free", "1000 of 2000 are free", "10", used("2000"), price={"free_quantity": "1000"}),
    package("minimum", "10, and 490 to the minimum", "10 490", used("1"), price=ONE_OF_TWO),
    package("maximum", "20, at most 15", "15", used("1001"), price={"maximum_amount": "15"}),
    package("yen", "1.5 yen", "2", used("1"), price={"price": "1.5"}, contract={"currency": "JPY"}),
    package(
        "dinar",
        "0.0015",
        "0.002",
        used("1"),
        price={"price": "0.0015"},
        contract={"currency": "KWD"},
    ),
    package("uplift", "10 x 1.21, two of them", "24.20", used("1001"), contract=RENEWED),
    package("of_fractions", "0.3 / 0.1 = 3", "30", used("0.3"), price={"package_size": "0.1"}),
    package(
        "is_one_price",
        "the price is for a package, whatever it is per",
        "10",
        used("1"),
        price={"price_per": "1000"},
    ),
    # GRADUATED_PERCENTAGE
    percentage("zero", "nothing sold", "0", {}),
    percentage("fraction", "2.9 % of 0.5 = 0.0145", "0.01", used("0.5")),
    percentage("bound", "2.9 % of 1000", "29", used("1000")),
    percentage("above_bound", "29 + 2 % of 100", "31", used("1100")),
    percentage("negative", "2.9 % of -100", "-2.90", used("-100")),
    percentage("amended", "23.20; 29 + 12 - 23.20", "23.20 17.80", MID_MONTH, is_amended=True),
    percentage("flat", "2.9 % of 100, and 0.30", "3.20", used("100"), tiers=":2.9:0.30"),
    percentage(
        "uplift",
        "the rate stays, 0.30 x 1.21 = 0.363: 2.9 + 0.363",
        "3.26",
        used("100"),
        tiers=":2.9:0.30",
        contract=RENEWED,
    ),
    percentage("yen", "2.9 % of 50 = 1.45 yen", "1", used("50"), contract={"currency": "JPY"}),
    percentage(
        "dinar", "2.9 % of 0.05 = 0.00145", "0.001", used("0.05"), contract={"currency": "KWD"}
    ),
    # FLAT per so many
    flat("per_million", "0.01875 x 123.456789 = 2.3148...", "2.31", used("123456789")),
    flat("zero", "nothing used", "0", {}),
    flat(
        "half_a_cent",
        "0.01875 x 266666.666667 / 10^6 = 0.00500000000000625",
        "0.01",
        used("266666.666667"),
    ),
    flat("below_half", "0.01875 x 266666.666666 / 10^6 = 0.0049999...", "0", used("266666.666666")),
    flat(
        "overridden",
        "0.015 is per million, too: 1.8518...",
        "1.85",
        used("123456789"),
        override={"price": "0.015"},
    ),
    flat(
        "per_three",
        "1 x 10 / 3 = 3.333...",
        "3.33",
        used("10"),
        price={"price": "1", "price_per": "3"},
    ),
    flat(
        "amended",
        "1 / 3, and 2 / 3 - 1 / 3",
        "0.33 0.33",
        {"10": "1", "20": "1"},
        price={"price": "1", "price_per": "3"},
        is_amended=True,
    ),
    # Fees
    fee(
        "per_month_yearly",
        "10 x 5 x 12",
        "600",
        {"price": "10", "fixed_quantity": "5", "price_months": "1", "invoice_schedule": "12"},
    ),
    fee("per_year_monthly", "100 / 12 = 8.333...", "8.33", {"price": "100", "price_months": "12"}),
    fee(
        "per_quarter_prorated",
        "90 / 3 x 17 of 31 days = 16.4516...",
        "16.45",
        {"price": "90", "price_months": "3"},
        contract={"started_at": "2024-01-15"},
    ),
    fee(
        "graduated_seats",
        "5 x 10 + 7 x 8",
        "106",
        {"charge_model": "GRADUATED", "fixed_quantity": "12"},
        tiers="5:10 :8",
    ),
    fee(
        "graduated_prorated",
        "106 x 17 / 31 = 58.129...",
        "58.13",
        {"charge_model": "GRADUATED", "fixed_quantity": "12"},
        tiers="5:10 :8",
        contract={"started_at": "2024-01-15"},
    ),
    fee(
        "volume_seats",
        "12 x 8",
        "96",
        {"charge_model": "VOLUME", "fixed_quantity": "12"},
        tiers="5:10 :8",
    ),
    fee(
        "packages_of_seats",
        "12 seats in packages of 5: three",
        "150",
        {"charge_model": "PACKAGE", "price": "50", "package_size": "5", "fixed_quantity": "12"},
    ),
    fee(
        "graduated_yearly",
        "(5 x 10 + 7 x 8 + 20) x 12",
        "1512",
        {
            "charge_model": "GRADUATED",
            "fixed_quantity": "12",
            "price_months": "1",
            "invoice_schedule": "12",
        },
        tiers="5:10:20 :8",
    ),
    fee(
        "one_time",
        "3 x 100 + 2 x 90",
        "480",
        {"charge_model": "GRADUATED", "fixed_quantity": "5", "invoice_delivery": "ONE_TIME"},
        tiers="3:100 :90",
    ),
    fee(
        "per_thousand_seats",
        "2500 x 99 / 1000",
        "247.50",
        {"price": "99", "price_per": "1000", "fixed_quantity": "2500"},
    ),
    fee(
        "uplift",
        "2 x 1.21 x 5 + 1.21",
        "13.31",
        {"charge_model": "GRADUATED", "fixed_quantity": "5"},
        tiers=":2:1",
        contract=RENEWED,
    ),
)
# Weighted by time, and the highest value: a whole month of 4, and 9 on one day.
OTHER_AGGREGATIONS = (
    graduated(
        "weighted",
        "10 for 20.5 of 31 days = 6.6129...; 5 + 1.6129... x 2 = 8.2258...",
        "8.23",
        {"11": "10"},
        tiers="5:1 :2",
        price={"product_uid": "weighted"},
    ),
    volume(
        "highest",
        "12 at the most: 12 x 4",
        "48",
        {"10": "12", "20": "7"},
        price={"product_uid": "highest"},
    ),
    graduated(
        "highest_amended",
        "one line: 5 + 7 + 2",
        "14",
        {"10": "12", "20": "7"},
        tiers=SEATS,
        price={"product_uid": "highest"},
        is_amended=True,
    ),
    package(
        "latest",
        "7 in packages of 5: two",
        "20",
        {"10": "12", "20": "7"},
        price={"product_uid": "latest", "package_size": "5"},
    ),
)
# 2.9 % of each payment and 0.30: of 100, 10 and 1.
PAYMENTS = {"05": "100", "10": "10", "20": "1"}
BY_EVENT = (
    by_event("events", "2.9 + 0.3; 0.29 + 0.3; 0.029 + 0.3: 4.119", "4.12", PAYMENTS),
    by_event("zero", "no event", "0", {}),
    by_event("beside_tiers", "tiers are not its price: 4.119", "4.12", PAYMENTS, tiers=CALLS),
    by_event("of_zero", "an event of 0: 0.30", "0.30", used("0")),
    by_event("fraction", "0.5 x 2.9 % = 0.0145, + 0.30", "0.31", used("0.5")),
    by_event(
        "minimum",
        "3.20 + 0.59 + 0.50",
        "4.29",
        PAYMENTS,
        price={"event_minimum": "0.50"},
    ),
    by_event(
        "exact_minimum",
        "0.329 is not below it: 3.20 + 0.59 + 0.329",
        "4.12",
        PAYMENTS,
        price={"event_minimum": "0.329"},
    ),
    by_event("maximum", "3 + 0.59 + 0.329 = 3.919", "3.92", PAYMENTS, price={"event_maximum": "3"}),
    by_event(
        "exact_maximum",
        "3.20 is not above it, a hundred millionth less is: 3.19999999 + 0.59 + 0.329",
        "4.12",
        PAYMENTS,
        price={"event_maximum": "3.19999999"},
    ),
    by_event(
        "minimum_wins",
        "each event 2",
        "6",
        PAYMENTS,
        price={"event_minimum": "2", "event_maximum": "1"},
    ),
    by_event("free_event", "0.59 + 0.329 = 0.919", "0.92", PAYMENTS, price={"free_events": "1"}),
    by_event("free_events", "none is left", "0", PAYMENTS, price={"free_events": "3"}),
    by_event("no_free_events", "as without", "4.12", PAYMENTS, price={"free_events": "0"}),
    by_event(
        "free_units",
        "100 is free, 10 pays for 5: 0.145 + 0.3; 0.329: 0.774",
        "0.77",
        PAYMENTS,
        price={"free_quantity": "105"},
    ),
    by_event(
        "free_to_the_bound",
        "100 is just free: 0.59 + 0.329",
        "0.92",
        PAYMENTS,
        price={"free_quantity": "100"},
    ),
    by_event(
        "free_events_and_units",
        "100 pays for 50: 1.45 + 0.3; 0.59; 0.329: 2.669",
        "2.67",
        PAYMENTS,
        price={"free_events": "1", "free_quantity": "50"},
    ),
    by_event(
        "free_events_run_out_first",
        "100 is free; then no event is left: 0.59 + 0.329",
        "0.92",
        PAYMENTS,
        price={"free_events": "1", "free_quantity": "500"},
    ),
    by_event(
        "minimum_of_a_part",
        "10 pays for 5: 0.445, at least 0.50; so does 1: 0.329",
        "1",
        PAYMENTS,
        price={"free_quantity": "105", "event_minimum": "0.50"},
    ),
    by_event(
        "correction",
        "4.119 - 10 x 2.9 % = 3.829, and no minimum",
        "3.83",
        {**PAYMENTS, "25": "-10"},
        price={"event_minimum": "0.1"},
    ),
    by_event(
        "correction_of_free_units",
        "100 of 105 are free, 90 then, 100 again; 1 more",
        "0",
        {"05": "100", "10": "-10", "20": "10", "25": "1"},
        price={"free_quantity": "105"},
    ),
    by_event(
        "correction_of_a_free_event",
        "100 is free, and nothing is given back; 50 x 2.9 % + 0.30",
        "1.75",
        {"05": "100", "10": "-30", "20": "50"},
        price={"free_events": "1"},
    ),
    by_event(
        "correction_uses_no_free_event",
        "-10 x 2.9 %; the payment is the first event",
        "-0.29",
        {"05": "-10", "10": "100"},
        price={"free_events": "1"},
    ),
    by_event(
        "negative",
        "never free: -10 x 2.9 %",
        "-0.29",
        used("-10"),
        price={"free_quantity": "100"},
    ),
    by_event(
        "amended",
        "3.20 + 0.59; then 0.329",
        "3.79 0.33",
        PAYMENTS,
        is_amended=True,
    ),
    by_event(
        "free_once",
        "the free event is used up before the 15th: 0.59; 0.329",
        "0.59 0.33",
        PAYMENTS,
        price={"free_events": "1"},
        is_amended=True,
    ),
    by_event(
        "overridden",
        "3.79; from the 15th 10 %, the first 2 free: 0.1",
        "3.79 0.10",
        PAYMENTS,
        override={
            "charge_model": "PERCENTAGE",
            "percent_rate": "10",
            "free_events": "2",
            **FROM_15,
        },
    ),
    by_event(
        "from_flat",
        "3 each: 330; from the 15th 10 %, 110 of 111 free: nothing but 0.1",
        "330 0.10",
        PAYMENTS,
        price={"charge_model": "FLAT", "price": "3"} | {"percent_rate": "1"},
        override={
            "charge_model": "PERCENTAGE",
            "percent_rate": "10",
            "free_quantity": "110",
            **FROM_15,
        },
    ),
    by_event("discount", "4.119 x 0.9", "3.71", PAYMENTS, override={"discount_percent": "10"}),
    by_event(
        "at_least", "4.12, and 5.88 to 10", "4.12 5.88", PAYMENTS, price={"minimum_amount": "10"}
    ),
    by_event("at_most", "4.12, at most 4", "4", PAYMENTS, price={"maximum_amount": "4"}),
    by_event(
        "yen",
        "2.9 % of 500 = 14.5",
        "15",
        used("500"),
        price={"fixed_amount": "0"},
        contract={"currency": "JPY"},
    ),
    by_event("dinar", "0.0145 + 0.3", "0.315", used("0.5"), contract={"currency": "KWD"}),
    by_event(
        "uplift",
        "fixed 0.30 x 1.1, x 1.1 = 0.363, minimum 2 x 1.21 = 2.42; 2.9 + 0.363; 2.42; 2.42",
        "8.10",
        PAYMENTS,
        price={"event_minimum": "2"},
        contract=RENEWED,
    ),
    by_event("fixed_alone", "3 x 0.30", "0.90", PAYMENTS, price={"percent_rate": None}),
    by_event(
        "percent_alone", "111 x 2.9 % = 3.219", "3.22", PAYMENTS, price={"fixed_amount": None}
    ),
    by_event(
        "rebate",
        "-1 % each: -1; -0.1; -0.01, but not below -0.5: -0.61",
        "-0.61",
        PAYMENTS,
        price={"percent_rate": "-1", "fixed_amount": None, "event_minimum": "-0.5"},
    ),
    by_event(
        "counted",
        "each event is 1: 3 x (0.029 + 0.3) = 0.987",
        "0.99",
        PAYMENTS,
        price={"product_uid": "counted"},
    ),
    by_event(
        "large",
        "99999999.9999999999 % of 999999999999 is beyond any line, but at most 5",
        "5",
        used("999999999999"),
        price={"percent_rate": "99999999.9999999999", "event_maximum": "5"},
    ),
)
AS_OF = "2024-02-01T06:00:00Z"


@dataclass(frozen=True)
class Wrong:
    """A price that cannot be billed, and why."""

    name: str
    reason: str
    price: dict[str, str]
    tiers: str = ""
    usage: dict[str, str] | None = field(default_factory=lambda: {"10": "5"})

    def case(self) -> Case:
        """Return it as a case that owes nothing."""
        return Case(self.name, self.reason, "", self.usage, self.price, self.tiers)


WRONG = (
    Wrong("no_tiers", "NO_PRICE", {"charge_model": "GRADUATED"}),
    Wrong("empty_tier", "NO_PRICE", {"charge_model": "VOLUME"}, "10:1 :"),
    Wrong("no_package_size", "NO_PRICE", {"charge_model": "PACKAGE", "price": "1"}),
    Wrong("no_package_price", "NO_PRICE", {"charge_model": "PACKAGE", "package_size": "1"}),
    Wrong(
        "package_of_nothing",
        "OUT_OF_RANGE",
        {"charge_model": "PACKAGE", "price": "1", "package_size": "0"},
    ),
    Wrong("twice_one_bound", "OUT_OF_RANGE", {"charge_model": "GRADUATED"}, "10:1 10:2 :3"),
    Wrong("two_open_tiers", "OUT_OF_RANGE", {"charge_model": "GRADUATED"}, ":1 :2"),
    Wrong("tier_up_to_zero", "OUT_OF_RANGE", {"charge_model": "GRADUATED"}, "0:1 :2"),
    Wrong("long_tier_price", "OUT_OF_RANGE", {"charge_model": "VOLUME"}, ":0.00000000001"),
    Wrong("large_flat_amount", "OUT_OF_RANGE", {"charge_model": "VOLUME"}, ":1:100000000"),
    Wrong("per_nothing", "OUT_OF_RANGE", {"price": "1", "price_per": "0"}),
    Wrong("per_half", "OUT_OF_RANGE", {"price": "1", "price_per": "0.5"}),
    Wrong("months_of_usage", "BAD_SCHEDULE", {"price": "1", "price_months": "1"}),
    Wrong("no_months", "BAD_SCHEDULE", {"price": "1", "price_months": "0"}, usage=None),
    Wrong(
        "months_of_one_time",
        "BAD_SCHEDULE",
        {"price": "1", "price_months": "1", "invoice_delivery": "ONE_TIME"},
        usage=None,
    ),
    Wrong("no_rate", "NO_PRICE", {"charge_model": "PERCENTAGE", "free_events": "1"}),
    Wrong("large_rate", "OUT_OF_RANGE", {"charge_model": "PERCENTAGE", "percent_rate": "1e8"}),
    Wrong(
        "no_free_event",
        "OUT_OF_RANGE",
        {"charge_model": "PERCENTAGE", "percent_rate": "1", "free_events": "-1"},
    ),
    Wrong(
        "percentage_of_a_fee",
        "PERCENTAGE_WITHOUT_EVENTS",
        {"charge_model": "PERCENTAGE", "percent_rate": "1"},
        usage=None,
    ),
    Wrong(
        "percentage_of_the_highest",
        "PERCENTAGE_WITHOUT_EVENTS",
        {"charge_model": "PERCENTAGE", "percent_rate": "1", "product_uid": "highest"},
    ),
    Wrong("rate_alone", "UNKNOWN_CHARGE_MODEL", {"percent_rate": "1"}),
    Wrong("tiers_alone", "UNKNOWN_CHARGE_MODEL", {}, ":1"),
    Wrong("nobody_knows", "UNKNOWN_CHARGE_MODEL", {"price": "1", "charge_model": "STAIRCASE"}),
    Wrong("unreadable_tier", "UNPARSABLE_CELL", {"charge_model": "GRADUATED"}, "10:1:one :2"),
)


@pytest.fixture(scope="module")
def billed(build: Builder) -> Warehouse:
    """Return all cases, built."""
    metered = {"ptype": "EVENT", "event_name": "call", "agg_property": "calls"}
    products: Inputs = {
        "products": [
            row("fee", name="Fee", ptype="FIXED"),
            row("calls", name="Calls", aggregation="SUM", **metered),
            row("weighted", name="Weighted", aggregation="WEIGHTED_SUM", **metered),
            row("highest", name="Highest", aggregation="MAX", **metered),
            row("latest", name="Latest", aggregation="LATEST", **metered),
            row("counted", name="Counted", ptype="EVENT", event_name="call"),
        ]
    }
    cases = (*CASES, *OTHER_AGGREGATIONS, *BY_EVENT, *(wrong.case() for wrong in WRONG))
    return build(
        combined(products, *(case.inputs() for case in cases)),
        as_of=AS_OF,
        models=("line_items", "invoices", "pricing_exceptions"),
    )


@pytest.mark.parametrize(
    "case", [*CASES, *OTHER_AGGREGATIONS, *BY_EVENT], ids=lambda case: case.name
)
def test_lines_owe(billed: Warehouse, case: Case) -> None:
    """Each line of January to the cent."""
    lines = [
        line.amount for line in lines_of(billed, case.name) if line.nominal_start == "2024-01-01"
    ]
    assert lines == decimals(case.owed), case.why


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_wrong_prices_are_reported(billed: Warehouse, wrong: Wrong) -> None:
    """They bill nothing, and say why."""
    found = billed.rows(
        "select distinct reason from ratebook.pricing_exceptions "
        "where reason != 'NOTHING_TO_BILL' and (id = $1 or id = $1 || '_0' or contract_id = $1)",
        [wrong.name],
    )
    assert found == [(wrong.reason,)]
    assert lines_of(billed, wrong.name) == []

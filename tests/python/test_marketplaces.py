"""Cloud marketplaces: agreements as contracts, and what a marketplace must be told."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from conftest import Warehouse
from input_tables import (
    Builder,
    Inputs,
    Row,
    amounts_of,
    combined,
    decimals,
    event,
    reports,
    row,
    utc,
)
from marketplace_states_table import EFFECTS, found

# The fourth hour of 10 May is over, and none of the day is closed anywhere.
AS_OF = "2024-05-10T04:00:00Z"
HOUR = "2024-05-10T{:02}:00:00Z"


def vendor() -> Inputs:
    """Return two products, one metered and one a fee, and their public prices."""
    return {
        "products": [
            row("p", name="Updates", ptype="EVENT", event_name="u", agg_property="n"),
            row("fee", name="Platform fee", ptype="FIXED"),
        ],
        "pricebooks": [row("b", currency="USD", prorate="true")],
        "list_prices": [
            row("l", pricebook_uid="b", product_uid="p", price="0.05"),
            row("lf", pricebook_uid="b", product_uid="fee", price="310"),
        ],
    }


def listing(marketplace: str = "AWS", **cells: str | None) -> Inputs:
    """Return the dimension that meters the product."""
    terms = {"marketplace": marketplace, "listing_id": f"on-{marketplace}", "dimension": "upd"}
    return {"marketplace_listings": [row(f"d-{marketplace}", product_uid="p", **(terms | cells))]}


def agreement(agreement_id: str, marketplace: str = "AWS", **cells: str | None) -> Inputs:
    """Return an agreement for a year on the public offer, and its customer."""
    terms = {
        "marketplace": marketplace,
        "listing_id": f"on-{marketplace}",
        "customer_id": f"customer-{agreement_id}",
        "buyer_id": "123456789012",
        "resource_id": "5b1b6a0e-8a3c-4b62-9c1d-0e6f0f4f7a11" if marketplace == "AZURE" else None,
        "plan_id": "gold" if marketplace == "AZURE" else None,
        "pricebook_id": "b",
        "started_at": "2024-05-01",
        "ended_at": "2025-05-01",
    }
    return {
        "customers": [row(f"customer-{agreement_id}", billing_timezone="America/New_York")],
        "marketplace_agreements": [row(agreement_id, **(terms | cells))],
    }


def used(
    agreement_id: str, quantities: Iterable[str], day: str = "2024-05-10", **cells: str
) -> Inputs:
    """Return usage of the first hours of a day, half an hour into each."""
    return {
        "usage_events": [
            event(
                f"{agreement_id}-{day}-{hour}{cells.get('received_at', '')}",
                f"customer-{agreement_id}",
                f"{day}T{hour:02}:30:00Z",
                name="u",
                n=quantity,
            )
            | cells
            for hour, quantity in enumerate(quantities)
        ]
    }


def sent(agreement_id: str, hour: int, quantity: str, **cells: str) -> Row:
    """Return a record that was sent when its hour was over."""
    key = {"agreement_id": agreement_id, "dimension": "upd", "metered_hour": HOUR.format(hour)}
    said = {"quantity": quantity, "sent_at": HOUR.format(hour + 1)}
    return {"id": f"r-{agreement_id}-{hour}", **key, **said, **cells}


def answer(record_id: str, status: str, hour: str = "03", **cells: str) -> Row:
    """Return an answer to a record."""
    returned_at = f"2024-05-10T{hour}:20:00Z"
    row_id = f"{record_id} {status}"
    return {
        "id": row_id,
        "record_id": record_id,
        "status": status,
        "returned_at": returned_at,
        **cells,
    }


def records(warehouse: Warehouse, agreement_id: str) -> list[tuple[Any, ...]]:
    """Return hour, state, quantity and late quantity of an agreement's records."""
    return warehouse.rows(
        """
        select hour(metered_hour), state, quantity, late_quantity
        from ratebook.marketplace_metering_records
        where agreement_id = ? order by metered_hour
        """,
        [agreement_id],
    )


def pending(*quantities: str | None) -> list[tuple[Any, ...]]:
    """Return the records that the hours of a day have to tell."""
    return [
        (hour, "pending", Decimal(quantity), 0)
        for hour, quantity in enumerate(quantities)
        if quantity is not None
    ]


def late(hour: int, quantity: str) -> tuple[Any, ...]:
    """Return a row of late usage alone."""
    return hour, "late", None, Decimal(quantity)


TOLD = {
    # 0.4 + 0.4 + 0.4 = 1.2: 1, and 0.2 for later.
    "0.4 0.4 0.4": (None, None, "1"),
    # 10 - 4 = 6, then 1.
    "10 -4 1": ("6", None, "1"),
    "3 5": ("3", "5"),
    # -4 + 3 = -1: nothing yet; then 2.
    "-4 3 3": (None, None, "2"),
}


@pytest.fixture(scope="module")
def sold(build: Builder) -> Warehouse:
    """Return agreements of many kinds, in one warehouse."""
    parts = [vendor(), *(listing(marketplace) for marketplace in ("AWS", "AZURE", "GOOGLE_CLOUD"))]
    for usage in TOLD:
        parts += [agreement(usage), used(usage, usage.split())]
    # Hour 0 was sent with 5, then 2 more came for it: they go with the next open hour.
    parts += [agreement("more"), used("more", ["7", "3"])]
    # Azure takes decimals, and up to a millionth: 0.0000004 is left.
    parts += [agreement("azure", "AZURE"), used("azure", ["0.25", "1.0000004"])]
    # A thousand updates are one of the dimension: 2,500 and 700 are 3, and 200 for later.
    parts += [listing(**{"listing_id": "in-thousands", "unit_factor": "1000"})]
    parts[-1] = {"marketplace_listings": [dict(parts[-1]["marketplace_listings"][0], id="d-k")]}
    parts += [agreement("thousands", listing_id="in-thousands"), used("thousands", ["2500", "700"])]
    # On 9 May at midnight, received an hour ago: AWS has closed it, Google Cloud takes it still,
    # and Azure with a later hour.
    for name, marketplace in (("l-aws", "AWS"), ("l-az", "AZURE"), ("l-gcp", "GOOGLE_CLOUD")):
        parts += [agreement(name, marketplace), used(name, ["1", "1"])]
        parts += [used(name, ["40"], "2024-05-09", received_at="2024-05-10T03:00:00Z")]
    # What was received in time, and not sent then, goes with a later hour even there.
    parts += [agreement("unsent"), used("unsent", ["1"]), used("unsent", ["40"], "2024-05-09")]
    parts += [agreement("answered"), used("answered", ["10", "10", "10"])]
    # Ends at 02:00 on 10 May; last records until 03:00: 1.5 in time, and half a unit is left.
    parts += [agreement("over", ended_at="2024-05-10T02:00:00Z"), used("over", ["1", "0.5", "9"])]
    sent_records = [
        sent("more", 0, "5"),
        *(sent("answered", hour, "10") for hour in range(3)),
        sent("over", 0, "1"),
        # A second quantity under a key counts for nothing.
        sent("answered", 0, "11", sent_at=AS_OF),
    ]
    answers = [
        answer("r-answered-0", "Success"),
        answer("r-answered-1", "CustomerNotSubscribed"),
        answer("r-answered-2", "UnprocessedRecord"),
        answer("r-nobody", "Success"),
        answer("r-more-0", "Perhaps"),
    ]
    parts += [{"marketplace_sent_records": sent_records, "marketplace_record_results": answers}]
    models = ("marketplace_metering_records", "pricing_exceptions")
    return build(combined(*parts), models=models, as_of=AS_OF)


@pytest.mark.parametrize("usage", TOLD)
def test_what_open_hours_tell(sold: Warehouse, usage: str) -> None:
    """Whole units in hour order: less than one is carried, a correction lowers what is left."""
    assert records(sold, usage) == pending(*TOLD[usage])


@pytest.mark.parametrize(
    ("agreement_id", "expected"),
    [
        ("more", [(0, "sent", 5, 0), (1, "pending", 5, 0)]),
        ("azure", pending("0.25", "1")),
        ("thousands", pending("2", "1")),
        ("l-aws", [late(0, "40"), *pending("1", "1")]),
        # 1 and 1 of their own hours; the 40 ride with the first that is open.
        ("l-az", pending("41", "1")),
        ("l-gcp", [(0, "pending", 40, 0), *pending("1", "1")]),
        ("unsent", pending("41")),
        (
            "answered",
            [(0, "accepted", 10, 0), (1, "rejected", 10, 0), (2, "pending", 10, 0)],
        ),
        ("over", [(0, "sent", 1, 0), late(1, "0.5")]),
    ],
)
def test_what_becomes_of_usage(
    sold: Warehouse, agreement_id: str, expected: list[tuple[Any, ...]]
) -> None:
    """Each case as its arithmetic says, beside where it is made."""
    assert records(sold, agreement_id) == expected


@pytest.fixture(scope="module")
def month_closed(build: Builder) -> Warehouse:
    """Return usage of the last day of May and the first of June, half an hour after AWS closed May.

    5 of midnight are older than a day; 10 of 07:00 and 20 of 23:00 are not, but of a closed month.
    40 more of 23:00 were received after it had closed.
    """
    parts = [vendor()]
    for name in ("AWS", "AZURE"):
        parts += [listing(name), agreement(name, name)]
        parts += [used(name, ["5", *["0"] * 6, "10", *["0"] * 15, "20"], "2024-05-31")]
        late_one = used(name, [*["0"] * 23, "40"], "2024-05-31", received_at="2024-06-01T06:10:00Z")
        parts += [{"usage_events": late_one["usage_events"][-1:]}]
        parts += [used(name, ["1"], "2024-06-01")]
    models = ("marketplace_metering_records",)
    return build(combined(*parts), models=models, as_of="2024-06-01T06:30:00Z")


@pytest.mark.parametrize(
    ("agreement_id", "expected"),
    [
        # 5 + 10 + 20 were received in time, and go with the first hour of June.
        ("AWS", [(31, *late(23, "40")), (1, 0, "pending", 36, 0)]),
        # Its May is open: only the 5 go with a later hour.
        (
            "AZURE",
            [(31, 7, "pending", 15, 0), (31, 23, "pending", 60, 0), (1, 0, "pending", 1, 0)],
        ),
    ],
)
def test_a_month_of_aws_closes_at_six(
    month_closed: Warehouse, agreement_id: str, expected: list[tuple[Any, ...]]
) -> None:
    """Even for hours that are not a day old; what was received by then is not lost."""
    rows = month_closed.rows(
        """
        select day(metered_hour), hour(metered_hour), state, quantity, late_quantity
        from ratebook.marketplace_metering_records
        where agreement_id = ? order by metered_hour
        """,
        [agreement_id],
    )
    assert rows == expected


def test_what_of_it_is_reported(sold: Warehouse) -> None:
    """A second quantity, an answer to nothing, and one that the marketplace does not give."""
    found_reports = {one for one in reports(sold) if one[0].startswith("marketplace")}
    assert found_reports == {
        ("marketplace_sent_records", "r-answered-0", "SENT_TWICE", "NOT_BILLED"),
        ("marketplace_record_results", "r-nobody Success", "UNKNOWN_REFERENCE", "NOT_BILLED"),
        ("marketplace_record_results", "r-more-0 Perhaps", "UNKNOWN_STATUS", "NOT_BILLED"),
    }


def test_each_notification(build: Builder) -> None:
    """Each of each marketplace leads to the right contract, entitlement and metering."""
    assert found(build) == {
        f"{place}: {word}": effect
        for place, words in EFFECTS.items()
        for word, effect in words.items()
    }


# As contracts

LATER = "2024-06-20T00:00:00Z"
# Another offer than the public one: the fee for half, and half a cent less.
OFFER: Inputs = {
    "marketplace_private_offers": [row("half", pricebook_id="b")],
    "marketplace_private_offer_prices": [
        row("half-fee", offer_id="half", list_price_uid="lf", price="155"),
        row("half-p", offer_id="half", list_price_uid="l", discount_percent="20"),
    ],
}


@pytest.fixture(scope="module")
def contracted(build: Builder) -> Warehouse:
    """Return agreements that change, renew, are replaced and end, and one that is a contract."""
    second = agreement("amended", offer_id="half", effective_at="2024-05-11")
    second["marketplace_agreements"][0] = dict(second["marketplace_agreements"][0], id="amended_2")
    term = {"started_at": "2024-04-01", "ended_at": "2024-05-01"}
    said = [("Subscribed", "2024-05-01T00:00:00Z"), ("Unsubscribe", "2024-05-11T00:00:00Z")]
    parts = [
        vendor(),
        OFFER,
        *(listing(marketplace) for marketplace in ("AWS", "AZURE", "GOOGLE_CLOUD")),
        agreement("amended"),
        {"marketplace_agreements": second["marketplace_agreements"]},
        agreement("old", "GOOGLE_CLOUD"),
        agreement(
            "new",
            "GOOGLE_CLOUD",
            offer_id="half",
            replaces_agreement_id="old",
            started_at="2024-05-11",
        ),
        agreement("renewed", auto_renew="true", renewal_uplift_percent="10", **term),
        agreement("cancelled", "AZURE", signed_at="2024-04-20T10:00:00Z"),
        {
            "marketplace_notifications": [
                row(word, agreement_id="cancelled", notification=word, occurred_at=at)
                for word, at in said
            ]
        },
        agreement("unpaid"),
        {
            "marketplace_notifications": [
                row(
                    "failed",
                    agreement_id="unpaid",
                    notification="subscribe-fail",
                    occurred_at="2024-05-01T00:00:00Z",
                )
            ]
        },
        # Billed as the contract says, from a New York midnight on, and metered.
        agreement("signed"),
        {
            "contracts": [
                row(
                    "k",
                    customer_id="customer-signed",
                    pricebook_id="b",
                    agreement_id="signed",
                    started_at="2024-05-01",
                    ended_at="2024-06-01",
                ),
                row("direct", customer_id="customer-old", started_at="2024-05-01"),
            ],
            "contract_prices": [
                row("k-fee", contract_id="k", list_price_uid="lf", price="93"),
                row("d-fee", contract_id="direct", product_uid="fee", price="1"),
            ],
        },
        used("signed", ["3"], "2024-06-01"),
        # 3 % for the marketplace, on an offer of 0.05 less 20 %.
        {"partners": [row("gcp", kind="MARKETPLACE")]},
        {"partner_shares": [row("gcp", partner_id="gcp", share_percent="3")]},
        agreement("paid", "GOOGLE_CLOUD", offer_id="half", partner_id="gcp"),
        used("paid", ["1000", "1.5"]),
        {"marketplace_sent_records": [sent("paid", 0, "1000")]},
        {"marketplace_record_results": [answer("r-paid-0", "OK")]},
    ]
    models = (
        *("contract_events", "invoices", "line_items", "marketplace_reconciliation"),
        "onboarding_times",
    )
    return build(combined(*parts), models=models, as_of=LATER)


@pytest.mark.parametrize(
    ("contract_id", "fees"),
    [
        # May 310 x 10/31 + 155 x 21/31; June 155.
        ("agreement:amended", "100 105 155"),
        ("agreement:old", "100"),
        ("agreement:new", "105 155"),
        # April, and each month 10 % more.
        ("agreement:renewed", "310 341 375.10"),
        ("agreement:cancelled", "100"),
        ("agreement:unpaid", ""),
        ("agreement:signed", ""),
        # And 3 x 0.05.
        ("k", "93 0.15"),
    ],
)
def test_agreements_as_contracts(contracted: Warehouse, contract_id: str, fees: str) -> None:
    """Offers, renewals, replacements and cancellations bill what contracts would."""
    assert [amount for amount in amounts_of(contracted, contract_id) if amount] == decimals(fees)


def test_the_marketplace_bills_them(contracted: Warehouse) -> None:
    """Their invoices are shadows in UTC months, and nobody else's are."""
    rows = contracted.rows(
        """
        select contract_id, billing_target, is_shadow, min(started_at)
        from ratebook.invoices where nominal_start_date = '2024-05-01' group by all order by all
        """
    )
    midnight, in_new_york = utc("2024-05-01 00:00:00"), utc("2024-05-01 04:00:00")
    assert rows == [
        ("agreement:amended", "AWS", True, midnight),
        ("agreement:cancelled", "AZURE", True, midnight),
        ("agreement:new", "GOOGLE_CLOUD", True, utc("2024-05-11 00:00:00")),
        ("agreement:old", "GOOGLE_CLOUD", True, midnight),
        ("agreement:paid", "GOOGLE_CLOUD", True, midnight),
        ("agreement:renewed", "AWS", True, midnight),
        ("direct", None, False, in_new_york),
        ("k", "AWS", True, in_new_york),
    ]


def test_how_they_end(contracted: Warehouse) -> None:
    """A cancelled one is terminated, and so is one that is replaced."""
    rows = contracted.rows(
        """
        select contract_id, occurred_at, end_reason from ratebook.contract_events
        where event_type = 'TERMINATED' order by all
        """
    )
    ended_at = utc("2024-05-11 00:00:00")
    assert rows == [
        ("agreement:cancelled", ended_at, "CANCELLED"),
        ("agreement:old", ended_at, "REPLACED"),
    ]
    assert contracted.rows("select channel, contract_count from ratebook.onboarding_times") == [
        ("MARKETPLACE", 1)
    ]


def test_a_contract_that_names_its_agreement_is_metered(contracted: Warehouse) -> None:
    """1 June 00:30 UTC is 31 May in New York, and told as the hour that it is."""
    rows = contracted.rows(
        """
        select contract_id, metered_month, metered_quantity, rated_amount
        from ratebook.marketplace_reconciliation where agreement_id = 'signed'
        """
    )
    # Rated with the line that begins in May, at 3 x 0.05.
    assert [(contract, str(month), quantity) for contract, month, quantity, _ in rows] == [
        ("k", "2024-06-01", 3)
    ]


def test_what_the_marketplace_pays(contracted: Warehouse) -> None:
    """1000 told at 0.05 less 20 % are 40.00, less 3 %; 1001.5 rated are 40.06; 1.5 is left."""
    rows = contracted.rows(
        """
        select
            metered_quantity, accepted_quantity, pending_quantity, rated_amount, sent_amount,
            difference_amount, fee_amount, net_amount
        from ratebook.marketplace_reconciliation where agreement_id = 'paid' order by metered_month
        """
    )
    assert rows == [tuple(decimals("1001.5 1000 1.5 40.06 40.00 0.06 1.20 38.80"))]

"""What marketplaces must be told, as plain Python has it: nothing here is built.

First the tables of docs/marketplaces.md with their arithmetic, then what holds in any history.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import astuple
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

import pytest
from marketplace_cases import Look, history, iso, look, record_id, sent_row
from marketplace_oracle import (
    EXACT,
    HOUR,
    AgreementState,
    MeteringRecord,
    Reconciliation,
    Usage,
    agreements,
    hour_of,
    marketplace,
    reconciliation,
    records,
    states,
)

if TYPE_CHECKING:
    from input_tables import Inputs, Row

SEEDS = range(300)
AGREEMENT, PRODUCT, DIMENSION = "a1", "calls", "requests"
# Hour 1 begins then.
BASE = datetime(2024, 3, 31, 20)


def at(hour: float) -> datetime:
    """Return an instant: 1 is the start of hour 1, 1.5 its middle."""
    return BASE + timedelta(hours=hour - 1)


def agreement(place: str = "AWS", agreement_id: str = AGREEMENT, **cells: str | None) -> Inputs:
    """Return an agreement that began long ago, and its listing of one dimension."""
    listing = {"marketplace": place, "listing_id": "l1", "dimension": DIMENSION}
    of_listing = ("unit_factor", "whole_quantities", "late_usage")
    row = {
        "id": f"{agreement_id}_1",
        "durable_id": agreement_id,
        "marketplace": place,
        "listing_id": "l1",
        "started_at": iso(at(-100)),
        **{name: cell for name, cell in cells.items() if name not in of_listing},
    }
    own = {name: cells.get(name) for name in of_listing}
    return {
        "marketplace_agreements": [row],
        "marketplace_listings": [{"id": "d1", "product_uid": PRODUCT, **listing, **own}],
    }


def notified(inputs: Inputs, *said: tuple[str, float], agreement_id: str = AGREEMENT) -> Inputs:
    """Return inputs with what the marketplace said, and in which hour, in the order of ids."""
    rows: list[Row] = [
        {
            "id": f"n{number}",
            "agreement_id": agreement_id,
            "notification": notification,
            "occurred_at": iso(at(hour)),
        }
        for number, (notification, hour) in enumerate(said)
    ]
    return {**inputs, "marketplace_notifications": rows}


def sent(inputs: Inputs, *told: tuple[int, str, float]) -> Inputs:
    """Return inputs with records that were sent: hour, quantity, when."""
    rows: list[Row] = [
        {
            "id": f"r{hour}",
            "agreement_id": AGREEMENT,
            "dimension": DIMENSION,
            "metered_hour": iso(at(hour)),
            "quantity": quantity,
            "sent_at": iso(at(when)),
        }
        for hour, quantity, when in told
    ]
    return {**inputs, "marketplace_sent_records": rows}


def answered(inputs: Inputs, *said: tuple[int, str, str | None, float]) -> Inputs:
    """Return inputs with answers: hour of the record, status, accepted quantity, when."""
    rows: list[Row] = [
        {
            "id": f"s{number}",
            "record_id": f"r{hour}",
            "status": status,
            "accepted_quantity": accepted,
            "returned_at": iso(at(when)),
        }
        for number, (hour, status, accepted, when) in enumerate(said)
    ]
    return {**inputs, "marketplace_record_results": rows}


def used(*quantities: str, received: float | None = None, first: int = 1) -> list[Usage]:
    """Return usage in the middle of hour 1, of hour 2, and so on, received at once or then."""
    return [
        Usage(
            agreement_id=AGREEMENT,
            product_uid=PRODUCT,
            metered_at=at(hour + 0.5),
            received_at=at(hour + 0.5 if received is None else received),
            quantity=Decimal(quantity),
        )
        for hour, quantity in enumerate(quantities, first)
    ]


def told(inputs: Inputs, usage: list[Usage], as_of: float) -> dict[int, Decimal]:
    """Return what is pending, by the hour."""
    return {
        round((row.metered_hour - BASE) / timedelta(hours=1)) + 1: row.quantity
        for row in records(inputs, usage, at(as_of))
        if row.state == "pending"
    }


def only(inputs: Inputs, usage: list[Usage], as_of: float) -> MeteringRecord:
    """Return the only record."""
    (record,) = records(inputs, usage, at(as_of))
    return record


def parts(record: MeteringRecord) -> tuple[str, int, int, int]:
    """Return state, accepted, rejected and late quantity."""
    quantities = record.accepted_quantity, record.rejected_quantity, record.late_quantity
    return record.state, *(int(quantity) for quantity in quantities)


# Quantities


def test_what_is_less_than_one_is_carried() -> None:
    """Usage 0.4, 0.4, 0.4: floor(0.4), floor(0.8), floor(1.2) = 0, 0, 1; 1.2 - 1 = 0.2 is left."""
    inputs, usage = agreement(), used("0.4", "0.4", "0.4")
    assert told(inputs, usage, 4) == {3: 1}
    (row,) = reconciliation(inputs, usage, at(4))
    assert (row.pending_quantity, row.carried_out_quantity) == (Decimal("1.2"), Decimal("0.2"))


def test_a_correction_lowers_what_is_not_sent() -> None:
    """Usage 10, -4, 1: balances 10, 6, 7, lowest from there on 6, 6, 7, so 6, 0, 1."""
    assert told(agreement(), used("10", "-4", "1"), 4) == {1: 6, 3: 1}


def test_what_comes_after_an_hour_was_sent_goes_with_a_later_one() -> None:
    """Usage 7, 3, 0, of hour 1 5 sent: balances 2, 5, 5; hour 2 tells 5."""
    assert told(sent(agreement(), (1, "5", 2)), used("7", "3", "0"), 4) == {2: 5}


def test_the_last_hour_tells_what_no_hour_with_usage_can() -> None:
    """Of hour 1 5 of 7 were sent; hours 2 and 3 have no usage, hour 3 is the last that is over."""
    assert told(sent(agreement(), (1, "5", 2)), used("7"), 4.5) == {3: 2}


def test_nothing_is_told_of_what_was_told_too_much() -> None:
    """5 sent, then corrected by -3: 2 + 2 of hour 2 are 4, not above 5; 2 + 4 are 6, so 1."""
    inputs = sent(agreement(), (1, "5", 2))
    assert told(inputs, [*used("5", "2"), *used("-3")], 3) == {}
    assert told(inputs, [*used("5", "4"), *used("-3")], 3) == {2: 1}


@pytest.mark.parametrize(
    ("factor", "whole", "usage", "quantity"),
    [
        ("1000", None, "2999.5", "2"),
        ("1000", "false", "2999.5", "2.9995"),
        ("7", "false", "1", "0.142857"),
        ("0.001", None, "0.0129", "12"),
        ("3600", "false", "0.003599", None),
        ("3600", "false", "0.0036", "0.000001"),
    ],
)
def test_units_of_the_dimension(factor: str, whole: str | None, usage: str, quantity: str) -> None:
    """Usage / unit_factor, cut off after 0 or 6 decimals: 1 / 7 = 0.142857|14."""
    inputs = agreement(unit_factor=factor, whole_quantities=whole)
    assert told(inputs, used(usage), 2) == ({1: Decimal(quantity)} if quantity else {})


def test_a_record_holds_no_more_than_the_marketplace_takes() -> None:
    """5,000,000,000 in hour 1: twice 2,147,483,647, and 705,032,706 if there is a third hour."""
    inputs = agreement()
    most = 2147483647
    assert told(inputs, used("5000000000"), 4) == {1: most, 3: most}
    assert told(inputs, used("5000000000", "0", "0"), 4) == {1: most, 2: most, 3: 705032706}


# Which hours


def test_an_hour_is_told_once_it_is_over() -> None:
    """At its end, not a second before."""
    assert told(agreement(), used("3"), 1.999) == {}
    assert told(agreement(), used("3"), 2) == {1: 3}


def test_an_hour_closes() -> None:
    """AWS: 24 hours after its start, itself included. What is left goes with the last hour."""
    usage = used("3", "1", first=5)
    assert told(agreement(), usage, 29) == {5: 3, 6: 1}
    assert told(agreement(), usage, 29.1) == {6: 4}
    assert told(agreement(), usage, 30.1) == {29: 4}
    assert told(agreement("GOOGLE_CLOUD"), usage, 90) == {5: 3, 6: 1}


def test_a_month_closes() -> None:
    """AWS: the hours of March at 06:00 on 1 April, which is 11.0; Azure's month never does."""
    usage = used("3", "1")
    assert told(agreement(), usage, 11) == {1: 3, 2: 1}
    assert told(agreement(), usage, 11.1) == {10: 4}
    assert told(agreement("AZURE"), usage, 11.1) == {1: 3, 2: 1}


def test_usage_received_too_late() -> None:
    """LISTED it is never sent, NEXT_HOUR it goes with a later hour; at 11.0 it is still in time."""
    late, in_time = used("3", received=11.01), used("3", received=11)
    assert parts(only(agreement(), late, 12.5)) == ("late", 0, 0, 3)
    assert only(agreement(), late, 12.5).quantity == 0
    assert told(agreement(late_usage="NEXT_HOUR"), late, 12.5) == {11: 3}
    assert told(agreement(), in_time, 12.5) == {11: 3}


def test_a_record_and_late_usage_of_one_key() -> None:
    """The state is that of the record, late_quantity has the rest; metered are both: 4 + 3."""
    inputs = sent(agreement(), (1, "4", 2))
    record = only(inputs, [*used("4"), *used("3", received=12)], 12)
    assert parts(record) == ("sent", 0, 0, 3)
    assert record.metered_quantity == 7


# States


AWS_SAID = {
    "PENDING": "Purchase Agreement Created - Manufacturer",
    "FAILED": "subscribe-fail",
    "ACTIVE": "subscribe-success",
    "CLOSING": "unsubscribe-pending",
    "ENDED": "License Deprovisioned - Manufacturer",
}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], ("ACTIVE", True, True, True)),
        (["something else"], ("ACTIVE", True, True, True)),
        (["entitlement-updated"], ("ACTIVE", True, True, True)),
        (["PENDING"], ("PENDING", False, False, False)),
        (["PENDING", "FAILED"], ("FAILED", False, False, False)),
        (["ACTIVE"], ("ACTIVE", True, True, True)),
        (["ACTIVE", "PENDING"], ("PENDING", True, False, False)),
        (["ACTIVE", "CLOSING"], ("CLOSING", True, True, True)),
        (["ACTIVE", "ENDED"], ("ENDED", False, False, True)),
        (["ACTIVE", "ENDED", "ACTIVE"], ("ENDED", False, False, True)),
        (["ENDED", "ACTIVE"], ("ENDED", False, False, False)),
        (["CLOSING"], ("CLOSING", False, False, False)),
    ],
)
def test_states(said: list[str], expected: tuple[str, bool, bool, bool]) -> None:
    """One after the other, the last of them a minute ago."""
    times = [5 - (len(said) - number) / 60 for number in range(len(said))]
    names = [AWS_SAID.get(state, state) for state in said]
    (row,) = states(notified(agreement(), *zip(names, times, strict=True)), at(5))
    assert row == AgreementState(AGREEMENT, *expected)


def test_states_at_other_instants() -> None:
    """Before the start, before a notification, and long after what never came to be."""
    inputs = notified(agreement(started_at=iso(at(3))), (AWS_SAID["ACTIVE"], 1))
    assert states(agreement(started_at=iso(at(3))), at(2))[0].state == "PENDING"
    assert states(inputs, at(2)) == [AgreementState(AGREEMENT, "ACTIVE", False, False, False)]
    assert states(inputs, at(3)) == [AgreementState(AGREEMENT, "ACTIVE", True, True, True)]
    inputs = notified(
        agreement(ended_at=iso(at(4))), (AWS_SAID["ACTIVE"], 1), ("subscribe-fail", 3)
    )
    assert [states(inputs, at(hour))[0].state for hour in (2, 3, 4)] == [
        "ACTIVE",
        "FAILED",
        "ENDED",
    ]
    waiting = notified(agreement(), (AWS_SAID["PENDING"], 1), (AWS_SAID["ACTIVE"], 3))
    assert [states(waiting, at(hour))[0].is_in_force for hour in (2, 3)] == [False, True]
    failed = notified(agreement(ended_at=iso(at(4))), (AWS_SAID["FAILED"], 1))
    assert states(failed, at(5)) == [AgreementState(AGREEMENT, "FAILED", False, False, False)]


def test_of_states_at_one_instant_the_later_in_the_list_counts() -> None:
    """CLOSING after ACTIVE, whatever the ids."""
    inputs = notified(agreement(), (AWS_SAID["CLOSING"], 2), (AWS_SAID["ACTIVE"], 2))
    assert states(inputs, at(3))[0].state == "CLOSING"


def test_dates_end_an_agreement() -> None:
    """By ended_at, unless it renews; by the start of what replaces it, if that comes to be."""
    assert states(agreement(ended_at=iso(at(4))), at(4))[0].state == "ENDED"
    assert states(agreement(ended_at=iso(at(4)), auto_renew="true"), at(4))[0].state == "ACTIVE"
    rows = agreement(ended_at=iso(at(4)))["marketplace_agreements"]
    longer = {**rows[0], "id": "a0", "effective_at": iso(at(2)), "ended_at": iso(at(5))}
    assert states({"marketplace_agreements": [*rows, longer]}, at(4))[0].state == "ACTIVE"
    old = agreement()
    new = agreement(agreement_id="a2", started_at=iso(at(3)), replaces_agreement_id=AGREEMENT)
    rows = [*old["marketplace_agreements"], *new["marketplace_agreements"]]
    inputs = {**old, "marketplace_agreements": rows}
    assert [row.state for row in states(inputs, at(2.9))] == ["ACTIVE", "PENDING"]
    assert [row.state for row in states(inputs, at(3))] == ["ENDED", "ACTIVE"]
    waiting = notified(inputs, (AWS_SAID["FAILED"], 2), agreement_id="a2")
    assert [row.state for row in states(waiting, at(3))] == ["ACTIVE", "FAILED"]


def test_only_hours_in_which_it_was_active() -> None:
    """Suspended from the start of hour 2 to the middle of hour 3, Azure: 1 + 2 + 4 are told."""
    said = ("Subscribed", -50), ("Suspend", 2), ("Reinstate", 3.5)
    inputs = notified(agreement("AZURE"), *said)
    assert told(inputs, used("1", "2"), 3.2) == {}
    assert told(inputs, used("1", "2", "4"), 4) == {1: 1, 3: 6}


def test_closing_tells_the_hour_that_is_not_over() -> None:
    """At 2.75: hour 1, and hour 2 as far as it has come."""
    inputs = notified(agreement(), (AWS_SAID["ACTIVE"], -50), (AWS_SAID["CLOSING"], 2.7))
    assert told(inputs, used("3", "4"), 2.75) == {1: 3, 2: 4}
    assert told(inputs, [*used("3"), *used("9", first=4, received=2.72)], 2.75) == {1: 3}


def test_an_active_agreement_waits_for_the_hour_that_is_not_over() -> None:
    """Neither its corrections count before, nor what a record of it tells."""
    assert told(agreement(), used("5", "-3"), 2.9) == {1: 5}
    assert told(agreement(), used("5", "-3"), 3) == {1: 2}
    assert told(sent(agreement(), (2, "4", 2.5)), used("5", "1"), 2.9) == {1: 5}
    assert told(sent(agreement(), (2, "4", 2.5)), used("5", "1"), 3) == {1: 2}


def test_last_records() -> None:
    """Ended in hour 2, for an hour from then; then what is left is late, at the hour of the end."""
    inputs = notified(agreement(), (AWS_SAID["ACTIVE"], -50), (AWS_SAID["ENDED"], 2.75))
    usage = used("0.6", "3")
    assert told(inputs, usage, 2.8) == {2: 3}
    assert told(inputs, usage, 3.74) == {2: 3}
    record = only(inputs, usage, 3.75)
    assert (record.state, record.late_quantity) == ("late", Decimal("3.6"))
    assert record.metered_hour == at(2)


def test_usage_after_the_end() -> None:
    """The contract goes on after hour 2, and all that is left is late in hour 5."""
    inputs = notified(agreement(), (AWS_SAID["ACTIVE"], -50), (AWS_SAID["ENDED"], 2.75))
    record = only(inputs, used("0.6", "3", "0", "0", "1"), 6)
    assert (record.state, record.late_quantity) == ("late", Decimal("4.6"))
    assert record.metered_hour == at(5)


def test_hours_of_the_end() -> None:
    """Azure takes last records for 24 hours, whether dates end it or a notification; AWS one."""
    usage = used("3")
    by_date = agreement("AZURE", ended_at=iso(at(2)))
    assert told(by_date, usage, 25) == {1: 3}
    assert told(by_date, usage, 25.1) == {}
    by_notification = notified(agreement("AZURE"), ("Subscribed", -50), ("Unsubscribed", 2.5))
    assert told(by_notification, usage, 25) == {1: 3}
    assert told(agreement(ended_at=iso(at(2))), usage, 2.99) == {1: 3}
    assert told(agreement(ended_at=iso(at(2))), usage, 3) == {}
    at_once = notified(agreement(), (AWS_SAID["ACTIVE"], -50), ("unsubscribe-success", 2))
    assert told(at_once, usage, 2) == {}
    # At one instant a notification's hours count, and of several the highest id's: 0, 1.
    assert told(agreement(ended_at=iso(at(2))), usage, 2) == {1: 3}
    dated = agreement(ended_at=iso(at(2)))
    ends = ("unsubscribe-success", 2), (AWS_SAID["ENDED"], 2)
    assert told(notified(dated, (AWS_SAID["ACTIVE"], -50), ends[0]), usage, 2) == {}
    assert told(notified(dated, (AWS_SAID["ACTIVE"], -50), *ends), usage, 2) == {1: 3}
    assert told(notified(dated, (AWS_SAID["ACTIVE"], -50), *reversed(ends)), usage, 2) == {}


def test_the_hour_of_an_end_on_the_hour_is_the_one_before() -> None:
    """Ended when hour 3 begins: hour 2 tells what hour 1, with 1 of 4 sent, can't tell any more."""
    inputs = sent(agreement(ended_at=iso(at(3))), (1, "1", 2))
    assert told(inputs, used("4"), 3.5) == {2: 3}
    assert [parts(row) for row in records(inputs, used("4"), at(4))] == [
        ("sent", 0, 0, 0),
        ("late", 0, 0, 3),
    ]


# Answers


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], ("sent", 0, 0, 0)),
        ([("Success", None, 2.5)], ("accepted", 5, 0, 0)),
        ([("DuplicateRecord", "2", 2.5)], ("accepted", 2, 3, 0)),
        ([("DuplicateRecord", "0", 2.5)], ("rejected", 0, 5, 0)),
        ([("DuplicateRecord", None, 2.5)], ("rejected", 0, 5, 0)),
        ([("TimestampOutOfBoundsException", None, 2.5)], ("pending", 0, 0, 0)),
        ([("Success", "2", 2.5)], ("accepted", 2, 3, 0)),
        ([("CustomerNotSubscribed", None, 2.5)], ("rejected", 0, 5, 0)),
        ([("UnprocessedRecord", None, 2.5)], ("pending", 0, 0, 0)),
        ([("UnprocessedRecord", None, 2.5), ("Success", None, 2.6)], ("accepted", 5, 0, 0)),
        ([("Success", None, 2.6), ("UnprocessedRecord", None, 2.5)], ("accepted", 5, 0, 0)),
        ([("Success", None, 1.9)], ("sent", 0, 0, 0)),
        ([("Success", None, 2)], ("accepted", 5, 0, 0)),
        ([("CustomerNotSubscribed", None, 2.5), ("WhatIsThis", None, 2.6)], ("rejected", 0, 5, 0)),
    ],
)
def test_answers(
    answers: list[tuple[str, str | None, float]], expected: tuple[str, int, int, int]
) -> None:
    """5 of hour 1, sent at its end."""
    inputs = answered(sent(agreement(), (1, "5", 2)), *((1, *answer) for answer in answers))
    assert parts(only(inputs, used("5"), 3)) == expected


def test_quantities_of_records_are_in_units_of_the_product() -> None:
    """5 thousands sent, 2 of them accepted; product_quantity counts where it is given."""
    inputs = sent(agreement(unit_factor="1000"), (1, "5", 2))
    inputs = answered(inputs, (1, "DuplicateRecord", "2", 2.5))
    record = only(inputs, used("5500"), 2.6)
    assert (record.quantity, record.product_quantity) == (5, 5000)
    assert parts(record) == ("accepted", 2000, 3000, 0)
    (row,) = inputs["marketplace_sent_records"]
    own = {**inputs, "marketplace_sent_records": [{**row, "product_quantity": "4000"}]}
    assert only(own, used("5500"), 2.6).product_quantity == 4000


def test_a_record_that_is_sent_again() -> None:
    """An answer to the first sending counts no more; a duplicate is the record itself."""
    once = answered(sent(agreement(), (1, "5", 2)), (1, "UnprocessedRecord", None, 2.1))
    again = {**once, **sent({}, (1, "5", 2), (1, "5", 2.2))}
    assert parts(only(again, used("5"), 3)) == ("sent", 0, 0, 0)
    duplicate = answered(again, (1, "DuplicateRecord", None, 2.3))
    assert parts(only(duplicate, used("5"), 3)) == ("accepted", 5, 0, 0)


def test_unprocessed_until_its_hour_has_closed() -> None:
    """Then hour 10 tells it, with the 3 that are left of 8."""
    inputs = answered(sent(agreement(), (1, "5", 2)), (1, "UnprocessedRecord", None, 2.5))
    assert told(inputs, used("8"), 11) == {1: 5, 10: 3}
    assert told(inputs, used("8"), 11.1) == {10: 8}


def test_unknown_until_its_hour_has_closed() -> None:
    """Then it is late, and no other hour tells it: it may have been counted."""
    answer = (1, "InternalServiceErrorException", None, 2.5)
    inputs = answered(sent(agreement(), (1, "5", 2)), answer)
    assert told(inputs, used("8"), 11) == {1: 5, 10: 3}
    late, rest = records(inputs, used("8"), at(11.1))
    assert parts(late) == ("late", 0, 0, 5)
    assert (rest.state, rest.quantity) == ("pending", 3)


# Reconciliation


def test_months() -> None:
    """Hours 1 to 4 are of March, 5 and 6 of April.

    March: 2.5 + 1.25 metered, 2 accepted; 1.75 are carried out. April: 0.5 metered, and hour 5,
    where 2.25 are there to be told, tells 2: of those 0.25 are of April, and 0.25 are left.
    """
    inputs = sent(agreement(), (1, "2", 2))
    inputs = answered(inputs, (1, "Success", None, 2.1))
    usage = [*used("2.5"), *used("1.25", received=7, first=4), *used("0.5", first=5)]
    # Hour 4 was not told while it was open: at 11.5 March is closed.
    march, april = reconciliation(inputs, usage, at(11.5))
    assert march == Reconciliation(
        *(AGREEMENT, DIMENSION, date(2024, 3, 1)),
        metered_quantity=Decimal("3.75"),
        sent_quantity=Decimal(2),
        accepted_quantity=Decimal(2),
        pending_quantity=Decimal("1.75"),
        late_quantity=Decimal(0),
        rejected_quantity=Decimal(0),
        carried_in_quantity=Decimal(0),
        carried_out_quantity=Decimal("1.75"),
    )
    assert april == Reconciliation(
        *(AGREEMENT, DIMENSION, date(2024, 4, 1)),
        metered_quantity=Decimal("0.5"),
        sent_quantity=Decimal(0),
        accepted_quantity=Decimal(0),
        pending_quantity=Decimal("0.5"),
        late_quantity=Decimal(0),
        rejected_quantity=Decimal(0),
        carried_in_quantity=Decimal("1.75"),
        carried_out_quantity=Decimal("0.25"),
    )


def test_refused_and_late() -> None:
    """10 sent: 4 accepted, 6 refused. 3 sent too late, 2 received too late: 10 + 3 + 2 metered."""
    inputs = sent(agreement(), (1, "10", 2), (2, "3", 11.5))
    inputs = answered(
        inputs, (1, "DuplicateRecord", "4", 2.1), (2, "InternalServiceErrorException", None, 11.6)
    )
    (row,) = reconciliation(inputs, [*used("10", "3"), *used("2", received=11.01)], at(12))
    quantities = row.metered_quantity, row.sent_quantity, row.accepted_quantity
    assert quantities == (15, 4, 4)
    assert (row.pending_quantity, row.late_quantity, row.rejected_quantity) == (0, 5, 6)


# Any history


@pytest.fixture(scope="module")
def histories() -> list[list[Look]]:
    """Replay the random cases."""
    return [history(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def looks(histories: list[list[Look]]) -> list[Look]:
    """Return all looks of all histories."""
    return [one for looks in histories for one in looks]


@pytest.fixture(scope="module")
def months(looks: list[Look]) -> list[tuple[Look, list[Reconciliation]]]:
    """Return the reconciliation of each look."""
    return [(one, reconciliation(one.inputs, one.usage, one.as_of)) for one in looks]


def test_random_cases_have_everything(looks: list[Look]) -> None:
    """A property of nothing holds always."""
    assert {row.state for one in looks for row in one.records} == {
        *("pending", "sent", "accepted", "rejected", "late")
    }
    seen = {astuple(row)[1:] for one in looks for row in states(one.inputs, one.as_of)}
    assert {state for state, *_ in seen} == {
        *("PENDING", "FAILED", "ACTIVE", "SUSPENDED", "CLOSING", "ENDED")
    }
    assert ("ENDED", False, False, True) in seen, "last records"
    assert ("PENDING", True, False, False) in seen, "pending again"
    rows = [row for one in looks for row in one.records]
    assert any(row.state == "accepted" and row.rejected_quantity for row in rows)
    assert any(row.state != "late" and row.late_quantity for row in rows)
    assert any(row.quantity == marketplace("AWS").maximum_quantity for row in rows)


def test_histories_are_the_same_each_time() -> None:
    """Else nobody could look at a case again."""
    assert history(7) == history(7)


def test_what_is_to_be_sent(looks: list[Look]) -> None:
    """Above 0, in units that the marketplace takes; what was sent before as it was."""
    for one in looks:
        before = {
            (row["agreement_id"], row["dimension"], row["metered_hour"]): row["quantity"]
            for row in one.inputs["marketplace_sent_records"]
        }
        for row in one.records:
            if row.state == "pending":
                assert row.quantity > 0
                assert row.quantity % Decimal("0.000001") == 0
                key = row.agreement_id, row.dimension, iso(row.metered_hour)
                assert Decimal(before.get(key, row.quantity)) == row.quantity


def test_a_key_has_one_row(looks: list[Look]) -> None:
    """An agreement, a dimension and an hour."""
    for one in looks:
        keys = [(row.agreement_id, row.dimension, row.metered_hour) for row in one.records]
        assert len(keys) == len(set(keys))


def test_nothing_is_told_that_was_not_used(
    months: list[tuple[Look, list[Reconciliation]]],
) -> None:
    """Where there is something new to tell, all records together stay below what was used.

    What has happened in an hour that is not over is left out, so dimensions with such are too.
    """
    for one, rows in months:
        before = {row["id"] for row in one.inputs["marketplace_sent_records"]}
        new = {
            (row.agreement_id, row.dimension)
            for row in one.records
            if row.state == "pending" and record_id(row) not in before
        }
        unfinished = {row.agreement_id for row in one.usage if is_unfinished(row.metered_at, one)}
        unfinished |= {
            row.agreement_id for row in one.records if is_unfinished(row.metered_hour, one)
        }
        last = {(row.agreement_id, row.dimension): row.carried_out_quantity for row in rows}
        assert all(last[key] >= 0 for key in new if key[0] not in unfinished)


def is_unfinished(time: datetime, now: Look) -> bool:
    """Tell whether the hour of an instant is not over."""
    return hour_of(time) + HOUR > now.as_of


def test_sent_once_it_is_not_pending_any_more(histories: list[list[Look]]) -> None:
    """At the same instant nothing else takes the place of what was sent."""
    for looks in histories:
        now = looks[-1]
        rows = [sent_row(row, now.as_of, True) for row in now.records if row.state == "pending"]
        already = now.inputs["marketplace_sent_records"]
        results = [
            row
            for row in now.inputs["marketplace_record_results"]
            if row["record_id"] not in {one["id"] for one in rows}
        ]
        inputs = {
            **now.inputs,
            "marketplace_sent_records": [*already, *rows],
            "marketplace_record_results": results,
        }
        then = look(inputs, now.as_of)
        assert not [row for row in then.records if row.state == "pending"]


def test_metered_is_sent_pending_late_and_rejected(
    months: list[tuple[Look, list[Reconciliation]]],
) -> None:
    """In each month; what one carries out the next carries in; all together they are the usage."""
    for one, rows in months:
        usage: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        products = {
            (agreement["durable_id"], listing["product_uid"]): listing["dimension"]
            for agreement in one.inputs["marketplace_agreements"]
            for listing in one.inputs["marketplace_listings"]
            if agreement["listing_id"] == listing["listing_id"]
        }
        total: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        carried: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        with localcontext(EXACT):
            for event in one.usage:
                dimension = products[event.agreement_id, event.product_uid]
                usage[event.agreement_id, dimension] += event.quantity
            for row in rows:
                key = row.agreement_id, row.dimension
                assert row.metered_quantity == (
                    row.sent_quantity
                    + row.pending_quantity
                    + row.late_quantity
                    + row.rejected_quantity
                )
                assert row.carried_in_quantity == carried[key]
                carried[key] = row.carried_out_quantity
                total[key] += row.metered_quantity
        assert {key: total[key] for key in usage} == usage


def test_when_all_is_over_nothing_is_pending(
    months: list[tuple[Look, list[Reconciliation]]],
) -> None:
    """What is left of an agreement is late: nobody waits for it."""
    for one, rows in months:
        over = {
            key
            for key, agreement in agreements(one.inputs, one.as_of).items()
            if agreement.is_over(one.as_of)
        }
        pending: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        with localcontext(EXACT):
            for row in rows:
                pending[row.agreement_id, row.dimension] += row.pending_quantity
        assert not [key for key in pending if key[0] in over and pending[key]]

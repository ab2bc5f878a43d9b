"""What a cloud marketplace must be told, once more, in plain Python: docs/marketplaces.md.

Written from that page alone, without a look at the SQL, so that a mistake must be made twice to go
unnoticed. Nothing here is fast or clever: hours are walked through in time order, and sums are
exact decimals. Rows are those that count: one version of each, none deleted, all of them known at
the as-of instant (`marketplace_cases.known`). Which usage is rated is decided elsewhere.

    records(inputs, usage, as_of)          a key's record, and what came too late for it
    reconciliation(inputs, usage, as_of)   metered against sent, by the month
    states(inputs, as_of)                  in which state agreements are

Instants are naive and in UTC, as the marts have them.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, localcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from input_tables import Inputs, Row

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "features" / "marketplaces"
HOUR, NO_TIME = timedelta(hours=1), timedelta(0)
NEVER = datetime.max
ZERO = Decimal(0)
# Raises instead of rounding: whatever comes out is exact.
EXACT = Context(prec=120, traps=[Inexact, InvalidOperation, DivisionByZero])

# In the order in which they count, of several at one instant the last.
STATES = ("PENDING", "FAILED", "ACTIVE", "SUSPENDED", "CLOSING", "ENDED")
# The states whose hours are metered, and in which a buyer may use what was bought.
METERED_STATES = ("ACTIVE", "CLOSING")


# What marketplaces ask for


@dataclass(frozen=True)
class Marketplace:
    """The rules of a marketplace: its seed."""

    maximum_age: timedelta | None
    # For so long after its end the hours of a month are taken.
    month_close: timedelta | None
    has_whole_quantities: bool
    maximum_quantity: Decimal | None
    late_usage: str
    final_time: timedelta
    # The state that a notification says, or NONE, and for how long last records are taken after it.
    notifications: Mapping[str, tuple[str, timedelta]]
    statuses: Mapping[str, str]


@cache
def marketplace(name: str) -> Marketplace:
    """Read the seed of a marketplace."""
    with (SEEDS / f"marketplace_{name.lower()}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    limits = {row["name"]: row["value"] for row in rows if row["kind"] == "LIMIT"}
    age, maximum = limits.get("maximum_age_hours"), limits.get("maximum_quantity")
    close = limits.get("month_close_hours")
    return Marketplace(
        maximum_age=HOUR * int(age) if age else None,
        month_close=HOUR * int(close) if close else None,
        has_whole_quantities=limits["whole_quantities"] == "true",
        maximum_quantity=Decimal(maximum) if maximum else None,
        late_usage=limits["late_usage"],
        final_time=HOUR * int(limits["final_hours"]),
        notifications={
            row["name"]: (row["value"], HOUR * int(row["hours"] or 0))
            for row in rows
            if row["kind"] == "NOTIFICATION"
        },
        statuses={row["name"]: row["value"] for row in rows if row["kind"] == "RESULT"},
    )


# Cells


def instant(text: str) -> datetime:
    """Read an instant: UTC, unless it has an offset."""
    time = datetime.fromisoformat(text)
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def hour_of(time: datetime) -> datetime:
    """Return the start of an instant's hour."""
    return time.replace(minute=0, second=0, microsecond=0)


def next_month(time: datetime) -> datetime:
    """Return the start of the month after that of an instant."""
    first = time.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=31)).replace(day=1)


def decimal_or(text: str | None, default: Decimal) -> Decimal:
    """Read a number, or return the default for an empty cell."""
    return Decimal(text) if text else default


# Agreements


@dataclass(frozen=True)
class Agreement:
    """An agreement, as far as its rows and the notifications known by now say."""

    agreement_id: str
    marketplace_name: str
    listing_id: str
    start: datetime
    # It ends then by its dates, by a notification, or because it is replaced.
    end: datetime
    # For so long after the end last records are taken.
    final_time: timedelta
    # From when it is in which state, in time order, nothing after ENDED; empty: its dates decide.
    changes: tuple[tuple[datetime, str], ...]
    # Whether a notification said ACTIVE, or none said any state.
    is_agreed: bool

    @property
    def marketplace(self) -> Marketplace:
        """The rules of its marketplace."""
        return marketplace(self.marketplace_name)

    @property
    def has_contract(self) -> bool:
        """Whether there is anything to bill, now or ever."""
        return self.is_agreed and self.start < self.end

    def state_at(self, time: datetime) -> str:
        """Return the state at an instant; before the first notification it is PENDING."""
        if self.is_agreed and time >= self.end:
            return "ENDED"
        if not self.changes:
            return "ACTIVE" if time >= self.start else "PENDING"
        return [(NEVER, "PENDING"), *(one for one in self.changes if one[0] <= time)][-1][1]

    def is_in_force(self, as_of: datetime) -> bool:
        """Tell whether its contract holds at an instant."""
        return self.has_contract and self.start <= as_of < self.end

    def is_over(self, as_of: datetime) -> bool:
        """Tell whether it has ended and its last hours are over: nothing can be told any more."""
        return self.state_at(as_of) == "ENDED" and self.end + self.final_time <= as_of

    def is_metered(self, as_of: datetime) -> bool:
        """Tell whether records can be sent now."""
        if not self.has_contract or as_of < self.start:
            return False
        state = self.state_at(as_of)
        return state in METERED_STATES or (state == "ENDED" and not self.is_over(as_of))

    def takes_unfinished_hours(self, as_of: datetime) -> bool:
        """Tell whether now is the time of last records, for an hour that is not over too."""
        return self.state_at(as_of) in ("CLOSING", "ENDED")

    def was_metered_in(self, hour: datetime, as_of: datetime) -> bool:
        """Tell whether the agreement was ACTIVE or CLOSING at some time in an hour, by now."""
        moments = [hour, self.start, *(time for time, _ in self.changes)]
        return any(
            hour <= moment < hour + HOUR
            and moment <= as_of
            and self.state_at(moment) in METERED_STATES
            for moment in moments
        )

    def is_closed(self, hour: datetime, as_of: datetime) -> bool:
        """Tell whether the hour, or its month, is older than the marketplace takes."""
        age, close = self.marketplace.maximum_age, self.marketplace.month_close
        is_old = age is not None and hour + age < as_of
        return is_old or (close is not None and next_month(hour) + close < as_of)

    def last_hour(self, as_of: datetime) -> datetime:
        """Return the hour that tells what is left: the last that can have a record."""
        if self.state_at(as_of) == "ENDED":
            return hour_of(self.end - timedelta(microseconds=1))
        if self.state_at(as_of) == "CLOSING":
            return hour_of(as_of)
        return hour_of(as_of) - HOUR

    def is_open(self, hour: datetime, as_of: datetime) -> bool:
        """Tell whether an hour without record can get one."""
        return (
            (hour + HOUR <= as_of or self.takes_unfinished_hours(as_of))
            and not self.is_closed(hour, as_of)
            and hour < self.end
            and self.was_metered_in(hour, as_of)
            and self.is_metered(as_of)
        )


class Notice(NamedTuple):
    """A notification that says a state; sorted as they count."""

    occurred_at: datetime
    rank: int
    notification_id: str
    final_time: timedelta

    @property
    def state(self) -> str:
        """The state that it says."""
        return STATES[self.rank]


def notices(inputs: Inputs, agreement_id: str, rules: Marketplace, as_of: datetime) -> list[Notice]:
    """Return what an agreement's notifications say by now, nothing after it has ended."""
    found = []
    for row in inputs.get("marketplace_notifications", []):
        state, final_time = rules.notifications.get(row["notification"], ("NONE", NO_TIME))
        if row["agreement_id"] == agreement_id and state != "NONE":
            occurred_at = instant(row["occurred_at"])
            if occurred_at <= as_of:
                found.append(Notice(occurred_at, STATES.index(state), row["id"], final_time))
    end = min((one.occurred_at for one in found if one.state == "ENDED"), default=NEVER)
    return sorted(one for one in found if one.occurred_at <= end)


def is_agreed(said: list[Notice]) -> bool:
    """Tell whether there is a contract: something said ACTIVE, or nothing said any state."""
    return not said or any(one.state == "ACTIVE" for one in said)


def agreements(inputs: Inputs, as_of: datetime) -> dict[str, Agreement]:
    """Return the agreements by id."""
    rows_of: dict[str, list[Row]] = defaultdict(list)
    for row in inputs.get("marketplace_agreements", []):
        rows_of[row["durable_id"]].append(row)
    starts = {key: min(instant(row["started_at"]) for row in rows_of[key]) for key in rows_of}
    said = {
        key: notices(inputs, key, marketplace(rows[0]["marketplace"]), as_of)
        for key, rows in rows_of.items()
    }
    found = {}
    for key, rows in rows_of.items():
        # Amendments follow each other; the term is that of the last one.
        last = max(
            rows, key=lambda row: (instant(row.get("effective_at") or row["started_at"]), row["id"])
        )
        rules = marketplace(last["marketplace"])
        renews = last.get("auto_renew") == "true"
        # What never was a contract has no term that ends, and nothing to replace.
        ends = [
            (starts[other], rules.final_time)
            for other in rows_of
            if any(row.get("replaces_agreement_id") == key for row in rows_of[other])
            and is_agreed(said[other])
            and is_agreed(said[key])
        ]
        if last.get("ended_at") and not renews and is_agreed(said[key]):
            ends.append((instant(last["ended_at"]), rules.final_time))
        notified = [(one.occurred_at, one.final_time) for one in said[key] if one.state == "ENDED"]
        # Of several ends at one instant a notification's counts, of those the last: it is closest
        # to what the marketplace will take.
        end, final_time = min(
            [*reversed(notified), *ends, (NEVER, rules.final_time)], key=lambda one: one[0]
        )
        found[key] = Agreement(
            agreement_id=key,
            marketplace_name=last["marketplace"],
            listing_id=last["listing_id"],
            start=starts[key],
            end=end,
            final_time=final_time,
            changes=tuple((one.occurred_at, one.state) for one in said[key]),
            is_agreed=is_agreed(said[key]),
        )
    return found


@dataclass(frozen=True)
class AgreementState:
    """What an agreement is at an instant."""

    agreement_id: str
    state: str
    is_in_force: bool
    is_entitled: bool
    is_metered: bool


def states(inputs: Inputs, as_of: datetime) -> list[AgreementState]:
    """Return the states of all agreements."""
    return [
        AgreementState(
            agreement_id=key,
            state=agreement.state_at(as_of),
            is_in_force=agreement.is_in_force(as_of),
            is_entitled=agreement.is_in_force(as_of)
            and agreement.state_at(as_of) in METERED_STATES,
            is_metered=agreement.is_metered(as_of),
        )
        for key, agreement in sorted(agreements(inputs, as_of).items())
    ]


# Usage and what was sent of it


@dataclass(frozen=True)
class Usage:
    """The usage of an event that an agreement's contract rates."""

    agreement_id: str
    product_uid: str
    metered_at: datetime
    received_at: datetime
    quantity: Decimal


@dataclass(frozen=True)
class Dimension:
    """A dimension of a listing."""

    name: str
    product_uid: str
    # Units of the product in one of the dimension.
    factor: Decimal
    # The smallest quantity that a record can have.
    step: Decimal
    late_usage: str


def dimensions(inputs: Inputs, agreement: Agreement) -> list[Dimension]:
    """Return the dimensions of an agreement's listing."""
    rules = agreement.marketplace
    found = []
    for row in inputs.get("marketplace_listings", []):
        if (row["marketplace"], row["listing_id"]) == (
            agreement.marketplace_name,
            agreement.listing_id,
        ):
            whole = row.get("whole_quantities")
            is_whole = whole == "true" if whole else rules.has_whole_quantities
            found.append(
                Dimension(
                    name=row["dimension"],
                    product_uid=row["product_uid"],
                    factor=decimal_or(row.get("unit_factor"), Decimal(1)),
                    step=Decimal(1) if is_whole else Decimal("0.000001"),
                    late_usage=row.get("late_usage") or rules.late_usage,
                )
            )
    return found


@dataclass(frozen=True)
class Sent:
    """A record that was sent, once or again as it is, and the answer that counts."""

    quantity: Decimal
    product_quantity: Decimal
    times: int
    # ACCEPTED, DUPLICATE, EXPIRED, REJECTED, UNPROCESSED, UNKNOWN; None: no answer yet.
    answer: str | None
    # What the marketplace said that it has, in units of the product.
    answered_quantity: Decimal | None

    @property
    def accepted_quantity(self) -> Decimal:
        """What the marketplace has counted, in units of the product."""
        if self.answer not in ("ACCEPTED", "DUPLICATE"):
            return ZERO
        if self.answered_quantity is not None:
            return self.answered_quantity
        is_known = self.answer == "ACCEPTED" or self.times > 1
        return self.product_quantity if is_known else ZERO

    @property
    def rejected_quantity(self) -> Decimal:
        """What it refuses, in units of the product."""
        if self.answer in ("REJECTED", "ACCEPTED", "DUPLICATE"):
            return self.product_quantity - self.accepted_quantity
        return ZERO

    def state(self, can_be_sent: bool) -> str:
        """Return the state; what was not processed is sent again while that is possible."""
        if self.answer is None:
            return "sent"
        if self.answer in ("UNPROCESSED", "UNKNOWN") and can_be_sent:
            return "pending"
        if self.answer in ("UNKNOWN", "EXPIRED"):
            return "late"
        return "accepted" if self.accepted_quantity else "rejected"


def sent_records(
    inputs: Inputs, agreement: Agreement, dimension: Dimension
) -> dict[datetime, Sent]:
    """Return what was sent for a dimension, by hour."""
    rows_of: dict[datetime, list[Row]] = defaultdict(list)
    for row in inputs.get("marketplace_sent_records", []):
        if (row["agreement_id"], row["dimension"]) == (agreement.agreement_id, dimension.name):
            rows_of[instant(row["metered_hour"])].append(row)
    return {hour: sent_record(inputs, agreement, dimension, rows_of[hour]) for hour in rows_of}


def sent_record(
    inputs: Inputs, agreement: Agreement, dimension: Dimension, rows: list[Row]
) -> Sent:
    """Return the record of a key from the rows of its sendings."""
    first = min(rows, key=lambda row: (instant(row["sent_at"]), row["id"]))
    last_sent_at = max(instant(row["sent_at"]) for row in rows)
    answers = [
        row
        for row in inputs.get("marketplace_record_results", [])
        if row["record_id"] in {sent["id"] for sent in rows}
        and row["status"] in agreement.marketplace.statuses
        and instant(row["returned_at"]) >= last_sent_at
    ]
    last = max(answers, key=lambda row: (instant(row["returned_at"]), row["id"]), default=None)
    accepted = last and last.get("accepted_quantity")
    quantity = Decimal(first["quantity"])
    return Sent(
        quantity=quantity,
        product_quantity=decimal_or(first.get("product_quantity"), quantity * dimension.factor),
        times=len(rows),
        answer=agreement.marketplace.statuses[last["status"]] if last else None,
        answered_quantity=Decimal(accepted) * dimension.factor if accepted else None,
    )


@dataclass(frozen=True)
class Meter:
    """A dimension of an agreement: its usage and its records by hour."""

    agreement: Agreement
    dimension: Dimension
    # What happened in the hour, in units of the product.
    metered: Mapping[datetime, Decimal]
    # What is left of that to be told: all but what came too late and is only listed.
    usage: Mapping[datetime, Decimal]
    late: Mapping[datetime, Decimal]
    sent: Mapping[datetime, Sent]


def meters(inputs: Inputs, usage: Iterable[Usage], as_of: datetime) -> list[Meter]:
    """Return the meters of all agreements."""
    usage_of: dict[tuple[str, str], list[Usage]] = defaultdict(list)
    for one in usage:
        usage_of[one.agreement_id, one.product_uid].append(one)
    found = []
    for key, agreement in sorted(agreements(inputs, as_of).items()):
        for dimension in sorted(dimensions(inputs, agreement), key=lambda one: one.name):
            metered: dict[datetime, Decimal] = defaultdict(Decimal)
            in_time: dict[datetime, Decimal] = defaultdict(Decimal)
            late: dict[datetime, Decimal] = defaultdict(Decimal)
            for one in usage_of[key, dimension.product_uid]:
                hour = hour_of(one.metered_at)
                is_late = dimension.late_usage == "LISTED" and agreement.is_closed(
                    hour, one.received_at
                )
                metered[hour] += one.quantity
                (late if is_late else in_time)[hour] += one.quantity
            sent = {
                hour: record
                for hour, record in sent_records(inputs, agreement, dimension).items()
                # What was never counted, and cannot go again, is no record: it goes elsewhere.
                if record.answer != "UNPROCESSED"
                or not (agreement.is_closed(hour, as_of) or agreement.is_over(as_of))
            }
            found.append(Meter(agreement, dimension, metered, in_time, late, sent))
    return found


# Records


@dataclass(frozen=True)
class MeteringRecord:
    """A key's record: what is or was to be told, and what came too late.

    All quantities but the first are in units of the product. A key that has only late usage has
    the state late, and quantity and product_quantity 0.
    """

    agreement_id: str
    dimension: str
    metered_hour: datetime
    state: str
    quantity: Decimal
    product_quantity: Decimal
    accepted_quantity: Decimal
    rejected_quantity: Decimal
    late_quantity: Decimal
    metered_quantity: Decimal


def new_records(meter: Meter, as_of: datetime) -> dict[datetime, Decimal]:
    """Return what open hours can tell, in units of the dimension."""
    agreement, dimension = meter.agreement, meter.dimension
    last = agreement.last_hour(as_of)
    hours = [
        hour
        for hour in sorted({*meter.usage, *meter.sent, last})
        if hour + HOUR <= as_of or agreement.takes_unfinished_hours(as_of)
    ]
    balances, balance = {}, ZERO
    for hour in hours:
        balance += meter.usage.get(hour, ZERO)
        if hour in meter.sent:
            balance -= meter.sent[hour].product_quantity
        balances[hour] = balance
    available, lowest = {}, Decimal("Infinity")
    for hour in reversed(hours):
        lowest = min(lowest, balances[hour])
        available[hour] = max(lowest, ZERO)
    told, told_before = {}, ZERO
    for hour in hours:
        has_something = hour in meter.usage or hour == last
        if has_something and hour not in meter.sent and agreement.is_open(hour, as_of):
            now = available[hour] // (dimension.factor * dimension.step) * dimension.step
            if agreement.marketplace.maximum_quantity is not None:
                now = min(now, told_before + agreement.marketplace.maximum_quantity)
            if now > told_before:
                told[hour] = now - told_before
            told_before = now
    return told


def left_over(meter: Meter, as_of: datetime) -> dict[datetime, Decimal]:
    """Return what is left of an agreement that is over, at its last hour; else nothing.

    That is the hour of its end, or one after it that has usage or a record.
    """
    if not meter.agreement.is_over(as_of):
        return {}
    left = sum(meter.usage.values(), ZERO) - sum(
        (sent.product_quantity for sent in meter.sent.values()), ZERO
    )
    last_hour = max({meter.agreement.last_hour(as_of), *meter.metered, *meter.sent})
    return {last_hour: left} if left else {}


def records_of(meter: Meter, as_of: datetime) -> list[MeteringRecord]:
    """Return the records of a meter, in time order."""
    agreement, new, left = meter.agreement, new_records(meter, as_of), left_over(meter, as_of)
    found = []
    for hour in sorted({*new, *left, *meter.sent, *meter.late}):
        sent = meter.sent.get(hour)
        late_quantity = meter.late.get(hour, ZERO) + left.get(hour, ZERO)
        if sent:
            can_be_sent = not agreement.is_closed(hour, as_of) and not agreement.is_over(as_of)
            state = sent.state(can_be_sent)
            if state == "late":
                late_quantity += sent.product_quantity
        else:
            state = "pending" if hour in new else "late"
            quantity = new.get(hour, ZERO)
            sent = Sent(quantity, quantity * meter.dimension.factor, 0, None, None)
        found.append(
            MeteringRecord(
                agreement_id=agreement.agreement_id,
                dimension=meter.dimension.name,
                metered_hour=hour,
                state=state,
                quantity=sent.quantity,
                product_quantity=sent.product_quantity,
                accepted_quantity=sent.accepted_quantity,
                rejected_quantity=sent.rejected_quantity,
                late_quantity=late_quantity,
                metered_quantity=meter.metered.get(hour, ZERO),
            )
        )
    return found


def records(inputs: Inputs, usage: Iterable[Usage], as_of: datetime) -> list[MeteringRecord]:
    """Return a row for each agreement, dimension and hour with a record or late usage."""
    with localcontext(EXACT):
        return [
            record for meter in meters(inputs, usage, as_of) for record in records_of(meter, as_of)
        ]


# Reconciliation


@dataclass(frozen=True)
class Reconciliation:
    """A month of a dimension, in units of the product."""

    agreement_id: str
    dimension: str
    month: date
    metered_quantity: Decimal
    sent_quantity: Decimal
    accepted_quantity: Decimal
    pending_quantity: Decimal
    late_quantity: Decimal
    rejected_quantity: Decimal
    carried_in_quantity: Decimal
    carried_out_quantity: Decimal


def month_of(time: datetime) -> date:
    """Return the first day of an instant's month."""
    return time.date().replace(day=1)


def reconciliation_of(meter: Meter, as_of: datetime) -> list[Reconciliation]:
    """Return the months of a meter that have usage or a record."""
    rows = records_of(meter, as_of)
    left = left_over(meter, as_of)
    hours = [*meter.metered, *(row.metered_hour for row in rows)]
    found, carried_in = [], ZERO
    for month in sorted({month_of(hour) for hour in hours}):

        def by_now(quantities: Mapping[datetime, Decimal], month: date = month) -> Decimal:
            return sum((quantities[one] for one in quantities if month_of(one) <= month), ZERO)

        now = [row for row in rows if month_of(row.metered_hour) == month]
        handed_over = [row for row in now if row.state in ("sent", "accepted")]
        to_send = sum((row.product_quantity for row in now if row.state == "pending"), ZERO)
        # What has happened by the end of the month, and no record tells, and is not too late.
        told = {row.metered_hour: row.product_quantity for row in rows}
        carried_out = by_now(meter.usage) - by_now(told) - by_now(left)
        found.append(
            Reconciliation(
                agreement_id=meter.agreement.agreement_id,
                dimension=meter.dimension.name,
                month=month,
                metered_quantity=sum(
                    (meter.metered[one] for one in meter.metered if month_of(one) == month), ZERO
                ),
                sent_quantity=sum(
                    (row.product_quantity - row.rejected_quantity for row in handed_over), ZERO
                ),
                accepted_quantity=sum((row.accepted_quantity for row in now), ZERO),
                pending_quantity=to_send + carried_out - carried_in,
                late_quantity=sum((row.late_quantity for row in now), ZERO),
                rejected_quantity=sum((row.rejected_quantity for row in now), ZERO),
                carried_in_quantity=carried_in,
                carried_out_quantity=carried_out,
            )
        )
        carried_in = carried_out
    return found


def reconciliation(inputs: Inputs, usage: Iterable[Usage], as_of: datetime) -> list[Reconciliation]:
    """Return a row for each agreement, dimension and UTC month with usage or a record."""
    with localcontext(EXACT):
        return [
            row for meter in meters(inputs, usage, as_of) for row in reconciliation_of(meter, as_of)
        ]

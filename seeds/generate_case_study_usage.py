"""Write case_study_usage.parquet: the usage events of the case study, the same rows every run.

Grain: one row per usage event *received*, so a repeated event has several rows.
Rows are sorted by received_at (metered_at where that is empty), then transaction_id.

Columns, all text, as a source system would land them:
    transaction_id   idempotency key of the event; empty on a few rows, by design
    customer_id      durable id of the customer, or null
    customer_alias   the name that the customer's software sends instead of a customer_id
    properties       JSON text; `name` is the event's name, the rest is its payload:
                     agg_value in pages, usage.bytes in bytes, megabytes in MB, delta_gb in GB
                     (a change of a level), seats and pages as counts at that moment
    metered_at       when the usage happened: ISO 8601, UTC, ending in Z
    received_at      when the event arrived: as metered_at; never after the as-of time
    branch           `main`, or the only what-if branch that sees the event

Time zone: UTC throughout. Customers live in other zones (seeds/raw_customers.csv); the billing
engine, not the events, determines where their months start.

Two customers have golden numbers and no other events, neither repeats nor mistakes:
OptimusPrimeBot has 8617 updates and creates of 2552920 pages in May 2024 up to the as-of time;
Papergirl has 2 updates and creates of 400 pages in November 2023, after her contract starts.

Run: python seeds/generate_case_study_usage.py
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from tqdm import tqdm

SEED = 20240531
TARGET = Path(__file__).with_name("case_study_usage.parquet")
AS_OF = datetime(2024, 5, 31, 12)
COLUMNS = (
    "transaction_id",
    "customer_id",
    "customer_alias",
    "properties",
    "metered_at",
    "received_at",
    "branch",
)

OPTIMUS_UPDATES = 8_617
OPTIMUS_CREATES = 6_400
OPTIMUS_CREATED_PAGES = 2_552_920

LATE_SHARE = 0.01
REPEAT_SHARE = 0.01
WEEKEND_FACTOR = 0.5

Row = dict[str, str | None]


@dataclass(frozen=True)
class Stream:
    """One customer's events of one name: how many per day, between two dates (whole UTC days)."""

    customer: str
    event: str
    first_day: str
    per_day: float
    last_day: str = "2024-05-31"
    alias: str | None = None
    options: dict = field(default_factory=dict)


# The usage of the customers. Contracts and prices are in seeds/, under the same customer ids.
STREAMS = (
    Stream("northwind", "update", "2023-11-01", 20),
    Stream("northwind", "create", "2023-11-01", 6),
    Stream("twin_pines", "update", "2023-11-01", 12),
    Stream("twin_pines", "create", "2023-11-01", 4),
    # Twin Pines takes over the contract of Quill & Co on 1 May, and its API traffic with it.
    Stream("quill", "api_call", "2024-01-01", 15, last_day="2024-04-30"),
    Stream("twin_pines", "api_call", "2024-05-01", 15),
    Stream("stadtwiki", "update", "2023-11-15", 15),
    Stream("stadtwiki", "seat_count", "2023-11-15", 0.3, options={"low": 22, "high": 41}),
    Stream("marigold", "update", "2023-12-01", 8),
    Stream("alexandria", "edit_session", "2023-12-01", 15, options={"editors": 60}),
    # Bot Farm's crawler-7 was sold to Glossary Robotics on 1 March: same alias, another owner.
    Stream("bot_farm", "api_call", "2023-12-01", 14),
    Stream("bot_farm", "api_call", "2023-12-01", 6, last_day="2024-02-29", alias="crawler-7"),
    Stream("glossary", "api_call", "2024-03-01", 6, alias="crawler-7"),
    Stream("glossary", "api_call", "2024-01-01", 24),
    Stream("sunset", "api_call", "2023-12-05", 20, last_day="2024-04-03"),
    Stream("ferret", "api_call", "2024-01-01", 30, alias="ferret-bot"),
    Stream("spring_deals", "api_call", "2024-01-01", 15),
    Stream("patchwork", "update", "2024-01-01", 15),
    Stream("patchwork", "create", "2024-01-01", 5),
    Stream("lighthouse", "media_upload", "2024-01-10", 12, "2024-02-25", "lighthouse-key-1"),
    Stream("lighthouse", "media_upload", "2024-02-26", 12, alias="lighthouse-key-2"),
    Stream("lighthouse", "storage_change", "2024-01-11", 3),
    # The product is archived on 1 March; its usage stops two weeks later.
    Stream("lighthouse", "bulk_export", "2024-01-10", 0.5, last_day="2024-03-14"),
    Stream("launchpad", "update", "2024-01-15", 20),
    Stream("kyoto", "api_call", "2024-01-31", 20, alias="kyoto-api"),
    Stream("kyoto", "page_count", "2024-01-31", 1, options={"low": 1180, "high": 2640}),
    Stream("harvest", "update", "2024-02-01", 20),
    Stream("cap_rock", "api_call", "2024-02-01", 30),
    Stream("gap_year", "api_call", "2023-12-01", 8),
    Stream("panda", "update", "2024-01-01", 15),
    Stream("panda", "create", "2024-01-01", 5),
    Stream("two_hats", "update", "2024-01-01", 12),
    Stream("babel", "update", "2024-02-01", 5),
    Stream("typo_press", "api_call", "2024-02-01", 10),
    Stream("comma_sons", "api_call", "2024-03-01", 8),
    Stream("prepaid_pixel", "media_upload", "2024-03-01", 6),
    Stream("prepaid_pixel", "storage_change", "2024-03-01", 1),
    Stream("ghost_writers", "update", "2024-05-01", 4),
    Stream("open_atlas", "update", "2024-04-01", 3),
)


def iso(instant: datetime) -> str:
    """Write an instant as ISO 8601 text in UTC, to the second."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: str) -> datetime:
    """Read an instant that iso() wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def to_json(payload: dict) -> str:
    """Return compact JSON, with the keys in the payload's order."""
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False)


def event(
    transaction_id: str | None,
    customer_id: str | None,
    payload: dict | str | None,
    metered_at: datetime | str | None,
    received_at: datetime | str | None,
    alias: str | None = None,
    branch: str = "main",
) -> Row:
    """Make one row. Text is kept as it is, so that it can contain mistakes."""
    return {
        "transaction_id": transaction_id,
        "customer_id": customer_id,
        "customer_alias": alias,
        "properties": to_json(payload) if isinstance(payload, dict) else payload,
        "metered_at": iso(metered_at) if isinstance(metered_at, datetime) else metered_at,
        "received_at": iso(received_at) if isinstance(received_at, datetime) else received_at,
        "branch": branch,
    }


def arrival(rng: random.Random, metered_at: datetime, late_share: float = 0.0) -> datetime:
    """Draw when an event arrives: in two minutes, or a month late, but not after the as-of time.

    A late event whose month is not over yet is not late: it comes in at once.
    """
    soon = metered_at + timedelta(seconds=rng.randint(1, 120))
    late = metered_at + timedelta(days=rng.randint(20, 35), seconds=rng.randint(0, 3600))
    chosen = late if rng.random() < late_share and late < AS_OF else soon
    return min(chosen, AS_OF)


def instants(
    rng: random.Random, count: int, since: datetime, until: datetime
) -> Iterator[datetime]:
    """Draw `count` whole seconds from [since, until), in order."""
    span = int((until - since).total_seconds())
    for offset in sorted(rng.randrange(span) for _ in range(count)):
        yield since + timedelta(seconds=offset)


# Event payloads -----------------------------------------------------------------------------


def update(rng: random.Random, **_: int) -> dict:
    """Make an edit: it counts as one, regardless of its size."""
    return {"name": "update", "characters": rng.randint(1, 40) * 25}


def create(rng: random.Random, **_: int) -> dict:
    """Make a batch of new pages; one in a hundred removes pages created by mistake."""
    pages = rng.randint(1, 60)
    return {"name": "create", "agg_value": -pages if rng.random() < 0.01 else pages}


def api_call(rng: random.Random, **_: int) -> dict:
    """Make a request, which feeds two products: API calls (a count) and API traffic (its bytes).

    Production says so or says nothing (the filter is optional); a few calls are tests.
    """
    payload: dict = {"name": "api_call", "usage": {"bytes": rng.randint(1, 160) * 500_000}}
    roll = rng.random()
    if roll < 0.04:
        payload["environment"] = rng.choice(["sandbox", "test"])
    elif roll < 0.5:
        payload["environment"] = "production"
    return payload


def media_upload(rng: random.Random, **_: int) -> dict:
    """Make a file upload; only pictures and films under a free licence are billed."""
    megabytes = rng.randint(1, 2400) / 8
    file: dict = {"kind": rng.choices(["image", "video", "document"], [70, 25, 5])[0]}
    if rng.random() < 0.6:
        file["license"] = rng.choices(["CC0", "CC-BY", "CC-BY-NC"], [45, 50, 5])[0]
    # Old uploaders send the number as text: still a number, and billed as one.
    return {
        "name": "media_upload",
        "megabytes": str(megabytes) if rng.random() < 0.2 else megabytes,
        "file": file,
    }


def storage_change(rng: random.Random, **_: int) -> dict:
    """Add gigabytes to what is stored, or delete some."""
    return {"name": "storage_change", "delta_gb": rng.randint(-40, 56) / 4}


def seat_count(rng: random.Random, low: int, high: int) -> dict:
    """Count the editors who hold a seat now; the highest count of the quarter is billed."""
    return {"name": "seat_count", "seats": rng.randint(low, high)}


def page_count(rng: random.Random, low: int, high: int) -> dict:
    """Count the pages hosted now; the last count of the period is billed."""
    return {"name": "page_count", "pages": rng.randint(low, high)}


def edit_session(rng: random.Random, editors: int) -> dict:
    """Make an edit by one editor; each editor is billed once a month."""
    return {"name": "edit_session", "editor_id": f"editor-{rng.randint(1, editors):02d}"}


def bulk_export(_rng: random.Random, **_: int) -> dict:
    """Dump the whole archive; dumps are counted."""
    return {"name": "bulk_export"}


PAYLOADS: dict[str, Callable[..., dict]] = {
    "update": update,
    "create": create,
    "api_call": api_call,
    "media_upload": media_upload,
    "storage_change": storage_change,
    "seat_count": seat_count,
    "page_count": page_count,
    "edit_session": edit_session,
    "bulk_export": bulk_export,
}


# The two golden customers -------------------------------------------------------------------


def numbers_with_sum(rng: random.Random, count: int, total: int) -> list[int]:
    """Draw `count` positive whole numbers that add up to `total` exactly."""
    cuts = sorted(rng.sample(range(1, total), count - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]


def optimus_prime_bot(rng: random.Random) -> list[Row]:
    """Make OptimusPrimeBot's May: exactly 8617 updates and 2552920 created pages."""
    since, rows = datetime(2024, 5, 1), []
    for number, at in enumerate(instants(rng, OPTIMUS_UPDATES, since, AS_OF), start=1):
        transaction_id = f"OptimusPrimeBot-update-{number:05d}"
        row = event(transaction_id, "OptimusPrimeBot", {"name": "update"}, at, arrival(rng, at))
        rows.append(row)
    pages = numbers_with_sum(rng, OPTIMUS_CREATES, OPTIMUS_CREATED_PAGES)
    times = instants(rng, OPTIMUS_CREATES, since, AS_OF)
    for number, (at, value) in enumerate(zip(times, pages, strict=True), start=1):
        payload = {"name": "create", "agg_value": value}
        transaction_id = f"OptimusPrimeBot-create-{number:05d}"
        rows.append(event(transaction_id, "OptimusPrimeBot", payload, at, arrival(rng, at)))
    return rows


def papergirl(rng: random.Random) -> list[Row]:
    """Make Papergirl's November: 2 updates and 8 batches of 50 pages, all in her contract."""
    since, until, rows = datetime(2023, 11, 6, 7, 30), datetime(2023, 12, 1), []
    for number, at in enumerate(instants(rng, 2, since, until), start=1):
        transaction_id = f"Papergirl-update-{number}"
        rows.append(event(transaction_id, "Papergirl", {"name": "update"}, at, arrival(rng, at)))
    for number, at in enumerate(instants(rng, 8, since, until), start=1):
        payload = {"name": "create", "agg_value": 50}
        transaction_id = f"Papergirl-create-{number}"
        rows.append(event(transaction_id, "Papergirl", payload, at, arrival(rng, at)))
    return rows


# Other customers ----------------------------------------------------------------------------


def day_count(rng: random.Random, day: datetime, per_day: float) -> int:
    """Draw how many events a day has: around the average, fewer at weekends."""
    average = per_day * (WEEKEND_FACTOR if day.weekday() >= 5 else 1)
    drawn = average * rng.uniform(0.6, 1.4)
    return int(drawn) + (rng.random() < drawn % 1)


def stream_rows(rng: random.Random, stream: Stream) -> list[Row]:
    """Make all events of a stream; some arrive twice, as senders retry."""
    rows: list[Row] = []
    day, number = datetime.fromisoformat(stream.first_day), 0
    last_day = datetime.fromisoformat(stream.last_day)
    # Each owner of a crawler numbers its own events, or the second owner's ids would be repeats.
    source = f"{stream.customer}-{stream.alias}" if stream.alias else stream.customer
    while day <= last_day:
        until = min(day + timedelta(days=1), AS_OF)
        for at in instants(rng, day_count(rng, day, stream.per_day), day, until):
            number += 1
            row = event(
                f"{source}-{stream.event}-{number:05d}",
                None if stream.alias else stream.customer,
                PAYLOADS[stream.event](rng, **stream.options),
                at,
                arrival(rng, at, LATE_SHARE),
                alias=stream.alias,
            )
            rows.append(row)
            if rng.random() < REPEAT_SHARE:
                again = min(parse(row["received_at"] or "") + timedelta(minutes=5), AS_OF)
                rows.append(row | {"received_at": iso(again)})
        day += timedelta(days=1)
    return rows


def ferret_growth(rng: random.Random) -> list[Row]:
    """Make the usage of the branch `ferret_growth`: 300 calls more in May, as a what-if."""
    return [
        event(
            f"ferret-growth-{number:03d}",
            "ferret",
            {"name": "api_call", "usage": {"bytes": 20_000_000}},
            at,
            arrival(rng, at),
            branch="ferret_growth",
        )
        for number, at in enumerate(instants(rng, 300, datetime(2024, 5, 1), AS_OF), start=1)
    ]


# The usage plans: a charge model each, and numbers that people can check -------------------------

# Customer, event, the property with the quantity, and quantities by day; nothing is random.
PLANS = (
    ("ladder", "proofread", "pages", {"04-09": 60, "04-23": 35}),
    ("ladder", "proofread", "pages", {"05-07": 700, "05-21": 550}),
    ("big_batch", "translation", "articles", {"04-11": 100, "05-06": 60, "05-22": 41}),
    ("parcel", "link_check", "links", {"04-10": 600, "04-25": 400, "05-15": 2301}),
    ("tip_jar", "donation", "francs", {"04-03": 40, "04-08": 25, "04-15": 100, "04-22": 10}),
    ("tip_jar", "donation", "francs", {"04-29": 1, "05-02": 30, "05-13": 20, "05-27": 250}),
    ("patron", "subscription_payment", "francs", {"04-12": 800, "05-10": 900, "05-24": 550.5}),
    ("token_tower", "summary", "tokens", {"04-16": 40_000_000, "04-26": 2_500_000}),
    ("token_tower", "summary", "tokens", {"05-17": 12_345_678}),
    # Events are counted; those of 10 April are in the trial.
    ("first_steps", "preview", None, {"04-10": 5, "04-20": 3, "05-03": 2}),
)
# Tokens by model and direction: day, quantity, model, and the direction, which one event lacks.
ANSWERS = (
    ("04-11", 1_234_567, "large", "in"),
    ("04-18", 345_678, "large", "out"),
    ("04-25", 2_000_000, "small", "in"),
    ("05-06", 800_000, "large", "in"),
    ("05-13", 500_000, "small", "out"),
    ("05-20", 600_000, "large", None),
    ("05-27", 450_000, "large", "in"),
)


def usage_plans() -> list[Row]:
    """Make the usage of the plans: an event a day, at 10:00, or as many as the day has."""
    rows: list[Row] = []
    for customer, name, key, quantities in PLANS:
        for day, quantity in quantities.items():
            at = parse(f"2024-{day}T10:00:00Z")
            payloads = [{"name": name, key: quantity}] if key else [{"name": name}] * quantity
            for number, payload in enumerate(payloads, start=1):
                happened = at + timedelta(minutes=number)
                transaction_id = f"{customer}-{name}-{day}-{number}"
                received = happened + timedelta(minutes=1)
                rows.append(event(transaction_id, customer, payload, happened, received))
    for day, tokens, model, direction in ANSWERS:
        payload = {"name": "answer", "tokens": tokens, "model": model}
        if direction:
            payload["direction"] = direction
        at = parse(f"2024-{day}T10:01:00Z")
        received = at + timedelta(minutes=1)
        rows.append(event(f"model_mix-answer-{day}-1", "model_mix", payload, at, received))
    return rows


# Odd events ---------------------------------------------------------------------------------


class Oddities:
    """Collects odd events: numbered by kind, received a minute after they happened."""

    def __init__(self) -> None:
        """Start with no events."""
        self.rows: list[Row] = []
        self._numbers: dict[str, int] = {}

    def next_id(self, kind: str) -> str:
        """Return the next transaction id of a kind; the kind names what is odd about the event."""
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return f"odd-{kind}-{self._numbers[kind]:03d}"

    def add(
        self,
        kind: str,
        customer: str | None,
        payload: dict | str | None,
        at: str,
        **changes: str | None,
    ) -> Row:
        """Add an event that happened at `at`; `changes` overwrite columns of the row."""
        metered_at = parse(at)
        received_at = min(metered_at + timedelta(minutes=1), AS_OF)
        row = event(self.next_id(kind), customer, payload, metered_at, received_at) | changes
        self.rows.append(row)
        return row


def bad_envelopes(odd: Oddities) -> None:
    """Add events whose time, properties or transaction id cannot be read."""
    edit = {"name": "update", "characters": 100}
    for text in ("yesterday", "2024-02-30T10:00:00Z", "1709200800", "", None):
        odd.add("bad-timestamp", "northwind", edit, "2024-02-29T10:00:00Z", metered_at=text)
    for text in ("[]", '"update"', '{"name":"update"', "update", "", None):
        odd.add("bad-properties", "twin_pines", text, "2024-02-12T08:30:00Z")
    for text in (None, "", None):
        odd.add("no-transaction-id", "patchwork", edit, "2024-03-04T16:45:00Z", transaction_id=text)


def repeats(odd: Oddities) -> None:
    """Add transaction ids that come twice, not always with the same content."""
    for pages, changed in ((12, 21), (30, 30), (5, 500)):
        first = odd.add(
            "changed-repeat",
            "northwind",
            {"name": "create", "agg_value": pages},
            "2024-01-17T11:00:00Z",
        )
        payload = to_json({"name": "create", "agg_value": changed})
        odd.rows.append(first | {"properties": payload, "received_at": "2024-03-02T11:05:00Z"})
    # A malformed event does not block its retry: the retry, with the same id, counts.
    broken = odd.add("broken-then-fixed", "patchwork", '{"name":"upd', "2024-03-18T09:00:00Z")
    odd.rows.append(
        broken | {"properties": to_json({"name": "update"}), "received_at": "2024-03-18T09:10:00Z"}
    )


def unknown_senders(odd: Oddities) -> None:
    """Add events of unknown customers, or of two customers at once."""
    call = {"name": "api_call", "usage": {"bytes": 4_000_000}}
    for day in range(1, 13):
        at = f"2024-02-{day:02d}T07:00:00Z"
        odd.add("unknown-alias", None, call, at, customer_alias="crawler-99")
    for day in range(1, 9):
        # The old key ended on 1 March; an uploader still uses it.
        at = f"2024-03-{day:02d}T18:20:00Z"
        upload = {"name": "media_upload", "megabytes": 4, "file": {"kind": "image"}}
        odd.add("ended-alias", None, upload, at, customer_alias="lighthouse-key-1")
    for month in (2, 3, 4, 5):
        for day in range(2, 22, 2):
            # Until April only Bot Farm owns ci-runner, then Cap Rock does too.
            at = f"2024-{month:02d}-{day:02d}T05:15:00Z"
            odd.add("shared-alias", None, call, at, customer_alias="ci-runner")
    for day in range(3, 24):
        at = f"2024-04-{day:02d}T13:00:00Z"
        odd.add("unknown-customer", "wanderlust_bot", {"name": "update"}, at)
    for day in range(3, 7):
        odd.add("no-customer", None, {"name": "update"}, f"2024-04-{day:02d}T14:00:00Z")
    # Both are given: the customer_id counts, and the ambiguous alias is ignored.
    odd.add("both-given", "cap_rock", call, "2024-04-09T06:00:00Z", customer_alias="ci-runner")


def unknown_products(odd: Oddities) -> None:
    """Add events whose name no product meters, or that every filter excludes."""
    for payload in ({"event": "update"}, {"name": None}, {}, {"Name": "update"}):
        odd.add("no-event-name", "launchpad", payload, "2024-02-20T12:00:00Z")
    for day in range(1, 29):
        at = f"2024-03-{day:02d}T00:00:30Z"
        odd.add("no-product", "launchpad", {"name": "heartbeat", "ok": True}, at)
    for name in ("Update", "page_view", "updates"):
        odd.add("no-product", "panda", {"name": name}, "2024-04-05T10:00:00Z")
    # The kind of file is required, and null counts as missing.
    for file in ({}, {"kind": None}, {"kind": "Image"}):
        upload = {"name": "media_upload", "megabytes": 8, "file": file}
        odd.add("filtered-out", "lighthouse", upload, "2024-04-11T10:00:00Z")


def bad_quantities(odd: Oddities) -> None:
    """Add invalid quantities, which are reported, and a few odd but valid ones."""
    for value in ("1,000", "-", None, " 5 ", "", True, "12 pages", [3], "1e13"):
        payload = {"name": "create", "agg_value": value}
        odd.add("bad-quantity", "northwind", payload, "2024-04-15T09:00:00Z")
    odd.add("bad-quantity", "northwind", {"name": "create"}, "2024-04-15T09:00:00Z")
    odd.add("bad-quantity", "alexandria", {"name": "edit_session"}, "2024-04-15T09:00:00Z")
    odd.add(
        "bad-quantity", "stadtwiki", {"name": "seat_count", "seats": "n/a"}, "2024-04-15T09:00:00Z"
    )
    # A call without bytes still counts as a call: rated, but its traffic is reported.
    for payload in (
        {"name": "api_call"},
        {"name": "api_call", "usage": {"bytes": "1,000"}},
        {"name": "api_call", "usage": None},
    ):
        odd.add("call-without-bytes", "ferret", payload, "2024-04-16T15:00:00Z")
    # A literal key takes precedence over the path: these are 2 MB calls, not 1 byte calls.
    for _ in range(3):
        payload = {"name": "api_call", "$.usage.bytes": 2_000_000, "usage": {"bytes": 1}}
        odd.add("key-as-written", "ferret", payload, "2024-04-17T15:00:00Z")
    # An old sender writes numbers as text, with an exponent, or with too many decimals.
    for value in ("1.5e1", "7.0", 1e1):
        payload = {"name": "create", "agg_value": value}
        odd.add("number-as-text", "panda", payload, "2024-03-12T09:00:00Z")
    payload = {"name": "storage_change", "delta_gb": "0.1234567890125"}
    odd.add("many-decimals", "lighthouse", payload, "2024-03-12T09:00:00Z")


def no_price(odd: Oddities) -> None:
    """Add valid events that no contract covers."""
    # Lighthouse used the product before its contract started: not billed, but the
    # level carries over.
    for hour in (9, 13, 17):
        payload = {"name": "storage_change", "delta_gb": 700}
        odd.add("before-contract", "lighthouse", payload, f"2024-01-08T{hour:02d}:00:00Z")
    # Quill's contract went to Twin Pines on 1 May; one script still sends Quill's id.
    for day in range(8, 20):
        at = f"2024-05-{day:02d}T10:00:00Z"
        odd.add("after-handover", "quill", {"name": "api_call", "usage": {"bytes": 500_000}}, at)
    for day in range(1, 15):
        odd.add("not-in-the-book", "ferret", {"name": "update"}, f"2024-03-{day:02d}T12:00:00Z")
    # A clock that runs ahead: September is beyond the horizon, so no span rates it.
    call = {"name": "api_call", "usage": {"bytes": 500_000}}
    clock = {"received_at": "2024-05-30T10:00:00Z"}
    odd.add("clock-ahead", "spring_deals", call, "2024-09-03T10:00:00Z", **clock)


def edges(odd: Oddities) -> None:
    """Add events at the edges of periods, which reveal a wrong time zone."""
    call = {"name": "api_call", "usage": {"bytes": 1_000_000}}
    # Ferret's New York February starts at 05:00 UTC, and its April (summer time) at 04:00 UTC.
    for at in (
        "2024-02-01T04:59:59Z",
        "2024-02-01T05:00:00Z",
        "2024-04-01T03:59:59Z",
        "2024-04-01T04:00:00Z",
    ):
        odd.add("zone-edge", "ferret", call, at)
    # Sunset's last morning: 1 April to 10:00 belongs to March, whose invoice it joins.
    for at in ("2024-04-01T09:59:59Z", "2024-04-01T10:00:00Z"):
        odd.add("last-second", "sunset", call, at)
    # Metered after the as-of time but within a period that has started: not cut.
    clock = {"received_at": "2024-05-31T11:30:00Z"}
    odd.add("after-as-of", "spring_deals", call, "2024-05-31T20:00:00Z", **clock)
    # Without received_at an event counts as received when it was metered.
    for day in (6, 7, 8):
        at = f"2024-03-{day:02d}T12:00:00Z"
        odd.add("no-received-at", "quill", call, at, received_at=None)


def sold_on_marketplaces(odd: Oddities) -> None:
    """Add the first morning of three buyers on marketplaces."""
    for customer in ("atlas", "baobab", "cumulus"):
        for hour in range(12):
            for minute in range(3 + hour % 4):
                at = f"2024-05-31T{hour:02d}:{10 + minute}:00Z"
                odd.add(f"{customer}-update", customer, {"name": "update"}, at)
            at = f"2024-05-31T{hour:02d}:40:00Z"
            payload = {"name": "create", "agg_value": 700 + 50 * hour}
            odd.add(f"{customer}-create", customer, payload, at)
    # Received after its hour was reported, and long after the marketplace closed it.
    update = {"name": "update"}
    received = {"received_at": "2024-05-31T09:00:00Z"}
    odd.add("told-already", "atlas", update, "2024-05-31T06:50:00Z", **received)
    late = {"name": "create", "agg_value": 120}
    received = {"received_at": "2024-05-31T10:30:00Z"}
    odd.add("too-late", "atlas", late, "2024-05-31T01:50:00Z", **received)


def odd_events() -> list[Row]:
    """Make all odd events; nothing about them is random."""
    odd = Oddities()
    for part in (
        bad_envelopes,
        repeats,
        unknown_senders,
        unknown_products,
        bad_quantities,
        no_price,
        edges,
        sold_on_marketplaces,
    ):
        part(odd)
    return odd.rows


# Putting it together ------------------------------------------------------------------------


def arrival_order(row: Row) -> tuple[str, ...]:
    """Return the sort key of a row, without ties: the file is the same in every run."""
    received = row["received_at"] or row["metered_at"] or ""
    return (received, *(row[column] or "" for column in COLUMNS))


def generate() -> list[Row]:
    """Make all rows, in the order of the file.

    Each part draws from a generator of its own, so that a change of one moves no other.
    """
    rows = odd_events() + usage_plans()
    golden = {"optimus": optimus_prime_bot, "papergirl": papergirl, "growth": ferret_growth}
    for name, part in golden.items():
        rows += part(random.Random(f"{SEED}/{name}"))
    for stream in tqdm(STREAMS, desc="usage streams", unit="stream"):
        source = stream.alias or ""
        key = f"{SEED}/{stream.customer}/{source}/{stream.event}/{stream.first_day}"
        rows += stream_rows(random.Random(key), stream)
    return sorted(rows, key=arrival_order)


def write(rows: list[Row], target: Path = TARGET) -> None:
    """Write the rows as one Parquet file, every column text."""
    schema = pa.schema([(column, pa.string()) for column in COLUMNS])
    pq.write_table(
        pa.Table.from_pylist(rows, schema=schema), target, compression="zstd", compression_level=19
    )


def main() -> None:
    """Generate the events and write the file."""
    rows = generate()
    write(rows)
    print(f"{TARGET.name}: {len(rows):,} events, {TARGET.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

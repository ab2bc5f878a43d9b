"""Metering records there and back: dbt says what is pending, the outbox what became of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import simplejson
from conftest import Warehouse, ratebook
from input_tables import Builder, combined
from metering_apis import problems
from metering_desk import ARN, marketplace_of
from test_marketplaces import AS_OF, agreement, listing, used, vendor

SENT_AT = "2024-05-10T04:10:00Z"
MART = "marketplace_metering_records"
BUILT_AT = "2024-05-10T04:30:00Z"


def run(command: str, outbox: Path, warehouse: Warehouse, at: str) -> int:
    """Run a command on an outbox and return its exit code."""
    return ratebook(command, "--outbox", outbox, "--at", at, "--file", warehouse.path)


def test_aws_is_told_fractions_as_text_and_the_licence(build: Builder, tmp_path: Path) -> None:
    """0.25, 1.0000004 and 0.0000006 add up to 1.250001: what is below a millionth is carried."""
    outbox = tmp_path / "outbox"
    fractions = listing(listing_id="fractions", dimension="hours", whole_quantities="false")
    fractions["marketplace_listings"][0]["id"] = "d-fractions"
    inputs = combined(
        vendor(),
        listing(),
        fractions,
        agreement("whole"),
        agreement("licensed", listing_id="fractions", resource_id=ARN.format(1)),
        agreement("unlicensed", listing_id="fractions"),
        used("whole", ["1", "2.5", "4"]),
        used("licensed", ["0.25", "1.0000004", "0.0000006"]),
        used("unlicensed", ["3", "0.0000001"]),
    )
    warehouse = build(inputs, models=[MART], as_of=AS_OF)
    assert run("meter", outbox, warehouse, SENT_AT) == 0
    texts = [path.read_text() for path in (outbox / "requests").iterdir()]
    assert [problems("AWS", text) for text in texts] == [[]] * 3

    def record(hour: int, dimension: str, **said: object) -> dict[str, object]:
        return {
            "Timestamp": f"2024-05-10T{hour:02}:00:00Z",
            "CustomerAWSAccountId": "123456789012",
            "Dimension": dimension,
            **said,
        }

    requests = [simplejson.loads(text, use_decimal=True) for text in texts]
    assert sorted(requests, key=lambda request: request.get("ProductCode", "")) == [
        {
            "UsageRecords": [
                record(hour, "hours", LicenseArn=ARN.format(1), QuantityAsDecimal=quantity)
                for hour, quantity in enumerate(("0.25", "1", "0.000001"))
            ]
        },
        {"ProductCode": "fractions", "UsageRecords": [record(0, "hours", QuantityAsDecimal="3")]},
        {
            "ProductCode": "on-AWS",
            "UsageRecords": [
                record(hour, "upd", Quantity=quantity) for hour, quantity in enumerate((1, 2, 4))
            ],
        },
    ]


def test_what_is_sent_and_answered_is_known_to_the_next_build(
    build: Builder, tmp_path: Path
) -> None:
    """Each of the marketplaces, with one of its answers, and nothing is told twice."""
    outbox = tmp_path / "outbox"
    places = ("AWS", "AZURE", "GOOGLE_CLOUD")
    inputs = combined(
        vendor(),
        *(listing(place) for place in places),
        *(agreement(place, place) for place in places),
        *(used(place, ["1", "2.5", "4"]) for place in places),
    )
    before = build(inputs, models=[MART], as_of=AS_OF)
    assert run("meter", outbox, before, SENT_AT) == 0
    requests = sorted((outbox / "requests").iterdir())
    assert [problems(marketplace_of(path), path.read_text()) for path in requests] == [[]] * 3
    aws, azure, google = [simplejson.loads(path.read_text(), use_decimal=True) for path in requests]
    first, second, third = aws["UsageRecords"]
    events = azure["request"]
    answers = [
        {
            "Results": [{"UsageRecord": record, "Status": "Success"} for record in (first, third)],
            "UnprocessedRecords": [second],
        },
        {
            "result": [event | {"status": "Accepted"} for event in events[:2]]
            + [events[2] | {"status": "Expired"}]
        },
        {
            "reportErrors": [
                {"operationId": google["operations"][0]["operationId"], "status": {"code": 7}}
            ]
        },
    ]
    for path, answer in zip(requests, answers, strict=True):
        response = outbox / "responses" / path.name
        response.parent.mkdir(exist_ok=True)
        response.write_text(simplejson.dumps(answer, use_decimal=True))
    assert run("receive", outbox, before, "2024-05-10T04:20:00Z") == 0

    after = build(inputs, models=[MART], as_of=BUILT_AT, marketplace_outbox=str(outbox))
    assert after.rows(
        """
        select marketplace, hour(metered_hour), state, quantity, attempt_count, is_sendable
        from ratebook.marketplace_metering_records order by 1, 2
        """
    ) == [
        ("AWS", 0, "accepted", 1, 1, False),
        ("AWS", 1, "pending", 2, 1, True),
        ("AWS", 2, "accepted", 4, 1, False),
        ("AZURE", 0, "accepted", 1, 1, False),
        ("AZURE", 1, "accepted", Decimal("2.5"), 1, False),
        ("AZURE", 2, "late", 4, 1, False),
        ("GOOGLE_CLOUD", 0, "rejected", 1, 1, False),
        ("GOOGLE_CLOUD", 1, "accepted", 2, 1, False),
        ("GOOGLE_CLOUD", 2, "accepted", 4, 1, False),
    ]
    # What was not processed goes once more, as it was; a build without the outbox sends nothing.
    assert run("meter", outbox, before, BUILT_AT) == 0
    assert len(list((outbox / "requests").iterdir())) == 3
    assert run("meter", outbox, after, BUILT_AT) == 0
    [again] = set((outbox / "requests").iterdir()) - set(requests)
    assert simplejson.loads(again.read_text(), use_decimal=True) == {
        "ProductCode": "on-AWS",
        "UsageRecords": [second],
    }

"""Metering records: each is handed over once, as the marketplaces ask, and their answers come back.

The mart is written by hand here, and by `rebuilt` as dbt would: no test builds the project.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import simplejson
from conftest import RANDOM_BATCHES, ratebook
from hypothesis import given, settings
from hypothesis import strategies as st
from metering_apis import aws_model, problems
from metering_desk import (
    ARN,
    GUID,
    HOUR,
    NOON,
    SEEDS,
    CrashError,
    Desk,
    Record,
    aws,
    azure,
    crash_at,
    google,
    marketplace_of,
    seed,
    statuses,
)

from ratebook.metering.answers import GOOGLE_CODES
from ratebook.metering.outbox import locked
from ratebook.metering.requests import request_text
from ratebook.metering.rules import rules_of
from ratebook.metering.values import as_text, instant


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return an empty desk."""
    return Desk(tmp_path)


# Sending


def test_requests_have_the_shapes_of_the_calls(desk: Desk) -> None:
    """Written out once, so that a reader can lay them beside the vendors' documents."""
    desk.write_mart(
        aws(1),
        aws(2, quantity=Decimal("0.000001"), is_whole=False),
        aws(3, resource_id=None),
        azure(1, quantity=Decimal("1234567890123.123456")),
        google(1, quantity=Decimal(9007199254740991)),
        google(2, quantity=Decimal("2.50"), is_whole=False),
    )
    assert desk.run("meter") == 0
    hour = "2024-05-31T11:00:00Z"
    account = {"CustomerAWSAccountId": "123456789012"}

    def operation(number: int, value: dict[str, object]) -> dict[str, object]:
        return {
            "operationId": google(number).metering_record_id,
            "operationName": "ratebook",
            "consumerId": f"project:{number}",
            "startTime": hour,
            "endTime": "2024-05-31T12:00:00Z",
            "metricValueSets": [{"metricName": "requests", "metricValues": [value]}],
        }

    licence = {"Timestamp": hour, **account, "Dimension": "requests"}
    assert [request for _, request in desk.requests()] == [
        {
            "UsageRecords": [
                {**licence, "LicenseArn": ARN.format(1), "Quantity": 5},
                {**licence, "LicenseArn": ARN.format(2), "QuantityAsDecimal": "0.000001"},
            ]
        },
        {"ProductCode": "product", "UsageRecords": [{**licence, "Quantity": 5}]},
        {
            "request": [
                {
                    "resourceId": GUID.format(1),
                    "quantity": Decimal("1234567890123.123456"),
                    "dimension": "requests",
                    "effectiveStartTime": hour,
                    "planId": "gold",
                }
            ]
        },
        {
            "operations": [
                operation(1, {"int64Value": "9007199254740991"}),
                operation(2, {"doubleValue": Decimal("2.5")}),
            ]
        },
    ]
    assert '"quantity": 1234567890123.123456,' in desk.files("requests")[2].read_text()


def test_sent_lines_say_what_was_told(desk: Desk) -> None:
    """They are an input of the next build."""
    desk.write_mart(azure(1, quantity=Decimal("2.5"), send_before_at=NOON))
    assert desk.run("meter") == 0
    [line] = desk.lines("sent")
    assert line == {
        "id": azure(1).metering_record_id,
        "agreement_id": "azure 1",
        "dimension": "requests",
        "metered_hour": "2024-05-31T11:00:00Z",
        "quantity": "2.5",
        "product_quantity": "2500",
        "batch_id": desk.files("sent")[0].stem,
        "sent_at": "2024-05-31T12:00:00Z",
        "marketplace": "AZURE",
        "listing_id": "offer",
        "buyer_id": None,
        "resource_id": GUID.format(1),
        "plan_id": "gold",
        "is_whole": False,
        "send_before_at": "2024-05-31T12:00:00Z",
    }
    assert line["batch_id"].startswith("azure-20240531T120000Z-0001-")


def test_batches_keep_to_the_limits(desk: Desk) -> None:
    """One listing, with licence or without, and no more records than a call takes."""
    desk.write_mart(
        *(aws(number) for number in range(60)),
        *(aws(number, listing_id="other") for number in range(60, 63)),
        *(aws(number, resource_id=None) for number in range(70, 96)),
        *(azure(number) for number in range(51)),
        *(google(number) for number in range(1001)),
    )
    assert desk.run("meter") == 0
    sizes = [
        (
            marketplace,
            "ProductCode" in request,
            len(next(value for value in request.values() if isinstance(value, list))),
        )
        for marketplace, request in desk.requests()
    ]
    assert Counter(sizes) == {
        ("AWS", False, 3): 1,
        ("AWS", False, 10): 1,
        ("AWS", False, 25): 2,
        ("AWS", True, 1): 1,
        ("AWS", True, 25): 1,
        ("AZURE", False, 1): 1,
        ("AZURE", False, 25): 2,
        ("GOOGLE_CLOUD", False, 1): 1,
        ("GOOGLE_CLOUD", False, 1000): 1,
    }


def test_the_oldest_hours_go_first(desk: Desk) -> None:
    """They have the least time."""
    hours = [NOON - number * HOUR for number in range(30)]
    desk.write_mart(*(aws(metered_hour=hour) for hour in hours))
    assert desk.run("meter") == 0
    told = [
        record["Timestamp"] for _, request in desk.requests() for record in request["UsageRecords"]
    ]
    assert told == sorted(told)


def test_requests_stay_below_a_megabyte(desk: Desk) -> None:
    """However long their texts are."""
    desk.write_mart(*(google(number, dimension="m" * 3000) for number in range(700)))
    assert desk.run("meter") == 0
    assert len(desk.requests()) == 3
    assert len(desk.lines("sent")) == 700


def test_nothing_is_written_twice(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether or not the warehouse knows what was sent."""
    desk.write_mart(aws(), azure(), google())
    assert desk.run("meter") == 0
    before = {path: path.read_text() for path in desk.outbox.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert desk.run("meter", NOON + HOUR) == 0
    assert "Not written: 3 pending records." in capsys.readouterr().out
    desk.write_mart(
        *(replace(record, state="sent", attempt_count=1) for record in (aws(), azure(), google()))
    )
    assert desk.run("meter", NOON + HOUR) == 0
    assert "Nothing is pending" in capsys.readouterr().out
    assert before == {path: path.read_text() for path in before}
    assert len(desk.lines("sent")) == 3


def test_a_sent_record_holds_back_what_a_build_without_it_says(desk: Desk) -> None:
    """Such a build tells the units of the sent record again, in other hours too."""
    desk.write_mart(aws(), azure())
    assert desk.run("meter") == 0
    # A correction has left nothing of the record, so it does not stand in the mart at all.
    later = aws(metered_hour=NOON)
    desk.write_mart(
        later, replace(azure(), state="sent", attempt_count=1), azure(metered_hour=NOON)
    )
    assert desk.run("meter", NOON + HOUR) == 0
    assert [line["id"] for line in desk.lines("sent")].count(later.metering_record_id) == 0
    assert len(desk.lines("sent")) == 3


@pytest.mark.parametrize("crash", range(1, 13))
def test_a_crash_leaves_nothing_undone(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crash: int
) -> None:
    """The next run writes what is missing, as it would have been, and nothing a second time."""
    records = (aws(), azure(), google())
    (tmp_path / "whole").mkdir()
    whole = Desk(tmp_path / "whole")
    for one in (whole, desk):
        one.write_mart(*records)
    assert whole.run("meter") == 0
    with monkeypatch.context() as patch:
        crash_at(patch, crash)
        with pytest.raises(CrashError):
            desk.run("meter")
    sent = {line["id"] for line in desk.lines("sent")}
    desk.write_mart(
        *(
            replace(record, state="sent", attempt_count=1)
            if record.metering_record_id in sent
            else record
            for record in records
        )
    )
    assert desk.run("meter") == 0
    assert sorted(line["id"] for line in desk.lines("sent")) == sorted(
        record.metering_record_id for record in records
    )
    # Batches are numbered within a run, so that only those from before the crash have their names.
    texts = [sorted(path.read_text() for path in one.files("requests")) for one in (desk, whole)]
    assert texts[0] == texts[1]


def test_a_request_is_not_written_again_once_it_is_answered(desk: Desk) -> None:
    """Who tidies up has sent it already."""
    desk.write_mart(azure())
    assert desk.run("meter") == 0
    desk.answer({"count": 0, "result": []})
    desk.files("requests")[0].unlink()
    assert desk.run("meter", NOON + HOUR) == 0
    assert desk.files("requests") == []


def test_unprocessed_records_are_sent_again_as_they_were(desk: Desk) -> None:
    """Each answer lets them be sent once more."""
    desk.write_mart(aws())
    assert desk.run("meter") == 0
    again = aws(attempt_count=1, returned_at=NOON + HOUR, buyer_id="210987654321")
    desk.write_mart(again)
    # Not while the answer is not older than the sending.
    assert desk.run("meter", NOON + HOUR) == 0
    assert len(desk.lines("sent")) == 1
    assert desk.run("meter", NOON + 2 * HOUR) == 0
    assert desk.run("meter", NOON + 3 * HOUR) == 0
    first, second = desk.lines("sent")
    assert first | {"batch_id": second["batch_id"], "sent_at": "2024-05-31T14:00:00Z"} == second
    assert first["batch_id"] != second["batch_id"]
    [(_, one), (_, other)] = desk.requests()
    assert one == other


def test_a_key_never_changes_its_quantity(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A record with another quantity is refused; the others are sent."""
    desk.write_mart(aws())
    assert desk.run("meter") == 0
    desk.write_mart(aws(attempt_count=1, returned_at=NOON, quantity=Decimal(6)), azure())
    assert desk.run("meter", NOON + HOUR) == 1
    assert aws().metering_record_id in capsys.readouterr().out.replace("\n", "")
    assert [line["quantity"] for line in desk.lines("sent")] == ["5", "5"]


def test_records_that_were_sent_from_elsewhere_are_left(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their first quantity is not known."""
    desk.write_mart(aws(attempt_count=1, returned_at=NOON))
    assert desk.run("meter", NOON + HOUR) == 1
    assert "They were sent before, but" in capsys.readouterr().out
    assert desk.files("sent") == []


def test_records_that_would_come_too_late_are_not_written(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Up to the last instant they are."""
    desk.write_mart(aws(1, send_before_at=NOON), aws(2, send_before_at=NOON - HOUR))
    assert desk.run("meter") == 0
    assert [line["agreement_id"] for line in desk.lines("sent")] == ["aws 1"]
    assert "no longer accepts them" in capsys.readouterr().out


def test_records_that_are_not_sendable_are_counted(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """They wait for their fields, or for another build."""
    desk.write_mart(azure(is_sendable=False), aws(is_sendable=False))
    assert desk.run("meter") == 0
    assert "2 pending records" in capsys.readouterr().out
    assert desk.files("sent") == []


@pytest.mark.parametrize("command", ["meter", "receive"])
def test_one_run_at_a_time(desk: Desk, capsys: pytest.CaptureFixture[str], command: str) -> None:
    """The second one says so."""
    desk.write_mart(aws())
    with locked(desk.outbox):
        assert desk.run(command) == 1
    assert capsys.readouterr().err.startswith("Another run is using")
    assert desk.run("meter") == 0


def test_what_is_printed_fits(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """In 100 columns, but for commands and paths, which are copied."""
    desk.write_mart(
        *(aws(number, send_before_at=NOON + (5 + number) * HOUR) for number in range(300)),
        google(quantity=Decimal(9007199254740991), dimension="google.example/" + "metric" * 9),
        azure(quantity=Decimal("1234567.125")),
    )
    assert desk.run("meter") == 0
    out = capsys.readouterr().out
    assert all(len(line) <= 100 for line in out.splitlines() if str(desk.outbox) not in line)
    assert "1,234,567.125" in out
    assert "9,007,199,254,740,991" in out
    assert "AWS product, by 2024-05-31T17:00:00Z:" in out
    assert "https://servicecontrol.googleapis.com/v1/services/example.endpoints.goog:report" in out
    assert re.search(r"-0009-\w+\.json\n  and 2 more, to\n.*-0012-\w+\.json\n", out)


def test_a_file_that_is_no_build_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in the other commands."""
    outbox = ["--outbox", str(tmp_path / "outbox")]
    assert ratebook("meter", *outbox, "--file", tmp_path / "none.duckdb") == 1
    assert "does not exist" in capsys.readouterr().err
    duckdb.connect(tmp_path / "empty.duckdb").close()
    assert ratebook("meter", *outbox, "--file", tmp_path / "empty.duckdb") == 1
    assert "holds no complete build" in capsys.readouterr().err
    (tmp_path / "text.duckdb").write_text("not a database" * 1000)
    assert ratebook("meter", *outbox, "--file", tmp_path / "text.duckdb") == 1
    assert "cannot be read" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert ratebook("meter", "--outbox", tmp_path / "file", "--file", tmp_path / "empty.duckdb")
    assert "cannot be used" in capsys.readouterr().err


# Answers


def results(desk: Desk) -> dict[str, tuple[str, str | None, str | None]]:
    """Return status, accepted quantity and detail of each record."""
    return {
        line["record_id"]: (line["status"], line["accepted_quantity"], line["detail"])
        for line in desk.lines("results")
    }


def test_aws_answers_are_read_by_value(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Records come back in another order, and written otherwise."""
    records = [
        aws(1),
        aws(2, quantity=Decimal("0.5"), is_whole=False),
        aws(3, quantity=Decimal(7)),
        aws(4),
    ]
    desk.write_mart(*records)
    assert desk.run("meter") == 0
    [(_, request)] = desk.requests()
    one, two, three, four = request["UsageRecords"]
    batch = desk.answer(
        {
            "Results": [
                {
                    "UsageRecord": two
                    | {"QuantityAsDecimal": "0.50", "Timestamp": "2024-05-31 13:00:00+02:00"},
                    "MeteringRecordId": "m2",
                    "Status": "Success",
                },
                # The first aws command writes times as numbers.
                {"UsageRecord": four | {"Timestamp": 1717153200.0}, "Status": "DuplicateRecord"},
                {"UsageRecord": one, "MeteringRecordId": "m1", "Status": "CustomerNotSubscribed"},
            ],
            "UnprocessedRecords": [three],
        }
    )
    assert desk.run("receive", NOON + HOUR) == 0
    ids = [record.metering_record_id for record in records]
    assert results(desk) == {
        ids[0]: ("CustomerNotSubscribed", None, "m1"),
        ids[1]: ("Success", None, "m2"),
        ids[2]: ("UnprocessedRecord", None, None),
        ids[3]: ("DuplicateRecord", None, None),
    }
    assert {line["returned_at"] for line in desk.lines("results")} == {"2024-05-31T13:00:00Z"}
    assert len({line["id"] for line in desk.lines("results")}) == 4
    assert desk.files("results")[0].name == f"{batch}.jsonl"
    assert "No active agreement, or the account is suspended" in capsys.readouterr().out


def test_two_records_with_the_same_fields_are_both_found(desk: Desk) -> None:
    """Two agreements of one buyer without licences differ in what is not told."""
    desk.write_mart(*(aws(number, resource_id=None) for number in (1, 2)))
    assert desk.run("meter") == 0
    [(_, request)] = desk.requests()
    desk.answer(
        {
            "Results": [
                {"UsageRecord": record, "MeteringRecordId": str(position), "Status": "Success"}
                for position, record in enumerate(request["UsageRecords"])
            ]
        }
    )
    assert desk.run("receive") == 0
    assert sorted(detail for _, _, detail in results(desk).values()) == ["0", "1"]


def test_azure_answers_say_which_quantity_counts(desk: Desk) -> None:
    """Of a duplicate: the one that was taken."""
    records = [azure(1, quantity=Decimal("12345678901.123456")), azure(2), azure(3)]
    desk.write_mart(*records)
    assert desk.run("meter") == 0
    [(_, request)] = desk.requests()
    one, two, three = request["request"]
    desk.answer(
        {
            "count": 3,
            "result": [
                # Its numbers are doubles, its ids and times are written its own way.
                one
                | {
                    "status": "Accepted",
                    "usageEventId": "e1",
                    "quantity": Decimal("12345678901.123455"),
                    "resourceId": one["resourceId"].upper(),
                    "effectiveStartTime": "2024-05-31T11:00:00.0000000",
                },
                two | {"status": "Expired", "quantity": Decimal("5.0")},
                three
                | {
                    "status": "Duplicate",
                    "error": {
                        "code": "Conflict",
                        "message": "taken",
                        "additionalInfo": {
                            "acceptedMessage": three | {"quantity": Decimal("4.50")}
                        },
                    },
                },
            ],
        }
    )
    assert desk.run("receive") == 0
    assert list(results(desk).values()) == [
        ("Accepted", None, "e1"),
        ("Expired", None, None),
        ("Duplicate", "4.5", "taken"),
    ]


def test_google_answers_name_what_is_refused(desk: Desk) -> None:
    """All else is accepted."""
    desk.write_mart(google(1), google(2), google(3))
    assert desk.run("meter") == 0
    desk.answer(
        {
            "reportErrors": [
                {
                    "operationId": google(2).metering_record_id,
                    "status": {"code": 7, "message": "not allowed"},
                },
                {"operationId": google(3).metering_record_id, "status": {"code": 14}},
            ],
            "serviceConfigId": "2024-05-31r0",
        }
    )
    assert desk.run("receive") == 0
    assert results(desk) == {
        google(1).metering_record_id: ("OK", None, None),
        google(2).metering_record_id: ("PERMISSION_DENIED", None, "not allowed"),
        google(3).metering_record_id: ("UNAVAILABLE", None, None),
    }


@pytest.mark.parametrize(
    ("record", "answer", "status"),
    [
        (
            aws(),
            {
                "Error": {"Code": "ThrottlingException", "Message": "why"},
                "ResponseMetadata": {"HTTPStatusCode": 400},
            },
            "ThrottlingException",
        ),
        (azure(), {"code": "BadArgument", "message": "why", "details": []}, "BadArgument"),
        (
            google(),
            {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "why"}},
            "RESOURCE_EXHAUSTED",
        ),
        (google(), {"error": {"code": 502, "message": "why"}}, "502"),
    ],
)
def test_a_refused_call_is_an_answer_to_each_record(
    desk: Desk, record: Record, answer: object, status: str
) -> None:
    """No record of it was looked at."""
    desk.write_mart(record, replace(record, metered_hour=NOON - 2 * HOUR))
    assert desk.run("meter") == 0
    desk.answer(answer)
    assert desk.run("receive") == 0
    assert list(results(desk).values()) == [(status, None, "why")] * 2


@pytest.mark.parametrize(
    ("record", "answer", "sentence"),
    [
        (aws(), b"{", "is not JSON"),
        (aws(), b"\xff\xfe{}", "is not JSON"),
        (aws(), [], "does not have the shape"),
        (aws(), {}, "does not have the shape"),
        (aws(), {"Results": [], "UnprocessedRecords": []}, "does not mention 1 of 1"),
        (
            aws(),
            {"Results": [{"UsageRecord": {"Quantity": 5}, "Status": "Success"}]},
            "not in the batch",
        ),
        (azure(), {"count": 0, "result": []}, "does not mention 1 of 1"),
        (
            azure(),
            {"count": 1, "result": [{"quantity": "many", "status": "Accepted"}]},
            "does not have the shape",
        ),
        (
            google(),
            {"reportErrors": [{"operationId": "other", "status": {"code": 3}}]},
            "not in the batch",
        ),
        (
            google(),
            {"reportErrors": [{"operationId": "other", "status": {"code": 99}}]},
            "does not have the shape",
        ),
        (google(), {"message": "sign in first"}, "does not have the shape"),
        (google(), {"error": "invalid_grant"}, "does not have the shape"),
    ],
)
def test_answers_that_do_not_fit_are_not_read(
    desk: Desk,
    capsys: pytest.CaptureFixture[str],
    record: Record,
    answer: object,
    sentence: str,
) -> None:
    """A sentence each; the others are read."""
    desk.write_mart(record)
    assert desk.run("meter") == 0
    batch = desk.answer(answer)
    desk.write_mart(google(9))
    assert desk.run("meter") == 0
    [last] = [path for path in desk.files("requests") if path.stem != batch]
    (desk.outbox / "responses" / last.name).write_text("{}")
    (desk.outbox / "responses" / "unknown.json").write_text("{}")
    assert desk.run("receive") == 1
    one, other = sorted(capsys.readouterr().err.splitlines(), key=lambda line: "unknown" in line)
    assert batch in one
    assert sentence in one
    assert "is for a batch that is not in" in other
    assert list(results(desk)) == [google(9).metering_record_id]


def test_a_status_is_text(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Else nobody could say what it means."""
    desk.write_mart(azure())
    assert desk.run("meter") == 0
    [(_, request)] = desk.requests()
    desk.answer({"count": 1, "result": [request["request"][0] | {"status": None}]})
    assert desk.run("receive") == 1
    assert "does not have the shape" in capsys.readouterr().err


def test_a_record_is_not_answered_twice(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Which one holds nobody could say."""
    desk.write_mart(aws())
    assert desk.run("meter") == 0
    [(_, request)] = desk.requests()
    [record] = request["UsageRecords"]
    result = {"UsageRecord": record, "Status": "Success"}
    desk.answer({"Results": [result, result]})
    assert desk.run("receive") == 1
    assert "not in the batch" in capsys.readouterr().err
    assert desk.files("results") == []


def test_an_answer_is_read_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """And not as of a time before it was asked for."""
    desk.write_mart(google())
    assert desk.run("meter") == 0
    # Some editors and shells begin a file with this mark.
    desk.answer(b"\xef\xbb\xbf{}")
    assert desk.run("receive", NOON - HOUR) == 1
    assert "before its batch was sent" in capsys.readouterr().err
    assert desk.run("receive") == 0
    before = desk.files("results")[0].read_text()
    assert desk.run("receive", NOON + HOUR) == 0
    assert "There is no new answer" in capsys.readouterr().out
    assert desk.files("results")[0].read_text() == before


def test_aws_has_the_limits_and_answers_of_its_own_model() -> None:
    """What BatchMeterUsage takes and answers; a new version of botocore may say more."""
    shapes = aws_model()["shapes"]
    errors = {error["shape"] for error in aws_model()["operations"]["BatchMeterUsage"]["errors"]}
    known = errors | {*shapes["UsageRecordResultStatus"]["enum"], "UnprocessedRecord"}
    assert set(statuses("AWS")) == known
    limits = {row["name"]: row["value"] for row in seed("AWS") if row["kind"] == "LIMIT"}
    assert int(limits["records_per_call"]) == shapes["UsageRecordList"]["max"]
    assert int(limits["maximum_quantity"]) == shapes["UsageQuantity"]["max"]


def test_every_status_of_google_cloud_has_a_number() -> None:
    """Its answers have no names."""
    assert set(statuses("GOOGLE_CLOUD")) <= set(GOOGLE_CODES)


# Anything


MEANINGS = {marketplace: statuses(marketplace) for marketplace in SEEDS}
RULES = {
    marketplace: rules_of(
        (row["kind"], row["name"], row["value"], row["meaning"]) for row in seed(marketplace)
    )
    for marketplace in SEEDS
}
TO_THE_END = (("build", None), ("meter", None), ("answer", "ACCEPTED"), ("receive", None)) * 2


@given(
    st.sampled_from([aws, azure, google]),
    st.decimals(min_value="0.000001", max_value="9999999999", places=6),
)
@settings(max_examples=100 * RANDOM_BATCHES, deadline=None)
def test_quantities_are_exact(maker: Callable[..., Record], quantity: Decimal) -> None:
    """To the last digit: the text of a request has it as it is."""
    record = maker(quantity=quantity, is_whole=False)
    line = {name: as_text(value) for name, value in asdict(record).items()}
    text = request_text([line | {"id": "key"}], RULES[record.marketplace])
    [told] = re.findall(r'(?:quantity|QuantityAsDecimal|doubleValue)": "?([0-9.]+)', text)
    assert Decimal(told) == quantity
    assert problems(record.marketplace, text) == []


def rebuilt(records: Iterable[Record], desk: Desk) -> list[Record]:
    """Return the records as dbt says them after reading the outbox: docs/marketplaces.md."""
    sent, answers = defaultdict(list), defaultdict(list)
    for line in desk.lines("sent"):
        sent[line["id"]].append(line)
    for line in desk.lines("results"):
        answers[line["record_id"]].append((line["returned_at"], line["status"]))
    result = []
    for record in records:
        lines = sent[record.metering_record_id]
        last = max((line["sent_at"] for line in lines), default="")
        counting = [one for one in answers[record.metering_record_id] if one[0] >= last]
        returned_at, status = max(counting, default=("", None))
        is_again = MEANINGS[record.marketplace].get(status) == "UNPROCESSED"
        state = "accepted" if status else "sent"
        result.append(
            replace(
                record,
                quantity=Decimal(lines[0]["quantity"]) if lines else record.quantity,
                attempt_count=len(lines),
                state="pending" if is_again or not lines else state,
                returned_at=instant(returned_at) if status else None,
            )
        )
    return result


def answer_to(marketplace: str, request: Mapping[str, Any], meaning: str) -> object:
    """Return what a marketplace says if the first record has a status that means this.

    The others are taken; some statuses are of the whole call.
    """
    status = next(name for name, value in MEANINGS[marketplace].items() if value == meaning)
    if marketplace == "AWS":
        first, *others = request["UsageRecords"]
        if status.endswith("Exception"):
            return {"Error": {"Code": status}}
        results = [{"UsageRecord": record, "Status": "Success"} for record in others]
        if meaning == "UNPROCESSED":
            return {"Results": results, "UnprocessedRecords": [first]}
        return {"Results": [*results, {"UsageRecord": first, "Status": status}]}
    if marketplace == "AZURE":
        first, *others = request["request"]
        events = [first | {"status": status}, *(event | {"status": "Accepted"} for event in others)]
        return {"count": len(events), "result": events}
    if meaning == "ACCEPTED":
        return {}
    first = request["operations"][0]["operationId"]
    code = GOOGLE_CODES.index(status)
    return {"reportErrors": [{"operationId": first, "status": {"code": code}}]}


def answer_all(desk: Desk, meaning: str) -> None:
    """Answer all requests that have no answer yet."""
    for number, path in enumerate(desk.files("requests")):
        if not (desk.outbox / "responses" / path.name).exists():
            request = simplejson.loads(path.read_text(), use_decimal=True)
            desk.answer(answer_to(marketplace_of(path), request, meaning), number)


@st.composite
def usage(draw: st.DrawFn) -> Record:
    """Return a record of a few agreements and hours: the same key may come with other units."""
    maker = draw(st.sampled_from([aws, azure, google]))
    hour = NOON - draw(st.integers(1, 4)) * HOUR
    quantity = Decimal(draw(st.integers(1, 99)))
    return maker(draw(st.integers(1, 3)), metered_hour=hour, quantity=quantity)


STEPS = st.one_of(
    st.tuples(st.just("usage"), st.lists(usage(), max_size=40)),
    st.tuples(st.sampled_from(["build", "build without outbox", "meter", "receive"]), st.none()),
    st.tuples(st.just("crash"), st.integers(1, 8)),
    st.tuples(st.just("answer"), st.sampled_from(["ACCEPTED", "UNPROCESSED", "DUPLICATE"])),
)


@given(st.lists(STEPS, min_size=4, max_size=12))
@settings(max_examples=12 * RANDOM_BATCHES, deadline=None)
def test_whatever_happens_a_key_is_told_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Any]]
) -> None:
    """One quantity for ever, again only when asked to, and in the end nothing is left."""
    desk = Desk(tmp_path_factory.mktemp("stream"))
    records: dict[str, Record] = {}
    at = NOON
    for step, choice in (*steps, *TO_THE_END):
        at += timedelta(minutes=1)
        if step == "usage":
            records |= {record.metering_record_id: record for record in choice}
        elif step == "build":
            desk.write_mart(*rebuilt(records.values(), desk))
        elif step == "build without outbox":
            desk.write_mart(*records.values())
        elif step == "answer":
            answer_all(desk, choice)
        elif step == "crash":
            with pytest.MonkeyPatch.context() as patch, contextlib.suppress(CrashError):
                crash_at(patch, choice)
                desk.run("meter", at)
        else:
            assert desk.run(step, at) == 0
        assert_told_once(desk, records)
    assert {line["id"] for line in desk.lines("sent")} == set(records)
    assert {line["record_id"] for line in desk.lines("results")} == set(records)
    assert len(desk.requests()) == len(desk.files("sent"))


def assert_told_once(desk: Desk, records: Mapping[str, Record]) -> None:
    """Hold what was sent to what must be so at any time."""
    asked_again = Counter(
        line["record_id"]
        for line in desk.lines("results")
        if MEANINGS[records[line["record_id"]].marketplace][line["status"]] == "UNPROCESSED"
    )
    quantities = defaultdict(list)
    for line in desk.lines("sent"):
        quantities[line["id"]].append(line["quantity"])
    for record_id, told in quantities.items():
        assert len(set(told)) == 1
        assert len(told) <= 1 + asked_again[record_id]

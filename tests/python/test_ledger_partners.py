"""Partners and the ledger: shares of what is corrected, and payouts by the date of documents.

All contracts begin on 1 April 2024 (UTC) and owe 100 a month in advance, of which the reseller has
15 percent, unless they say otherwise. Closes are on 30 April, 10 May and 10 June.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import Warehouse
from dashboard_pages import Pages
from input_tables import LEDGER_MARTS, Builder, Inputs, Row, row

READ = (*LEDGER_MARTS, "partner_payouts", "partner_line_shares", "invoices", "prices")
AS_OF = ("2024-04-30T12:00:00Z", "2024-05-10T12:00:00Z", "2024-06-10T12:00:00Z")
CLOSED = {"models": READ, "close": True, "books_from": "beginning"}
RESELLER, SECOND = {"partner_id": "reseller"}, {"partner_id": "second"}


@dataclass(frozen=True)
class Case:
    """A contract, what it is in each of three closes, and what its rows say."""

    name: str
    why: str
    # Of the closes: amount and share of each row in the order of documents, as `100:15`.
    said: tuple[str, str, str]
    prices: tuple[str, str, str] = ("100", "100", "100")
    contracts: tuple[Row, Row, Row] = (RESELLER, RESELLER, RESELLER)
    pricebook: Row | None = None
    # The share of the second partner, in percent.
    correction: str = ""


CASES = [
    Case("plain", "15 percent of 100", ("100:15", "100:15", "100:15")),
    Case(
        "raised",
        "April and May 20 more each: 18 - 15",
        ("100:15", "100:15", "120:18 20:3 20:3"),
        ("100", "100", "120"),
    ),
    Case(
        "twice",
        "April 120, then 90: 13.50 - 18 = -4.50, by 20 and 10; May the same, at once",
        ("100:15", "120:18 20:3", "90:13.50 -30:-4.50 -20:-3 -10:-1.50"),
        ("100", "120", "90"),
    ),
    Case(
        "cents",
        "April 0.30: 0.045 = 0.05, 0.02 before; then nothing: -0.05 by 0.20 and 0.10, which is "
        "3.33 and 1.67 cents, so 3 and 2. Two credit notes",
        ("0.10:0.02", "0.30:0.05 0.20:0.03", "0:0 -0.30:-0.05 -0.20:-0.03 -0.10:-0.02"),
        ("0.10", "0.30", "0"),
    ),
    Case(
        "voided",
        "a credit takes the share back",
        ("100:15", "-100:-15", ""),
        contracts=(RESELLER, {**RESELLER, "void": "true"}, {**RESELLER, "void": "true"}),
    ),
    Case(
        "cancelled",
        "April's share is taken back; what is still owed waits",
        ("100:15", "-100:-15 100:15", "100:15"),
        correction="CANCEL",
    ),
    Case(
        "reissued",
        "taken back, and said once more",
        ("100:15", "-100:-15 100:15 100:15", "100:15"),
        correction="REISSUE",
    ),
    Case(
        "rate",
        "10 percent, from May's close on 20: nothing is said of it until the price changes. Then "
        "April 22 - 10 = 12, May 22 - 20 = 2",
        ("100:10", "100:20", "110:22 10:12 10:2"),
        ("100", "100", "110"),
        (SECOND, SECOND, SECOND),
    ),
    Case(
        "left",
        "no partner any more: April's share goes back",
        ("100:15", "120: 20:-15", "120:"),
        ("100", "120", "120"),
        (RESELLER, {}, {}),
    ),
    Case(
        "passed_on",
        "20 percent of 120 are 24, of which 15 were said to the first: 9 to the second",
        ("100:15", "120:24 20:9", "120:24"),
        ("100", "120", "120"),
        (RESELLER, SECOND, SECOND),
    ),
    Case(
        "yen",
        "15 percent of 7 yen: 1.05 = 1; of 10: 1.5 = 2",
        ("7:1", "10:2 3:1", "10:2"),
        ("7", "10", "10"),
        pricebook={"currency": "JPY"},
    ),
    Case(
        "opened",
        "April is invoiced elsewhere, with its share: nothing. Then 120: 18 - 15",
        ("100:15 -100:-15", "120:18 20:3", "120:18"),
        ("100", "120", "120"),
    ),
    Case(
        "in_arrears",
        "April's invoice is of May, and May's of June",
        ("", "100:15", "100:15"),
        pricebook={"invoice_delivery": "ARREARS"},
    ),
]


def inputs_of(step: int, numbers: dict[str, str]) -> Inputs:
    """Return the inputs of a close; `numbers` has the first document of each contract."""
    inputs: Inputs = {
        "products": [row("fee", name="Fee", ptype="FIXED")],
        "sellers": [row("acme", name="Acme")],
        "partners": [row("reseller", kind="RESELLER"), row("second", kind="AFFILIATE")],
        "partner_shares": [
            {"id": "share", "partner_id": "reseller", "share_percent": "15"},
            {"id": "second", "partner_id": "second", "share_percent": "20" if step else "10"},
        ],
        **{name: [] for name in ("customers", "pricebooks", "list_prices", "contracts")},
        "document_corrections": [
            {
                "id": case.name,
                **{"document_number": numbers[case.name], "kind": case.correction},
                "reason": "a wrong name",
            }
            for case in CASES
            if step and case.correction
        ],
        "ledger_opening": [
            {
                **{"id": "opening", "contract_id": "opened", "product_uid": "fee"},
                "line_type": "fixed",
                **{"nominal_start_date": "2024-04-01", "payer_id": "opened"},
                **{"document_number": "OLD-1", "currency": "USD", "net_amount": "100"},
                "tax_amount": "0",
            }
        ],
    }
    for case in CASES:
        name = case.name
        inputs["customers"].append(row(name, name=name))
        inputs["pricebooks"].append(
            row(name, **{"invoice_delivery": "ADVANCED", **(case.pricebook or {})})
        )
        inputs["list_prices"].append(
            row(name, pricebook_uid=name, product_uid="fee", price=case.prices[step])
        )
        contract = {"customer_id": name, "pricebook_id": name, "started_at": "2024-04-01"}
        inputs["contracts"].append(row(name, **contract, **case.contracts[step]))
    return inputs


@pytest.fixture(scope="module")
def closed(build: Builder) -> Warehouse:
    """Return the books after three closes."""
    warehouse = build(inputs_of(0, {}), as_of=AS_OF[0], **CLOSED)
    numbers = dict(warehouse.rows("select customer_id, document_number from ratebook.documents"))
    for step in (1, 2):
        build.again(warehouse, inputs_of(step, numbers), as_of=AS_OF[step], **CLOSED)
    return warehouse


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rows_have_shares(closed: Warehouse, case: Case) -> None:
    """The amount and the share of each row."""
    for number, said in enumerate(case.said, 1):
        found = closed.rows(
            "select amount, partner_share_amount from ratebook.document_rows "
            "where contract_id = $1 and close_number = $2 order by all",
            [case.name, number],
        )
        expected = [
            (Decimal(amount), Decimal(share) if share else None)
            for amount, share in (pair.split(":") for pair in said.split())
        ]
        assert found == sorted(expected), case.why


def test_the_last_partner_gives_back(closed: Warehouse) -> None:
    """Who has no share any more is on the row that takes it back, and on no line."""
    assert closed.rows(
        "select amount, partner_id from ratebook.document_rows "
        "where contract_id = 'left' and close_number = 2 order by all"
    ) == [(20, "reseller"), (120, None)]


def test_payouts_count_by_the_date_of_documents(closed: Warehouse) -> None:
    """Sums of the rows above, by close; June's fee in arrears is a draft, to be issued in July."""
    found = closed.rows(
        "select partner_id, currency, cast(payout_month as varchar), line_count, gross_amount, "
        "share_amount, net_amount, draft_line_count, draft_share_amount "
        "from ratebook.partner_payouts order by all"
    )
    assert found == [
        ("reseller", "JPY", "2024-04-01", 1, 7, 1, 6, 0, 0),
        ("reseller", "JPY", "2024-05-01", 2, 13, 3, 10, 0, 0),
        ("reseller", "JPY", "2024-06-01", 1, 10, 2, 8, 0, 0),
        # 8 x 100:15, 0.10:0.02, and 100:15 - 100:15.
        ("reseller", "USD", "2024-04-01", 11, *map(Decimal, ("800.10", "120.02", "680.08")), 0, 0),
        # In the order of the cases: 15 + 15 + 21 + 0.08 - 15 + 0 + 15 - 15 + 21 + 15.
        ("reseller", "USD", "2024-05-01", 16, *map(Decimal, ("600.50", "72.08", "528.42")), 0, 0),
        # 15 + 24 + 4.50 - 0.10 + 15 + 15 + 18 + 15.
        ("reseller", "USD", "2024-06-01", 16, *map(Decimal, ("709.40", "106.40", "603")), 0, 0),
        ("reseller", "USD", "2024-07-01", 0, 0, 0, 0, 1, 15),
        ("second", "USD", "2024-04-01", 1, 100, 10, 90, 0, 0),
        # 20 + 24 + 9, and 22 + 12 + 2 + 24.
        ("second", "USD", "2024-05-01", 3, 240, 53, 187, 0, 0),
        ("second", "USD", "2024-06-01", 4, 250, 60, 190, 0, 0),
    ]


def test_a_payout_shows_what_documents_say(
    closed: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second partner in May: 20 + 24 + 9 = 53, and the documents that say so."""
    monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(closed.path))
    page = Pages(closed.path, tmp_path / closed.path.name).draw(
        "partners",
        section="Partner payouts",
        partner="second",
        payout="2024-05",
        currency="USD",
    )
    rows = page.tables()[0]
    assert sorted((row["Contract"], row["Gross"], row["Share"]) for row in rows) == [
        ("passed_on", "120.00 USD", "24.00 USD"),
        ("passed_on", "20.00 USD", "9.00 USD"),
        ("rate", "100.00 USD", "20.00 USD"),
    ]
    assert page.cards()["Share"] == "53.00 USD"

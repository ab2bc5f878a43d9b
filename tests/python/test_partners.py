"""What partners get: the case study by hand, and random lines and shares again in Python."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import RANDOM_BATCHES, Warehouse
from input_tables import Builder, Inputs, Row, combined, decimals, row

# Kontor Nord, a reseller: 15% of all, 200.00 EUR of each onboarding. Issued on 1 February in
# Berlin: 15% of 810.00 = 121.50, and 200.00 of 1500.00; on 1 May 15% of 116.57 = 17.4855, of 0 and
# of 810.00.
# The draft of August: 15% of 26.39 = 3.9585, and of 0.
KONTOR_NORD = {
    "2024-02-01": "2 2310.00 321.50 1988.50 0 0 0 0",
    "2024-05-01": "3 926.57 138.99 787.58 0 0 0 0",
    "2024-08-01": "0 0 0 0 2 26.39 3.96 22.43",
}
# Wiki Weekly, an affiliate: 10% of what begins before March, 7.5% after it.
WIKI_WEEKLY = {
    # 87.10
    "2023-12-01": "1 87.10 8.71 78.39 0 0 0 0",
    # 18.25 -> 1.83, 9.02 -> 0.90, 100.00 -> 10.00
    "2024-01-01": "3 127.27 12.73 114.54 0 0 0 0",
    # 20.00 -> 2.00, 9.93 -> 0.99, 100.00 -> 10.00; the credit of 150.00 takes back 15.00.
    "2024-02-01": "4 -20.07 -2.01 -18.06 0 0 0 0",
    # 19.10 -> 1.91, 9.62 -> 0.96 of February; 100.00 -> 7.50 in advance for March
    "2024-03-01": "3 128.72 10.37 118.35 0 0 0 0",
    # March, and the 10 hours of 1 April with it: 397 calls at 0.05 = 19.85 -> 1.49, and 9.85 ->
    # 0.74, at 7.5%
    "2024-04-01": "2 29.70 2.23 27.47 0 0 0 0",
}


@pytest.mark.parametrize(
    ("partner_id", "kind", "currency", "months"),
    [
        ("kontor_nord", "RESELLER", "EUR", KONTOR_NORD),
        ("wiki_weekly", "AFFILIATE", "USD", WIKI_WEEKLY),
    ],
)
def test_payouts_of_the_case_study(
    case_study: Warehouse, partner_id: str, kind: str, currency: str, months: dict[str, str]
) -> None:
    """Final lines, their gross, share and net amount; then the same of drafts."""
    rows = case_study.rows(
        """
        select
            kind, currency, cast(payout_month as varchar),
            line_count, gross_amount, share_amount, net_amount,
            draft_line_count, draft_gross_amount, draft_share_amount, draft_net_amount
        from ratebook.partner_payouts where partner_id = ? order by payout_month
        """,
        [partner_id],
    )
    assert [(one[:3], list(one[3:])) for one in rows] == [
        ((kind, currency, month), decimals(amounts)) for month, amounts in months.items()
    ]


def test_lines_of_the_case_study(case_study: Warehouse) -> None:
    """The onboarding goes by its own row, all else by the one for all."""
    rows = case_study.rows(
        """
        select distinct product_uid, partner_share_uid, share_percent, gross_amount, share_amount
        from ratebook.partner_line_shares
        where partner_id = 'kontor_nord' and status = 'FINALIZED' order by product_uid
        """
    )
    assert rows == [
        ("1", "kontor_nord_all", 15, Decimal("116.57"), Decimal("17.49")),
        ("3", "kontor_nord_all", 15, Decimal("810.00"), Decimal("121.50")),
        ("editor_seats", "kontor_nord_all", 15, 0, 0),
        ("onboarding", "kontor_nord_onboarding", None, Decimal("1500.00"), Decimal("200.00")),
    ]


# Random lines and shares

ZONES = ("UTC", "Europe/Berlin", "America/New_York")
MINOR_UNITS = {"USD": 2, "EUR": 2, "JPY": 0, "BHD": 3}
PRODUCTS = ("fee", "seats", "support")
PARTNERS = ("p0", "p1", "p2", "p3")
KINDS = ("RESELLER", "AFFILIATE", "MARKETPLACE", "RESELLER")
DATES = ("2024-01-01", "2024-02-01", "2024-02-15", "2024-03-31", "2024-04-01T00:00:00Z")
AS_OF = "2024-06-15"


def random_shares(rng: random.Random) -> Iterator[Row]:
    """Return rows of partner_shares, of which some give both a percent and an amount."""
    for number in range(40):
        window = sorted(rng.sample(DATES, 2))
        percent, amount = rng.choice([(True, False)] * 4 + [(False, True)] * 3 + [(True, True)])
        yield {
            "id": f"s{number:02}",
            "created_at": rng.choice([None, "2023-12-01", "2024-01-01", "2024-01-01"]),
            "partner_id": rng.choice(PARTNERS),
            "product_uid": rng.choice([None, None, *PRODUCTS]),
            "share_percent": str(Decimal(rng.randint(0, 1050000)).scaleb(-4)) if percent else None,
            "share_amount": str(Decimal(rng.randint(0, 90000)).scaleb(-3)) if amount else None,
            "currency": rng.choice([None, *MINOR_UNITS]),
            "effective_at": rng.choice([None, window[0]]),
            "ineffective_at": rng.choice([None, window[1]]),
        }


def random_contracts(rng: random.Random) -> Inputs:
    """Return contracts with fees and credits, some amended, with a partner each or none."""
    inputs: Inputs = {"customers": [], "contracts": [], "contract_prices": []}
    for number in range(30):
        name, currency = f"k{number:02}", rng.choice(list(MINOR_UNITS))
        inputs["customers"].append(row(name, billing_timezone=rng.choice(ZONES)))
        terms = {"durable_id": name, "customer_id": name, "currency": currency}
        term = {"started_at": rng.choice(DATES[:2]), "ended_at": "2024-12-01"}
        for amendment, effective_at in enumerate([None, *rng.sample(DATES[2:4], 1)]):
            if amendment and rng.random() < 0.5:
                continue
            terms["payment_terms_days"] = rng.choice(["14", "30"])
            cells = {"partner_id": rng.choice([*PARTNERS, None]), "effective_at": effective_at}
            inputs["contracts"].append(row(f"{name}_{amendment}", **terms, **term, **cells))
        for product in PRODUCTS:
            price = Decimal(rng.randint(-3000, 20000)).scaleb(-2)
            inputs["contract_prices"].append(
                row(
                    f"{name}_{product}",
                    contract_id=name,
                    product_uid=product,
                    price=str(price),
                    invoice_delivery=rng.choice(["ARREARS", "ADVANCED", "ONE_TIME"]),
                    invoice_schedule=rng.choice(["1", "3"]),
                )
            )
    return inputs


@dataclass(frozen=True)
class Share:
    """A row of partner_shares as it is read."""

    cells: Row

    def instant(self, column: str, zone: str) -> datetime | None:
        """Return a time of the row: local in the zone unless it says otherwise."""
        text = self.cells[column]
        if text is None:
            return None
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)

    def holds_at(self, instant: datetime, zone: str) -> bool:
        """Tell whether the row is in force."""
        start, end = self.instant("effective_at", zone), self.instant("ineffective_at", zone)
        return (start is None or start <= instant) and (end is None or instant < end)

    def of(self, amount: Decimal) -> Decimal | None:
        """Return the exact share of a line; none if the row is no good."""
        percent, fixed = self.cells["share_percent"], self.cells["share_amount"]
        if (percent is None) == (fixed is None):
            return None
        if percent is not None:
            fits = Decimal(percent) <= 100
            return amount * Decimal(percent) / 100 if fits else None
        if self.cells["currency"] is None:
            return None
        return min(Decimal(str(fixed)), amount) if amount > 0 else Decimal(0)


def deciding(
    shares: Iterable[Share], product: str, currency: str, instant: datetime, zone: str
) -> Share | None:
    """Return the row that decides among those of one partner."""
    in_force = [one for one in shares if one.holds_at(instant, zone)]
    named = [one for one in in_force if one.cells["product_uid"] == product]
    general = [one for one in in_force if one.cells["product_uid"] is None]
    in_currency = [one for one in named or general if one.cells["currency"] in (None, currency)]
    by_id = sorted(in_currency, key=lambda one: str(one.cells["id"]))
    by_age = sorted(by_id, key=lambda one: one.cells["created_at"] or "", reverse=True)
    return by_age[0] if by_age else None


def rounded(amount: Decimal, minor_units: int) -> Decimal:
    """Return an amount rounded half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-minor_units), ROUND_HALF_UP)


@pytest.mark.parametrize("seed", range(1, RANDOM_BATCHES + 1))
def test_random_shares(build: Builder, seed: int) -> None:
    """Each line's share, and the payouts, from the rows alone and with Python's decimals."""
    rng = random.Random(seed)
    shares = list(random_shares(rng))
    inputs = combined(
        random_contracts(rng),
        {
            "products": [row(name, name=name, ptype="FIXED") for name in PRODUCTS],
            "partners": [row(name, kind=kind) for name, kind in zip(PARTNERS, KINDS, strict=True)],
            "partner_shares": shares,
        },
    )
    read = ["invoices", "line_items", "partner_line_shares", "partner_payouts"]
    warehouse = build(inputs, models=read, as_of=AS_OF)
    partner_of = {one["id"]: one["partner_id"] for one in inputs["contracts"]}
    zone_of = {str(one["id"]): str(one["billing_timezone"]) for one in inputs["customers"]}
    of_partner: dict[str, list[Share]] = defaultdict(list)
    for one in shares:
        of_partner[str(one["partner_id"])].append(Share(one))
    expected: dict[str, tuple[Any, ...]] = {}
    payouts: dict[tuple[str, str, date], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 8)
    for line_id, uid, contract, product, currency, amount, status, start, issued in warehouse.rows(
        """
        select
            line_item_id, contract_uid, lines.contract_id, product_uid, lines.currency, amount,
            lines.status, lines.effective_at, invoices.issued_at
        from ratebook.line_items as lines
        inner join ratebook.invoices as invoices using (invoice_id)
        """
    ):
        partner, zone = partner_of[uid], zone_of[contract]
        if partner is None:
            continue
        choice = deciding(of_partner[partner], product, currency, start.replace(tzinfo=UTC), zone)
        exact = choice.of(amount) if choice else None
        share = rounded(exact or Decimal(0), MINOR_UNITS[currency])
        uid_of_share = choice.cells["id"] if choice and exact is not None else None
        expected[line_id] = (partner, uid_of_share, amount, share, amount - share)
        month = issued.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date().replace(day=1)
        sums = payouts[partner, currency, month]
        first = 0 if status == "FINALIZED" else 4
        for column, value in enumerate((1, amount, share, amount - share), first):
            sums[column] += value
    found = {
        line_id: tuple(cells)
        for line_id, *cells in warehouse.rows(
            """
            select
                line_item_id, partner_id, partner_share_uid, gross_amount, share_amount, net_amount
            from ratebook.partner_line_shares
            """
        )
    }
    assert len({cells[1] for cells in expected.values()}) > 10
    assert any(cells[2] < 0 > cells[3] for cells in expected.values())
    assert found == expected
    paid = {
        (partner, currency, month): cells
        for partner, currency, month, *cells in warehouse.rows(
            """
            select
                partner_id, currency, payout_month,
                line_count, gross_amount, share_amount, net_amount,
                draft_line_count, draft_gross_amount, draft_share_amount, draft_net_amount
            from ratebook.partner_payouts
            """
        )
    }
    assert paid == dict(payouts)

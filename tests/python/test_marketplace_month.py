"""The case study's month on each marketplace: all of it is told, in spite of what goes wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from input_tables import Builder
from marketplace_month import INVOICES, MARKETPLACES, RECONCILIATION, replay


@pytest.mark.long
def test_the_month_on_each_marketplace(build: Builder, tmp_path: Path) -> None:
    """0.05 x 8617 = 430.85 and 0.04 x 2552920 = 102116.80, of which 3 % are 12.93 and 3063.50."""
    *_, warehouse = replay(build, tmp_path / "outbox")
    expected = {
        "creates": "2552920 2552920 102116.80 102116.80 0 3063.50 99053.30",
        "updates": "8617 8617 430.85 430.85 0 12.93 417.92",
    }
    assert warehouse.rows(RECONCILIATION) == [
        (place, dimension, *map(Decimal, amounts.split()))
        for place in MARKETPLACES
        for dimension, amounts in expected.items()
    ]
    assert [
        (place, delivery, *rest[-2:]) for place, delivery, *rest in warehouse.rows(INVOICES)
    ] == [
        (place, delivery, True, Decimal(total))
        for place in MARKETPLACES
        for delivery, total in (("ADVANCED", "5000.00"), ("ARREARS", "102547.65"))
    ]

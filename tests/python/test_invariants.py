"""What must not change when something else does: the case study built again, with a difference."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from conftest import Warehouse
from input_tables import (
    CASE_STUDY_AS_OF,
    Builder,
    Inputs,
    Row,
    case_study_inputs,
    combined,
    event,
    mart_rows,
    row,
)

CHANGED = "twin_pines"
CHANGED_CONTRACT = "twin_pines_contract"
AGAIN = "_again"

MARTS = [
    *("prices", "price_spans", "line_items", "invoices"),
    *("usage_event_outcomes", "usage_event_exceptions"),
]


def rows_of_others(warehouse: Warehouse, mart: str) -> Counter[tuple[object, ...]]:
    """Return the rows of all customers but the one that was changed."""
    sql = f"select * from ratebook.{mart} where customer_id is distinct from '{CHANGED}'"  # noqa: S608
    return Counter(warehouse.rows(sql))


@pytest.fixture(scope="module")
def changed(build: Builder) -> Warehouse:
    """Return the case study with a discount, an amendment and an event more for one customer."""
    contract = next(
        one for one in case_study_inputs()["contracts"] if one["durable_id"] == CHANGED_CONTRACT
    )
    more: Inputs = {
        "contracts": [
            {**contract, "id": "changed", "effective_at": "2024-03-11", "payment_terms_days": "7"}
        ],
        "contract_prices": [
            row(
                f"discount_{price}",
                contract_id=CHANGED_CONTRACT,
                list_price_uid=price,
                discount_percent="50",
            )
            for price in ("1", "2", "3")
        ],
        "usage_events": [event("one-more", CHANGED, "2024-04-02T00:00:00Z", name="update")],
    }
    return build(combined(case_study_inputs(), more), models=MARTS, as_of=CASE_STUDY_AS_OF)


@pytest.mark.parametrize("mart", MARTS)
def test_a_change_for_one_customer_changes_no_other(
    case_study: Warehouse, changed: Warehouse, mart: str
) -> None:
    """Not a row, not a column."""
    before, after = rows_of_others(case_study, mart), rows_of_others(changed, mart)
    assert before
    assert before == after


def test_the_change_is_one(case_study: Warehouse, changed: Warehouse) -> None:
    """Or the test above compares nothing: the customer itself owes less."""
    sql = f"select sum(total) from ratebook.invoices where customer_id = '{CHANGED}'"  # noqa: S608
    assert changed.rows(sql)[0][0] < case_study.rows(sql)[0][0]


# Amendments that change nothing


def amended_again(inputs: Inputs) -> list[Row]:
    """Return for each contract row a copy that begins 45 days after it, if it still holds then.

    Not where a contract price is bound to the row: it is meant for that amendment alone.
    """
    bound = {one.get("contract_uid") for one in inputs["contract_prices"]}
    begins: dict[str | None, list[str]] = {}
    for one in inputs["contracts"]:
        begins.setdefault(one["durable_id"], []).append(one.get("effective_at") or "")
    copies = []
    for one in inputs["contracts"]:
        begin = one.get("effective_at") or one["started_at"]
        if not begin or one["id"] in bound or one.get("branch") not in (None, "main"):
            continue
        try:
            again = (date.fromisoformat(begin[:10]) + timedelta(days=45)).isoformat()
        except ValueError:
            continue
        later = [
            other for other in begins[one["durable_id"]] if other > (one["effective_at"] or "")
        ]
        ends = [
            *later,
            *(one.get(name) or "9999" for name in ("ended_at", "ineffective_at", "archived_at")),
        ]
        if again < min(ends):
            copies.append({**one, "id": f"{one['id']}{AGAIN}", "effective_at": again})
    return copies


@pytest.fixture(scope="module")
def again(build: Builder) -> Warehouse:
    """Return the case study with an amendment more of each contract."""
    inputs = case_study_inputs()
    copies = amended_again(inputs)
    assert len(copies) > 20
    given = combined(inputs, {"contracts": copies})
    return build(given, models=["line_items", "invoices"], as_of=CASE_STUDY_AS_OF)


def test_amendments_that_change_nothing_leave_invoices_as_they_are(
    case_study: Warehouse, again: Warehouse
) -> None:
    """Ids, dates and totals: the same rows in every column."""
    assert mart_rows(case_study, "invoices") == mart_rows(again, "invoices")


def test_amendments_that_change_nothing_split_no_line(
    case_study: Warehouse, again: Warehouse
) -> None:
    """A line of a later period is named after the new row, and is the same in all else."""
    with case_study.connect() as connection:
        columns = connection.table("ratebook.line_items").columns
    sql = "select {} from ratebook.line_items".format(  # noqa: S608
        ", ".join(
            name for name in columns if name not in ("line_item_id", "contract_uid", "span_id")
        )
    )
    before, after = Counter(case_study.rows(sql)), Counter(again.rows(sql))
    assert before == after
    uids = again.rows(
        "select count(*) > 0 from ratebook.line_items where ends_with(contract_uid, $1)", [AGAIN]
    )
    assert uids == [(True,)]

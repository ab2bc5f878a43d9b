"""Random streams of usage, notifications, failures and retries, beside the independent calculation.

A batch is a warehouse for every instant at which histories end, with many cases in it.
RATEBOOK_RANDOM_BATCHES says how many batches there are; without it, two warehouses.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import astuple
from decimal import Decimal

import pytest
from input_tables import Builder, combined
from marketplace_cases import LAST_LOOKS, Look, history
from marketplace_oracle import MeteringRecord, reconciliation, records, states

BATCHES = int(os.environ.get("RATEBOOK_RANDOM_BATCHES", "0"))
GROUPS = range(len(LAST_LOOKS))
WAREHOUSES = [(batch, group) for batch in range(BATCHES) for group in GROUPS] or [(0, 0), (0, 3)]
CASES = 24
# The models that are compared.
READ = (
    *("int_marketplace_records", "marketplace_reconciliation"),
    *("marketplace_agreement_states", "line_items"),
)

RECORDS = """
    select
        agreement_id, dimension, metered_hour, state, coalesce(quantity, 0),
        coalesce(product_quantity, 0), coalesce(accepted_product_quantity, 0),
        coalesce(rejected_product_quantity, 0), late_quantity, metered_quantity
    from ratebook_intermediate.int_marketplace_records where state is not null
"""
MONTHS = """
    select
        agreement_id, dimension, metered_month, metered_quantity, sent_quantity, accepted_quantity,
        pending_quantity, late_quantity, rejected_quantity, carried_in_quantity,
        carried_out_quantity
    from ratebook.marketplace_reconciliation
"""
STATES = """
    select agreement_id, state, is_in_force, is_entitled, is_metered
    from ratebook.marketplace_agreement_states
"""
NOT_TOLD = """
    select agreement_id, dimension, sum(metered_quantity), sum(rated.quantity)
    from (
        select
            agreement_id, dimension, contract_id, product_uid,
            sum(metered_quantity) as metered_quantity
        from ratebook.marketplace_reconciliation group by all
    ) as months
    full join (
        select contract_id, product_uid, sum(quantity) as quantity
        from ratebook.line_items where line_type = 'usage' group by all
    ) as rated using (contract_id, product_uid)
    group by all
    having coalesce(sum(metered_quantity), 0) != coalesce(sum(rated.quantity), 0)
"""


def expected(looks: Iterable[Look], calculation: object) -> set[tuple[object, ...]]:
    """Return the rows that the calculation says."""
    return {
        tuple(Decimal(cell) if isinstance(cell, Decimal) else cell for cell in astuple(one))
        for look in looks
        for one in calculation(look)
    }


def told_or_late(look: Look) -> list[MeteringRecord]:
    """Return the records of a look; late usage that comes to nothing is none."""
    found = records(look.inputs, look.usage, look.as_of)
    return [record for record in found if record.quantity or record.late_quantity]


@pytest.mark.parametrize(("batch", "group"), WAREHOUSES)
def test_random_streams(build: Builder, batch: int, group: int) -> None:
    """No key twice, nothing lost, late ones listed, reconciliation exact: as said elsewhere."""
    first = (batch * CASES) * len(LAST_LOOKS) + group
    looks = [history(first + number * len(LAST_LOOKS))[-1] for number in range(CASES)]
    warehouse = build(
        combined(*(look.inputs for look in looks)),
        models=READ,
        as_of=f"{looks[0].as_of.isoformat()}Z",
    )
    for sql, calculation in (
        (RECORDS, told_or_late),
        (MONTHS, lambda look: reconciliation(look.inputs, look.usage, look.as_of)),
        (STATES, lambda look: states(look.inputs, look.as_of)),
    ):
        found, wanted = set(warehouse.rows(sql)), expected(looks, calculation)
        differences = sorted((row, "SQL" if row in found else "Python") for row in found ^ wanted)
        assert not differences, "\n".join(map(str, differences[:20]))
    # What is metered is what is rated, product by product.
    assert warehouse.rows(NOT_TOLD) == []

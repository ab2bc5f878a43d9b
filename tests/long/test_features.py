"""Each feature alone, and all but each: the build passes, and the core is the same to the row.

`make test-long` runs this: every choice is a build of the case study.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from conftest import Warehouse, dbt
from test_project_hygiene import FEATURES

CHOICES = {
    "none": [],
    **{f"only {name}": [name] for name in FEATURES},
    **{f"all but {name}": [other for other in FEATURES if other != name] for name in FEATURES},
}
# Contracts that exist only in a feature: an accepted quote, a paid order, an agreement.
OF_CORE = "not regexp_matches(contract_id, '^(quote|order|agreement):')"
CORE_SQL = {
    **{
        mart: f"from {{database}}.ratebook.{mart} where {OF_CORE} order by all"
        for mart in ("prices", "line_items", "invoices", "contracts")
    },
    "price_spans": f"""
        select spans.* from {{database}}.ratebook.price_spans as spans
        inner join {{database}}.ratebook.invoices using (invoice_id)
        where {OF_CORE} order by all
    """,  # noqa: S608 - constants of this file
}


@pytest.mark.parametrize("features", CHOICES.values(), ids=CHOICES)
def test_the_core_is_the_same(features: list[str], case_study: Warehouse, tmp_path: Path) -> None:
    """Off or on changes no amount and no id of the core."""
    path = tmp_path / "case_study.duckdb"
    options = ["build", "--full-refresh", "--exclude-resource-type", "unit_test"]
    dbt(options, vars={"ratebook_features": features}, duckdb_path=path)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{case_study.path}' as all_features (read_only)")
        connection.execute(f"attach '{path}' as some_features (read_only)")
        for mart, query in CORE_SQL.items():
            expected, got = (
                connection.execute(query.format(database=database)).fetchall()
                for database in ("all_features", "some_features")
            )
            assert expected
            assert got == expected, mart

"""The unit tests of models, which `ratebook build` runs only if it is asked to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import Warehouse, dbt
from dbt.adapters.base.column import Column
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.duckdb import DuckDBAdapter
from dbt.contracts.graph.manifest import Manifest

read_columns = DuckDBAdapter.get_columns_in_relation


@pytest.fixture
def columns_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have dbt read the columns of a table once: 300 tests have four inputs each."""
    known: dict[str, list[Column]] = {}

    def read_once(self: DuckDBAdapter, relation: BaseRelation) -> list[Column]:
        name = str(relation)
        if name not in known:
            known[name] = read_columns(self, relation)
        return known[name]

    monkeypatch.setattr(DuckDBAdapter, "get_columns_in_relation", read_once)


@pytest.mark.usefixtures("columns_read_once")
def test_unit_tests_of_all_models(
    case_study: Warehouse, seeds_manifest: Manifest, tmp_path: Path
) -> None:
    """Dbt reads the columns of the inputs from the case study."""
    path = Path(shutil.copy(case_study.path, tmp_path))
    command = ["test", "--select", "test_type:unit"]
    result = dbt(command, duckdb_path=path, manifest=seeds_manifest)
    # The hooks of a run are results, too.
    ran = [run for run in result.result.results if run.node.resource_type == "unit_test"]
    assert len(ran) == len(seeds_manifest.unit_tests)

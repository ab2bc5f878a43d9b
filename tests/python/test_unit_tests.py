"""The unit tests of models, which `ratebook build` runs only if it is asked to."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import Warehouse, dbt
from dbt.contracts.graph.manifest import Manifest


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

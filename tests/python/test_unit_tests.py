"""The unit tests of models, which `ratebook build` runs only if it is asked to."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import Warehouse, dbt
from dbt.adapters.base.column import Column
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.contracts.connection import AdapterResponse
from dbt.adapters.duckdb import DuckDBAdapter
from dbt.contracts.graph.manifest import Manifest
from dbt_common.clients import agate_helper

# In each row of an input dbt names each of its columns, and for each cell it calls five macros.
MACROS = {
    "get_fixture_sql": """
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
{%- set types = {} -%}
{%- for column in adapter.get_columns_in_relation(this) -%}
    {%- do types.update({column.name: column.data_type}) -%}
{%- endfor -%}
select * from {{ this }} where false
{%- for row in rows %}
union all by name select
{%- for name, value in format_row(row, types).items() %} {{ value }} as {{ name }}
{{- ", " if not loop.last }}
{%- endfor %}
{%- endfor %}
{% endmacro %}
""",
    "format_row": """
{% macro format_row(row, column_name_to_data_types) %}
{%- set written = {} -%}
{%- for name, value in row.items() -%}
    {%- set text = "'" ~ value | replace("'", "''") ~ "'" if value is string else value -%}
    {%- do written.update({
        name: "cast(" ~ ("null" if value is none else text)
            ~ " as " ~ column_name_to_data_types[name] ~ ")"
    }) -%}
{%- endfor -%}
{{ return(written) }}
{% endmacro %}
""",
}
# dbt makes an empty table of each tested query, to read its columns: they are those of the model.
EMPTY_TABLE = re.compile(r"(/\*.*?\*/)?\s*create temporary table", re.S)
MODEL_OF_EMPTY_TABLE = re.compile(r"(\w+?)__\w+__dbt_tmp\d+")
read_columns = DuckDBAdapter.get_columns_in_relation
execute = DuckDBAdapter.execute


@pytest.fixture
def columns_read_once(manifest: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have dbt read the columns of a table once: 400 tests have four inputs each."""
    known: dict[tuple[str, str], list[Column]] = {}
    schemas = {node["name"]: node["schema"] for node in manifest["nodes"].values()}

    def read_once(self: DuckDBAdapter, relation: BaseRelation) -> list[Column]:
        if tested := MODEL_OF_EMPTY_TABLE.fullmatch(relation.identifier):
            relation = self.Relation.create(schema=schemas[tested[1]], identifier=tested[1])
        name = relation.schema, relation.identifier
        if name not in known:
            known[name] = read_columns(self, relation)
        return known[name]

    def execute_rest(
        self: DuckDBAdapter, sql: str, *args: object, **options: object
    ) -> tuple[AdapterResponse, object]:
        if EMPTY_TABLE.match(sql):
            return AdapterResponse("OK"), agate_helper.empty_table()
        return execute(self, sql, *args, **options)

    monkeypatch.setattr(DuckDBAdapter, "get_columns_in_relation", read_once)
    monkeypatch.setattr(DuckDBAdapter, "execute", execute_rest)


def make_empty_tables(case_study: Warehouse, path: Path) -> None:
    """Make a file with all tables and views of the case study as empty tables."""
    with duckdb.connect(path) as connection:
        connection.execute(f"attach '{case_study.path}' as built (read_only)")
        relations = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'built' "
            "union all "
            "select schema_name, view_name from duckdb_views() "
            "where database_name = 'built' and not internal"
        ).fetchall()
        for schema, name in relations:
            connection.execute(f"create schema if not exists {schema}")
            table = f"{schema}.{name}"
            connection.execute(f"create table {table} as from built.{table} limit 0")


@pytest.mark.usefixtures("columns_read_once")
def test_unit_tests_of_all_models(
    case_study: Warehouse, seeds_manifest: Manifest, tmp_path: Path
) -> None:
    """Dbt reads the columns of the inputs from the case study."""
    path = tmp_path / case_study.path.name
    make_empty_tables(case_study, path)
    manifest = copy.copy(seeds_manifest)
    manifest.macros = dict(seeds_manifest.macros)
    manifest._macros_by_package = None
    for name, sql in MACROS.items():
        macro = copy.copy(manifest.macros[f"macro.dbt.{name}"])
        macro.macro_sql = sql
        manifest.macros[macro.unique_id] = macro
    command = ["test", "--select", "test_type:unit"]
    result = dbt(command, duckdb_path=path, manifest=manifest)
    # The hooks of a run are results, too.
    ran = [run for run in result.result.results if run.node.resource_type == "unit_test"]
    assert len(ran) == len(seeds_manifest.unit_tests)

"""Rules of the project that dbt does not check: layers, documentation, spelling, exact arithmetic.

They read the parsed project (manifest.json) and the files, so a new model is held to them as is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from conftest import ROOT, Warehouse, dbt, feature_of
from dbt.jsonschemas.jsonschemas import CustomDraft7Validator, resources_schema

Node = dict[str, Any]
Manifest = dict[str, Any]

PACKAGE = "ratebook"
LONGEST_MODEL = 160
FEATURES = (
    *("quotes", "recurring_revenue", "entitlements", "matrix_prices", "partners", "marketplaces"),
    "ledger",
)

# How data flows through the core: a model reads its own room and the ones before it. These are the
# folders models/staging, models/intermediate/<room>, models/gate, models/marts and models/metrics.
ROOMS = (
    "staging",
    "catalogue",
    "contracts",
    "prices",
    "spans",
    "metering",
    "usage",
    "rating",
    "invoicing",
    "exceptions",
    "gate",
    "marts",
    "metrics",
)
# Folders of models/features/<feature>. The first line feeds the core.
FEATURE_FOLDERS = {
    *("staging", "contracts", "prices", "usage", "metering", "rating"),
    *("intermediate", "receivables", "exceptions", "marts"),
}
# The models of the core that read a feature, where it is switched on: nothing else does.
SEAMS = {
    "int_configuration_rows",
    "int_contract_rows",
    "int_price_terms",
    "int_price_tiers",
    "int_price_parts",
    "int_price_rates_given",
    "int_matrix_overlaps",
    "int_metered_products",
    "int_usage_terms",
    "int_usage_events_first",
    "int_usage_events_measured",
    "int_usage_events_matched",
    "int_usage_in_windows",
    "int_usage_of_spans",
    "int_usage_by_span",
    "int_charge_event_units",
    "int_rated_quantities",
    "int_configuration_in_use",
    "int_reasons_by_row",
    "int_id_exceptions",
    "int_references",
    "int_exception_owners",
    "int_reference_exceptions",
    "builds",
    "pricing_exceptions",
    "time_spine",
}

SQL_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/|\{#.*?#\}", re.DOTALL)
SQL_STRING = re.compile(r"'(?:[^']|'')*'")
SQL_MACRO_CALL = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
SQL_REF = re.compile(r"\bref\s*\(\s*(.*?)\)", re.DOTALL)
FULL_REF = re.compile(rf"""['"]{PACKAGE}['"]\s*,\s*\S""")

# Of these dbt itself refuses unknown keys, and the schema that it ships has another format.
KEYS_CHECKED_BY_DBT = {"metrics", "saved_queries"}

INEXACT_SQL = {
    "a cast to a floating type": re.compile(r"(::|\bas)\s*(double|float[48]?|real)\b", re.I),
    "avg()": re.compile(r"\bavg\s*\(", re.I),
    "division": re.compile(r"(?<!/)/(?!/)"),
}


def own(manifest: Manifest, collection: str, *resource_types: str) -> list[Node]:
    """Return the project's own nodes of some types."""
    return [
        node
        for node in manifest[collection].values()
        if node["package_name"] == PACKAGE
        and (not resource_types or node["resource_type"] in resource_types)
    ]


def models(manifest: Manifest) -> list[Node]:
    """Return the project's models."""
    return own(manifest, "nodes", "model")


def folder(model: Node) -> str:
    """Return the folder of a model, as seen from models/."""
    return Path(*Path(model["original_file_path"]).parts[1:-1]).as_posix()


def feature(node: Node) -> str | None:
    """Return the feature that a node belongs to; None if it belongs to the core."""
    return feature_of(node["original_file_path"])


def layer(model: Node) -> str:
    """Return the last folder of a model: staging, a room, or marts."""
    return Path(folder(model)).name


def is_public(model: Node) -> bool:
    """Tell whether a model is one that users read: a mart, or the gate."""
    return layer(model) in ("gate", "marts", "metrics")


def model_edges(manifest: Manifest) -> Iterator[tuple[Node, Node]]:
    """Return each model with each model that it reads."""
    for model in models(manifest):
        for parent in parents(manifest, model):
            if parent["resource_type"] == "model":
                yield model, parent


def is_input(node: Node) -> bool:
    """Tell whether a node is an input: a table of the user's, or the seed in its place."""
    return node["resource_type"] == "source" or node["name"].startswith("raw_")


def is_shipped_table(node: Node) -> bool:
    """Tell whether a node is a seed that users do not replace, such as the ISO currencies."""
    return node["resource_type"] == "seed" and not is_input(node)


def parents(manifest: Manifest, node: Node) -> list[Node]:
    """Return the nodes that a node reads."""
    unique_ids = node["depends_on"]["nodes"]
    return [manifest["nodes"].get(key) or manifest["sources"][key] for key in unique_ids]


def sql_files(*directories: str) -> Iterator[Path]:
    """Return the SQL files of some directories, in order."""
    for directory in directories:
        yield from sorted((ROOT / directory).rglob("*.sql"))


def sql_code(path: Path) -> str:
    """Return a file's SQL without comments."""
    return SQL_COMMENT.sub(" ", path.read_text())


def relative(path: Path) -> str:
    """Return a path as seen from the project."""
    return path.relative_to(ROOT).as_posix()


def expect_none(violations: Iterable[str]) -> None:
    """Fail with all violations, one a line."""
    found = sorted(violations)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


# Folders


def test_models_stand_in_a_known_folder(manifest: Manifest) -> None:
    """A folder outside the order would escape the rules of the next tests."""
    known = {
        *("staging", *ROOMS[-3:], *(f"intermediate/{room}" for room in ROOMS[1:-3])),
        *(f"features/{name}/{inner}" for name in FEATURES for inner in FEATURE_FOLDERS),
    }
    expect_none(
        f"{model['original_file_path']}: no such folder is planned"
        for model in models(manifest)
        if folder(model) not in known
    )


def test_rooms_of_the_core_read_only_earlier_rooms(manifest: Manifest) -> None:
    """Data flows through the core in one direction."""
    order = {room: position for position, room in enumerate(ROOMS)}
    expect_none(
        f"{model['name']} ({layer(model)}) reads {parent['name']} ({layer(parent)})"
        for model, parent in model_edges(manifest)
        if not feature(model) and not feature(parent) and order[layer(parent)] > order[layer(model)]
    )


def test_no_folder_feeds_one_that_feeds_it(manifest: Manifest) -> None:
    """Features too: what they add to contracts and what they derive from invoices are apart."""
    graph: dict[str, set[str]] = {}
    for model, parent in model_edges(manifest):
        if folder(model) != folder(parent):
            graph.setdefault(folder(model), set()).add(folder(parent))
    TopologicalSorter(graph).prepare()


def test_features_feed_the_core_only_at_the_seams(manifest: Manifest) -> None:
    """So a reader of the core meets features in few places, and each can be switched off."""
    readers = {
        model["name"]
        for model, parent in model_edges(manifest)
        if not feature(model) and feature(parent)
    }
    assert readers == SEAMS


def test_a_feature_that_is_off_leaves_nothing(tmp_path: Path) -> None:
    """Neither models, seeds and tests, nor metrics and exposures."""
    path = tmp_path / "case_study.duckdb"
    result = dbt(["--warn-error", "parse"], vars={"ratebook_features": []}, duckdb_path=path)
    off = result.result.writable_manifest().to_dict()
    collections = ("exposures", "metrics", "nodes", "saved_queries", "semantic_models")
    expect_none(
        node["unique_id"]
        for collection in (*collections, "unit_tests")
        for node in own(off, collection)
        if feature(node) and node["config"]["enabled"]
    )


def test_the_gate_waits_for_all_that_marts_read(manifest: Manifest) -> None:
    """Else a run that stops leaves new marts beside old ones."""
    (gate,) = (model for model in models(manifest) if layer(model) == "gate")
    marts = [model for model in models(manifest) if layer(model) == "marts"]
    read = {
        parent["name"]
        for model, parent in model_edges(manifest)
        if layer(model) == "marts" and not is_public(parent)
    }
    assert {parent["name"] for parent in parents(manifest, gate)} == read
    expect_none(
        f"{model['name']} does not wait for the gate"
        for model in marts
        if gate["unique_id"] not in model["depends_on"]["nodes"]
    )


def test_versions_agree() -> None:
    """Of the dbt project, the Python package, and what builds write down."""
    version = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["version"]
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    macro = (ROOT / "macros" / "builds" / "version.sql").read_text()
    assert version == package and f"return('{version}')" in macro


def test_inputs_are_read_by_staging_only_and_through_the_macro(manifest: Manifest) -> None:
    """An input may be a seed or a user's table: only the macro knows, and staging types it."""
    wrong = []
    for model in models(manifest):
        is_staging = layer(model) == "staging"
        code = SQL_COMMENT.sub(" ", model["raw_code"])
        if is_staging and re.search(r"\bref\s*\([^)]*['\"]raw_|\bsource\s*\(", code):
            wrong.append(f"{model['name']} names an input itself")
        for parent in parents(manifest, model):
            # The files of an input are listed before they are read.
            if is_staging and parent["name"] == "stg_usage_files":
                continue
            if is_staging != is_input(parent) and not is_shipped_table(parent):
                wrong.append(f"{model['name']} reads {parent['name']}")
    expect_none(wrong)


def test_inner_layers_are_private_and_marts_public(manifest: Manifest) -> None:
    """What others may build on is the marts, and a contract holds their columns."""
    wrong = []
    for model in models(manifest):
        config = model["config"]
        is_mart = is_public(model)
        if config["access"] != ("public" if is_mart else "private"):
            wrong.append(f"{model['name']} has access {config['access']}")
        if not is_mart and not config["group"]:
            wrong.append(f"{model['name']} has no group")
        if is_mart and not config["contract"]["enforced"]:
            wrong.append(f"{model['name']} has no enforced contract")
    expect_none(wrong)


# Documentation


def test_marts_say_their_grain_first(manifest: Manifest) -> None:
    """Who reads a mart wants to know first what a row is."""
    expect_none(
        model["name"]
        for model in models(manifest)
        if is_public(model) and not model["description"].startswith("One row per ")
    )


def test_marts_say_three_questions_that_they_answer(manifest: Manifest) -> None:
    """What a mart is for, in the words of who asks."""
    questions = {
        model["name"]: [line for line in model["description"].splitlines() if line.startswith("- ")]
        for model in models(manifest)
        if is_public(model)
    }
    expect_none(
        f"{name}: {len(asked)} questions, or a line of the list that is none"
        for name, asked in questions.items()
        if len(asked) != 3 or not all(line.endswith("?") for line in asked)
    )


def test_overview_names_every_mart(manifest: Manifest) -> None:
    """Who opens the documentation finds each mart from its first page."""
    overview = manifest["docs"][f"doc.{PACKAGE}.__overview__"]["block_contents"]
    lines = overview.partition("## Where to begin")[2].splitlines()
    table = "".join(line for line in lines if line.startswith("|"))
    expect_none(
        f"{model['name']} is not in the table once, or has no link"
        for model in models(manifest)
        if is_public(model)
        and (
            table.count(f"[{model['name']}]") != 1
            or f"[{model['name']}]: #!/model/{model['unique_id']}" not in lines
        )
    )


def test_marts_describe_every_column(manifest: Manifest) -> None:
    """The contract's columns are the interface."""
    expect_none(
        f"{model['name']}.{column['name']}"
        for model in models(manifest)
        if is_public(model)
        for column in model["columns"].values()
        if not column["description"].strip()
    )


def test_everything_is_described(manifest: Manifest) -> None:
    """Models, seeds, macros and generic tests; an adapter's version of a macro needs no text."""
    macros = {macro["name"]: macro for macro in own(manifest, "macros")}
    versions = {name for name in macros if name.partition("__")[2] in macros}
    nodes = [
        *own(manifest, "nodes", "model", "seed", "snapshot"),
        *(macro for name, macro in macros.items() if name not in versions),
    ]
    expect_none(node["unique_id"] for node in nodes if not node["description"].strip())


def test_documented_columns_exist(manifest: Manifest, case_study: Warehouse) -> None:
    """Dbt documents a column that is not there without a word."""
    existing: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in case_study.rows(
        "select table_schema, table_name, lower(column_name) from information_schema.columns"
    ):
        existing.setdefault((schema, table), set()).add(column)
    expect_none(
        f"{node['name']}.{column}"
        for node in own(manifest, "nodes", "model", "seed", "snapshot")
        if node["config"]["materialized"] != "ephemeral"
        for column in node["columns"]
        if column.lower() not in existing.get((node["schema"], node["alias"]), set())
    )


def test_every_model_is_tested(manifest: Manifest) -> None:
    """By a data test or a unit test."""
    tests = [*own(manifest, "nodes", "test"), *own(manifest, "unit_tests")]
    tested = {key for test in tests for key in test["depends_on"]["nodes"]}
    expect_none({model["unique_id"] for model in models(manifest)} - tested)


def calls(manifest: Manifest, node: Node, macro: str) -> bool:
    """Return whether a model or a macro calls a macro, perhaps by way of others."""
    called = [key for key in node["depends_on"]["macros"] if key.startswith(f"macro.{PACKAGE}.")]
    return f"macro.{PACKAGE}.{macro}" in called or any(
        calls(manifest, manifest["macros"][key], macro) for key in called
    )


def test_unit_tests_do_not_read_the_ledger(manifest: Manifest) -> None:
    """Else they pass or fail by how many closes there are, and a build with them."""
    models_that_ask = {
        model["name"] for model in models(manifest) if calls(manifest, model, "newest_close")
    }
    assert models_that_ask
    expect_none(
        f"{test['name']} does not override {PACKAGE}.newest_close"
        for test in own(manifest, "unit_tests")
        if test["model"] in models_that_ask
        and f"{PACKAGE}.newest_close" not in (test["overrides"] or {}).get("macros", {})
    )


# Spelling


def unknown_keys(errors: Iterable[jsonschema.ValidationError], at: str = "") -> list[str]:
    """Return the keys that a schema does not know.

    Other errors, in values, are left to dbt. Where a schema has alternatives, the one that knows
    most counts, among those for the kind of thing (text, list, mapping) that is there.
    """
    unknown: list[str] = []
    for error in errors:
        path = ".".join(filter(None, (at, *(str(part) for part in error.relative_path))))
        if error.validator == "additionalProperties":
            unknown.append(f"{path}: {error.message}")
        elif error.context:
            alternatives: dict[int, list[jsonschema.ValidationError]] = {}
            for part in error.context:
                alternatives.setdefault(part.relative_schema_path[0], []).append(part)
            candidates = [
                unknown_keys(parts, path)
                for parts in alternatives.values()
                if not any(part.validator == "type" and not part.relative_path for part in parts)
            ]
            # Of equals, the one that found the error deepest inside explains it best.
            unknown += min(candidates, key=lambda keys: (len(keys), -depth(keys)), default=[])
    return unknown


def depth(keys: list[str]) -> int:
    """Return how deep in the file the deepest of some keys stands."""
    return max((key.partition(":")[0].count(".") for key in keys), default=0)


def properties_files() -> list[Path]:
    """Return the files that describe models, seeds, macros and tests."""
    directories = ("models", "seeds", "macros", "tests", "snapshots", "analyses")
    return [path for name in directories for path in sorted((ROOT / name).rglob("*.yml"))]


def test_yaml_keys_are_dbts() -> None:
    """Dbt passes over a misspelt key in silence, and the setting or test behind it with it.

    The schema is the one that dbt ships, and applies itself for some other warehouses.
    """
    validator = CustomDraft7Validator(resources_schema())
    wrong = []
    for path in properties_files():
        properties = yaml.safe_load(path.read_text())
        checked = {key: properties[key] for key in properties.keys() - KEYS_CHECKED_BY_DBT}
        wrong += [f"{relative(path)} {key}" for key in unknown_keys(validator.iter_errors(checked))]
    expect_none(wrong)


def test_refs_name_the_package() -> None:
    """Without it, a model of the same name in the installing project takes ours' place."""
    expect_none(
        f"{relative(path)}: ref({match}), not ref('{PACKAGE}', …)"
        for path in sql_files("models", "tests", "analyses", "macros")
        for match in SQL_REF.findall(sql_code(path))
        if not FULL_REF.match(match)
    )


def test_yaml_refs_name_the_package() -> None:
    """As in SQL."""
    expect_none(
        f"{relative(path)}: ref({match})"
        for path in properties_files()
        for match in SQL_REF.findall(re.sub(r"#.*", "", path.read_text()))
        if not FULL_REF.match(match)
    )


# Arithmetic and size


def test_models_calculate_exactly() -> None:
    """Division, avg() and floating types leave the decimals: only a named macro may."""
    expect_none(
        f"{relative(path)}: {name}"
        for path in sql_files("models")
        for name, pattern in INEXACT_SQL.items()
        if pattern.search(SQL_STRING.sub("''", SQL_MACRO_CALL.sub(" ", sql_code(path))))
    )


def test_models_are_short() -> None:
    """A long model hides a second concept."""
    lengths = {path: len(path.read_text().splitlines()) for path in sql_files("models")}
    expect_none(
        f"{relative(path)}: {length} lines, more than {LONGEST_MODEL}"
        for path, length in lengths.items()
        if length > LONGEST_MODEL
    )

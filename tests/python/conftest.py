"""What all tests share: dbt in this process, and the case study built once."""

from __future__ import annotations

import contextlib
import copy
import functools
import gc
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import quiet_dbt
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ManifestNode, ModelNode
from dbt.flags import set_from_args
from filelock import FileLock

from ratebook.cli import main

if TYPE_CHECKING:
    from dashboard_pages import Pages
    from input_tables import Builder

quiet_dbt.install()

ROOT = Path(__file__).resolve().parents[2]
# The case study as `make test` has built it; its name is that of its database.
CASE_STUDY = Path(os.environ.get("RATEBOOK_CASE_STUDY", "case_study.duckdb"))
# How often tests with random inputs are repeated.
RANDOM_BATCHES = int(os.environ.get("RATEBOOK_RANDOM_BATCHES", "1"))
RUNS = itertools.count(1)
GATE = "model.ratebook.builds"
MARTS_OF_BRANCHES = (
    "branch_invoice_diffs",
    "invoices",
    "line_items",
    "prices",
    "pricing_exceptions",
)
# They begin first, so that at the end no process waits long for another.
LONGEST = (
    "unit_tests",
    "settings",
    "against_oracle",
    "marketplace_month",
    "case_study",
    "determinism",
    "package",
)
BAD_STATUSES = {"error", "fail", "runtime error", "partial success"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first."""
    longest = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: longest.get(item.path.stem, len(longest)))


def seed_file(name: str) -> Path:
    """Return the file of a seed: seeds of features are in folders of their own."""
    (found,) = (ROOT / "seeds").rglob(f"{name}.csv")
    return found


class DbtFailedError(AssertionError):
    """A dbt run that failed; `failures` has the message of each node that did."""

    def __init__(self, command: str, failures: Mapping[str, str]) -> None:
        """Keep the failures, and show all of them."""
        self.failures = dict(failures)
        shown = "\n\n".join(f"{node}\n{message}" for node, message in self.failures.items())
        super().__init__(f"dbt {command} failed:\n\n{shown}")


@dataclass(frozen=True)
class Warehouse:
    """A DuckDB file that dbt has built."""

    path: Path

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the file read-only; the caller closes it before dbt writes to it again."""
        connection = duckdb.connect(self.path, read_only=True)
        connection.execute("set TimeZone = 'UTC'")
        return connection

    def writable(self) -> duckdb.DuckDBPyConnection:
        """Open the file to change it, after the reader that `rows` keeps open is closed."""
        close_readers()
        return duckdb.connect(self.path)

    def reader(self) -> duckdb.DuckDBPyConnection:
        """Return a connection that stays open for the next query.

        Opening a file takes ten times as long as most queries.
        """
        file = self.path.stat()
        key = (self.path, file.st_ino, file.st_mtime_ns)
        if key not in READERS:
            if len(READERS) == OPEN_FILES:
                close_readers()
            READERS[key] = self.connect()
        return READERS[key]

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of one query."""
        return self.reader().execute(sql, parameters).fetchall()


# The files that were read last, if they are still open: tests compare what two builds have.
READERS: dict[tuple[Path, int, int], duckdb.DuckDBPyConnection] = {}
OPEN_FILES = 3


def close_readers() -> None:
    """Close the files that were read last, before something writes to one."""
    while READERS:
        READERS.popitem()[1].close()


@pytest.fixture(autouse=True, scope="module")
def readers() -> Iterator[None]:
    """Close at the end of a module what it has read."""
    yield
    close_readers()


def dbt(
    args: Sequence[str],
    *,
    vars: Mapping[str, object] | None = None,  # noqa: A002 - dbt's own word
    duckdb_path: Path,
    env: Mapping[str, str] | None = None,
    project_dir: Path = ROOT,
    profiles_dir: Path | None = None,
    manifest: Manifest | None = None,
) -> dbtRunnerResult:
    """Run dbt in this process on one DuckDB file, which is closed again afterwards.

    Each file gets a target and a log directory of its own beside it, so that a second run on it
    parses only what has changed. A manifest (as `parse` returns in `result`) saves even that; it
    must come from a parse with the same vars and a file of the same name, for that is the name of
    the database. Raises DbtFailedError with the messages of all nodes that failed.
    """
    own, selection = own_manifest(manifest, args) if manifest else (None, args)
    command = [
        *("--log-level", "none", "--log-level-file", "none"),
        *("--log-path", str(duckdb_path.with_suffix(".logs"))),
        *selection,
        *("--project-dir", str(project_dir), "--profiles-dir", str(profiles_dir or ROOT)),
        *("--vars", json.dumps(dict(vars or {}))),
    ]
    environment = {
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        # Not as an option: `dbt deps` has none.
        "DBT_TARGET_PATH": str(duckdb_path.with_suffix(".target")),
        "RATEBOOK_DUCKDB_PATH": str(duckdb_path),
        # What a run writes about itself takes a tenth of its time, and no test reads it.
        "DBT_WRITE_JSON": "false",
        # Python runs one thread at a time, and pytest runs as many processes as there are cores.
        "RATEBOOK_THREADS": "1",
        **(env or {}),
    }
    close_readers()
    # dbt changes the working directory, and must find relative paths where a user's dbt does.
    with (
        contextlib.chdir(project_dir),
        changed_environment(environment),
        rare_collection(),
    ):
        try:
            result = dbtRunner(manifest=own).invoke(command)
        finally:
            close_duckdb()
    if not result.success:
        raise DbtFailedError(" ".join(args), failures_of(result))
    return result


def own_manifest(manifest: Manifest, args: Sequence[str]) -> tuple[Manifest, Sequence[str]]:
    """Return a copy of a manifest, in which a build writes what it has compiled, and its options.

    Tests are two thirds of the nodes. A run of none of them has less to copy and to sort; one of a
    few models with what they read (`+invoices`), even less, and dbt need not search for them. Such
    marts do not wait for what other marts read: that is nearly everything.
    """
    command = next(argument for argument in args if not argument.startswith("--"))
    if command == "test" or (command == "build" and "test" not in args):
        return manifest.deepcopy(), args
    part = copy.copy(manifest)
    part.unit_tests = {}
    part.nodes = {
        name: node for name, node in manifest.nodes.items() if node.resource_type != "test"
    }
    if selected := selected_models(part, args):
        with_parents = [f"+{part.nodes[key].name}" for key in selected]
        is_whole = set(with_parents) <= set(args)
        if is_whole:
            part.nodes[GATE] = open_gate(part.nodes[GATE])
        needed = set(selected)
        while selected := {
            parent
            for name in selected
            for parent in part.nodes[name].depends_on_nodes
            if parent in part.nodes and parent not in needed
        }:
            needed |= selected
        part.nodes = {
            name: node
            for name, node in part.nodes.items()
            if name in needed or node.resource_type == "operation"
        }
        part.exposures, part.metrics, part.semantic_models, part.saved_queries = {}, {}, {}, {}
        if is_whole:
            excluded = values_of(args, "--exclude")
            part.nodes = {
                name: node
                for name, node in part.nodes.items()
                if node.name not in excluded
                and not any(
                    node.original_file_path.startswith(f"{one.removeprefix('path:')}/")
                    for one in excluded
                )
            }
            found = {"--select", *with_parents, "--exclude", *excluded}
            args = [one for one in args if one not in found]
    return part.deepcopy(), args


def values_of(args: Sequence[str], option: str) -> list[str]:
    """Return the values of an option that takes several."""
    if option not in args:
        return []
    after = args[args.index(option) + 1 :]
    return list(itertools.takewhile(lambda argument: not argument.startswith("--"), after))


def open_gate(gate: ModelNode) -> ModelNode:
    """Return the gate of the marts as a model that waits for nothing."""
    opened = copy.deepcopy(gate)
    opened.depends_on.nodes = []
    opened.raw_code = gate.raw_code[gate.raw_code.rindex("\nselect") :]
    return opened


def feature_of(path: Path | str) -> str | None:
    """Return the optional feature in whose folder a model, seed or test is; None for the core."""
    parts = Path(path).parts
    return parts[parts.index("features") + 1] if "features" in parts else None


def with_features(manifest: Manifest, features: Collection[str]) -> Manifest:
    """Return a manifest as it is with only some of the features, for runs with the same ones.

    Parsing the project for each of the many combinations would take longer than it saves.
    """

    def is_enabled(node: ManifestNode) -> bool:
        condition = re.search("enabled=(.*)", node.raw_code)
        own = re.findall(r"has_feature\('(\w+)'\)", condition[1]) if condition else []
        return {feature_of(node.original_file_path), *own} <= {None, *features}

    part = copy.copy(manifest)
    part.nodes = {name: node for name, node in manifest.nodes.items() if is_enabled(node)}
    for name, node in part.nodes.items():
        parents = [parent for parent in node.depends_on_nodes if parent in part.nodes]
        if len(parents) < len(node.depends_on_nodes):
            part.nodes[name] = copy.copy(node)
            part.nodes[name].depends_on = copy.copy(node.depends_on)
            part.nodes[name].depends_on.nodes = parents
    return part


@contextlib.contextmanager
def already_parsed(manifest: Manifest) -> Iterator[None]:
    """Have commands that run dbt in this process take the project as it was parsed before."""

    def runner(callbacks: Sequence[Callable[[Any], None]] = ()) -> dbtRunner:
        return dbtRunner(manifest=manifest.deepcopy(), callbacks=list(callbacks))

    with pytest.MonkeyPatch.context() as patch:
        # They look for it there each time.
        patch.setattr("dbt.cli.main.dbtRunner", runner)
        yield
        close_duckdb()


def selected_models(manifest: Manifest, args: Sequence[str]) -> set[str]:
    """Return the models that `--select` names, if it names nothing but models."""
    names = values_of(args, "--select")
    if not names:
        return set()
    by_name = {
        node.name: key for key, node in manifest.nodes.items() if node.resource_type == "model"
    }
    found = [by_name.get(name.removeprefix("+")) for name in names]
    return set() if None in found else set(found)


def failures_of(result: dbtRunnerResult) -> dict[str, str]:
    """Return the messages of the nodes that failed, or of the failure before any node ran."""
    results = getattr(result.result, "results", None) or []
    failures = {
        node.node.unique_id: str(node.message) for node in results if node.status in BAD_STATUSES
    }
    return failures or {"dbt": str(result.exception or "unknown failure")}


@contextlib.contextmanager
def changed_environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Change environment variables for a while."""
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def rare_collection() -> Iterator[None]:
    """Collect garbage after every fortieth run only.

    A parsed project is millions of objects, and going through them again and again takes Python a
    quarter of a run's time.
    """
    gc.disable()
    try:
        yield
    finally:
        if next(RUNS) % 40 == 0:
            gc.collect()


def close_duckdb() -> None:
    """Close dbt's connection.

    dbt-duckdb keeps it for the next run of the process, even after a failure; an open writer would
    refuse every reader of the file.
    """
    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()


def ratebook(*arguments: object) -> int:
    """Run the command `ratebook` in this process, and return its exit code."""
    close_readers()
    with pytest.raises(SystemExit) as left:
        main(list(map(str, arguments)), prog_name="ratebook")
    return left.value.code


def ratebook_process(
    *arguments: object, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command `ratebook` as users do, in a process of its own."""
    close_readers()
    return subprocess.run(
        [sys.executable, "-m", "ratebook", *map(str, arguments)],
        cwd=cwd,
        env={**(os.environ if env is None else env), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def case_study(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Return the project built on its own seeds, read-only: once for all tests.

    `make test` has built it already, and says where in RATEBOOK_CASE_STUDY.
    """
    if "RATEBOOK_CASE_STUDY" in os.environ:
        return Warehouse(CASE_STUDY)
    path = tmp_path_factory.mktemp("case_study") / CASE_STUDY.name
    dbt(["build", "--full-refresh"], duckdb_path=path)
    return Warehouse(path)


def made_once(
    name: str, tmp_path_factory: pytest.TempPathFactory, make: Callable[[Path], None]
) -> Path:
    """Return a file that one of pytest's processes makes for all of them."""
    directory = tmp_path_factory.getbasetemp()
    # The processes of pytest-xdist have directories beside each other.
    place = directory.parent if "PYTEST_XDIST_WORKER" in os.environ else directory
    path = place / "shared" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f"{path.name}.lock")):
        if not path.exists():
            unfinished = tmp_path_factory.mktemp("unfinished") / path.name
            make(unfinished)
            unfinished.rename(path)
    return path


def parsed_once(
    name: str, tmp_path_factory: pytest.TempPathFactory, parse: Callable[[Path], Manifest]
) -> Manifest:
    """Return the project as `parse` returns it."""
    packed = made_once(
        f"{name}.msgpack",
        tmp_path_factory,
        lambda path: path.write_bytes(parse(path.parent).to_msgpack()),
    )
    manifest = Manifest.from_msgpack(packed.read_bytes())
    # It stays until the end.
    gc.freeze()
    return manifest


@pytest.fixture(scope="session")
def seeds_manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Return the project as dbt has parsed it, for copies of the case study's file.

    The build of `make test` has kept it in its target folder.
    """

    def parse(directory: Path) -> Manifest:
        if "RATEBOOK_CASE_STUDY" in os.environ:
            kept = CASE_STUDY.parent / "target" / "partial_parse.msgpack"
            manifest = Manifest.from_msgpack(kept.read_bytes())
        else:
            manifest = dbt(["parse"], duckdb_path=directory / CASE_STUDY.name).result
        # dbt cannot copy a manifest with disabled nodes.
        manifest.disabled.clear()
        return manifest

    return parsed_once("seeds", tmp_path_factory, parse)


@pytest.fixture(scope="session")
def on_branch(
    case_study: Warehouse, seeds_manifest: Manifest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Warehouse]:
    """Return what builds the case study on one of its branches, in a copy of main's file.

    Of the marts it builds those that tests look at on a branch; the others are main's. Nothing of
    a branch is frozen: it needs no ledger.
    """
    paths = (node.original_file_path for node in seeds_manifest.nodes.values())
    features = sorted(set(map(feature_of, paths)) - {None, "ledger"})
    manifest = with_features(seeds_manifest, features)
    for name, node in manifest.nodes.items():
        # Comments are for people.
        manifest.nodes[name] = copy.copy(node)
        manifest.nodes[name].config = copy.copy(node.config)
        manifest.nodes[name].config.persist_docs = {}

    def build_branch(branch: str, path: Path) -> None:
        shutil.copy(case_study.path, path)
        command = ["run", "--select", *(f"+{mart}" for mart in MARTS_OF_BRANCHES)]
        variables = {"ratebook_branch": branch, "ratebook_features": features}
        dbt(command, vars=variables, duckdb_path=path, manifest=manifest)

    def build(branch: str) -> Warehouse:
        make = functools.partial(build_branch, branch)
        return Warehouse(made_once(f"{branch}/{case_study.path.name}", tmp_path_factory, make))

    return build


@pytest.fixture(scope="session")
def manifest(seeds_manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the content of manifest.json: the project as dbt has parsed it."""
    path = tmp_path_factory.mktemp("manifest") / "manifest.json"
    # What dbt asks for when it writes, and a run of dbt sets.
    set_from_args(Namespace(SEND_ANONYMOUS_USAGE_STATS=False), None)
    seeds_manifest.write(str(path))
    return json.loads(path.read_text())


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """Return what builds invoices from inputs that a test writes itself."""
    # It needs this module, which is not complete before.
    from input_tables import Builder, parse_for_tables

    manifest = parsed_once("tables", tmp_path_factory, parse_for_tables)
    return Builder(tmp_path_factory.mktemp("tables"), manifest)


@pytest.fixture
def pages(case_study: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pages:
    """Return the pages of the dashboard, on the case study, or on a copy that a test changes."""
    from dashboard_pages import Pages

    monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(case_study.path))
    return Pages(case_study.path, tmp_path / "case_study.duckdb")

#!/usr/bin/env python3
"""Break the SQL in one place at a time, and show which test detects it.

The mutations are in mutations.yml. Each runs against the tests, cheapest first, until one fails:
unit tests of the broken models, the case study with its data tests and the oracle, random inputs
and the oracle, pytest. A mutation that no test detects is a survivor: it needs a test, or a reason
why no test can detect it (`equivalent`).

The project is copied and built once; a mutation changes the parsed project in memory, and builds
what is downstream of it in a copy of the built file. Results are kept in target/mutations until
the project changes, so a run that was stopped continues where it stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import multiprocessing
import os
import pickle
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from dbt.contracts.graph.manifest import Manifest
from rich import box
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target" / "mutations"
PROJECT = WORK / "project"
BASE = WORK / "built"
SCRATCH = WORK / "scratch"

# Copied, because the project or its tests need it.
COPIED = (
    *("models", "macros", "seeds", "tests", "analyses", "ratebook", "docs"),
    *("dbt_project.yml", "profiles.yml", "pyproject.toml"),
)
NOT_COPIED = ("__pycache__", ".pytest_cache", ".hypothesis")
UNIT_TESTS = "__unit_tests.yml"

LOWEST_SCORE = 0.95
FILE_WIDTH = 160
# A build that takes much too long counts as detected.
LONGEST_STAGE_SECONDS = 300
# All of pytest, or all unit tests, on a busy machine.
LONGEST_SECONDS = 1200
# One batch builds main, the other a branch.
RANDOM_BATCHES = (1, 2)
# The tests that build, run in this process: another process would read the unbroken project. The
# last one hands the parsed project to its own.
PYTEST_TESTS = (
    *("test_properties_of_cells.py", "test_schedules.py", "test_charge_models.py"),
    *("test_bad_rows.py", "test_amendments.py", "test_case_study.py", "test_real_usage.py"),
    *("test_exactness.py", "test_labels.py", "test_renewals.py"),
    *("test_settings.py::test_as_of", "test_settings.py::test_forecast_and_finalization_delay"),
    *("test_settings.py::test_system_as_of", "test_settings.py::test_defaults"),
    "test_determinism.py::test_built_elsewhere",
)
# Errors of invalid SQL: such a mutation proves nothing.
INVALID_SQL = ("Parser Error", "Binder Error", "Catalog Error", "Compilation Error")
REQUIRED_KEYS = {"name", "kind", "file", "old", "new", "about"}
OPTIONAL_KEYS = {"count", "equivalent"}
KINDS = (
    *("comparison", "join", "rounding", "coalesce", "window", "min_max", "sign", "constant"),
    *("filter", "union", "lag_lead", "condition", "key"),
)


@dataclass(frozen=True)
class Mutation:
    """One place in the SQL, and how to break it."""

    name: str
    kind: str
    file: str
    old: str
    new: str
    about: str
    # How often the old text occurs in the file; all occurrences are replaced.
    count: int = 1
    # Why no test can detect it; empty if one can.
    equivalent: str = ""


@dataclass(frozen=True)
class Result:
    """The outcome of a mutation."""

    name: str
    stage: str
    # The first test that failed; empty for a survivor.
    seen_by: str
    seconds: float
    message: str = ""


class MutationError(Exception):
    """An invalid mutation, or a project that does not pass its tests without one."""


# Mutations


def read_mutations(path: Path) -> list[Mutation]:
    """Return the mutations of a file, each complete and with a unique name."""
    mutations = []
    for entry in yaml.safe_load(path.read_text()):
        name = entry.get("name", "one without a name")
        wrong = REQUIRED_KEYS - entry.keys() | entry.keys() - REQUIRED_KEYS - OPTIONAL_KEYS
        if wrong:
            raise MutationError(f"{name}: keys are missing or unknown: {', '.join(sorted(wrong))}")
        if entry["kind"] not in KINDS:
            raise MutationError(f"{name}: the kind {entry['kind']} is none of {', '.join(KINDS)}")
        mutations.append(Mutation(**entry))
    names = Counter(each.name for each in mutations)
    repeated = [name for name, count in names.items() if count > 1]
    if repeated:
        raise MutationError(f"several mutations have the name {', '.join(repeated)}")
    return mutations


def misfit(mutation: Mutation) -> str:
    """Return why a mutation does not apply, or nothing."""
    path = ROOT / mutation.file
    if not path.is_file():
        return f"{mutation.name}: there is no file {mutation.file}"
    found = path.read_text().count(mutation.old)
    if found != mutation.count:
        return (
            f"{mutation.name}: {mutation.file} has the text `{mutation.old.strip()}` {found} "
            f"times, not {mutation.count}; write what stands there now"
        )
    if mutation.old == mutation.new:
        return f"{mutation.name}: the new text is the old one"
    return ""


def apply(mutation: Mutation, manifest: Manifest) -> list[str]:
    """Change the parsed project, and return the models that changed."""
    models = [each for each in manifest.nodes.values() if each.resource_type == "model"]
    changed = 0
    broken = [each for each in models if each.original_file_path == mutation.file]
    for model in broken:
        changed += model.raw_code.count(mutation.old)
        model.raw_code = model.raw_code.replace(mutation.old, mutation.new)
    macros = [each for each in manifest.macros.values() if each.original_file_path == mutation.file]
    for macro in macros:
        changed += macro.macro_sql.count(mutation.old)
        macro.macro_sql = macro.macro_sql.replace(mutation.old, mutation.new)
    if changed != mutation.count:
        raise MutationError(f"{mutation.name}: the text is in no model and in no macro as a whole")
    if macros:
        using = macros_above(manifest, {macro.unique_id for macro in macros})
        broken = [each for each in models if using.intersection(each.depends_on.macros)]
    return [model.name for model in broken]


def macros_above(manifest: Manifest, macros: set[str]) -> set[str]:
    """Return some macros and all macros that call them."""
    known: set[str] = set()
    while macros - known:
        known |= macros
        macros = {
            key
            for key, macro in manifest.macros.items()
            if known.intersection(macro.depends_on.macros)
        }
    return known


# The project


def digest(*, with_tests: bool) -> str:
    """Return a hash of everything that a result, or the shared build, depends on."""
    content = hashlib.sha256()
    for name in COPIED:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            # The random batches and the oracle are what a build starts from.
            is_test = file.name.endswith(UNIT_TESTS) or (
                file.name.startswith("test_") and file.name != "test_against_oracle.py"
            )
            if not file.is_file() or set(file.parts).intersection(NOT_COPIED):
                continue
            if with_tests or not is_test:
                content.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return content.hexdigest()


def copy_project() -> None:
    """Copy the project, so that edits during a run have no effect."""
    shutil.rmtree(PROJECT, ignore_errors=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, PROJECT / name, ignore=shutil.ignore_patterns(*NOT_COPIED))
        else:
            shutil.copy(source, PROJECT / name)


def case_study_file(directory: Path) -> Path:
    """Return the case study's file in a directory."""
    return directory / "case_study" / "case_study.duckdb"


def random_file(directory: Path, seed: int) -> Path:
    """Return a random batch's file in a directory, named as in the tests of a user's tables."""
    return directory / f"random_{seed}" / "user.duckdb"


class Laboratory:
    """The parsed project, its builds, and the stages that a mutation goes through."""

    def __init__(self) -> None:
        """Copy and parse the project."""
        copy_project()
        sys.path.insert(0, str(PROJECT / "tests" / "python"))
        # Imported from the copy, they find the project by their own location.
        import conftest
        import test_against_oracle
        from oracle import compute
        from oracle.comparison import differences

        self.conftest = conftest
        self.batches = test_against_oracle
        self.compute = compute
        self.differences = differences
        self.models: list[str] = []
        # The project for user tables disables the seeds, and dbt cannot copy disabled seeds.
        self.seeds_manifest = self.parsed(case_study_file(WORK / "parsed"), {})
        self.tables_manifest = self.parsed(
            random_file(WORK / "parsed", 0), {"ratebook_input_schema": self.batches.INPUT_SCHEMA}
        )

    def parsed(self, path: Path, variables: dict[str, object]) -> Manifest:
        """Return the project, parsed for a file of a name."""
        path.parent.mkdir(parents=True, exist_ok=True)
        manifest = self.conftest.dbt(["parse"], vars=variables, duckdb_path=path).result
        manifest.disabled.clear()
        return manifest

    def mutated(self, mutation: Mutation | None) -> None:
        """Break the project, in this process only."""
        if mutation is not None:
            apply(mutation, self.tables_manifest)
            self.models = apply(mutation, self.seeds_manifest)

    def dbt(self, command: str, *args: str, path: Path, **variables: object) -> str:
        """Run dbt on a file, and return the first node that failed, with its message."""
        is_case_study = path.name == case_study_file(WORK).name
        manifest = self.seeds_manifest if is_case_study else self.tables_manifest
        # It is used once: the process ends after the stage.
        manifest.deepcopy = lambda: manifest
        # Sometimes dbt stops early without reporting a failure: then run it again, to the end.
        for options in (["--fail-fast"], []):
            try:
                self.conftest.dbt(
                    ["--no-write-json", command, *options, *args],
                    vars=variables,
                    duckdb_path=path,
                    manifest=manifest,
                )
            except self.conftest.DbtFailedError as error:
                node, message = next(iter(error.failures.items()))
                if any(words in message for words in INVALID_SQL):
                    raise MutationError(f"{node} is no valid SQL: {message}") from error
                kind, *names = node.split(".")
                if names or not options:
                    # Test ids end with a hash; unit test ids start with their model.
                    name = node if not names else names[2 if kind == "unit_test" else 1]
                    return f"build of {name}" if kind == "model" else name
            else:
                return ""
        return ""

    # Stages: each returns the failed test, or nothing

    def unit_tests(self, scratch: Path) -> str:
        """Run the unit tests of the broken models."""
        path = copied(case_study_file(BASE), case_study_file(scratch))
        selected = [f"{model},test_type:unit" for model in self.models] or ["test_type:unit"]
        return self.dbt("test", "--select", *selected, path=path)

    def case_study(self, scratch: Path) -> str:
        """Build the case study from the broken models on, with its data tests."""
        path = copied(case_study_file(BASE), case_study_file(scratch))
        return self.dbt(
            *("build", "--exclude-resource-type", "unit_test"), *self.downstream(), path=path
        )

    def case_study_oracle(self, scratch: Path) -> str:
        """Compare the case study with the oracle."""
        expected = pickle.loads(case_study_file(BASE).with_suffix(".oracle").read_bytes())
        return self.compared(case_study_file(scratch), expected, "test_case_study (oracle)")

    def random_batch(self, scratch: Path, seed: int) -> str:
        """Build a random batch from the broken models on, and compare it with the oracle."""
        path = copied(random_file(BASE, seed), random_file(scratch, seed))
        variables, expected = pickle.loads(path_of_oracle(seed).read_bytes())
        failed = self.dbt("run", *self.downstream(), path=path, **variables)
        return failed or self.compared(path, expected, f"test_random_cases[{seed}]")

    def pytest(self, scratch: Path) -> str:
        """Run the other tests that build, with the broken project as their parsed project."""
        os.environ["RATEBOOK_CASE_STUDY"] = str(case_study_file(scratch))
        first = FirstFailure()
        directory = PROJECT / "tests" / "python"
        options = ["-x", "--no-header", "-p", "no:cacheprovider", f"--basetemp={scratch}/pytest"]
        tests = [str(directory / name) for name in PYTEST_TESTS]
        log = (scratch / "pytest.log").open("w")
        with log, contextlib.redirect_stdout(log), contextlib.chdir(PROJECT):
            code = pytest.main([*options, *tests], plugins=[first, Parsed(self)])
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            raise MutationError(f"pytest ends with {code}: {(scratch / 'pytest.log').read_text()}")
        return first.name

    def downstream(self) -> list[str]:
        """Return dbt's selection of the broken models and everything downstream."""
        return ["--select", *(f"{model}+" for model in self.models)] if self.models else []

    def compared(self, path: Path, expected: Any, test: str) -> str:  # noqa: ANN401
        """Return a test's name with the first difference, if any."""
        marts = self.batches.read_marts(self.conftest.Warehouse(path))
        found = self.differences(expected, marts)
        return f"{test}: {found[0].mart}.{found[0].column}" if found else ""

    # The builds that mutations start from

    def build(self) -> None:
        """Build the case study and the random batches, and compute the expected results."""
        path = case_study_file(BASE)
        path.parent.mkdir(parents=True)
        inputs = self.batches.case_study_rows()
        expected = self.compute(inputs, {"as_of": "2024-05-31T12:00:00Z"})
        path.with_suffix(".oracle").write_bytes(pickle.dumps(expected))
        failed = self.dbt(
            *("build", "--full-refresh", "--exclude-resource-type", "unit_test"), path=path
        )
        if failed:
            raise MutationError(f"the project fails without any mutation: {failed}")

    def build_batch(self, seed: int) -> None:
        """Build a random batch, and compute its expected results."""
        prefixes = [f"q{number:03}_" for number in range(self.batches.CASES_PER_BATCH)]
        settings, eras = self.batches.batch_settings(seed)
        inputs = self.batches.batch_inputs(prefixes, seed, eras)
        path = random_file(BASE, seed)
        path.parent.mkdir(parents=True)
        self.batches.load(path, inputs)
        variables = {f"ratebook_{name}": value for name, value in settings.items()}
        variables["ratebook_input_schema"] = self.batches.INPUT_SCHEMA
        path_of_oracle(seed).write_bytes(pickle.dumps((variables, self.compute(inputs, settings))))
        failed = self.dbt(
            *("build", "--resource-type", "seed", "--resource-type", "model"),
            path=path,
            **variables,
        )
        if failed:
            raise MutationError(f"the project fails without any mutation: {failed}")


class FirstFailure:
    """A pytest plugin that keeps the name of the first failed test."""

    def __init__(self) -> None:
        """Start with no failure."""
        self.name = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Check the outcome of a test's setup, call or teardown."""
        if report.failed and not self.name:
            self.name = Path(report.nodeid).name


class Parsed:
    """A pytest plugin that gives the tests the broken project of this process."""

    def __init__(self, laboratory: Laboratory) -> None:
        """Keep the parsed project."""
        self.laboratory = laboratory

    def pytest_sessionstart(self) -> None:
        """Replace `dbt` in conftest and input_tables before any test imports it."""
        dbt = sys.modules["conftest"].dbt
        parsed = {
            "seeds": self.laboratory.seeds_manifest,
            "tables": self.laboratory.tables_manifest,
        }
        sys.modules["conftest"].parsed_once = lambda name, *_: parsed[name]

        def parsed_dbt(args: Sequence[str], **options: Any) -> Any:  # noqa: ANN401
            is_case_study = not (options.get("vars") or {}).get("ratebook_input_schema")
            laboratory = self.laboratory
            manifest = laboratory.seeds_manifest if is_case_study else laboratory.tables_manifest
            if list(args) == ["parse"]:
                return SimpleNamespace(result=manifest)
            return dbt(args, **{"manifest": manifest, **options})

        # dbt's parser waits forever in a copy of a process that has parsed.
        for module in ("conftest", "input_tables"):
            sys.modules[module].dbt = parsed_dbt


def path_of_oracle(seed: int) -> Path:
    """Return the file with the settings of a random batch and the oracle's results."""
    return random_file(BASE, seed).with_suffix(".oracle")


def copied(source: Path, target: Path) -> Path:
    """Copy a file, and return the copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
    return target


# Stages in separate processes


def in_child(work: Callable[[], str], longest_seconds: int = LONGEST_SECONDS) -> str:
    """Return the result of a function in a copy of this process, which has the project parsed.

    It can be stopped and has no side effects: the next one starts from the unchanged project.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=send, args=(sender, work))
    process.start()
    sender.close()
    try:
        if not receiver.poll(longest_seconds):
            return f"no end within {longest_seconds} seconds"
        error, answer = receiver.recv()
    except EOFError:
        return "the process died"
    finally:
        process.kill()
        process.join()
    if error:
        raise MutationError(error)
    return answer


def send(sender: Connection, work: Callable[[], str]) -> None:
    """Send the result of a function, or the error that it raises."""
    try:
        sender.send(("", work() or ""))
    except Exception as error:
        sender.send((f"{type(error).__name__}: {error}", ""))


def stages(
    laboratory: Laboratory, scratch: Path, *, quick: bool
) -> Iterator[tuple[str, Callable[[], str]]]:
    """Return the stages, cheapest first."""
    yield "unit tests", lambda: laboratory.unit_tests(scratch)
    yield "case study", lambda: laboratory.case_study(scratch)
    yield "case study", lambda: laboratory.case_study_oracle(scratch)
    for seed in RANDOM_BATCHES:
        yield "random inputs", lambda seed=seed: laboratory.random_batch(scratch, seed)
    if not quick:
        yield "pytest", lambda: laboratory.pytest(scratch)


def tried(laboratory: Laboratory, mutation: Mutation | None, *, quick: bool = False) -> Result:
    """Run a mutation, or the unbroken project, through the stages until a test fails."""
    name = mutation.name if mutation else "no mutation"
    started = time.monotonic()
    shutil.rmtree(SCRATCH, ignore_errors=True)
    reached, seen_by, message = "", "", ""
    for reached, work in stages(laboratory, SCRATCH, quick=quick):

        def broken(work: Callable[[], str] = work) -> str:
            laboratory.mutated(mutation)
            return work()

        try:
            is_short = mutation is not None and reached != "pytest"
            seen_by = in_child(broken, LONGEST_STAGE_SECONDS if is_short else LONGEST_SECONDS)
        except MutationError as error:
            message = str(error)
        if seen_by or message:
            break
    # What fails without a mutation is to be looked at.
    if mutation or not seen_by:
        shutil.rmtree(SCRATCH, ignore_errors=True)
    seconds = round(time.monotonic() - started, 1)
    return Result(name, reached if seen_by else "", seen_by, seconds, message)


def prepare(laboratory: Laboratory, *, quick: bool) -> None:
    """Build what mutations start from, and check that all tests pass without one."""
    built, checked = BASE / "digest", BASE / ("checked_quickly" if quick else "checked")
    if not built.is_file() or built.read_text() != digest(with_tests=False):
        shutil.rmtree(BASE, ignore_errors=True)
        steps: list[Callable[[], Any]] = [laboratory.build]
        steps += [lambda seed=seed: laboratory.build_batch(seed) for seed in RANDOM_BATCHES]
        for step in tqdm(steps, desc="Building", leave=False):
            if in_child(step):
                raise MutationError("the project does not build in time without any mutation")
        built.write_text(digest(with_tests=False))
    if not checked.is_file() or checked.read_text() != digest(with_tests=True):
        print("Running all tests without a mutation", flush=True)
        result = tried(laboratory, None, quick=quick)
        if result.seen_by or result.message:
            raise MutationError(
                f"the project fails without any mutation: {result.seen_by or result.message}; "
                f"its files are in {SCRATCH.relative_to(ROOT)}"
            )
        checked.write_text(digest(with_tests=True))


# Results


def key_of(mutation: Mutation, project: str) -> str:
    """Return the key of a result: the mutation and the project."""
    text = "\0".join((mutation.file, mutation.old, mutation.new, project))
    return hashlib.sha256(text.encode()).hexdigest()


def results_of(mutations: Sequence[Mutation], *, again: bool, quick: bool) -> list[Result]:
    """Return the results of mutations: known ones, and new ones by running the mutation."""
    path = WORK / "results.json"
    kept = json.loads(path.read_text()) if path.is_file() else {}
    known = dict(kept)
    project = digest(with_tests=True)
    keys = {each.name: key_of(each, project) for each in mutations}
    to_try = [each for each in mutations if again or keys[each.name] not in known]
    if to_try:
        laboratory = Laboratory()
        prepare(laboratory, quick=quick)
        bar = tqdm(to_try, desc="Mutations", unit="")
        for mutation in bar:
            bar.set_postfix_str(mutation.name)
            result = tried(laboratory, mutation, quick=quick)
            if not result.seen_by:
                tqdm.write(result.message or f"{mutation.name} survives: {mutation.about}")
            known[keys[mutation.name]] = asdict(result)
            if result.seen_by or not (quick or result.message):
                kept[keys[mutation.name]] = asdict(result)
                path.write_text(json.dumps(kept, indent=1))
    return [Result(**{**known[keys[each.name]], "name": each.name}) for each in mutations]


def show(mutations: Sequence[Mutation], results: Sequence[Result], console: Console) -> int:
    """Print the results and the score, and return the exit code."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("mutation", "stage", "seen by"):
        table.add_column(column, overflow="fold")
    table.add_column("seconds", justify="right")
    for result in results:
        seen_by = result.seen_by or ("[red]does not apply" if result.message else "[red]survives")
        table.add_row(result.name, result.stage, seen_by, f"{result.seconds:.1f}")
    console.print(table)
    pairs = list(zip(mutations, results, strict=True))
    survivors = [mutation for mutation, result in pairs if not result.seen_by]
    if survivors:
        listed = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for column in ("survivor", "what is broken", "reason"):
            listed.add_column(column, overflow="fold")
        for mutation in survivors:
            listed.add_row(mutation.name, mutation.about, mutation.equivalent or "[red]none")
        console.print(listed)
    broken = [result for result in results if result.message]
    wrongly = [mutation for mutation, result in pairs if mutation.equivalent and result.seen_by]
    for result in broken:
        console.print(f"[red]{result.name} does not apply:[/] {result.message}", highlight=False)
    for mutation in wrongly:
        console.print(f"[red]{mutation.name} is seen, and so not equivalent[/]", highlight=False)
    counted = [(mutation, result) for mutation, result in pairs if not mutation.equivalent]
    seen = sum(bool(result.seen_by) for _, result in counted)
    score = seen / len(counted) if counted else 1
    seconds = sum(result.seconds for result in results)
    console.print(
        f"{seen} of {len(counted)} mutations are seen ({score:.1%}), {len(pairs) - len(counted)} "
        f"more are equivalent; {seconds / 60:.0f} minutes, {seconds / max(len(pairs), 1):.0f} "
        "seconds each",
        highlight=False,
    )
    return int(score < LOWEST_SCORE or bool(broken) or bool(wrongly))


def chosen(mutations: list[Mutation], arguments: argparse.Namespace) -> list[Mutation]:
    """Return the mutations that the command line asks for."""
    if arguments.only:
        unknown = set(arguments.only) - {each.name for each in mutations}
        if unknown:
            raise MutationError(f"there is no mutation {', '.join(sorted(unknown))}")
        mutations = [each for each in mutations if each.name in arguments.only]
    if arguments.sample and arguments.sample < len(mutations):
        names = {each.name for each in random.sample(mutations, arguments.sample)}
        mutations = [each for each in mutations if each.name in names]
    return mutations


def missing_tests() -> Iterator[str]:
    """Return which tests of the last stage do not exist."""
    for name in PYTEST_TESTS:
        file, _, function = name.partition("::")
        path = ROOT / "tests" / "python" / file
        if not path.exists() or f"def {function}" not in path.read_text():
            yield f"there is no test {name}; write what tests it now"


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these mutations")
    parser.add_argument("--sample", type=int, metavar="N", help="so many, chosen at random")
    parser.add_argument("--again", action="store_true", help="also those whose result is known")
    parser.add_argument("--quick", action="store_true", help="without pytest, the last stage")
    parser.add_argument("--check", action="store_true", help="only whether all is there")
    arguments = parser.parse_args()
    # Names are long, and a file has no width limit.
    console = Console() if sys.stdout.isatty() else Console(width=FILE_WIDTH)
    try:
        mutations = chosen(read_mutations(Path(__file__).with_name("mutations.yml")), arguments)
        misfits = [*filter(None, map(misfit, mutations)), *missing_tests()]
        if misfits:
            raise MutationError("\n".join(misfits))
        if arguments.check:
            print(f"{len(mutations)} mutations apply")
            return 0
        WORK.mkdir(parents=True, exist_ok=True)
        return show(
            mutations, results_of(mutations, again=arguments.again, quick=arguments.quick), console
        )
    except MutationError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

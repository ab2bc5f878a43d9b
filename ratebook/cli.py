"""The command `ratebook`: each of its commands says what it does with --help.

Options can also be environment variables, which the Makefile uses: a user's values never pass
through a shell. Each command imports what it needs itself, so that --help is quick.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ratebook import RatebookError

PATH = click.Path(path_type=Path)
# dbt's options that choose models.
SELECTING = {"--select", "-s", "--models", "--model", "-m", "--selector", "--exclude"}
# Metrics are asked for as mf's options.
DEFAULT_QUERY = "--saved-query revenue_by_month"


class Commands(click.Group):
    """Commands whose expected errors are one sentence."""

    def invoke(self, context: click.Context) -> object:
        """Run a command; print an expected error as one sentence, and return its exit code."""
        try:
            return super().invoke(context)
        except RatebookError as error:
            click.echo(str(error), err=True)
            context.exit(error.exit_code)


class Instant(click.ParamType):
    """An instant, in UTC unless it has an offset."""

    name = "instant"

    def convert(
        self,
        value: str | datetime,
        parameter: click.Parameter | None,
        context: click.Context | None,
    ) -> datetime:
        """Read an instant, or say that the text is none."""
        from ratebook.metering.values import instant

        try:
            return value if isinstance(value, datetime) else instant(value)
        except ValueError:
            self.fail(f"{value} is not an instant such as 2024-05-31T12:00:00Z", parameter, context)


def option(*names: str, env: str = "", **settings: Any) -> Callable:  # noqa: ANN401 - click's own
    """Return an option that an environment variable can set too."""
    envvar = f"RATEBOOK_{env}" if env else None
    return click.option(*names, envvar=envvar, **{"show_default": True, **settings})


FILE = option(
    "--file",
    "path",
    env="DUCKDB_PATH",
    type=PATH,
    default="warehouse.duckdb",
    help="The built DuckDB file; tables of yours are in it too.",
)
DIRECTORY = option(
    "--directory", env="PRINTED", type=PATH, default="printed", help="The directory for the files."
)
OUTBOX = option(
    "--outbox",
    env="OUTBOX",
    type=PATH,
    default="outbox",
    help="The directory of requests and answers.",
)
AT = option(
    "--at",
    env="AT",
    type=Instant(),
    default=lambda: datetime.now(UTC),
    show_default="now",
    help="The current time.",
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Turn prices, usage and contracts into invoices: build the books, and read them."""


@main.command(context_settings={"ignore_unknown_options": True})
@FILE
@click.option("--select", multiple=True, help="Only these models, in dbt's selection syntax.")
@click.option("--vars", "variables", help="Vars for this run, as YAML.")
@click.option("--only", type=click.Choice(["invoices"]), help="Only what invoices need.")
@click.option("--keep-failed", is_flag=True, help="Keep the file of a build that failed.")
@click.option("--unit-tests", is_flag=True, help="Run the unit tests of the models too.")
@click.option(
    "--case-study",
    is_flag=True,
    help="Build the case study whatever the file has, and print its invoices.",
)
@click.argument("dbt_options", nargs=-1, type=click.UNPROCESSED)
def build(
    path: Path,
    select: tuple[str, ...],
    variables: str | None,
    only: str | None,
    keep_failed: bool,
    unit_tests: bool,
    case_study: bool,
    dbt_options: tuple[str, ...],
) -> None:
    """Build the books: all models from the inputs, and their tests.

    The file is replaced only if all models and tests pass; otherwise it stays as it was.
    Other options are passed on to `dbt build`.
    """
    from ratebook import project

    options = [*(part for name in select for part in ("--select", name)), *dbt_options]
    is_partial = any(name.split("=")[0] in SELECTING for name in options)
    options += ["--vars", variables] if variables else []
    options += project.INVOICES_ONLY if only else []
    if not case_study:
        project.refuse_case_study(path, options)
    archived = project.build(
        path, options, unit_tests=unit_tests, keep_derived=is_partial, keep_failed=keep_failed
    )
    show_archived(archived)
    if case_study:
        show_all(path)
    elif not is_partial and not only:
        show_missing(path)


@main.command()
@FILE
@click.option("--as-of", help="The as-of time of the close; the start of the run if left out.")
@click.option("--vars", "variables", help="Vars for this run, as YAML.")
@click.option("--dry-run", is_flag=True, help="Show what a close would freeze, and stop.")
@click.option("--yes", is_flag=True, help="Close without asking.")
def close(path: Path, as_of: str | None, variables: str | None, dry_run: bool, yes: bool) -> None:
    """Build the books, and freeze final invoices and corrections as documents.

    Shows the documents and asks before they are published. Frozen documents never change again.
    """
    from ratebook import closing
    from ratebook.terminal import console

    def agrees() -> bool:
        return yes or click.confirm("Freeze these documents?")

    archived = closing.close(
        path, variables, as_of=as_of, to=console(), agrees=None if dry_run else agrees
    )
    click.echo(f"Closed: {path}")
    show_archived(archived)


@main.command()
@FILE
@click.option("--from", "source", type=PATH, help="The folder of the archive, if it is another.")
@click.option("--vars", "variables", help="Vars for this run, as YAML.")
def restore(path: Path, source: Path | None, variables: str | None) -> None:
    """Put frozen documents back from the archive of the ledger, all of them or none.

    Replaces their rows in the file. Marts show them after the next build.
    """
    from ratebook import project
    from ratebook.restoring import restore

    count, folder = restore(path, source, project.ledger_archive(variables))
    click.echo(f"Restored: {count} close{'' if count == 1 else 's'} from {folder} into {path}")
    click.echo("The next `ratebook build` shows them in the marts.")


@main.command()
@FILE
@click.option("--vars", "variables", help="Vars for this run, as YAML.")
def verify(path: Path, variables: str | None) -> None:
    """See that the ledger and its archive are what the closes have frozen.

    Computes all hashes again, looks for gaps in numbers, and compares the archive with the ledger.
    """
    from ratebook import project, verification
    from ratebook.terminal import console, print_table

    checks = verification.verify(path, project.ledger_archive(variables))
    if not checks:
        click.echo(f"{path} has no closes: there is nothing to verify.")
        return
    print_table(console(), verification.LABELS, map(verification.cells, checks))
    for check in checks:
        for sentence in verification.sentences(check):
            click.echo(sentence)
    if wrong := [check.subject for check in checks if check.problems]:
        raise RatebookError(
            f"{path} is not what was frozen, or its archive is not: see {', '.join(wrong)} above."
        )


@main.command("print")
@FILE
@click.option("--customer", metavar="NAME", help="All invoices of a customer, by name or id.")
@click.option("--invoice", metavar="ID", help="Invoices whose id begins with this.")
def print_(path: Path, customer: str | None, invoice: str | None) -> None:
    """Print invoices, explained; without an option, a summary of all."""
    from ratebook.books import opened
    from ratebook.invoices import BY_BEGINNING, BY_CUSTOMER
    from ratebook.printing import print_invoices
    from ratebook.terminal import console

    if customer and invoice:
        raise click.UsageError("Give --customer or --invoice, not both.")
    if not (customer or invoice):
        show_all(path)
        return
    condition = BY_CUSTOMER if customer else BY_BEGINNING
    with opened(path) as connection:
        found = print_invoices(console(), connection, condition, customer or invoice, detail=True)
    if not found:
        raise RatebookError(
            f"No invoice matches {customer or invoice}. Names must match exactly, in upper and "
            "lower case; if nothing is billed, `ratebook show top_exceptions` says why."
        )


def show_archived(files: Sequence[Path]) -> None:
    """Print which files were added to the archive of the ledger."""
    for file in files:
        click.echo(f"Archived: {file}")


def show_missing(path: Path) -> None:
    """Print what is missing on the invoices of a build, if something is."""
    from ratebook.books import opened
    from ratebook.printing import print_missing
    from ratebook.terminal import console

    with opened(path) as connection:
        print_missing(console(), connection)


def show_all(path: Path) -> None:
    """Print the case study's invoices, if it was built, and a summary of all."""
    from ratebook.books import opened
    from ratebook.printing import print_all
    from ratebook.terminal import console

    with opened(path) as connection:
        print_all(console(), connection)


@main.command()
@FILE
@DIRECTORY
@click.argument("invoice_id", metavar="ID", envvar="RATEBOOK_ID", required=False, default="")
def invoice(path: Path, directory: Path, invoice_id: str) -> None:
    """Write an invoice, by its id or the beginning of it, as HTML page and PDF."""
    from ratebook.documents import write_invoice

    for file in write_invoice(path, invoice_id, directory):
        click.echo(f"Written: {file}")


@main.command()
@FILE
@DIRECTORY
@click.argument("number", metavar="NUMBER", envvar="RATEBOOK_ID", required=False, default="")
def document(path: Path, directory: Path, number: str) -> None:
    """Write a document by its number, or a draft by its id, as HTML page and PDF.

    Closes have frozen documents; drafts are those of the next close.
    """
    from ratebook.documents.ledger import write_document

    for file in write_document(path, number, directory):
        click.echo(f"Written: {file}")


@main.command()
@FILE
@DIRECTORY
@click.argument("quote_id", metavar="ID", envvar="RATEBOOK_ID", required=False, default="")
def quote(path: Path, directory: Path, quote_id: str) -> None:
    """Write a quote, by its id, as HTML page and PDF."""
    from ratebook.documents import write_quote

    for file in write_quote(path, quote_id, directory):
        click.echo(f"Written: {file}")


@main.command()
@FILE
@click.argument("analysis", envvar="RATEBOOK_ANALYSIS", default="unrated_usage_by_reason")
@option(
    "--line",
    env="LINE",
    metavar="ID",
    default="",
    help="The line for explain_line: the beginning of its line_item_id.",
)
@click.option("--limit", default=50, show_default=True, help="The most rows to print.")
def show(path: Path, analysis: str, line: str, limit: int) -> None:
    """Run an analysis and print its rows.

    Analyses: branch_cost_by_customer, explain_line, net_revenue_retention,
    revenue_bridge, top_exceptions, unrated_usage_by_reason.
    """
    from ratebook import analyses
    from ratebook.terminal import console

    labels, rows = analyses.answer(path, analysis, line, limit)
    to = console(analyses.WIDTH)
    if rows:
        analyses.print_rows(to, labels, rows[:limit])
    else:
        to.print("No rows.")
    if len(rows) > limit:
        to.print(f"The first {limit} rows; more with --limit.", style="dim")


@main.command()
@FILE
@option(
    "--directory", env="EXPORT", type=PATH, default="export", help="The directory for the files."
)
@option(
    "--events", env="EVENTS_TOO", is_flag=True, help="Also export the outcome of each usage event."
)
def export(path: Path, directory: Path, events: bool) -> None:
    """Write the marts as Parquet files, and as one DuckDB file that older drivers can read."""
    from ratebook import export

    names = export.export(path, directory, events=events)
    click.echo(
        f"Wrote {len(names)} marts of {path} to {directory}: a Parquet file for each, and "
        f"{export.DATABASE_FILE} with all of them."
    )


@main.command()
@FILE
@option("--branch", env="BRANCH", type=PATH, help="A file built on a branch, to compare with.")
@option("--port", env="PORT", type=int, default=8501, help="The port on this machine.")
def dashboard(path: Path, branch: Path | None, port: int) -> None:
    """Open the dashboard for a browser on this machine."""
    from ratebook import dashboard, project

    project.build_if_missing(path)
    click.echo(f"http://127.0.0.1:{port} (stop it with Ctrl-C)")
    dashboard.serve(path, branch, port)


@main.command()
@FILE
@OUTBOX
@AT
def meter(path: Path, outbox: Path, at: datetime) -> None:
    """Write pending metering records as request files for the marketplaces."""
    from ratebook.books import opened
    from ratebook.metering.outbox import locked
    from ratebook.metering.sending import send
    from ratebook.terminal import console

    with opened(path) as connection, locked(outbox):
        is_done = send(console(), connection, path, outbox, at)
    if not is_done:
        click.get_current_context().exit(1)


@main.command()
@FILE
@OUTBOX
@AT
def receive(path: Path, outbox: Path, at: datetime) -> None:
    """Read the marketplaces' answers, for the next build."""
    from ratebook.books import opened
    from ratebook.metering.outbox import locked
    from ratebook.metering.receiving import receive
    from ratebook.terminal import console

    with opened(path) as connection, locked(outbox):
        is_done = receive(console(), connection, path, outbox, at)
    if not is_done:
        click.get_current_context().exit(1)


@main.command()
@FILE
def docs(path: Path) -> None:
    """Write the documentation of models and columns as one offline HTML page."""
    from ratebook import project

    project.build_if_missing(path)
    project.dbt(["docs", "generate", "--static"], path)
    click.echo(f"Open {project.target() / 'static_index.html'} in a browser.")


@main.command(context_settings={"ignore_unknown_options": True})
@FILE
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
def metrics(path: Path, query: tuple[str, ...]) -> None:
    """Query metrics with the options of `mf query`; without any, revenue by month."""
    from ratebook import project

    project.build_if_missing(path)
    project.dbt(["parse"], path)
    asked = query or shlex.split(os.environ.get("RATEBOOK_QUERY") or DEFAULT_QUERY)
    # mf checks for a newer version of itself, and has no setting against that: a proxy that does
    # not exist stops the request.
    code = project.run(
        "dbt_metricflow.cli.main",
        ["query", "--quiet", "--decimals", "2", *asked],
        path,
        HTTPS_PROXY="http://127.0.0.1:9",
    )
    click.get_current_context().exit(code)


@main.command()
@FILE
@click.option("--vars", "variables", default="", help="Vars for this run, as YAML.")
def doctor(path: Path, variables: str) -> None:
    """Check this machine and project in seconds, and say what to do about each problem."""
    from ratebook import doctor
    from ratebook.terminal import console, print_table

    findings = list(doctor.findings(path, variables))
    long_texts = ("state", "remedy")
    print_table(console(), doctor.LABELS, map(doctor.cells, findings), long_texts=long_texts)
    if any(finding.stops_build for finding in findings):
        click.get_current_context().exit(1)

"""Run dbt in its own process, which ends when this one does.

`run_dbt` starts this module with `python -m`; the process ends when its standard input does, which
is when the process that started it has ended, in whatever way.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ratebook.publication import BuildFailedError, Unpublished, published_path

# A checkout need not be installed.
PACKAGE_PARENT = Path(__file__).resolve().parents[1]
BAD_STATUSES = {"error", "fail", "runtime error", "partial success"}
# Our own line among the events.
FAILURE = "ratebook_failure"
UNSEEN_LEVELS = {"debug", "test"}
# Lines of dbt's messages that say where and not what begin so.
ON_THE_WAY = ("> in macro", "> called by", "compiled code at")

Event = Mapping[str, Any]


def run_dbt(
    arguments: Sequence[str],
    new: Unpublished,
    *,
    on_event: Callable[[Event], None] = lambda _: None,
    project: Path | None = None,
    starts_over: bool = False,
) -> None:
    """Run dbt on a file that is not published yet, and pass on its log, one event at a time.

    With starts_over, all usage is read, whatever an earlier build has read.
    Raises BuildFailedError with the first node that failed. dbt is killed when this is interrupted:
    what it has written is thrown away.
    """
    paths = (str(PACKAGE_PARENT), os.environ.get("PYTHONPATH", ""))
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "RATEBOOK_DUCKDB_PATH": str(new.path),
        # For the profile.
        "RATEBOOK_NEW_FILE": "yes",
        # For usage that is kept from build to build.
        "RATEBOOK_FULL_REFRESH": "yes" if starts_over else "no",
        # For the archive of the ledger, which is beside the published file.
        "RATEBOOK_PUBLISHED_PATH": str(published_path(new.path)),
    }
    failure, other_output = None, ""
    process = subprocess.Popen(
        # Not from the project's directory, where a name may be that of a Python module.
        [sys.executable, "-P", "-m", "ratebook.dbt_run", *arguments],
        cwd=project,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        # Not until dbt has ended can the next build have the lock.
        pass_fds=[new.lock],
        # Ctrl-C reaches this process alone, which then ends dbt and all that dbt has started.
        start_new_session=True,
    )
    try:
        for line in process.stdout:
            event = read_event(line)
            if event is None:
                other_output = line.strip() or other_output
            elif FAILURE in event:
                failure = event[FAILURE]
            else:
                on_event(event)
        code = process.wait()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdin.close()
        process.stdout.close()
    if failure:
        raise BuildFailedError(failure)
    if code < 0:
        raise BuildFailedError(f"dbt ended by {signal.Signals(-code).name}")
    if code:
        raise BuildFailedError(f"dbt ended with code {code}: {other_output}")


def read_event(line: str) -> Event | None:
    """Read a line that is an event of dbt; what Python itself prints is none."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


# In dbt's process


def main() -> int:
    """Run dbt with the arguments of this process, and print the first failure as the last line."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    # Searching for garbage takes more than a second, and finds less than half a megabyte per node.
    gc.disable()
    # Takes seconds, and the parent needs none of it.
    from dbt.cli.main import dbtRunner

    # Not dbt's own log in JSON, which composes the lines of the level debug too.
    runner = dbtRunner(callbacks=[print_event])
    result = runner.invoke([*sys.argv[1:], "--log-level", "none"])
    if not result.success:
        print(json.dumps({FAILURE: first_failure(result)}), flush=True)
    return 0 if result.success else 1


def print_event(event: Any) -> None:  # noqa: ANN401 - dbt's own, which is not imported here
    """Print an event as a line of JSON, without the secrets that its message may have."""
    from dbt_common.events.functions import env_scrubber

    info = event.info
    if info.level not in UNSEEN_LEVELS:
        shown = {"name": info.name, "level": info.level, "msg": env_scrubber(info.msg)}
        # In one piece: events come from several threads.
        sys.stdout.write(json.dumps({"info": shown}) + "\n")
        sys.stdout.flush()


def end(code: int) -> None:
    """Close the DuckDB file and end this process, without freeing memory object by object."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()
    sys.stdout.flush()
    os._exit(code)


def end_with_parent() -> None:
    """Wait until the parent has ended, and then end this process and all that it has started."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.killpg(0, signal.SIGKILL)


def first_failure(result: Any) -> str:  # noqa: ANN401 - dbt's own, which is not imported here
    """Return the first node that failed with its message, or why no node ran."""
    for node in getattr(result.result, "results", None) or []:
        if node.status in BAD_STATUSES:
            message = one_line(node.message)
            is_named = node.node.name in message
            return message if is_named else f"{node.node.resource_type} {node.node.name}: {message}"
    return one_line(result.exception or "dbt gave no reason")


def one_line(message: object) -> str:
    """Return a message without line breaks, and without the macros and files on the way to it."""
    lines = [line.strip() for line in str(message).splitlines()]
    return " ".join(line for line in lines if line and not line.startswith(ON_THE_WAY))


if __name__ == "__main__":
    end(main())

#!/usr/bin/env bash
# Tool: duckdb 2.0.0, Python package, on Linux.
# Expected: while a process has a database open read-only, no other process can open it for writing. Copying the file
#   in that process, for example as a backup, changes nothing about that.
# Seen: the copy drops the lock without a word. A writer in another process gets in while the reader is still open.
# Why: DuckDB locks files with POSIX record locks, and the system drops those of a process when it closes any
#   descriptor of the file, also one that DuckDB did not open.
# Remedy: open the file for copying before DuckDB opens it, and close it after DuckDB has; or copy in another process.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q --disable-pip-version-check duckdb==2.0.0
cat > "$work/writer.py" <<'PYTHON'
import duckdb, sys
try:
    duckdb.connect(sys.argv[1]).close()
    print("a writer gets in")
except duckdb.IOException:
    print("a writer is refused")
PYTHON
cat > "$work/reader.py" <<'PYTHON'
import duckdb, shutil, subprocess, sys
from pathlib import Path
file = Path(sys.argv[1]) / "shop.duckdb"
with duckdb.connect(file) as connection:
    connection.execute("create table invoices as select 1 as id")
writer = [sys.executable, str(Path(sys.argv[1]) / "writer.py"), str(file)]
with duckdb.connect(file, read_only=True) as reader:
    print("open:", subprocess.check_output(writer, text=True).strip())
    shutil.copyfile(file, file.with_name("backup.duckdb"))
    print("open, after a copy:", subprocess.check_output(writer, text=True).strip())
    print("the reader still reads:", reader.execute("from invoices").fetchall())
PYTHON
"$work/env/bin/python" "$work/reader.py" "$work" | tee "$work/seen"
diff "$work/seen" - <<'EXPECTED'
open: a writer is refused
open, after a copy: a writer gets in
the reader still reads: [(1,)]
EXPECTED
echo "As described."

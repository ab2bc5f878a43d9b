#!/usr/bin/env bash
# Tool: duckdb 2.0.0, Python package.
# Expected: read_csv with store_rejects = true puts a line that is longer than max_line_size into reject_errors, and
#   returns all other lines, with one thread or with many.
# Seen: so it is with parallel = false: 99,999 of 100,000 rows, and one error, LINE SIZE OVER MAXIMUM. The parallel
#   reader, which is the default, returns 99,998 rows: the long line is missing, another line of ten letters is missing
#   too, and reject_errors is empty. Without store_rejects both readers stop with an error.
# Remedy: parallel = false wherever rejects are read, or compare the number of rows with the number of lines.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q --disable-pip-version-check duckdb==2.0.0
cat > "$work/read.py" <<'PYTHON'
import sys
from pathlib import Path

import duckdb

path = Path(sys.argv[1]) / "lines.csv"
lines = (f"{i},{'x' * (3_000_000 if i == 50_000 else 10)}\n" for i in range(100_000))
path.write_text("id,text\n" + "".join(lines))
READ = """
select id from read_csv(
    '{path}', columns = {{'id': 'integer', 'text': 'varchar'}}, auto_detect = false, header = true,
    max_line_size = 2000000, buffer_size = 2000001, parallel = {parallel}, store_rejects = true
)
"""
for parallel in ("false", "true"):
    connection = duckdb.connect(config={"threads": 2})
    rows = connection.execute(READ.format(path=path, parallel=parallel)).fetchall()
    errors = connection.execute("select error_type from reject_errors").fetchall()
    print(f"parallel = {parallel}: {len(rows)} rows, rejected: {[error for error, in errors]}")
PYTHON
"$work/env/bin/python" "$work/read.py" "$work" 2>/dev/null | tee "$work/seen"
diff "$work/seen" - <<'EXPECTED'
parallel = false: 99999 rows, rejected: ['LINE SIZE OVER MAXIMUM']
parallel = true: 99998 rows, rejected: []
EXPECTED
echo "As described."

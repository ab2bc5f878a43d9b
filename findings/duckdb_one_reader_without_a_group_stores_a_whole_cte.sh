#!/usr/bin/env bash
# Tool: duckdb 2.0.0, Python package.
# Expected: a CTE with three readers needs the same memory whether the third groups its rows or only filters them, as
#   the filter finds no row.
# Seen: if all readers end in a group, the CTE is never stored: its rows are passed on to all of them at once
#   (STREAMING_FANOUT). A reader that only filters makes DuckDB store all rows of the CTE, with all columns that it
#   reads (HYBRID_FANOUT), before that reader sees them: the query needs more than twice the memory.
# Remedy: group in each reader, also where every row is a group of its own.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q --disable-pip-version-check duckdb==2.0.0
cat > "$work/readers.py" <<'PYTHON'
import json
import resource
import sys

import duckdb

QUERY = """
    with events as (
        select number % 7 as region, number % 31 as day, 'event ' || number as name, md5(number::varchar) as text
        from range(4000000) as numbers (number)
    ),
    regions as (select region, count(*), max(text) from events group by region),
    days as (select day, count(*), min(text) from events group by day),
    named as (select name from events where name = '' {})
    select region, null as day, null as name from regions
    union all select null, day, null from days
    union all select null, null, name from named
"""
third, profile = sys.argv[1:]
with duckdb.connect() as connection:
    connection.execute("set threads = 2")
    connection.execute("pragma enable_profiling = 'json'")
    connection.execute(f"pragma profiling_output = '{profile}'")
    connection.execute("create table found as " + QUERY.format("group by name" if third == "groups" else ""))
    connection.execute("pragma disable_profiling")
    rows = connection.execute("select count(*) from found").fetchone()[0]


def ctes(operators):
    for operator in operators:
        if operator["type"] == "CTE":
            yield operator["extra_info"]
        yield from ctes(operator.get("children", []))


with open(profile) as file:
    (cte,) = ctes(json.load(file)["operator"])
print(third, rows, cte["Execution Mode"], cte.get("Materialized Consumers", "0"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
PYTHON
for third in groups filters; do
    "$work/env/bin/python" "$work/readers.py" "$third" "$work/profile.json" 2>"$work/memory.$third"
done | tee "$work/seen"
diff "$work/seen" - <<'EXPECTED'
groups 38 STREAMING_FANOUT 0
filters 38 HYBRID_FANOUT 1
EXPECTED
memory() { grep -E '^[0-9]+$' "$work/memory.$1" | tail -1; }
if (($(memory filters) < 2 * $(memory groups))); then
    echo "The memory is $(memory groups) and $(memory filters) KB: less than twice."
    exit 1
fi
echo "As described: more than twice the memory."

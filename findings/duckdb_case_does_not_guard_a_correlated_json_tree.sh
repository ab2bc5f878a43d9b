#!/usr/bin/env bash
# Tool: duckdb 2.0.0, Python package.
# Expected: a case expression keeps a branch from the rows that its condition excludes, so that text which is not JSON
#   never reaches a JSON function in that branch.
# Seen: so it is with a scalar function, json_keys. With a correlated subquery over the table function json_tree in the
#   branch, the excluded row is evaluated too, and the query stops with an error, because the subquery becomes a join.
# Remedy: put the condition into the argument, json_tree(case when … then … end): null has no rows.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q --disable-pip-version-check duckdb==2.0.0
cat > "$work/read.py" <<'PYTHON'
import duckdb

connection = duckdb.connect()
connection.execute("""
    create table notes as
    select * from (values (1, '{"kind": "call"}', true), (2, 'no JSON', false)) as rows (id, content, is_json)
""")
WAYS = {
    "scalar function": "case when is_json then len(json_keys(content)) end",
    "table function": "case when is_json then (select count(*) from json_tree(content)) end",
    "condition inside": "(select count(*) from json_tree(case when is_json then content end))",
}
for name, expression in WAYS.items():
    try:
        rows = connection.execute(f"select id, {expression} from notes order by id").fetchall()
        print(f"{name}: {rows}")
    except duckdb.Error as error:
        print(f"{name}: {type(error).__name__}, {str(error).split(' at ')[0]}")
PYTHON
"$work/env/bin/python" "$work/read.py" 2>/dev/null | tee "$work/seen"
diff "$work/seen" - <<'EXPECTED'
scalar function: [(1, 1), (2, None)]
table function: InvalidInputException, Invalid Input Error: Malformed JSON
condition inside: [(1, 2), (2, 0)]
EXPECTED
echo "As described."

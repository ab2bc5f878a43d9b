#!/usr/bin/env bash
# Tool: duckdb 2.0.0, Python package.
# Expected: the setting TimeZone, which `set` accepts in a new connection because icu is built in, can also be given in
#   the configuration of the connection.
# Seen: duckdb.connect refuses it, because icu "needs to be loaded" but "could not be autoloaded". With
#   autoinstall_known_extensions switched off in the same configuration it is accepted, and applies to cursors too.
# Remedy: give both, or set the zone after connecting.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q --disable-pip-version-check duckdb==2.0.0
cat > "$work/zone.py" <<'PYTHON'
import duckdb

ZONE = "Pacific/Auckland"
QUERY = "select current_setting('TimeZone')"


def zone_with(configuration):
    try:
        with duckdb.connect(config=configuration) as connection:
            return connection.cursor().execute(QUERY).fetchone()[0]
    except duckdb.Error as error:
        return f"{type(error).__name__}, {str(error).splitlines()[0]}"


with duckdb.connect() as connection:
    connection.execute(f"set TimeZone = '{ZONE}'")
    print("set:", connection.execute(QUERY).fetchone()[0])
print("configuration:", zone_with({"TimeZone": ZONE}))
print("without autoinstall:", zone_with({"autoinstall_known_extensions": False, "TimeZone": ZONE}))
PYTHON
"$work/env/bin/python" "$work/zone.py" 2>/dev/null | tee "$work/seen"
diff "$work/seen" - <<'EXPECTED'
set: Pacific/Auckland
configuration: InvalidInputException, Invalid Input Error: To set the "TimeZone" setting, the icu extension needs to be loaded. But it could not be autoloaded.
without autoinstall: Pacific/Auckland
EXPECTED
echo "As described."

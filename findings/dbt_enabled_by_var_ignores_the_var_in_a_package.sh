#!/usr/bin/env bash
# Tools: dbt-core 1.11.16 with dbt-duckdb 1.11.1.
# Expected: a package switches a folder off with `+enabled: "{{ var('shop_refunds', true) }}"` in its dbt_project.yml, and
#   whoever installs it sets the var in the dbt_project.yml of the root project, as for every other var of a package.
# Seen: the var counts in the package's models, and not in its dbt_project.yml, where the default wins without a
#   warning, even over --vars: the folder is built, while `var()` in a model of it says that it should not be.
# Remedy: `config(enabled=var(…))` in each model, or a macro that all of them call.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q --disable-pip-version-check dbt-core==1.11.16 dbt-duckdb==1.11.1 duckdb==2.0.0
export DBT_SEND_ANONYMOUS_USAGE_STATS=false
mkdir -p "$work/shop/models/refunds" "$work/root"
cat > "$work/shop/dbt_project.yml" <<'YAML'
name: shop
version: "1.0.0"
models:
  shop:
    refunds:
      +enabled: "{{ var('shop_refunds', true) }}"
YAML
echo "select {{ var('shop_refunds', true) }} as is_on" > "$work/shop/models/refunds/refunds.sql"
echo "select 1 as id" > "$work/shop/models/orders.sql"
cat > "$work/root/dbt_project.yml" <<'YAML'
name: root
version: "1.0.0"
profile: root
vars:
  shop_refunds: false
YAML
printf 'packages:\n  - local: ../shop\n' > "$work/root/packages.yml"
printf 'root: {target: dev, outputs: {dev: {type: duckdb, path: root.duckdb}}}\n' > "$work/root/profiles.yml"
cd "$work/root"
"$work/env/bin/dbt" --quiet deps
{
    echo "vars of the root project:"
    "$work/env/bin/dbt" --quiet ls --profiles-dir .
    "$work/env/bin/dbt" --quiet compile --profiles-dir . --select refunds > compiled.txt
    grep -o 'select .* as is_on' compiled.txt
    echo "--vars:"
    "$work/env/bin/dbt" --quiet ls --profiles-dir . --vars '{shop_refunds: false}'
} | tee "$work/seen"
diff "$work/seen" - <<'EXPECTED'
vars of the root project:
shop.orders
shop.refunds.refunds
select False as is_on
--vars:
shop.orders
shop.refunds.refunds
EXPECTED
echo "As described."

#!/bin/sh
# SPDX-License-Identifier: MIT
# The documents of the guard and the gateway have what the programs know: fntoken-guard(8) each option and variable of the environment,
# docs/nginx.md each directive and variable, docs/guard.md and docs/gateway.md each metric; and none of them has one that is not there.
# Usage: check_guard.sh SOURCE_ROOT     exit 1 where that is not so
set -u
cd "$1" || exit 2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
wrong=0

# same WHAT ONE OTHER LEAST: two lists of words, each of a command; each at least so long.
same() {
    sort -u "$work/$2" >"$work/$2.sorted"
    sort -u "$work/$3" >"$work/$3.sorted"
    [ "$(wc -l <"$work/$2.sorted")" -ge "$4" ] || { echo "$1: $2 has less than $4"; wrong=1; }
    comm -23 "$work/$2.sorted" "$work/$3.sorted" | sed "s/^/$1: $3 lacks /" >"$work/lacking"
    comm -13 "$work/$2.sorted" "$work/$3.sorted" | sed "s/^/$1: $2 lacks /" >>"$work/lacking"
    [ ! -s "$work/lacking" ] || { cat "$work/lacking"; wrong=1; }
}
page() { sed 's/\\-/-/g' docs/man/fntoken-guard.8; }

sed -nE 's/^    (--[a-z-]+)( \| -h)?\) .*/\1/p' nginx/fntoken-guard >"$work/the_launcher"
sh nginx/fntoken-guard --help | grep -oE '(^|[[:space:]])--[a-z-]+' | tr -d ' ' >"$work/its_help"
page | sed -nE 's/^\.It Fl Fl ([a-z-]+).*/--\1/p' >"$work/its_page"
page | sed -nE 's/^\.Fl Fl (forward-auth)$/--\1/p' >>"$work/its_page"
same options the_launcher its_help 10
same options the_launcher its_page 10

grep -oE '\$\{([A-Za-z_]+-|[A-Z_]+:-)' nginx/fntoken-guard | tr -d '${:-' >"$work/launcher_environment"
sh nginx/fntoken-guard --help | sed -n '/^Environment/,/^$/p' | sed -nE 's/^  ([A-Za-z_]+(, [A-Z_]+)*)  .*/\1/p' | tr -d ' ' | tr ',' '\n' >"$work/help_environment"
sh nginx/fntoken-guard --help | grep -o TMPDIR >>"$work/help_environment"
page | sed -nE 's/^\.It Ev //p' | tr -d ' ' | tr ',' '\n' >"$work/page_environment"
same environment launcher_environment help_environment 8
same environment launcher_environment page_environment 8

sed -n '/^ngx_command_t guard_commands/,$p' nginx/directives.c | grep -oE 'ngx_string\("[a-z_]+"\)' | cut -d'"' -f2 >"$work/directives"
sed -n '/^| directive/,/^$/p' docs/nginx.md | sed -nE 's/^\| `(fntoken[a-z_]*)[ `].*/\1/p' >"$work/their_table"
same directives directives their_table 10
sed -n '/ rows\[\] = {/,/^};/p' nginx/variables.c | grep -oE 'ngx_string\("[a-z_]+"\)' | cut -d'"' -f2 >"$work/variables"
sed -n '/^| variable/,/^$/p' docs/nginx.md | cut -d'|' -f2 | grep -oE '\$fntoken_[a-z_]+' | tr -d '$' >"$work/variables_table"
same variables variables variables_table 8

# What a document calls by a name of ours is a directive, a variable or a metric.
grep -oE 'TYPE fntoken_[a-z_]+|"fntoken_[a-z]+_total"' nginx/status.c | grep -oE 'fntoken_[a-z_]+' >"$work/metrics"
sed -n '/^## What to alert on/,/^## /p' docs/guard.md | grep -oE 'fntoken_[a-z_]+' | grep -vxFf "$work/directives" >"$work/guard_alerts"
same metrics metrics guard_alerts 8
cat "$work/directives" "$work/variables" "$work/metrics" | sort -u >"$work/known"
grep -ohE '(^|[^a-z_])fntoken_[a-z_]+' docs/guard.md docs/nginx.md | grep -oE 'fntoken_[a-z_]+' | grep -vE '^fntoken_gateway' | sort -u | comm -23 - "$work/known" >"$work/unknown"
[ ! -s "$work/unknown" ] || { sed 's/^/nothing is called /' "$work/unknown"; wrong=1; }

sed -n '/ metrics_table\[\] = {/,/};/p' tools/gateway/main.c | grep -oE '"fntoken_gateway_[a-z_]+"' | tr -d '"' >"$work/gateway_metrics"
grep -oE 'fntoken_gateway_[a-z_]+' docs/gateway.md >"$work/gateway_page"
same metrics gateway_metrics gateway_page 8

[ "$wrong" -eq 0 ] && echo "guard: $(sort -u "$work/known" "$work/the_launcher" "$work/launcher_environment" "$work/gateway_metrics" | wc -l) names are documented"
exit "$wrong"

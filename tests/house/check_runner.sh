#!/bin/sh
# SPDX-License-Identifier: MIT
# The runner of the unit tests tells a pass, a failure, a death and a skip apart.
# Usage: check_runner.sh RUNNER     the program of tests/house/runner.c
set -u
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
"$1" >"$work/found" && { echo "failures, and exit status 0"; exit 1; }
sed -i 's/^# .*runner\.c:[0-9]*:/#/; s/ *$//' "$work/found"
cat >"$work/expected" <<'END'
# vectors: 3
ok 1 - runner: passes
# not so: "a" is the text NULL: number 5
# not so: false: went on
not ok 2 - runner: fails_and_goes_on
# not so: 1 == 2:
not ok 3 - runner: ends_at_an_assertion
# dies: killed by signal 9
not ok 4 - runner: dies
# skipped: no vectors
ok 5 - runner: is_skipped # SKIP
# not so: false:
# skipped: no more
not ok 6 - runner: fails_then_skips
# not so: started == 1: its own process
not ok 7 - runner: fails_at_its_end
1..7
END
diff "$work/expected" "$work/found" || exit 1
"$1" passes is_skipped >"$work/found" || { echo "no failure, and exit status not 0"; exit 1; }
grep -q '^1\.\.2$' "$work/found" || { echo "two are named, and not two were run"; exit 1; }
"$1" nothing_of_this_name >/dev/null && { echo "nothing was run, and exit status 0"; exit 1; }
echo "runner: as expected"

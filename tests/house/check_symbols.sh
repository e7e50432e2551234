#!/bin/sh
# SPDX-License-Identifier: MIT
# The header declares, the version script exports and the library holds the same functions, and nothing else is exported (rule 48);
# every number of the header stands in the table of tests/unit/api/test_api.c, so that none moves unseen.
# Usage: check_symbols.sh SOURCE_ROOT [LIBRARY]     exit 1 where they differ
set -u
root=$1 library=${2:-}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
wrong=0

same() { # same FILE FILE SENTENCE
    [ -s "$1" ] || { echo "$3: found none at all"; wrong=1; return; }
    diff "$1" "$2" > "$work/diff" && return
    echo "$3:"
    sed -n 's/^[<>]/&/p' "$work/diff"
    wrong=1
}

sed -n 's/^FNT_\(API\|TRY\) [a-z].*[ *]\(fnt_[a-z0-9_]*\)(.*/\2/p' "$root/include/fntoken/fntoken.h" | sort > "$work/header"
sed -n 's/^ *\(fnt_[a-z0-9_]*\);.*/\1/p' "$root/src/fntoken.map" | sort > "$work/map"
same "$work/header" "$work/map" "the header (<) and src/fntoken.map (>) differ"
sort -u "$work/map" | diff - "$work/map" > /dev/null || { echo "src/fntoken.map names a function twice"; wrong=1; }

if [ -n "$library" ]; then
    nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort > "$work/library"
    same "$work/map" "$work/library" "src/fntoken.map (<) and what the library exports (>) differ"
fi

sed -n 's/^    \(FNT_[A-Z0-9_]*\) = -\{0,1\}[0-9].*/\1/p' "$root/include/fntoken/fntoken.h" | sort > "$work/numbers"
sed -n 's/^    NUMBER(\(FNT_[A-Z0-9_]*\), .*/\1/p' "$root/tests/unit/api/test_api.c" | sort > "$work/table"
same "$work/numbers" "$work/table" "the header's numbers (<) and those of tests/unit/api/test_api.c (>) differ"
[ "$wrong" -eq 0 ] && echo "symbols: $(wc -l < "$work/header") functions and $(wc -l < "$work/numbers") numbers agree"
exit "$wrong"

#!/bin/sh
# SPDX-License-Identifier: MIT
# The header declares, the version script exports and the library holds the same functions, and nothing else is exported (rule 48);
# every number of the header stands in the table of tests/unit/api/test_api.c, so that none moves unseen; every text that goes in stands in
# that of tests/unit/api/test_texts.c, so that it is known what an absent and an empty one mean.
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
# Every text that goes in, FUNCTION, NAME: a pointer that is followed by a length.
awk '{ sub(/^ *\*.*|\/\*.*/, ""); line = line " " $0 }
END {
    count = split(line, part, ";")
    for (i = 1; i <= count; i++) {
        if (!match(part[i], /fnt_[a-z0-9_]+\(/)) continue
        name = substr(part[i], RSTART, RLENGTH - 1)
        arguments = split(substr(part[i], RSTART + RLENGTH), argument, ",")
        for (k = 1; k < arguments; k++)
            if (argument[k] ~ /^ *const char \*[a-z_]+$/ && argument[k + 1] ~ /^ *size_t [a-z_]*len\)?$/) {
                sub(/.*\*/, "", argument[k]); print name ", " argument[k]
            }
    }
}' "$root/include/fntoken/fntoken.h" | sort > "$work/texts"
sed -n 's/^    ROW(\(fnt_[a-z0-9_]*, [a-z_]*\), .*/\1/p' "$root/tests/unit/api/test_texts.c" | sort > "$work/rows"
# Where absent and empty are told apart, the parameter says so; and nowhere else.
said=$(tr -s ' \n*' ' ' < "$root/include/fntoken/fntoken.h" | grep -oi 'empty is not absent' | wc -l)
apart=$(sed -n 's/^    ROW(fnt_[a-z0-9_]*, [a-z_]*, \(FNT_[A-Z_]*\), \(FNT_[A-Z_]*\)),/\1 \2/p' "$root/tests/unit/api/test_texts.c" | awk '$1 != $2' | wc -l)
[ "$said" -eq $((apart + 1)) ] || { # and once in the rules that hold for all
    echo "the header says \"empty is not absent\" of $((said - 1)) texts; tests/unit/api/test_texts.c has $apart that tell the two apart"
    wrong=1
}
same "$work/texts" "$work/rows" "the header's texts (<) and those of tests/unit/api/test_texts.c (>) differ"
[ "$wrong" -eq 0 ] && echo "symbols: $(wc -l < "$work/header") functions and $(wc -l < "$work/numbers") numbers agree"
exit "$wrong"

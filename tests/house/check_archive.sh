#!/bin/sh
# SPDX-License-Identifier: MIT
# Rule 54: the archive's global names are the public ones alone, and hidden. A program that defines all the inner names itself gets the
# right answers; a module that embeds the archive exports nothing of it.
# Usage: check_archive.sh SOURCE_ROOT ARCHIVE INNER_NAMES_C PROGRAM MODULE FNTOKEN     PROGRAM: README.md's, with INNER_NAMES_C
set -u
root=$1 archive=$2 names=$3 program=$(realpath "$4") module=$5 fntoken=$(realpath "$6")
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
wrong=0
same() { # same FILE FILE SENTENCE
    diff "$1" "$2" >"$work/diff" && return
    echo "$3:"
    sed -n 's/^[<>]/&/p' "$work/diff"
    wrong=1
}

sed -n 's/^ *\(fnt_[a-z0-9_]*\);.*/\1/p' "$root/src/fntoken.map" | sort >"$work/map"
nm --extern-only --defined-only "$archive" | awk 'NF == 3 && $3 !~ /^___asan/ { print $3 }' | sort >"$work/names"
same "$work/map" "$work/names" "src/fntoken.map (<) and the global names of the archive (>) differ"
readelf --syms --wide "$archive" | awk '$8 ~ /^fnt_/ && $7 != "UND" && $6 == "HIDDEN" { print $8 }' | sort >"$work/hidden"
same "$work/map" "$work/hidden" "src/fntoken.map (<) and the hidden names of the archive (>) differ"

nm -D --defined-only "$module" | awk '{ print $3 }' | grep -E "^($(tr '\n' '|' <"$work/map")$(sed -n 's/^void \(.*\)(void);$/\1/p' "$names" |
    tr '\n' '|')of_the_module)\$" >"$work/exported"
echo of_the_module | same - "$work/exported" "what the module means to export (<) and what it exports (>) differ"

count=$(grep -c '^void .*;$' "$names")
[ "$count" -gt 300 ] || { echo "only $count inner names are defined by the program"; wrong=1; }
cd "$work" || exit 2
"$fntoken" keygen --out key --public-out jwks >/dev/null && "$fntoken" mint --key key --issuer https://gateway.example.com --subject me \
    --permission 'dev:*' >token || exit 1
for expected in '200 Allowed. dev:env' '403 * other:env'; do
    found=$("$program" "$(cat jwks)" https://gateway.example.com "${expected##* }" "Bearer $(cat token)")
    # shellcheck disable=SC2254 # it is a pattern
    case $found in ${expected% *}) ;; *) echo "${expected##* }: $found"; wrong=1 ;; esac
done
[ "$wrong" -eq 0 ] && echo "archive: $(wc -l <"$work/map") public names; $count inner ones are the program's own"
exit "$wrong"

#!/bin/sh
# SPDX-License-Identifier: MIT
# Every program in tests/house/misuse must compile as it is meant (AS_MEANT), and not as it is misused, so that it fails for its own
# reason and no other. The two that every compiler takes must go on compiling: others look after them (see their comments).
# Usage: check_misuse.sh COMPILER INCLUDE_DIR SOURCE_ROOT     COMPILER may be several words
set -u
[ $# -eq 3 ] || { echo "usage: $0 COMPILER INCLUDE_DIR SOURCE_ROOT" >&2; exit 2; }
compiler=$1 include=$2 root=$3
taken=" header_and_resource_swapped status_taken_for_truth "
count=0 bad=0

compile() { # compile FILE [OPTION]
    $compiler -std=c11 -Wall -Wextra -Werror -I"$include" -c -o /dev/null "$@"
}

for program in "$root"/tests/house/misuse/*.c; do
    name=$(basename "$program" .c) expected="an error" found="an error"
    case $taken in *" $name "*) expected="no error" ;; esac
    compile "$program" >/dev/null 2>&1 && found="no error"
    [ "$found" = "$expected" ] || { echo "$name: expected $expected, found $found"; bad=1; }
    compile "$program" -DAS_MEANT || { echo "$name: does not compile as it is meant either"; bad=1; }
    count=$((count + 1))
done
[ "$count" -eq 13 ] || { echo "expected 13 programs, found $count"; bad=1; }
[ "$bad" -eq 0 ] && echo "misuse: $count programs as expected with $compiler"
exit "$bad"

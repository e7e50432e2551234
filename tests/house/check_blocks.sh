#!/bin/sh
# SPDX-License-Identifier: MIT
# What the documentation shows as C compiles as it stands there: each block that includes the header.
# Usage: check_blocks.sh COMPILER INCLUDE_DIR SOURCE_ROOT     exit 1 where one does not
set -u
cc=$1 include=$2 root=$3
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
wrong=0 count=0

awk -v work="$work" '
/^```c$/ { name = FILENAME; gsub(/[^A-Za-z0-9]/, "_", name); file = work "/" name "_" FNR ".c"; next }
/^```$/ { file = ""; next }
file != "" { print > file }' "$root"/*.md "$root"/docs/*.md

for block in "$work"/*.c; do
    grep -q '#include <fntoken/fntoken.h>' "$block" || continue
    count=$((count + 1))
    $cc -std=c11 -Wall -Wextra -Werror -fsyntax-only -I "$include" "$block" && continue
    echo "the block of C in ${block##*/} (file and line) does not compile"
    wrong=1
done
[ "$count" -gt 0 ] || { echo "no block was found"; wrong=1; }
[ "$wrong" -eq 0 ] && echo "blocks: $count compile"
exit "$wrong"

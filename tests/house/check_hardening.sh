#!/bin/sh
# SPDX-License-Identifier: MIT
# Rule 48: what was built has the hardening that the compiler has.
# Usage: check_hardening.sh FORTIFIED LIBRARY PROGRAM     FORTIFIED: true where _FORTIFY_SOURCE was given
set -u
fortified=$1 library=$2 program=$3
bad=0

has() { # has FILE SENTENCE PATTERN READELF_OPTION: what readelf says has such a line
    readelf --wide "$4" "$1" 2>/dev/null | grep -qE "$3" || { echo "$1: $2"; bad=1; }
}
has_not() {
    readelf --wide "$4" "$1" 2>/dev/null | grep -qE "$3" && { echo "$1: $2"; bad=1; }
}

for file in "$library" "$program"; do
    has "$file" "symbols are bound late" 'FLAGS.*NOW' --dynamic
    has "$file" "no RELRO" 'GNU_RELRO' --segments
    has "$file" "says nothing of its stack" 'GNU_STACK' --segments
    has_not "$file" "an executable stack" 'GNU_STACK.* R?W?E ' --segments
    has_not "$file" "a segment to write and to execute" 'LOAD.* RWE ' --segments
    has_not "$file" "relocations in its text" 'TEXTREL' --dynamic
    has "$file" "no stack protector" 'UND __stack_chk_fail' --dyn-syms
    [ "$fortified" = false ] || has "$file" "nothing is fortified" 'UND __[a-z]*(cpy|set|cat|printf|bzero|move|read)_chk' --dyn-syms
done
has "$program" "not position-independent" 'FLAGS_1.*PIE' --dynamic
[ "$bad" -eq 0 ] && echo "hardening: bound at once, read-only after, stacks protected and not executable, fortified: $fortified"
exit "$bad"

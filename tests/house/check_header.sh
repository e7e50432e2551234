#!/bin/sh
# SPDX-License-Identifier: MIT
# The public header compiles without a warning in every standard that the compiler knows from C11 and C++11 on, freestanding, and on each
# branch of its attributes: none at all, Microsoft's, whose words are in <sal.h>, and a compiler's that has neither these nor GNU's.
# Usage: check_header.sh COMPILER INCLUDE_DIR     exit 1 where it does not
set -u
cc=$1 include=$2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
wrong=0 count=0
mkdir "$work/sal" && echo '#define _Check_return_' > "$work/sal/sal.h"
cat > "$work/use.c" <<'C'
#include <fntoken/fntoken.h>
#if FNT_VERSION_NUMBER < 100
#error "older than 0.1.0"
#endif
int main(void)
{
    fnt_verifier_free(0);
    return (int)fnt_status_http(FNT_OK);
}
C
cp "$work/use.c" "$work/use.cc"

compiles() { # compiles FILE FLAG...
    file=$1; shift
    $cc "$@" -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I "$include" "$work/$file" && count=$((count + 1)) && return
    echo "the header does not compile with: $*"
    wrong=1
}
knows() { echo 'int main(void) { return 0; }' > "$work/empty.$1" && $cc "-std=$2" -fsyntax-only "$work/empty.$1" 2> /dev/null; }

for std in c11 c17 c2x c23; do
    knows c $std && compiles use.c -std=$std
done
for std in c++11 c++14 c++17 c++20 c++2b c++23; do
    knows cc $std && compiles use.cc -std=$std
done
compiles use.c -std=c11 -ffreestanding
compiles use.c -std=c11 -DFNT_NO_ATTRIBUTES
compiles use.c -std=c11 -D_MSC_VER=1940 -I "$work/sal"
compiles use.c -std=c11 -U__GNUC__
[ "$count" -ge 8 ] || { echo "only $count ways were tried"; wrong=1; }
[ "$wrong" -eq 0 ] && echo "header: compiles in $count ways"
exit "$wrong"

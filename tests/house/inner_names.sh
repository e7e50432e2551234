#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints a C file that defines every global name of LIBRARY but the public ones, as a program might that knows nothing of them.
# Usage: inner_names.sh NM LIBRARY...
set -eu
echo 'void abort(void);'
"$@" --extern-only --defined-only | awk 'NF == 3 && $3 !~ /^(fnt_|_)/ && $3 ~ /^[A-Za-z0-9_]+$/ { print $3 }' | sort -u |
    sed 's/.*/void &(void);\nvoid &(void) { abort(); }/'

#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the static archive: one relocatable object in which fnt_* alone stayed global.
# Usage: archive.sh AR OBJCOPY OUT LIBRARY... -- COMPILER...
set -eu
ar=$1 objcopy=$2 out=$3
shift 3
libraries=""
while [ "$1" != -- ]; do
    libraries="$libraries $1"
    shift
done
shift
# shellcheck disable=SC2086 # file names of a build hold no spaces
"$@" -r -nostdlib -o "$out.o" -Wl,--whole-archive $libraries -Wl,--no-whole-archive
"$objcopy" --wildcard --keep-global-symbol='fnt_*' "$out.o"
rm -f "$out"
"$ar" rcs "$out" "$out.o"
rm -f "$out.o"

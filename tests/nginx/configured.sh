#!/bin/sh
# SPDX-License-Identifier: MIT
# nginx's headers are made in a folder of any name, as a clone may lie in one with a blank.
# Usage: configured.sh CONFIGURE NGINX_SOURCE HEADER...     HEADER: those of this build
set -eu
configure=$1 source=$2
shift 2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
bash "$configure" "$source" "$work/a b"
for header; do
    grep -v NGX_CONFIGURE "$header" >"$work/expected" # a line that names the folder
    grep -v NGX_CONFIGURE "$work/a b/${header##*/}" | cmp - "$work/expected"
done

#!/bin/bash
# SPDX-License-Identifier: MIT
# The two headers that nginx's include and its package does not hold, as Debian's nginx was configured.
# Usage: configure.sh SOURCE INTO     SOURCE: where nginx-dev puts nginx's headers; INTO: a folder
set -eu
cd "$1"
. ./conf_flags
mkdir -p "$2/nginx-objs"
objs=$2/nginx-objs
# nginx's own configure splits a name at its blanks.
case $2 in *[!A-Za-z0-9._/+@-]*) objs=$(mktemp -d) && trap 'rm -rf "$objs"' EXIT ;; esac
./configure --with-cc-opt='-O2 -fPIC' "${NGX_CONF_FLAGS[@]}" --builddir="$objs" >"$2/nginx-configure.txt" 2>&1 ||
    { cat "$2/nginx-configure.txt"; exit 1; }
cp "$objs/ngx_auto_config.h" "$objs/ngx_auto_headers.h" "$2"

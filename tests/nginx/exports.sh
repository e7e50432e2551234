#!/bin/sh
# SPDX-License-Identifier: MIT
# The module exports what nginx looks for and nothing else, and needs no library but those that it says.
# Usage: exports.sh MODULE
set -eu
exported=$(nm -D --defined-only "$1" | awk '{ print $3 }' | sort | tr '\n' ' ')
[ "$exported" = "ngx_module_names ngx_module_order ngx_modules " ] || { echo "exports $exported"; exit 1; }
needed=$(readelf -d "$1" | sed -n 's/.*NEEDED.*\[\([a-z]*\).*/\1/p' | sort | tr '\n' ' ')
case $needed in
"libc libcjson libcrypto "*) echo "exports and libraries: as expected" ;;
*) echo "needs $needed"; exit 1 ;;
esac

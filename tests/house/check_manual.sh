#!/bin/sh
# SPDX-License-Identifier: MIT
# The manual pages: mandoc finds nothing, each command has its page, and each page is installed.
# Usage: check_manual.sh SOURCE_ROOT     exit 1 where that is not so, 77 where there is no mandoc
set -u
root=$1 wrong=0 pages=0
for command in $(sed -n 's/^const command command_\([a-z]*\) = .*/\1/p' "$root"/tools/fntoken/*.c) ''; do
    page=fntoken${command:+-$command}.1
    [ -f "$root/docs/man/$page" ] || { echo "there is no docs/man/$page"; wrong=1; }
    grep -q "'$page'" "$root/docs/man/meson.build" || { echo "docs/man/meson.build does not install $page"; wrong=1; }
    pages=$((pages + 1))
done
# The gateway's page has its options.
for option in $(sed -n 's/^ *\[[A-Z_]*\] = {\.name = "\([a-z-]*\)".*/\1/p' "$root/tools/gateway/config.c"); do
    sed 's/\\-/-/g' "$root/docs/man/fntoken-gateway.8" | grep -q "Fl Fl $option\( \|$\)" || { echo "fntoken-gateway.8 has no --$option"; wrong=1; }
done
[ "$pages" -gt 1 ] || { echo "no command was found"; wrong=1; }
[ "$wrong" -eq 0 ] || exit 1
command -v mandoc >/dev/null || { echo "mandoc is not installed: nothing was looked for"; exit 77; }
# Which other pages are installed here says nothing about these.
said=$(mandoc -Tlint "$root"/docs/man/*.[18] | grep -v 'STYLE: referenced manual not found')
[ -z "$said" ] || { echo "$said"; exit 1; }
echo "manual: nothing to say about $pages pages"

#!/bin/sh
# SPDX-License-Identifier: MIT
# The floors of docs/design.md hold, and so do the sizes: a file of src/ includes its own floor and those below, a foreign library
# is included where it is at home, what stands outside uses the public header alone. Every file of code names its licence.
# Usage: check_floors.sh SOURCE_ROOT     prints what it found; exit 1 on a breach
set -u
bad=0
cd "${1:-$(dirname "$0")/../..}" || exit 2

listed() { # what git has or would take; all there is where git is not
    git ls-files --cached --others --exclude-standard 2>/dev/null | grep . || find . -type f ! -path './.git/*' | sed 's|^\./||'
}
files=$(listed | while read -r file; do [ -f "$file" ] && echo "$file"; done)
of() { echo "$files" | grep -E "$1"; }

# shellcheck disable=SC2046 # file names of this project hold no spaces
awk '
function breach(what) { print FILENAME ":" FNR ": " what; bad = 1 }
function floor(path) { # the folder, or "api" for the files above them all
    if (path ~ /^api[a-z_]*\.[ch]$/) return "api"
    sub(/\/[^\/]*$/, "", path)
    return path
}
function allowed_foreign(path) {
    if (path ~ /cJSON\.h$/) return FILENAME == "src/text/document.c"
    if (path ~ /^(mbedtls|psa)\//) return FILENAME ~ /^src\/keys\/crypto\/mbedtls\//
    if (path ~ /^openssl\//) return FILENAME ~ /^src\/keys\/crypto\/openssl\//
    return path !~ /^(stdio|time|locale|ctype|fcntl|signal|unistd)\.h$/ # no I/O, no clock, no locale
}
BEGIN {
    count = split("base text,match fetch,keys/crypto keys/crypto/mbedtls,keys/crypto/openssl,keys/pem keys token " \
                  "token/cache,token/mint token/verifier iam/objects iam/rules iam/explain,iam/lint iam/exchange api", step, " ")
    for (i = 1; i <= count; i++) {
        rooms = split(step[i], room, ",")
        for (j = 1; j <= rooms; j++) level[room[j]] = i
    }
    count = 0
}
FNR == 1 { inside = 0; mine = floor(substr(FILENAME, 5)); outside = FILENAME !~ /^src\//; if (!outside) count++ }
/^[ \t]*#[ \t]*include/ {
    path = $0; sub(/^[^<"]*[<"]/, "", path); sub(/[>"].*/, "", path); theirs = floor(path)
    if (outside) {
        if (theirs in level || path ~ /(^|\/)src\//) breach("includes " path ", which is not public")
        if (FILENAME ~ /^tools\/lib\// && $0 !~ /</ && theirs != substr(FILENAME, 7, length(theirs)) && theirs != "lib/base")
            if (!(FILENAME ~ /^tools\/lib\/keys\// && theirs == "lib/http")) breach("includes " path ", which is not below it")
        if (path == "microhttpd.h" && FILENAME != "tools/lib/http/server.c" || path ~ /^curl\// && FILENAME != "tools/lib/http/curl.h" ||
            path == "lib/http/curl.h" && FILENAME !~ /^tools\/lib\/http\/(call|client|easy|late)\.c$/)
            breach("includes <" path ">, which is not at home here")
    } else if ($0 ~ /</) {
        if (!allowed_foreign(path)) breach("includes <" path ">, which is not at home here")
    } else {
        if (!(theirs in level)) breach("includes " path ", which names no floor")
        if (theirs != mine && level[theirs] >= level[mine]) breach("includes " path ", which is not below it")
    }
}
FILENAME ~ /^(src|tools|nginx)\// && FNR == 401 { breach("is longer than 400 lines") }
FILENAME ~ /^(src|tools|nginx)\// && /^\{$/ { inside = FNR }
FILENAME ~ /^(src|tools|nginx)\// && /^\}$/ {
    if (inside && FNR - inside >= 80) breach("ends a function of " FNR - inside + 1 " lines; 80 are the most")
    inside = 0
}
END { if (count == 0) { print "no files in src"; bad = 1 }; exit bad }' $(of '^(src|tools|nginx|examples)/.*\.[ch]$') /dev/null || bad=1

for file in $(of '(\.(c|h|cc|cpp|sh|py|go|map|js|rs)|(^|/)(meson\.build|meson_options\.txt|Makefile|[A-Za-z_-]*))$'); do
    case $file in
    *.*) ;;
    *) head -c 2 "$file" | grep -q '#!' || continue ;; # without a suffix: scripts alone
    esac
    head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' || { echo "$file: no SPDX line at its head"; bad=1; }
done
[ "$bad" -eq 0 ] && echo "floors: kept"
exit "$bad"

#!/bin/sh
# SPDX-License-Identifier: MIT
# FNT_OK is 0: `if (fnt_authorize(...)) allow();` lets in whom it should not, and no compiler says so. This looks through
# examples/, tools/, nginx/ and tests/ for a status taken for a truth value, as far as text alone can show it: a call of a function
# that returns fnt_status, or a variable named status, which is tested, negated or asserted and not compared.
# Usage: check_style.sh SOURCE_ROOT     prints FILE:LINE: what it found; exit 1 if there is any
set -u
root=${1:-$(dirname "$0")/../..}
header=$root/include/fntoken/fntoken.h

looker='
function blank(t,    out, end) { # comments, strings and characters to nothing, line breaks kept
    out = ""
    while (match(t, /\/\*|\/\/|"|\047/)) {
        out = out substr(t, 1, RSTART - 1)
        end = substr(t, RSTART, RLENGTH); t = substr(t, RSTART + RLENGTH)
        if (end == "/*") {
            at = index(t, "*/"); skip = substr(t, 1, at + 1); t = substr(t, at + 2)
            gsub(/[^\n]/, "", skip); out = out skip
        } else if (end == "//") {
            at = index(t, "\n"); t = substr(t, at ? at : length(t) + 1)
        } else {
            while (substr(t, 1, 1) != end && t != "") t = substr(t, substr(t, 1, 1) == "\\" ? 3 : 2)
            t = substr(t, 2); out = out "0"
        }
    }
    return out t
}
function closing(t,    i, depth, c) { # place of the parenthesis that closes the one t begins with
    for (i = 1; i <= length(t); i++) {
        c = substr(t, i, 1)
        if (c == "(") depth++
        if (c == ")" && --depth == 0) return i
    }
    return length(t)
}
function as_truth(before, after) {
    gsub(/[ \t\n]+$/, "", before); gsub(/^[ \t\n]+/, "", after)
    sub(/\((bool|int)\)$/, "", before)
    if (before ~ /!$/) return 1
    if (before ~ /[=!]=$/ || after ~ /^([=!]=|->|\[)/) return 0
    if (after ~ /^(&&|\|\||\?)/ || before ~ /(&&|\|\|)$/) return 1
    if (before ~ /(bool|_Bool)[ \t\n]+[a-z_0-9]+[ \t\n]*=$/) return 1
    return before ~ /(^|[^a-zA-Z0-9_])(if|while|(cr_)?(assert|expect)(_not)?)[ \t\n]*\($/ && after ~ /^[),]/
}
function look(file, t,    done, name, rest, line, head, breaks) {
    t = blank(t); done = ""; line = 1
    while (match(t, /(^|[^a-zA-Z0-9_.>])(fnt_[a-z0-9_]+[ \t\n]*\(|status[^a-zA-Z0-9_(])/)) {
        head = substr(t, 1, RSTART - 1)
        name = substr(t, RSTART, RLENGTH); rest = substr(t, RSTART + RLENGTH - 1)
        if (name !~ /^[a-z]/) { head = head substr(name, 1, 1); name = substr(name, 2) }
        done = substr(done, length(done) > 200 ? length(done) - 200 : 1) head
        breaks = head; line += gsub(/\n/, "", breaks)
        name = substr(name, 1, length(name) - 1); gsub(/[ \t\n]+$/, "", name)
        after = name in fallible ? substr(rest, closing(rest) + 1) : rest
        if ((name in fallible || name == "status") && as_truth(done, after)) {
            print file ":" line ": " name " is taken for a truth value: compare it with FNT_OK"; found = 1
        }
        done = done name; t = rest
    }
}
FNR == 1 && NR > 1 { if (last != header) look(last, text); text = "" }
{ last = FILENAME; text = text $0 "\n" }
FILENAME == header && /^FNT_TRY fnt_status fnt_/ { split($3, part, "("); fallible[part[1]] = 1 }
END { if (last != header) look(last, text); exit found }'

look() { # look FILE...
    awk -v header="$header" "$looker" "$header" "$@"
}

# What it must find, a line each, and what it must not; else its silence says nothing.
sample=$(mktemp) && trap 'rm -f "$sample"' EXIT || exit 2
cat > "$sample" <<'C'
if (fnt_authorize(v, h, n, "a:b)", 3, now, NULL, NULL)) allow();
if (!fnt_verify(v, f(j), n, now, &t, NULL)) allow();
while (fnt_bearer_token(h, n, &j, &m)) again();
if (ready && fnt_report_new(&why)) allow();
if (fnt_report_new(&why) || ready) allow();
ok = fnt_patterns_permit(p, r, n, NULL) ? 1 : 0;
bool allowed = fnt_pattern_match(p, n, r, m);
assert(fnt_key_generate(FNT_ES256, &key));
cr_assert(fnt_key_generate(FNT_ES256, &key), "a key");
if (status) allow();
if (!status && ready) allow();
C
expected=$(wc -l < "$sample")
found=$(look "$sample" | cut -d: -f2 | sort -nu | grep -c .)
[ "$found" -eq "$expected" ] || { echo "check_style.sh finds $found of its $expected samples:"; look "$sample"; exit 1; }
look "$root/tests/house/misuse/status_taken_for_truth.c" >/dev/null && { echo "check_style.sh misses that of tests/house/misuse"; exit 1; }
cat > "$sample" <<'C'
if (fnt_authorize(v, h, n, "a:b", 3, now, NULL, NULL) == FNT_OK && (FNT_OK == fnt_report_new(&why))) allow();
/* if (fnt_verify(v)) */ say("if (fnt_verify(v))"); // if (fnt_verify(v))
fnt_status status = fnt_report_new(&why), other = status == FNT_OK ? fnt_report_json(why, &j, &n) : status;
while (fnt_report_text(why, 0, 1, NULL) && fnt_status_http(fnt_verify(v, j, n, now, &t, NULL)) == 200) i++;
if (reply.status || !reply->status || status_known(status) || ready) return status != FNT_OK;
C
look "$sample" || { echo "check_style.sh finds what is none"; exit 1; }

files=$(cd "$root" && find examples tools nginx tests -path tests/house/misuse -prune -o -name '*.[ch]' -print 2>/dev/null | sort)
[ -n "$files" ] || { echo "no files to look at below $root"; exit 1; }
# shellcheck disable=SC2086 # file names of this project hold no spaces
cd "$root" && header=include/fntoken/fntoken.h && look $files || exit 1
echo "style: no status is taken for a truth value in $(echo "$files" | wc -l) files"

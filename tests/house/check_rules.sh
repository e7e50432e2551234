#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/rules.md and the code agree:
# - every rule that is cited ("rule N", "rules N, M and K", "rules N to M", a test's name that begins with rule_N_) is in the list;
# - every rule of the list names tests that exist, and a file in tests/ cites it by its own number (a range proves nothing);
# - a rule that is not built in full has a mark and a paragraph "Not yet"; a mark of a part whose folder exists is an error;
# - a comment that names a file (.md, .c, .h, .cc, .cpp, .sh, .py, .txt) names one of this repository.
# Usage: check_rules.sh SOURCE_ROOT     prints FILE:LINE: what it found; exit 1 if there is any
set -u
root=$(cd "${1:-$(dirname "$0")/../..}" && pwd) || exit 2

checker='
function fault(where, what) { print where ": " what; bad = 1 }
function ends(path, name) { return path == name || substr(path, length(path) - length(name)) == "/" name }
function lines(t) { return gsub(/\n/, "", t) }

# ---- the list
function finish_rule() {
    if (!rule) return
    if (marks[rule] != "" && !not_yet) fault(list ":" rule_line, "rule " rule " has a mark and no paragraph \"Not yet\"")
    if (marks[rule] == "" && not_yet) fault(list ":" rule_line, "rule " rule " is not built in full and has no mark")
    if (marks[rule] == "" && !tests_of[rule]) fault(list ":" rule_line, "rule " rule " names no test")
}
function begin_rule(head,    i, n, word) {
    finish_rule()
    rule = head; sub(/^### /, "", rule); sub(/\..*/, "", rule); rule += 0
    if (rule in known) fault(list ":" FNR, "rule " rule " stands twice")
    if (rule != last_rule + 1) fault(list ":" FNR, "rule " rule " follows rule " last_rule)
    known[rule] = last_rule = rule; rule_line = FNR; not_yet = 0; marks[rule] = ""
    if (!match(head, /\(`[a-z]+`(, `[a-z]+`)*\)$/)) return
    marks[rule] = substr(head, RSTART + 1, RLENGTH - 2); gsub(/[`,]/, "", marks[rule])
    n = split(marks[rule], word, " ")
    for (i = 1; i <= n; i++) {
        if (!(word[i] in folder)) fault(list ":" FNR, word[i] " is no mark")
        else if (folder[word[i]] in is_folder) fault(list ":" FNR, "rule " rule " still has the mark " word[i] ", and " folder[word[i]] "/ exists")
    }
}
function list_tests(line,    n, i, part) {
    if (line ~ /^- `/) { match(line, /`[^`]*`/); test_file = substr(line, RSTART + 1, RLENGTH - 2); line = substr(line, RSTART + RLENGTH) }
    else if (line !~ /^  / || test_file == "") { test_file = ""; return }
    if (count_of[test_file] != 1) { fault(list ":" FNR, test_file " names " count_of[test_file] + 0 " files of tests/, fuzz/ and bindings/"); return }
    tests_of[rule]++
    n = split(line, part, "`")
    for (i = 2; i <= n; i += 2) { wanted[++wants] = part[i]; wanted_in[wants] = test_file; wanted_at[wants] = FNR }
}

# ---- citations
function cite(file, line, number, alone) {
    if (!(number in known)) fault(file ":" line, "rule " number " is not in " list)
    if (alone && file ~ /^tests\//) cited[number] = 1
}
function cite_all(file, line, text, plural,    number, to, from) { # "28, 30 to 32" with blanks and words taken out: "28 30-32"
    from = 0
    while (match(text, /[0-9]+/)) {
        to = substr(text, 1, RSTART - 1) ~ /to/; number = substr(text, RSTART, RLENGTH) + 0
        text = substr(text, RSTART + RLENGTH)
        if (to) { for (from++; from <= number; from++) cite(file, line, from, 0) }
        else cite(file, line, number, text !~ /^[^0-9]*to/)
        from = number
        if (!plural) return
    }
}
function citations(file, t,    line, hit, all) {
    line = 1
    while (match(t, /(^|[^A-Za-z0-9_-])([Rr]ules?([ \t]|\n[ \t]*[*#\/]*)+[0-9]|rules?_[0-9])/)) {
        line += lines(substr(t, 1, RSTART + RLENGTH - 1))
        hit = substr(t, RSTART, RLENGTH); t = substr(t, RSTART + RLENGTH - 1)
        if (hit ~ /_[0-9]$/) match(t, /^[0-9]+(_to_[0-9]+|_[0-9]+)*/)
        else match(t, /^[0-9]+((,|,?[ \t\n*#\/]+(and|or|to))[ \t\n*#\/]+[0-9]+)*/)
        all = substr(t, 1, RLENGTH)
        cite_all(file, line, all, hit ~ /rules|_[0-9]$|Rules/)
        line += lines(all); t = substr(t, RLENGTH + 1)
    }
}

# ---- files that comments name
function comments(t, c,    out, at, end, start) { # all but comments to nothing, line breaks kept
    out = ""; start = c ? "/[*]|//|\"|\047" : "(^|[ \t\n])#[^\n]*"
    while (match(t, start)) {
        out = out blank(substr(t, 1, RSTART - 1))
        if (!c) { out = out substr(t, RSTART, RLENGTH); t = substr(t, RSTART + RLENGTH); continue }
        end = substr(t, RSTART, RLENGTH); t = substr(t, RSTART + RLENGTH)
        if (end == "/*" || end == "//") {
            at = index(t, end == "/*" ? "*/" : "\n"); at = at ? at : length(t) + 1
            out = out substr(t, 1, at - 1); t = substr(t, at)
        } else {
            while (t != "" && substr(t, 1, 1) != end) { out = out blank(substr(t, 1, 1)); t = substr(t, substr(t, 1, 1) == "\\" ? 3 : 2) }
            t = substr(t, 2)
        }
    }
    return out
}
function blank(t) { gsub(/[^\n]+/, " ", t); return t }
function named_files(file, t,    line, name) {
    t = comments(t, file ~ /\.(c|h|cc|cpp)$/); line = 1
    while (match(t, /[A-Za-z0-9_<][A-Za-z0-9_.\/-]*\.(md|c|h|cc|cpp|sh|py|txt)/)) {
        line += lines(substr(t, 1, RSTART - 1)); name = substr(t, RSTART, RLENGTH); t = substr(t, RSTART + RLENGTH)
        if (t ~ /^[A-Za-z0-9_]/ || name ~ /^</ || name in exists) continue
        fault(file ":" line, "a comment names " name ", which is not in the repository")
    }
}
function look(file, t,    i) {
    if (file ~ /(^|\/)check_rules\.sh$/) return # its samples are made up
    citations(file, t)
    if (file !~ /\.md$/) named_files(file, t)
    for (i = 1; i <= wants; i++)
        if (ends(file, wanted_in[i]) && file ~ /^(tests|fuzz|bindings)\// && index(t, wanted[i])) found[i] = 1
}

BEGIN {
    list = "docs/rules.md"; last_rule = 0
    folder["guard"] = "nginx/recipes/forward-auth"
    folder["gateway"] = folder["bounded"] = "-"
}
NR == FNR { # the names of all files: each path, and each of its ends behind a slash
    path = $0
    for (p = path; p != ""; p = index(p, "/") ? substr(p, index(p, "/") + 1) : "") { exists[p] = 1; if (path ~ /^(tests|fuzz|bindings)\//) count_of[p]++ }
    for (p = path; sub(/\/[^\/]*$/, "", p);) is_folder[p] = 1
    next
}
FILENAME == list {
    if (/^### [0-9]/) { begin_rule($0); test_file = "" }
    else if (/^## /) { finish_rule(); rule = 0 }
    else if (rule) { if (/^Not yet/) not_yet = 1; list_tests($0) }
    next
}
FNR == 1 { finish_rule(); rule = 0; if (last != "") look(last, text); text = ""; last = FILENAME }
{ text = text $0 "\n" }
END {
    if (last_rule == 0) fault(list, "holds no rule")
    if (last != "") look(last, text)
    for (i = 1; i <= wants; i++)
        if (!found[i]) fault(list ":" wanted_at[i], wanted_in[i] " has no test " wanted[i])
    for (i = 1; i <= last_rule; i++)
        if (marks[i] == "" && !cited[i]) fault(list, "rule " i " is cited by no test")
    if (!bad && summary) {
        for (i = 1; i <= last_rule; i++) if (marks[i] != "") open = open " " i " (" marks[i] ")"
        print "rules: " last_rule " are cited and proved; not built in full:" (open == "" ? " none" : open)
    }
    exit bad
}'

listed() { # what git has or would take; all there is where git is not
    git ls-files --cached --others --exclude-standard 2>/dev/null | grep . || find . -type f ! -path './.git/*' | sed 's|^\./||'
}
check() { # check ROOT [1]   with 1 a line that sums up
    (
        cd "$1" || exit 2
        listed | while read -r file; do [ -f "$file" ] && echo "$file"; done | sort > "$work/files"
        looked=$(grep -E '^(src|tests|tools|include|fuzz|examples|bench|nginx|bindings)/.*(\.(c|h|cc|cpp|sh|py|go)|meson\.build)$|^docs/[a-z-]*\.md$|^[A-Z]*\.md$' "$work/files" |
            grep -vE '^(docs/rules|CHANGELOG)\.md$')
        # shellcheck disable=SC2086 # file names of this project hold no spaces
        awk -v summary="${2:-}" "$checker" "$work/files" docs/rules.md $looked
    )
}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2

# ---- what it must find, and what it must not; else its silence says nothing
sample=$work/sample
mkdir -p "$sample/docs" "$sample/src" "$sample/tests/unit" "$sample/nginx/recipes/forward-auth" && : > "$sample/nginx/recipes/forward-auth/a.conf" || exit 2
cat > "$sample/docs/rules.md" <<'MD'
# Rules
### 1. Alone
- `test_a.c`: `rule_1_holds`,
  `rules_1_2_hold`
### 2. In a list
- `test_a.c`: `rules_1_2_hold`
### 3. Only ever inside a range
- `test_a.c`: `rules_1_2_hold`
### 4. Not built (`bounded`, `gateway`)
Not yet (`bounded`): anything.
### 5. Across lines
- `test_a.c`: `a test by its title`
## Notes
- `nothing.c`: `is a test here`
MD
cat > "$sample/src/a.c" <<'C'
/* rules 1, 2 and 4; see rules.md, <string.h> and a.c (rule
 * 5), rules 1 to 5 */
const char *s = "see nowhere.md"; // Rule 1's
C
cat > "$sample/tests/unit/test_a.c" <<'C'
Test(a, rule_1_holds) {} /* rules 1 to 5 are no proof of 3; rule 5 */
Test(a, rules_1_2_hold) { t("a test by its title"); } /* rule 3 */
C
check "$sample" || { echo "check_rules.sh finds what is none"; exit 1; }
finds() { # finds WORDS FILE SED_SCRIPT   once FILE is changed so, WORDS are printed
    cp "$sample/$2" "$work/kept"
    sed "$3" "$work/kept" > "$sample/$2"
    cmp -s "$work/kept" "$sample/$2" && { echo "check_rules.sh: the sample for '$1' changes nothing"; exit 1; }
    check "$sample" > "$work/found" && { echo "check_rules.sh misses: $1"; exit 1; }
    grep -qF "$1" "$work/found" || { echo "check_rules.sh says instead of '$1':"; cat "$work/found"; exit 1; }
    cp "$work/kept" "$sample/$2"
}
finds 'src/a.c:1: rule 6 is not' src/a.c 's/and 4/and 6/'
finds 'src/a.c:2: rule 7 is not' src/a.c 's/ 5)/ 7)/'
finds 'src/a.c:2: rule 6 is not' src/a.c 's/to 5/to 6/'
finds 'src/a.c:3: rule 9 is not' src/a.c 's/Rule 1/Rule 9/'
finds 'a.c:2: rule 8 is not' tests/unit/test_a.c 's/rules_1_2/rules_1_8/'
finds 'a.c:1: rule 8 is not' tests/unit/test_a.c 's/rule_1_holds/rule_8_holds/'
finds 'rule 3 is cited by no test' tests/unit/test_a.c 's|/. rule 3 ./||'
finds 'has no test rule_1_holds' tests/unit/test_a.c 's/rule_1_holds/rule_1_is_kept/'
finds 'has no test a test by its title' tests/unit/test_a.c 's/by its/by a/'
finds 'rule 5 names no test' docs/rules.md '/its title/d'
finds 'test_b.c names 0 files' docs/rules.md 's/test_a.c`: `rules/test_b.c`: `rules/'
finds 'unit/test_a.c has no test nothing' docs/rules.md 's|test_a.c`: `rules_1_2_hold|unit/test_a.c`: `nothing|'
finds 'has a mark and no paragraph' docs/rules.md '/^Not yet/d'
finds 'has no mark' docs/rules.md 's/ (`bounded.*//'
finds 'sometime is no mark' docs/rules.md 's/`bounded`, `gateway`/`sometime`/'
finds 'still has the mark guard, and nginx/recipes/forward-auth/ exists' docs/rules.md 's/`gateway`)/`guard`)/'
finds 'rule 3 follows rule 1' docs/rules.md '/^### 2/d'
finds 'rule 1 stands twice' docs/rules.md 's/^### 2/### 1/'
finds 'holds no rule' docs/rules.md 's/^###/####/'
finds 'a.c:1: a comment names house.md' src/a.c 's/rules.md/house.md/'
finds 'a.c:3: a comment names b.c' src/a.c 's/Rule/b.c: Rule/'

check "$root" 1

#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The command line from outside: every command, every way to hold it wrong. What the library decides is tested elsewhere; here it
# is what goes to which stream, what is exited with, and which files are read and written.
#
# Usage: test_cli.sh FNTOKEN
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
case ${1:?usage: test_cli.sh FNTOKEN} in
*/*) fntoken=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") ;;
*) fntoken=$1 ;;
esac
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
cd "$work" || exit 2
umask 022
passed=0 failed=0
input=/dev/null

bad() {
    failed=$((failed + 1))
    printf 'not ok - %s: %s\n' "$name" "$1"
    sed 's/^/    stdout: /' out
    sed 's/^/    stderr: /' err
}

# holds FILE WORDS: "=" empty, "*" anything, "^..." a regular expression, else words that it must contain.
holds() {
    case $2 in
    '*') true ;;
    '=') [ ! -s "$1" ] ;;
    '^'*) grep -q -- "$2" "$1" ;;
    *) grep -qF -- "$2" "$1" ;;
    esac
}

# t NAME STATUS STDOUT STDERR ARGUMENT...: standard input is $input.
t() {
    name=$1 want=$2 stdout=$3 stderr=$4
    shift 4
    "$fntoken" "$@" < "$input" > next 2> err
    got=$?
    mv next out # not before: the input may be what came out last
    input=/dev/null
    if [ "$got" -ne "$want" ]; then
        bad "exit status $got, expected $want"
    elif ! holds out "$stdout"; then
        bad "stdout is not: $stdout"
    elif ! holds err "$stderr"; then
        bad "stderr is not: $stderr"
    else
        passed=$((passed + 1))
    fi
}

# Standard input for the next t.
feed() {
    printf '%b' "$1" > input
    input=input
}

is() { # NAME CONDITION...: any other fact
    name=$1
    shift
    if "$@"; then passed=$((passed + 1)); else : > out; : > err; bad "it is not so that $*"; fi
}

for part in usage keys tokens key_forms decisions exchange iam yaml revoke pages; do
    . "$here/$part.sh"
done

printf 'test_cli: %s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

#!/bin/sh
# SPDX-License-Identifier: MIT
# What the scripts say where packages are missing: without root and sudo which ones to install; where apt-get fails, why it failed.
# Usage: check_packages.sh SOURCE_ROOT
set -u
cd "$1" || exit 2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
bad=0
for tool in sh env dirname mktemp sed head tail rm; do ln -s "$(command -v "$tool")" "$work/$tool"; done

fake() { # fake NAME LINE: a program of that name
    printf '#!/bin/sh\n%s\n' "$2" >"$work/$1" && chmod +x "$work/$1"
}
says() { # says SENTENCE PATTERN...: scripts/quickstart exits with 2, and its standard error has them all
    what=$1
    shift
    PATH=$work sh scripts/quickstart >/dev/null 2>"$work/said"
    status=$?
    [ "$status" -eq 2 ] || { echo "$what: exit status $status"; bad=1; }
    for pattern in "$@"; do
        grep -q -e "$pattern" "$work/said" || { echo "$what: nothing said like $pattern"; sed 's/^/    /' "$work/said"; bad=1; }
    done
}

fake dpkg-query 'exit 1'
says "no apt-get" 'no apt-get; install what these Debian packages hold.* libmbedtls-dev libcjson-dev libyaml-dev'
fake apt-get 'echo "E: the mirror is away"; exit 100'
fake id 'echo 1000'
says "no root, no sudo" 'not root, and there is no sudo: install these as root .* libmbedtls-dev libcjson-dev libyaml-dev'
fake sudo 'echo "as root: $*"; exec "$@"'
says "sudo" '^as root: env .*apt-get update$' '^E: the mirror is away$' 'apt-get failed; the lines above say why'
fake id 'echo 0'
says "root" '^E: the mirror is away$' 'apt-get failed; the lines above say why'
[ "$bad" -eq 0 ] && echo "packages: what is missing is told"
exit "$bad"

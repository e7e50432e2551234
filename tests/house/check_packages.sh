#!/bin/sh
# SPDX-License-Identifier: MIT
# What the scripts do where packages are missing: without root and sudo they say which ones to install; where apt-get fails they try again, mend
# what a killed dpkg left, and say in the end why it failed. And a build folder that a killed meson left is made anew.
# Usage: check_packages.sh SOURCE_ROOT
set -u
cd "$1" || exit 2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
bad=0
for tool in sh env dirname mktemp sed head tail rm cat mkdir; do ln -s "$(command -v "$tool")" "$work/$tool"; done

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
fake sleep "echo \"\$1\" >>$work/slept"
says "no apt-get" 'no apt-get; install what these Debian packages hold.* libmbedtls-dev libcjson-dev libyaml-dev'
fake apt-get 'echo "E: the mirror is away"; exit 100'
fake id 'echo 1000'
says "no root, no sudo" 'not root, and there is no sudo: install these as root .* libmbedtls-dev libcjson-dev libyaml-dev'
fake sudo 'echo "as root: $*"; exec "$@"'
says "sudo" '^as root: env .*apt-get .*update$' '^E: the mirror is away$' 'apt-get failed; the lines above say why'
fake id 'echo 0'
says "root" '^E: the mirror is away$' 'apt-get failed; the lines above say why'
[ "$(tr '\n' ' ' <"$work/slept")" = '5 20 5 20 ' ] || { echo "apt-get that fails: not tried three times each"; bad=1; }

needs() { # needs SENTENCE LAST: "need thing", with apt-get as it is now; standard error is empty, and the last thing done is LAST
    : >"$work/done"
    PATH=$work sh -ec '. scripts/packages.sh; need thing' >/dev/null 2>"$work/said" && [ ! -s "$work/said" ] && [ "$(tail -n 1 "$work/done")" = "$2" ] && return
    echo "$1: not so, but: $(cat "$work/said" "$work/done")"
    bad=1
}
fake dpkg "echo dpkg \"\$@\" >>$work/done"
fake apt-get "case \"\$*\" in *update) echo update >>$work/done; exit 0 ;; esac
echo install >>$work/done; for line in 1 2 3; do read -r line || exit 100; done <$work/done"
needs "apt-get that fails once" install
[ "$(tr '\n' ' ' <"$work/done")" = 'update install dpkg --configure -a install ' ] || { echo "not so: $(cat "$work/done")"; bad=1; }
fake apt-get "echo \"\$*\" >>$work/done; for line in 1 2 3; do read -r line || exit 100; done <$work/done; echo fine >>$work/done"
needs "a list that can't be fetched twice" fine

cat >"$work/meson" <<'END'
#!/bin/sh
echo "meson $*" >>"$work/done"
[ ! -e "$2/meson-private/coredata.dat" ] || exit 0
mkdir -p "$2/meson-private" "$2/meson-info"
: >"$2/meson-private/coredata.dat"
[ -z "$killed" ] || kill -9 $$
: >"$2/build.ninja"
: >"$2/meson-info/meson-info.json"
END
chmod +x "$work/meson"
for killed in yes ""; do
    PATH=$work work=$work killed=$killed sh -ec '. scripts/packages.sh; setup "$work/build" -Dx=y' >/dev/null 2>&1
done
[ -e "$work/build/build.ninja" ] || { echo "behind a killed meson nothing is set up"; bad=1; }
[ "$bad" -eq 0 ] && echo "packages: what is missing is told, what failed is tried again"
exit "$bad"

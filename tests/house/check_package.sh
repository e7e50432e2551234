#!/bin/sh
# SPDX-License-Identifier: MIT
# The library as others get it: as a subproject, where it is all that is built; installed, with everything that belongs there and nothing
# else; through pkg-config, shared and as an archive. README.md's program is built in each way and answers.
# Usage: check_package.sh SOURCE_ROOT PROGRAM_C CRYPTO FNTOKEN COMPILER...     PROGRAM_C: README.md's; CRYPTO: as the option of that name
set -u
root=$1 program=$(realpath "$2") crypto=$3 fntoken=$(realpath "$4")
shift 4
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
cd "$work" || exit 2
wrong=0

run() { # run SENTENCE COMMAND...
    what=$1
    shift
    "$@" >log 2>&1 && return
    echo "$what:"
    tail -n 20 log
    exit 1
}
same() { # same FOUND EXPECTED SENTENCE
    [ "$1" = "$2" ] && return
    printf '%s: expected\n%s\nfound\n%s\n' "$3" "$2" "$1"
    wrong=1
}
answers() { # answers PROGRAM SENTENCE: README.md's program lets the token call, and not without it
    found=$("$1" "$(cat jwks)" https://gateway.example.com dev:env "Bearer $(cat token)" 2>&1)
    same "$found" "200 Allowed." "$2"
    found=$("$1" "$(cat jwks)" https://gateway.example.com dev:env "" 2>&1)
    same "${found%% *}" 401 "$2, without a token"
}
needs() { # needs PROGRAM: which of its needed libraries is libfntoken
    readelf -d "$1" | sed -n 's/.*NEEDED.*\[\(libfntoken[^]]*\)\].*/\1/p'
}

"$fntoken" keygen --out key --public-out jwks >/dev/null || exit 1
"$fntoken" mint --key key --issuer https://gateway.example.com --subject me --permission 'dev:*' >token || exit 1

mkdir -p super/subprojects
ln -s "$root" super/subprojects/libfntoken
cp "$program" super/mine.c
cat >super/meson.build <<'END'
project('super', 'c')
executable('mine', 'mine.c', dependencies: dependency('fntoken', fallback: 'libfntoken'))
END
export CC="$*"
unset CFLAGS LDFLAGS LD_LIBRARY_PATH
run "setting up a project around it" meson setup build super --prefix="$work/both" --libdir=lib -Doptimization=0 -Ddebug=false \
    -Ddefault_library=both -Dlibfntoken:crypto="$crypto" --wrap-mode=forcefallback
same "$(meson introspect --tests build)" "[]" "tests of a subproject"
same "$(meson introspect --targets build | tr ',' '\n' | sed -n 's/^.*{\{0,1\}"name": "\(.*\)"$/\1/p' | sort | tr '\n' ' ')" \
    "archive fntoken fntoken_facade fntoken_hidden_facade fntoken_inner fntoken_$crypto mine " "targets of a project around it"
run "building it" ninja -C build
answers build/mine "a project around it"

run "installing" meson install -C build --no-rebuild
version=$(sed -n "s/^ *version: '\(.*\)',/\1/p" "$root/meson.build")
same "$(cd both && find . ! -type d | sort)" "./include/fntoken/fntoken.h
./lib/libfntoken.a
./lib/libfntoken.so
./lib/libfntoken.so.0
./lib/libfntoken.so.$version
./lib/pkgconfig/fntoken.pc
./share/licenses/libfntoken/COPYING" "what is installed"

# What the linker is told here stands in docs/linking.md.
export PKG_CONFIG_PATH="$work/both/lib/pkgconfig"
same "$(pkg-config --cflags fntoken | xargs)" "-I$work/both/include" "pkg-config --cflags"
# shellcheck disable=SC2046 # lists of words, here and below
run "building with the shared library" "$@" -std=c11 -o shared super/mine.c $(pkg-config --cflags --libs fntoken)
same "$(needs shared)" libfntoken.so.0 "needed by a program with the shared library"
export LD_LIBRARY_PATH="$work/both/lib"
answers ./shared "with the shared library"
unset LD_LIBRARY_PATH
# shellcheck disable=SC2046
run "building with the archive" "$@" -std=c11 -o embedded super/mine.c $(pkg-config --cflags fntoken) \
    $(pkg-config --static --libs fntoken | sed 's/-lfntoken/-l:libfntoken.a/')
same "$(needs embedded)" "" "needed by a program with the archive"
answers ./embedded "with the archive"

run "configuring without the shared library" meson configure build -Ddefault_library=static -Dlibfntoken:default_library=static -Dprefix="$work/static"
run "building without the shared library" ninja -C build
same "$(needs build/mine)" "" "needed by a program in a project around it, without the shared library"
answers build/mine "a project around it, without the shared library"
run "installing without the shared library" meson install -C build --no-rebuild
same "$(cd static/lib && find . ! -type d | sort | xargs)" "./libfntoken.a ./pkgconfig/fntoken.pc" "installed without the shared library"
export PKG_CONFIG_PATH="$work/static/lib/pkgconfig"
for static in "" --static; do
    # shellcheck disable=SC2046,SC2086
    run "building without the shared library" "$@" -std=c11 -o alone super/mine.c $(pkg-config --cflags --libs $static fntoken)
    answers ./alone "without the shared library"
done

# Nothing shared at all, where the system has archives of what the library needs. Debian has none of cJSON, and nothing else is missing.
# shellcheck disable=SC2046
if "$@" -static -std=c11 -o all_static super/mine.c $(pkg-config --static --cflags --libs fntoken) >log 2>&1; then
    answers ./all_static "with nothing shared"
    all="and with nothing shared"
else
    same "$(sed -n 's/.*\(cannot find\|unable to find library\) \(-l[a-z]*\).*/\2/p' log | sort -u | xargs)" -lcjson "what -static lacks here"
    all="and with nothing shared as soon as there is a libcjson.a"
fi
[ "$wrong" -eq 0 ] && echo "package: as a subproject, shared, as an archive, alone, $all"
exit "$wrong"

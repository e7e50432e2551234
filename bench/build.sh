# SPDX-License-Identifier: MIT
# Sourced by scripts/bench and bench/compare, in the root of the tree, after scripts/packages.sh.

# What the benchmarks and the C peers need besides the library.
need_bench() {
    # shellcheck disable=SC2154,SC2086
    need $build_packages g++ python3 libjwt-dev libjansson-dev libre2-dev
    if [ "$(dpkg --print-architecture)" = amd64 ]; then need libhyperscan-dev; else need libvectorscan-dev; fi
}

# has_backends: whether the build can choose a crypto library.
has_backends() {
    grep -q "^option('crypto'" meson_options.txt
}

# build_bench FOLDER [MESON OPTIONS]
build_bench() {
    build_released "$@" -Dtools=false
}

# build_gateway FOLDER [MESON OPTIONS]
build_gateway() {
    build_released "$@" -Dtools=true -Dgateway=enabled
}

# build_guard FOLDER: the module, and the command line that makes its keys.
build_guard() {
    build_released "$@" -Dtools=true -Dgateway=disabled -Dnginx=enabled -Dcrypto=openssl
}

build_released() {
    setup "$@" --buildtype=release -Dtests=false -Dexamples=false -Dbench=true
    ninja -C "$1" >"$1/ninja.txt" 2>&1 || { cat "$1/ninja.txt" >&2; exit 1; }
}

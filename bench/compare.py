# SPDX-License-Identifier: MIT
"""The library beside its peers. bench/compare builds and calls this: compare.py BUILD... -- [--json FILE] [--publish]."""
import json
import os
import sys

import peers
import results
import run
import tables

MATCH_COUNTS = ["2", "10", "100", "478", "1000", "10000"]
# Hyperscan takes about 2 ms to compile a pattern.
C_MATCH_NAMES = {"fnmatch": "fnmatch", "re2": "RE2::Set", "re2_large": "RE2::Set, 1 GiB", "hyperscan": "Hyperscan"}


def own(builds):
    """{"mbedtls-2.28.3": figures}"""
    found = {}
    for build in builds:
        figures = run.own_figures(os.path.join(build, "bench"))
        found[figures["backend"]] = figures
    return found


def compare(builds):
    head = {"schema": 1, "date": results.when(), "machine": results.machine(), "load_before": results.load()}
    bench = os.path.join(builds[0], "bench")
    work = os.path.abspath(run.make_work(bench))
    ours = own(builds)
    first = next(iter(ours.values()))
    in_c = run.c_peers(bench, work, first, MATCH_COUNTS)
    matching = {C_MATCH_NAMES[name]: in_c[name] for name in C_MATCH_NAMES}
    matching.update(peers.matchers(builds[0], work, MATCH_COUNTS))
    for name, found in matching.items():
        run.check_hits(name, found, first)
    verifying = {**peers.verifiers(builds[0], work), "libjwt": in_c["libjwt"]}
    return {**head, "load_after": results.load(), "own": ours, "verifiers": verifying, "matchers": matching}


def main():
    split = sys.argv.index("--")
    builds, options = sys.argv[1:split], sys.argv[split + 1:]
    found = compare(builds)
    if "--json" in options:
        with open(options[options.index("--json") + 1], "w", encoding="utf-8") as to:
            json.dump(found, to, indent=1)
    print(tables.everything(found))
    if "--publish" in options:
        import publish
        publish.publish(found)


if __name__ == "__main__":
    main()

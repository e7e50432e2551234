# SPDX-License-Identifier: MIT
"""The library's own figures and those of the C peers. scripts/bench builds and calls this: run.py BUILD [--json] [--counts]."""
import json
import os
import re
import subprocess
import sys

import results

OWN = [["bench_cached"], ["bench_uncached"], ["bench_overhead"], ["bench_memory"], ["bench_refused"],
       ["bench_refused_no_crypto", "--without-crypto"], ["bench_match"]]
MATCHERS = ["fnmatch", "re2", "re2_large", "hyperscan"]
PEER_COUNTS = ["10", "478"]

# Calls to count, and the program: with mbedTLS one verification is 13 million instructions.
COUNTS = [("cached_hot", 1000, ""), ("cached_1000", 1000, ""), ("cached_changing_resource", 1000, ""), ("cached_report", 200, ""), ("uncached", 5, ""),
          ("uncached_bare", 5, ""), ("overhead", 200, "_no_crypto"), ("cjson", 200, ""), ("match.10", 1000, ""),
          ("match.478", 1000, ""), ("compile.10", 200, ""), ("compile.478", 20, ""), ("exchange.1", 200, "_no_crypto"), ("exchange.300", 200, "_no_crypto"),
          ("cached_revoked.0", 1000, ""), ("cached_revoked.1000", 1000, ""), ("cached_revoked.100000", 1000, ""),
          ("revoke.1000", 200, ""), ("revoke.100000", 200, "")]


def fail(message):
    sys.exit("bench: " + message)


def make_work(bench):
    folder = os.path.join(bench, "work")
    os.makedirs(folder, exist_ok=True)
    subprocess.run([os.path.join(bench, "bench_work"), folder], check=True)
    return folder


def own_figures(bench):
    figures = {}
    for command in OWN:
        found = results.run([os.path.join(bench, command[0])] + command[1:])
        if found is None:
            fail("a program of ours failed; nothing is reported")
        figures.update(found)
    return figures


def check_hits(name, found, ours):
    """Everybody must give the same answers, or the times compare different things."""
    for count, hits in found.get("match_hits", {}).items():
        if hits != ours["match_hits"][count]:
            fail("%s matches %s of 1,000 resources at N = %s, and the library %s" % (name, hits, count, ours["match_hits"][count]))


def c_peers(bench, folder, ours, counts):
    peers = {}
    for name in ["libjwt"] + MATCHERS:
        program = os.path.join(bench, "peers", "c", "peer_" + name)
        if not os.path.exists(program):
            peers[name] = {"left_out": "its development files are not installed"}
            continue
        found = results.run([program, folder] + (counts if name in MATCHERS else []))
        peers[name] = found if found is not None else {"left_out": "it failed"}
        check_hits(name, peers[name], ours)
    return peers




def print_table(figures):
    for name, value in figures.items():
        if name == "peers":
            for peer, found in value.items():
                print()
                print(peer)
                print_table(found)
        elif isinstance(value, dict):
            print("%-34s" % name, "  ".join("%s: %s" % item for item in value.items()))
        else:
            print("%-34s %s" % (name, value))


# ---- instruction counts -----------------------------------------------------------------------------------------------

def count(program, path, calls):
    command = ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=counted", "--callgrind-out-file=/dev/null",
               program, path, str(calls)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    total = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or total is None:
        fail("callgrind failed: " + done.stderr[-2000:])
    return int(total.group(1)) / calls


def counts(bench):
    nothing = count(os.path.join(bench, "bench_counts"), "nothing", 1000)
    found = {}
    for name, calls, form in COUNTS:
        path = "uncached" if name == "overhead" else name
        found[name] = round(count(os.path.join(bench, "bench_counts" + form), path, calls) - nothing, 1)
    for size in (10, 478):
        found["compile_per_pattern.%d" % size] = round(found.pop("compile.%d" % size) / size, 1)
    bare = found["uncached_bare"]
    found["unexplained_percent_of_bare"] = round(100 * (found["uncached"] - bare - found["overhead"]) / bare, 4)
    found["overhead_to_cjson_ratio"] = round(found["overhead"] / found["cjson"], 3)
    found["exchange_300_to_1_ratio"] = round(found["exchange.300"] / found["exchange.1"], 3)
    return found


def times(bench):
    before = results.load()
    ours = own_figures(bench)
    ours["peers"] = c_peers(bench, make_work(bench), ours, PEER_COUNTS)
    head = {"schema": 1, "date": results.when(), "machine": results.machine(), "load_before": before, "load_after": results.load()}
    return {**head, **ours}


def main():
    bench, options = os.path.join(sys.argv[1], "bench"), sys.argv[2:]
    figures = {"instructions": counts(bench)} if "--counts" in options else times(bench)
    if "--json" in options:
        print(json.dumps(figures, indent=1))
    else:
        print_table(figures)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""Figures as tables in Markdown, which read well on a terminal too."""

NOTHING = "–"


def short(value):
    """Three digits that mean something."""
    if value is None:
        return NOTHING
    if value >= 100:
        digits = len("%d" % value) - 3
        return "{:,}".format(round(value / 10**digits) * 10**digits if digits > 0 else round(value))
    return "%.3g" % value


def table(head, rows):
    widths = [max(len(row[i]) for row in [head] + rows) for i in range(len(head))]
    line = lambda row: "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
    return "\n".join([line(head), "|" + "|".join("-" * (width + 2) for width in widths) + "|"] + [line(row) for row in rows])


def left_out(found, columns):
    return ["left out: " + found["left_out"]] + [""] * (columns - 1)


# ---- verification -----------------------------------------------------------------------------------------------------

def times(value, ours):
    return NOTHING if value is None or not ours else short(value / ours)


def verifier_row(name, found, ours):
    if "left_out" in found:
        return [name, ""] + left_out(found, 8)
    cached = found.get("cached_hot_ns")
    nearest = cached if cached is not None else found["uncached_us"] * 1e3
    return [name, str(found.get("version", "")), short(found["uncached_us"]),
            times(found["uncached_us"], ours["uncached_us"]), short(found.get("uncached_threads_ratio")), short(cached),
            short(found.get("cached_1000_ns")), times(nearest, ours["cached_hot_ns"]), short(found["peak_kib"] / 1024)]


VERIFIER_HEAD = ["", "version", "new token, µs", "ratio", "2 threads", "seen before, ns", "of 1,000, ns", "ratio", "peak MiB"]


def verification(found):
    """The first backend of ours is 1; where a peer has no cache, a token seen before costs what a new one costs."""
    ours = next(iter(found["own"].values()))
    rows = [verifier_row("libfntoken, " + backend, dict(figures, version=""), ours) for backend, figures in found["own"].items()]
    rows += [verifier_row(name, figures, ours) for name, figures in found["verifiers"].items()]
    return table(VERIFIER_HEAD, rows)


def parts(found):
    rows = []
    for backend, f in found["own"].items():
        rows.append([backend, short(f["uncached_us"]), short(f["uncached_bare_us"]), short(f["overhead_ns"]), short(f["cjson_ns"]),
                     "%.2f" % f["overhead_to_cjson_ratio"]])
    return table(["backend", "new token, µs", "signature and hash alone, µs", "all else, ns", "cJSON, ns", "ratio"], rows)


def cached(found):
    rows = []
    for backend, f in found["own"].items():
        rows.append([backend, short(f["cached_hot_ns"]), short(f["cached_1000_ns"]), short(f["cached_changing_resource_ns"]),
                     "%.2f" % f["cached_threads_ratio"], "%.2f" % f["cached_1000_threads_ratio"],
                     "%s (%s)" % (short(f["resident_growth_kib"]), short(f["private_growth_kib"]))])
    return table(["backend", "one token, ns", "1,000 tokens, ns", "another resource each time, ns", "2 threads, one token",
                  "2 threads, 1,000 tokens", "grown by, KiB (of its own)"], rows)


REFUSALS = {
    "other_scheme": "another scheme than Bearer", "too_long": "1 MB", "two_parts": "two parts", "many_dots": "16 KiB of dots",
    "alg_none": "alg none", "unknown_kid": "unknown kid", "signature_length": "signature of another length",
    "forged_signature": "forged signature", "changed_payload": "changed payload", "payload_not_base64": "payload is no base64url",
    "genuine_expired": "genuine, expired", "genuine_1000_names": "genuine, 1,000 claims",
    "genuine_full_of_patterns": "genuine, 16 KiB of patterns that do not match",
}


def refusals(found):
    ours = list(found["own"].items())
    rows = [[text] + [short(f["refuse_ns"].get(kind)) for _, f in ours] +
            [short(ours[0][1].get("hostile_besides_signature_ns", {}).get(kind))] for kind, text in REFUSALS.items()]
    return table(["kind of token"] + ["ns, " + backend for backend, _ in ours] + ["besides the signature, ns"], rows)


# ---- matching ---------------------------------------------------------------------------------------------------------

def matchers(found):
    """Every matcher by its name, ours first."""
    ours = next(iter(found["own"].values()))
    return {"libfntoken": ours,
            "a loop of the same matcher": {"match_ns": ours["match_loop_ns"], "match_miss_ns": ours["match_loop_miss_ns"]},
            **found["matchers"]}


def match_counts(found):
    return [n for n in ("2", "10", "100", "478", "1000", "10000") if n in next(iter(found["own"].values()))["match_ns"]]


def label(name, f):
    return name + " " + f["version"].split()[0] if f.get("version", "of")[:2] != "of" else name


def match_cell(f, ours, n):
    value = f["match_ns"].get(n)
    if value is None:
        return "too many for it" if n in f.get("too_many", {}) else NOTHING
    cell = "%s (%s)" % (short(value), short(f["match_miss_ns"].get(n)))
    return cell if f is ours else cell + ", ×" + short(value / ours["match_ns"][n])


def matching(found):
    all_of_them, counts = matchers(found), match_counts(found)
    ours, rows = all_of_them["libfntoken"], []
    for name, f in all_of_them.items():
        if "left_out" in f:
            rows.append([name] + left_out(f, len(counts) + 1))
        else:
            compile_ns = f.get("compile_ns_per_pattern", {}).get("478")
            rows.append([label(name, f)] + [match_cell(f, ours, n) for n in counts] + [short(compile_ns) if compile_ns and compile_ns > 1 else NOTHING])
    return table(["ns for N patterns"] + ["{:,}".format(int(n)) for n in counts] + ["compile a pattern (478)"], rows)


# ---- the gateway ------------------------------------------------------------------------------------------------------

def gateway(found):
    rows = []
    for backend, f in found["gateway"].items():
        for alg in ("ES256", "RS256"):
            rows.append([backend, alg, short(f[alg]["bare_us"]), short(f[alg]["exchange_us"]), "%.2f" % f[alg]["bare_to_exchange_ratio"],
                         short(1e6 / f[alg]["exchange_us"])])
        rows.append([backend, "ES256, the mix", NOTHING, short(f["mix_us"]), NOTHING, short(1e6 / f["mix_us"])])
    return table(["backend", "subject tokens", "verify and sign alone, µs", "exchange, µs", "ratio", "exchanges for a second of one core"], rows)


def gateway_memory(found):
    counts = next(iter(found["gateway"].values()))["resident_kib"]
    rows = [[backend] + ["%.1f" % (kib / 1024) for kib in f["resident_kib"].values()] + ["%.1f" % (f["mix_resident_kib"] / 1024)]
            for backend, f in found["gateway"].items()]
    return table(["MiB resident"] + [n if n == "start" else "{:,}".format(int(n)) for n in counts] + ["after the mix"], rows)


# ---- the guard --------------------------------------------------------------------------------------------------------

COUNTED = {"unguarded": ("unguarded", "unguarded"), "guarded": ("guarded, a fixed function", "unguarded"),
           "variables": ("unguarded, two variables set", "variables"), "guarded_variables": ("guarded, a function of those two", "variables"), "path": ("unguarded, /function/env.dev", "path"),
           "guarded_path": ("guarded, the function of that path", "path")}
WAYS = {"static": "a file", "static_guarded": "a file, guarded", "static_asked": "a file, auth_request to forward-auth",
        "proxied": "a function behind proxy_pass", "proxied_guarded": "a function behind proxy_pass, guarded"}


def guard_counts(found):
    counts = found["guard"]["instructions"]
    return table(["a file of 9 bytes, %s" % found["guard"]["of"], "instructions of the worker", "ratio"],
                 [[words, "{:,}".format(counts[name]), "%.3f" % (counts[name] / counts[base])] for name, (words, base) in COUNTED.items()])


FLOODED = {"static_guarded": "verified by a thread, one at a time", "static_inline": "`fntoken_inline on`"}


def guard_floods(found):
    floods = found["guard"]["floods"]
    return table(["beside forged tokens, which are", "good ones alone, a second", "beside", "ratio", "forged ones answered, a second"],
                 [[FLOODED[name], short(one["alone"]), short(one["beside"]), "%.2f" % one["ratio"], short(one["forged"])] for name, one in floods.items()])


def guard(found):
    rates = found["guard"]["rates"]
    return table(["", "requests a second", "ratio", "CPU time of nginx for one, µs", "ratio"],
                 [[words, short(rates[name]["requests_a_second"]), "%.2f" % rates[name]["rate_ratio"], short(rates[name]["cpu_us"]),
                   "%.2f" % rates[name]["cpu_ratio"]] for name, words in WAYS.items()])


GUARD = {"instructions": guard_counts, "rates": guard, "floods": guard_floods}


# ---- all --------------------------------------------------------------------------------------------------------------

def where(found):
    m = found["machine"]
    return "%s; %s, %s cores, %s, %s; load %s before, %s after" % (
        found["date"], m["processor"], m["cores"], m["system"], m["compiler"].split(" (")[0] + " " + m["compiler"].split()[-1],
        found["load_before"][0], found["load_after"][0])


def everything(found):
    return "\n\n".join([where(found), "A token: signature, iss, aud, exp, permission", verification(found), parts(found), cached(found),
                        "Matching: the average over 1,000 resources, half of them matched (one miss again and again), × ours",
                        matching(found), "Hostile tokens", refusals(found)])

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway: what it tells others: metrics as Prometheus reads them, and decisions that can be made once more."""
import calendar
import itertools
import json
import re
import subprocess
import time

from harness import FNTOKEN, ISSUER, PROVIDER, Provider, Skipped, claims, eventually, fntoken, main, role, test

FAMILIES = {"exchanges": "counter", "exchange_seconds": "histogram", "limited": "counter", "requests_refused": "counter", "key_fetches": "counter",
            "keys_age_seconds": "gauge", "source_good": "gauge", "source_age_seconds": "gauge", "revocations": "gauge", "log_lost": "counter", "waited": "counter", "info": "gauge"}


def parsed(gateway):
    """Families by name without its prefix, as Prometheus' own parser has them."""
    try:
        from prometheus_client.parser import text_string_to_metric_families
    except ImportError:
        raise Skipped("there is no python3-prometheus-client") from None
    status, headers, body = gateway.ask("GET", "/metrics", at="admin")
    assert status == 200 and headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(body.decode("utf-8")))
    assert all(one.name.startswith("fntoken_gateway_") and one.documentation for one in families), families
    named = {one.name.removeprefix("fntoken_gateway_"): one for one in families}
    assert len(named) == len(families)
    samples = [(sample.name, *sorted(sample.labels.items())) for one in families for sample in one.samples]
    assert len(set(samples)) == len(samples), "a series stands there twice"
    return named


def values(family, *labels):
    """The values of its samples by those labels."""
    return {tuple(sample.labels[name] for name in labels): sample.value for sample in family.samples}


@test
def metrics_are_as_prometheus_reads_them(home):
    good, down = Provider(home, "good"), Provider(home, "down")
    down.behave = "500"
    for provider in (good, down):
        home.write(f"iam/{provider.name}.yaml", role(provider.name, provider.iss, ["ada"]))
    home.write("revoked", '{"jti": "{a}"}\n\n{"fed_iss": "https://idp.example.com", "sub": "eve"}\n')
    since = time.time()
    gateway = home.gateway("--revoked", home / "revoked", "--peer-rate", "1", "--peer-burst", "4", limits=True)
    eventually(lambda: "is fetched" in gateway.stderr() or "are fetched" in gateway.stderr())
    eventually(lambda: f"keys of {down.iss}: " in gateway.stderr())
    statuses, token = [], home.token()

    def ask(subject):
        statuses.append(gateway.exchange(subject, X_Forwarded_For="192.0.2.1")[0])
        return statuses[-1]
    for subject in (token, good.token(), home.token("bob"), home.token("eve")):
        ask(subject)
    eventually(lambda: ask(token) == 429)
    gateway.exchange(down.token(), X_Forwarded_For="192.0.2.2")
    # Its times are whole milliseconds.
    others = itertools.count(3)
    eventually(lambda: gateway.exchange("x", X_Forwarded_For=f"192.0.2.{next(others)}") and gateway.metric("fntoken_gateway_exchange_seconds_sum") > 0)
    found = parsed(gateway)
    assert {name: one.type for name, one in found.items()} == FAMILIES
    exchanges = values(found["exchanges"], "outcome", "status")
    assert exchanges[("issued", "ok")] == statuses.count(200) >= 2 and exchanges[("refused", "no-role")] == 1 and exchanges[("refused", "revoked")] == 1, exchanges
    assert sum(count for (outcome, _), count in exchanges.items() if outcome == "limited") == 1
    assert sum(count for (outcome, _), count in exchanges.items() if outcome == "fault") == 1
    histogram = found["exchange_seconds"].samples
    buckets = [sample for sample in histogram if sample.name.endswith("_bucket")]
    counts, bounds = [sample.value for sample in buckets], [float(sample.labels["le"]) for sample in buckets]
    assert counts == sorted(counts) and bounds == sorted(set(bounds)) and bounds[-1] == float("inf")
    rest = {sample.name.rsplit("_", 1)[1]: sample.value for sample in histogram if sample not in buckets}
    # Who is over their limit is sent away before anything is timed.
    assert rest["count"] == counts[-1] == sum(exchanges.values()) - 1 and rest["sum"] > 0, (rest, counts, exchanges)
    fetches = values(found["key_fetches"], "issuer", "outcome")
    assert fetches[(good.iss, "fetched")] >= 1 and fetches[(down.iss, "failed")] >= 1, fetches
    ages = values(found["keys_age_seconds"], "issuer")
    longest = time.time() - since + 1
    assert 0 <= ages[(good.iss,)] <= longest and ages[(down.iss,)] == -1, ages
    assert values(found["revocations"])[()] == 2
    sources = values(found["source_good"], "source", "path")
    assert sources[("rules", "")] == 1 and sources[("revocations", str(home / "revoked"))] == 1 and set(sources.values()) == {1}, sources
    assert all(0 <= age <= longest for age in values(found["source_age_seconds"], "source", "path").values())
    info, = values(found["info"], "version", "rules")
    digest = fntoken("iam", "--iam", home / "iam").splitlines()[-1].split()[-1]
    assert info[1] == digest, info
    # What changes is counted anew, and no old series stays.
    home.write("revoked", '{"jti": "a"}\n{"jti": "b"}\n{"jti": "c"}\n')
    (home / "iam/down.yaml").unlink()
    eventually(lambda: values(parsed(gateway)["revocations"])[()] == 3)
    eventually(lambda: (down.iss,) not in values(parsed(gateway)["keys_age_seconds"], "issuer"))
    assert len(parsed(gateway)["info"].samples) == 1


@test
def a_path_that_is_no_utf_8_spoils_no_metrics(home):
    path = str(home / "list") + "\udcff\"\\"
    with open(path, "w", encoding="ascii") as file:
        file.write('{"jti": "a"}\n')
    gateway = home.gateway("--revoked", path)
    paths = [sample.labels["path"] for sample in parsed(gateway)["source_good"].samples if sample.labels["source"] == "revocations"]
    assert paths == [str(home / "list") + "\\xff\"\\"], paths


# ---- the log, once more

def replayed(home, kept, line):
    """What the same rules say to the same claims at the time of the line: the exit status, the answer, the status' name and the reason."""
    home.write("again.json", json.dumps(kept))
    token = fntoken("sign", "--key", home / "idp.pem", "--claims", home / "again.json")
    now = calendar.timegm(time.strptime(line["time"][:19], "%Y-%m-%dT%H:%M:%S"))
    # The line's time is that of the answer; the second of the decision, where the reason tells it, may be one before.
    decided = re.search(r"\bnow is (\d+)", line["reason"])
    if decided:
        assert 0 <= now - int(decided[1]) < 60, line
        now = int(decided[1])
    words = [FNTOKEN, "exchange", "--iam", home / "iam", "--key", home / "keys/current.pem", "--issuer", ISSUER, "--trust", f"{PROVIDER}={home / 'idp.json'}",
             "--scope", "function", "--now", now, *[word for one in line.get("audience", []) for word in ("--audience", one)]]
    done = subprocess.run(list(map(str, words)), input=token, capture_output=True, text=True, check=False)
    said = done.stderr.strip().split(": ", 2)
    return done.returncode, json.loads(done.stdout), said[1] if len(said) > 1 else "ok", said[2] if len(said) > 2 else None


def granted(home, kept):
    """Role, policy and sid of the statements that a dry run finds, and whether it would be allowed."""
    home.write("again.json", json.dumps(kept))
    done = subprocess.run([FNTOKEN, "can", "--iam", str(home / "iam"), "--claims", str(home / "again.json"), "--json"], capture_output=True, text=True, check=False)
    answer, = json.loads(done.stdout)
    matched = [one for one in answer["report"] if one["kind"] == "statement" and one.get("outcome") == "matched"]
    return answer["allowed"], [{name: one[name] for name in ("role", "policy", "sid") if name in one} for one in matched]


@test
def the_log_says_what_the_same_rules_say_to_the_same_claims(home):
    # Another role of the same issuer, by another claim: some are granted by both.
    more = role("tools", PROVIDER, ["ada"], "dev:fig*").split("---\n", 1)[1].replace('"jwt:sub": ["ada"]', '"jwt:groups": ["admins", "devs"]')
    more = more.replace('"StringEqual": {"jwt:iss": ["' + PROVIDER + '"], ', '"ForAnyValue:StringEqual": {')
    home.write("iam/tools.yaml", more)
    gateway = home.gateway("--log", home / "log")
    now = int(time.time())
    about = {"iss": PROVIDER, "aud": "openfaas", "iat": now, "exp": now + 3600}
    all_claims = [{**about, "sub": sub, **extra, "jti": f"{sub}-{number}"} for sub in ("ada", "bob")
                  for number, extra in enumerate(({}, {"groups": ["devs"]}, {"groups": ["devs", "admins"]}, {"groups": "admins"}, {"groups": []}, {"groups": ["Devs"]},
                                                  {"aud": ["a", "openfaas"]}, {"aud": "other"}, {"exp": now - 300, "iat": now - 600}, {"iss": "https://stranger.example.com"}))]
    audiences = [(), ("openfaas-fn:env",), ("dev:figlet", "openfaas-fn:env"), ("dev:other",), ("dev:fig*",)]
    kept, answers = [], []
    for given in all_claims:
        for number, audience in enumerate(audiences):
            kept.append({**given, "jti": f"{given['jti']}-{number}"})
            answers.append(gateway.exchange(fntoken("sign", "--key", home / "idp.pem", "--claims", "-", input=json.dumps(kept[-1])), audience))
    lines = [json.loads(line) for line in (home / "log").read_text().splitlines()]
    assert len(lines) == len(kept) and {line["verified"] for line in lines} == {True, False}
    assert all(line["subject_jti"] == one["jti"] for line, one in zip(lines, kept) if line["verified"])
    digest = fntoken("iam", "--iam", home / "iam").splitlines()[-1].split()[-1]
    assert {line["rules"] for line in lines} == {digest}
    for line, one, (status, _, answer) in zip(lines, kept, answers):
        code, again, name, reason = replayed(home, one, line)
        assert (status == 200, line["outcome"]) == (code == 0, "issued" if code == 0 else "refused"), (line, again)
        # Of a subject token that is refused, the log has the precise status, and the reason of both is that one's.
        assert line["status"] == name or name == "subject", (line, name)
        if code != 0:
            assert (answer, line["reason"]) == (again, reason), (line, answer, again, reason)
            continue
        then, now_issued = claims(answer["access_token"]), claims(again["access_token"])
        assert then["jti"] == line["jti"] and then["function"] == now_issued["function"], (then, now_issued)
        if "audience" not in line:
            assert granted(home, one) == (True, line["grants"]), line
    # The claims are such that each kind of answer is among them.
    statuses = {line["status"] for line in lines}
    assert {"ok", "no-role"} < statuses and len(statuses) >= 5, statuses
    assert {len(line.get("grants", [])) for line in lines} == {0, 1, 2}
    # Other rules, another digest: a line says by which it was decided.
    home.write("iam/tools.yaml", more.replace("fig*", "fog*"))
    eventually(lambda: gateway.issues(home.token()) and json.loads((home / "log").read_text().splitlines()[-1])["rules"] != digest)


main()

# SPDX-License-Identifier: MIT
"""What an exchange costs in fntoken-gateway, beside the bare verification and signature, and what memory it holds. bench/gateway
builds and calls this: gateway.py BUILD... -- [--json FILE] [--publish] [--quick]."""
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

import results
import tables

PROVIDER, ISSUER = "https://idp.example.com", "https://gw.example.com"
TICK = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 16
# Of a hundred: what comes at a token endpoint that somebody attacks.
MIX = {"good": 56, "no role": 14, "expired": 10, "forged": 10, "revoked": 10}
STATUS = {"good": "200", "no role": "400", "expired": "400", "forged": "400", "revoked": "400"}
RULES = [
    ("JwtIssuer", {"iss": PROVIDER, "aud": ["openfaas"], "tokenExpiry": "30m"}),
    ("Policy", {"statement": [{"sid": "1", "action": ["Function:Invoke"], "effect": "Allow", "resource": ["openfaas-fn:*"]}]}),
    ("Role", {"policy": ["invoke"], "condition": {"StringEqual": {"jwt:iss": [PROVIDER]}, "StringLike": {"jwt:sub": ["user-*"]}}}),
]


class Gateway:
    """One of this build, with keys and rules of its own; its subjects' keys are of ALG."""

    def __init__(self, build, alg):
        self.build, self.alg = pathlib.Path(build), alg
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="fnt"))
        (self.home / "keys").mkdir()
        self.fntoken("keygen", "--out", self.home / "keys/current.pem")
        for name in ("idp", "forger"):
            self.fntoken("keygen", "--alg", alg, "--out", self.home / f"{name}.pem", "--public-out", self.home / f"{name}.json")
        self.kid = json.loads((self.home / "idp.json").read_text())["keys"][0]["kid"]
        (self.home / "rules.json").write_text(json.dumps([{"apiVersion": "iam.openfaas.com/v1", "kind": kind, "spec": spec,
                                                           "metadata": {"name": "invoke", "namespace": "openfaas"}} for kind, spec in RULES]))
        (self.home / "revoked").write_text('{"jti":"gone"}\n')
        self.process = subprocess.Popen(
            [self.build / "tools/gateway/fntoken-gateway", "--listen", f"unix:{self.home}/public", "--admin", f"unix:{self.home}/admin",
             "--issuer", ISSUER, "--keys", self.home / "keys", "--iam", self.home / "rules.json", "--revoked", self.home / "revoked",
             "--trust", f"{PROVIDER}={self.home}/idp.json", "--log", "/dev/null", "--peer-rate", "0", "--subject-rate", "0"],
            stderr=subprocess.DEVNULL)
        while not (self.home / "admin").exists():
            assert self.process.poll() is None, "the gateway did not start"
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        shutil.rmtree(self.home)

    def fntoken(self, *words, **more):
        return subprocess.run([self.build / "tools/fntoken/fntoken", *map(str, words)], check=True, capture_output=True, text=True, **more).stdout.strip()

    def request(self, name, **claims):
        """A file with the request of somebody of that kind."""
        now = int(time.time())
        kind = name.partition(".")[0]
        claims = {"iss": PROVIDER, "aud": "openfaas", "sub": ("nobody-" if kind == "no role" else "user-") + name, "iat": now - 7200,
                  "exp": now - 3600 if kind == "expired" else now + 86400, "jti": "gone" if kind == "revoked" else name,
                  "azp": "openfaas", "email": "ada@example.com", "name": "Ada L", "scope": "openid profile email", **claims}
        key = "forger.pem" if kind == "forged" else "idp.pem"
        token = self.fntoken("sign", "--key", self.home / key, "--kid", self.kid, "--claims", "-", input=json.dumps(claims))
        body = urllib.parse.urlencode({"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": token, "scope": "function",
                                       "subject_token_type": "urn:ietf:params:oauth:token-type:id_token"})
        path = self.home / name
        path.write_text(f"POST /oauth/token HTTP/1.1\r\nHost: gw.example.com\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n{body}")
        return path

    def load(self, count, files):
        """CPU time of an exchange in microseconds, and what was answered."""
        before = self.cpu()
        found = results.run([str(self.build / "bench/load"), f"unix:{self.home}/public", str(CONNECTIONS), str(count), *map(str, files)])
        assert found is not None and found["lost"] == 0, found
        return (self.cpu() - before) / count * 1e6, found["status"]

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def bare_us(build, alg, count):
    return results.run([os.path.join(build, "bench/bench_sign_verify"), alg, str(count)])["sign_verify_us"]


def exchange(build, alg, count, rounds):
    """In turn with the bare pair, so that a machine that slows down slows both."""
    bare, whole = [], []
    with Gateway(build, alg) as gateway:
        files = [gateway.request(f"good.{i}") for i in range(10)]
        gateway.load(count // 10, files)
        for _ in range(rounds):
            bare.append(bare_us(build, alg, count // 5))
            cost, statuses = gateway.load(count, files)
            assert statuses == {"200": count}, statuses
            whole.append(cost)
    return {"bare_us": statistics.median(bare), "exchange_us": statistics.median(whole),
            "bare_to_exchange_ratio": statistics.median(b / w for b, w in zip(bare, whole))}


def memory(build, steps, count):
    """KiB after each of so many steps of count exchanges, of a process that has served no other."""
    with Gateway(build, "ES256") as gateway:
        files = [gateway.request(f"good.{i}") for i in range(10)]
        found = {"start": gateway.resident_kib()}
        for step in range(1, steps + 1):
            gateway.load(count, files)
            found[str(step * count)] = gateway.resident_kib()
    return found


def mix(build, count, rounds):
    with Gateway(build, "ES256") as gateway:
        # Kinds in turn and not in blocks: what is answered quickly does not bunch.
        names = sorted(((i + 0.5) / share, f"{kind}.{i}") for kind, share in MIX.items() for i in range(share))
        files = [gateway.request(name) for _, name in names]
        expected, costs = {}, []
        for kind, share in MIX.items():
            expected[STATUS[kind]] = expected.get(STATUS[kind], 0) + share * count // 100
        for _ in range(rounds):
            cost, statuses = gateway.load(count, files)
            assert statuses == expected, (statuses, expected)
            costs.append(cost)
        return {"mix_us": statistics.median(costs), "mix_resident_kib": gateway.resident_kib()}


def own(build, quick):
    name = subprocess.run([os.path.join(build, "tools/fntoken/fntoken"), "version"], capture_output=True, text=True, check=True).stdout
    backend = next(word for word in name.replace(",", " ").replace("(", " ").replace(")", " ").split() if word.startswith(("openssl-", "mbedtls-")))
    slow = 20 if backend.startswith("mbedtls") else 1
    count = 20_000 // slow // (10 if quick else 1)
    rounds = 3 if quick else 7
    return backend, {"ES256": exchange(build, "ES256", count, rounds), "RS256": exchange(build, "RS256", count, rounds),
                     "resident_kib": memory(build, 4, 250 if quick else 25_000), **mix(build, count // 100 * 100, rounds)}


def main():
    split = sys.argv.index("--")
    builds, options = sys.argv[1:split], sys.argv[split + 1:]
    found = {"schema": 1, "date": results.when(), "machine": results.machine(), "load_before": results.load(),
             "gateway": dict(own(build, "--quick" in options) for build in builds), "load_after": results.load()}
    if "--json" in options:
        with open(options[options.index("--json") + 1], "w", encoding="utf-8") as to:
            json.dump(found, to, indent=1)
    print(tables.gateway(found) + "\n\n" + tables.gateway_memory(found))
    if "--publish" in options:
        import publish
        publish.publish_gateway(found)


if __name__ == "__main__":
    main()

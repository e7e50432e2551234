# SPDX-License-Identifier: MIT
"""What the check costs in nginx: instructions of a worker for a request, by callgrind; and requests a second and CPU time, unguarded, guarded
and by auth_request to fntoken-guard's forward-auth, in turn. bench/guard builds and calls this: guard.py BUILD -- [--json FILE] [--publish]
[--quick] [--counts] [--floods]."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import results
import tables

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
TICK = os.sysconf("SC_CLK_TCK")
ISSUER = "https://gw.example.com"
FEW, MANY = 200, 1200
CONNECTIONS, FLOOD = 16, 32
BAR, FLOOD_BAR = 1.05, 0.5
# Each beside the first of its kind: what is measured, and whose CPU time it takes besides the front's.
WAYS = {"static": ("static", []), "static_guarded": ("static", []), "static_asked": ("static", ["asked"]),
        "proxied": ("proxied", []), "proxied_guarded": ("proxied", [])}
FLOODED = ("static_guarded", "static_inline")


class Work:
    """A folder with a key, a token, a file to serve, and the nginx that run over it."""

    def __init__(self, build):
        build = pathlib.Path(build).resolve()
        self.fntoken, self.module = build / "tools/fntoken/fntoken", build / "nginx/ngx_http_fntoken_module.so"
        self.home, self.running, self.ports = pathlib.Path(tempfile.mkdtemp(prefix="fnt")), {}, {}
        (self.home / "site/function").mkdir(parents=True)
        for name in ("x", "function/env.dev"):
            (self.home / "site" / name).write_text("the body\n")
        self.run("keygen", "--out", self.home / "key.pem", "--public-out", self.home / "keys.json")
        claims = {"iss": ISSUER, "aud": ISSUER, "sub": "fed:ada", "fed:iss": "https://idp.example.com", "iat": int(time.time()), "exp": int(time.time()) + 3000,
                  "jti": "6f1c0c6e1d2b4a55a0b1c2d3e4f50617", "function": {"permissions": ["openfaas-fn:*", "dev:env"]}}
        self.header = "Authorization: Bearer " + self.run("sign", "--key", self.home / "key.pem", "--claims", "-", input=json.dumps(claims))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.running.values():
            process.terminate()
            process.wait(20)
        shutil.rmtree(self.home)

    def run(self, *words, **more):
        return subprocess.run([self.fntoken, *map(str, words)], check=True, capture_output=True, text=True, **more).stdout.strip()

    def guard(self, function="dev:env"):
        return f"fntoken on; fntoken_issuer {ISSUER}; fntoken_key_file {self.home}/keys.json; fntoken_function {function};"

    def command(self, name, main, http):
        """nginx with these lines, which goes by nothing of this system."""
        folder = self.home / name
        folder.mkdir(exist_ok=True)
        temp = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(f"load_module {self.module}; daemon off; pid {folder}/pid; error_log {folder}/error.log error; {main}\n"
                                           f"events {{ }} http {{ access_log off; root {self.home}/site; {temp} keepalive_requests 1000000;\n{http} }}\n")
        return [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]

    def start(self, name, http):
        main = "worker_processes 1; " + ("user root; " if os.geteuid() == 0 else "")
        self.running[name] = subprocess.Popen(self.command(name, main, http))

    def port(self, name):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.ports[name] = free.getsockname()[1]
        return f"127.0.0.1:{self.ports[name]}"


# ---- instructions -----------------------------------------------------------------------------------------------------

def instructions(work, server, path, requests):
    """All of an nginx that answers so many."""
    place, out = work.home / "socket", work.home / "callgrind"
    place.unlink(missing_ok=True)
    command = work.command("counted", "master_process off;", f"server {{ listen unix:{place}; {server} }}")
    with subprocess.Popen(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *command], stderr=subprocess.DEVNULL) as process:
        connection = socket.socket(socket.AF_UNIX)
        for _ in range(600):
            with contextlib.suppress(OSError):
                connection.connect(str(place))
                break
            time.sleep(0.1)
        for _ in range(requests):
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{work.header}\r\n\r\n".encode())
            answer = connection.recv(65536)
            while not answer.endswith(b"the body\n"):
                answer += connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 "), answer
        connection.close()
        while process.poll() is None:  # a signal that comes just before nginx sleeps wakes nobody
            process.terminate()
            time.sleep(0.1)
    totals = [line for line in out.read_text().splitlines() if line.startswith(("summary:", "totals:"))]
    return int(totals[-1].split()[1])


def counts(work):
    """The difference of two runs, so that start and end do not count; each the least of three, as an nginx that waits spins and tidies up."""
    named = "set $one dev; set $two env;"
    found = {}
    inline = " fntoken_inline on;"
    for name, server, path in (("unguarded", "", "/x"), ("guarded", work.guard() + inline, "/x"), ("variables", named, "/x"),
                               ("guarded_variables", named + work.guard("$one:$two") + inline, "/x"), ("path", "", "/function/env.dev"),
                               ("guarded_path", work.guard("path") + inline, "/function/env.dev")):
        many, few = (min(instructions(work, server, path, requests) for _ in range(3)) for requests in (MANY, FEW))
        found[name] = round((many - few) / (MANY - FEW))
    return found


# ---- requests a second and CPU time --------------------------------------------------------------------------------------

def asking(work):
    """auth_request as nginx/recipes/forward-auth/nginx.conf has it, but for the headers of refusals."""
    silent = "".join(f'proxy_set_header {name} ""; ' for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri", "X-Forwarded-Prefix", "X-HTTP-Method",
                                                                "X-HTTP-Method-Override", "X-Method-Override"))
    return f"""location / {{ auth_request /_authorize; auth_request_set $guard_subject $upstream_http_x_fntoken_subject; }}
        location = /_authorize {{ internal; proxy_pass http://asked/authorize; proxy_method HEAD; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_set_header X-Original-URI /function/env.dev$request_uri; {silent} }}"""


def start_all(work):
    work.start("function", f"server {{ listen {work.port('function')}; }}")
    work.start("asked", f"""underscores_in_headers on; server {{ listen {work.port('asked')}; location /authorize {{
        {work.guard('header=X-Original-URI')} fntoken_answer; }} }}""")
    behind = 'location / { proxy_pass http://function; proxy_http_version 1.1; proxy_set_header Connection ""; }'
    upstreams = "".join(f"upstream {name} {{ server 127.0.0.1:{work.ports[name]}; keepalive 32; keepalive_requests 1000000; }}\n" for name in ("function", "asked"))
    work.start("front", upstreams + "".join(f"server {{ listen {work.port(name)}; {lines} }}\n" for name, lines in {
        "static": "", "static_guarded": work.guard(), "static_inline": work.guard() + " fntoken_inline on;", "static_asked": asking(work), "proxied": behind, "proxied_guarded": work.guard() + behind}.items()))
    time.sleep(1)


def cpu_seconds(process):
    """Of it and its children."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ticks = 0
    for pid in [process.pid, *children]:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


def asked(work, name, seconds, connections=CONNECTIONS, header=None):
    return subprocess.Popen(["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "-H", header or work.header, f"http://127.0.0.1:{work.ports[name]}/x"],
                            stdout=subprocess.PIPE, text=True)


def answered(process):
    """How many requests, and how many a second; all alike."""
    said = process.communicate()[0]
    count, rate = int(re.search(r"(\d+) requests in ", said)[1]), float(re.search(r"Requests/sec: +([\d.]+)", said)[1])
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    assert "Socket errors" not in said and (refused is None or int(refused[1]) == count), said
    return count, rate, refused is None


def load(work, name, seconds):
    """Requests a second, and microseconds of CPU for one."""
    busy = [work.running[one] for one in ["front", *WAYS.get(name, ("", []))[1]]]
    before = sum(map(cpu_seconds, busy))
    count, rate, good = answered(asked(work, name, seconds))
    assert good, name
    return rate, (sum(map(cpu_seconds, busy)) - before) / count * 1e6


def rates(work, quick):
    """All ways in turn, round by round; a ratio is the median of the rounds' ratios."""
    rounds = []
    for name in WAYS:
        load(work, name, 1)
    for _ in range(3 if quick else 9):
        rounds.append({name: load(work, name, 1 if quick else 3) for name in WAYS})
    found = {}
    for name, (base, _) in WAYS.items():
        median = lambda of: statistics.median(map(of, rounds))  # noqa: E731
        found[name] = {"requests_a_second": round(median(lambda r: r[name][0])), "cpu_us": round(median(lambda r: r[name][1]), 2),
                       "rate_ratio": round(median(lambda r: r[name][0] / r[base][0]), 3), "cpu_ratio": round(median(lambda r: r[name][1] / r[base][1]), 3)}
    return found


def floods(work, quick):
    """What is left for a token that is known beside forged ones: in turn, alone and beside; a ratio is the median of the rounds' ratios."""
    found, seconds = {}, 1 if quick else 3
    for name in FLOODED:
        rounds = []
        for _ in range(3 if quick else 7):
            alone = load(work, name, seconds)[0]
            flood = asked(work, name, seconds + 2, FLOOD, work.header[:-8] + "AAAAAAAA")
            time.sleep(1)
            beside = load(work, name, seconds)[0]
            _, forged, good = answered(flood)
            assert not good, name
            rounds.append((alone, beside, forged, beside / alone))
        found[name] = dict(zip(("alone", "beside", "forged", "ratio"), (round(statistics.median(one), 3) for one in zip(*rounds))))
    return found


# ---- all ------------------------------------------------------------------------------------------------------------

def versions():
    said = subprocess.run([NGINX, "-V"], capture_output=True, text=True, check=True).stderr
    return "nginx %s, %s" % (re.search(r"nginx/(\S+)", said)[1], re.search(r"(?:built|running) with (OpenSSL \S+)", said)[1])


def main():
    split = sys.argv.index("--")
    build, options = sys.argv[1], sys.argv[split + 1:]
    quick = "--quick" in options
    found = {"schema": 1, "date": results.when(), "machine": results.machine(), "load_before": results.load(), "guard": {"of": versions()}}
    guard = found["guard"]
    with Work(build) as work:
        if "--floods" not in options:
            guard["instructions"] = counts(work)
        if "--counts" not in options:
            start_all(work)
        if not {"--counts", "--floods"} & set(options):
            guard["rates"] = rates(work, quick)
        if "--counts" not in options:
            guard["floods"] = floods(work, quick)
    found["load_after"] = results.load()
    if "--json" in options:
        with open(options[options.index("--json") + 1], "w", encoding="utf-8") as to:
            json.dump(found, to, indent=1)
    print("\n\n".join(make(found) for name, make in tables.GUARD.items() if name in guard))
    if "--publish" in options:
        import publish
        publish.publish_guard(found)
    if "instructions" in guard and guard["instructions"]["guarded"] > BAR * guard["instructions"]["unguarded"]:
        sys.exit("bench: guarded takes more than %.2f of unguarded" % BAR)
    if "floods" in guard and guard["floods"]["static_guarded"]["ratio"] < FLOOD_BAR:
        sys.exit("bench: a flood leaves less than %.1f for others" % FLOOD_BAR)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway behind the recipes of docs/gateway.md: three replicas behind nginx while keys and rules change and one is killed; Caddy."""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess

from harness import FORM, PROVIDER, Local, Skipped, Threads, eventually, fntoken, header, main, role, test
from raw_connections import form_of

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/gateway.md"
REPLICAS = 3


def recipe(first):
    """The block of the page that begins with that line."""
    lines = PAGE.read_text().splitlines()
    at = lines.index("    " + first)
    block = []
    while at < len(lines) and (lines[at].startswith("    ") or not lines[at]):
        block.append(lines[at][4:])
        at += 1
    return "\n".join(block).strip() + "\n"


def replace(text, old, new):
    assert old in text, (old, text)
    return text.replace(old, new)


@contextlib.contextmanager
def started(home, words, port, **options):
    with open(home / "proxy.stderr", "wb") as stderr:
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=stderr, **options)
    try:
        def listens():
            assert process.poll() is None, (home / "proxy.stderr").read_text()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return True
            return False
        eventually(listens)
        yield process
    finally:
        process.terminate()
        process.wait(60)


def find(program):
    path = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
    if path is None:
        raise Skipped(f"there is no {program}")
    return path


def nginx(home, port):
    """The recipe, as it stands there, but for the places, and the time after which a machine that does much besides seems to have gone away."""
    text = recipe("upstream fntoken {")
    for number in range(REPLICAS):
        text = replace(text, f"unix:/run/fntoken-{number + 1}/public", f"unix:{home / f'replica{number}/public'}")
    text = replace(text, "listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = replace(text, "proxy_read_timeout 5s;", "proxy_read_timeout 60s;")
    for line in ("ssl_certificate /etc/ssl/gw.example.com.pem;", "ssl_certificate_key /etc/ssl/private/gw.example.com.key;"):
        text = replace(text, line, "")
    temp = "".join(f"{kind}_temp_path {home.path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (home / "nginx.conf").write_text(f"daemon off; {'user root;' if os.getuid() == 0 else ''} worker_processes 1; pid {home.path}/nginx.pid; error_log stderr;\n"
                                     f"events {{}}\nhttp {{ access_log off; {temp}\n{text}}}\n")
    return started(home, [find("nginx"), "-p", str(home.path), "-c", str(home / "nginx.conf")], port)


class Replica:
    """A gateway over the folder's keys and rules, with sockets of its own."""

    def __init__(self, home, number):
        self.folder = home / f"replica{number}"
        self.folder.mkdir(exist_ok=True)
        self.home, self.command = home, home.command("--trust", f"{PROVIDER}={home / 'idp.json'}", "--peer-rate", "0", "--subject-rate", "0",
                                                     "--log", self.folder / "log", listen=f"unix:{self.folder}/public")
        self.command[self.command.index("--admin") + 1] = f"unix:{self.folder}/admin"
        self.start()

    def start(self):
        with open(self.folder / "stderr", "ab") as stderr:
            self.process = subprocess.Popen(self.command, stderr=stderr)
        eventually(self.is_ready)
        self.home.open.append(self)

    def is_ready(self):
        assert self.process.poll() is None, (self.folder / "stderr").read_text()
        connection = Local(self.folder / "admin")
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        return False

    def stop(self, number):
        self.process.send_signal(number)
        self.process.wait(60)

    def end(self):
        if self.process.poll() is None:
            self.stop(signal.SIGTERM)

    def issued(self):
        return len((self.folder / "log").read_text().splitlines())


class Callers(Threads):
    """Exchanges over connections that are kept, from now until the end; each answer that was not 200, and each kid."""

    def __init__(self, port, token, count=4):
        super().__init__(count)
        self.port, self.body = port, form_of(token)
        self.wrong, self.kids, self.answers = [], set(), 0

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        while not self.ended:
            try:
                connection.request("POST", "/oauth/token", self.body, {"Content-Type": FORM})
                answer = connection.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException) as fault:
                self.wrong.append(repr(fault))
                connection.close()
                continue
            self.answers += 1
            if answer.status == 200:
                self.kids.add(header(json.loads(said)["access_token"])["kid"])
            else:
                self.wrong.append((answer.status, said))

    def more(self, count=200):
        reached = self.answers + count
        eventually(lambda: self.answers >= reached, 300)


def rotate(home):
    os.replace(home / "keys/current.pem", home / "keys/previous.pem")
    os.replace(home / "keys/next.pem", home / "keys/current.pem")
    os.utime(home / "keys/previous.pem")


@test
def three_replicas_lose_nothing(home):
    port = home.port()
    find("nginx")
    replicas = [Replica(home, number) for number in range(REPLICAS)]
    with nginx(home, port), Callers(port, home.token()) as callers:
        callers.more()
        # The rules change, again and again.
        for number in range(5):
            home.write("iam/more.yaml", role(f"more{number}", "https://more.example.com", ["x"]))
            callers.more(50)
        # The keys rotate.
        before = set(callers.kids)
        fntoken("keygen", "--out", home / "keys/next.pem")
        callers.more()
        rotate(home)
        eventually(lambda: len(callers.kids) == 2)
        assert len(before) == 1 and before < callers.kids
        # One is killed, and comes back; another is ended as it should be.
        replicas[0].stop(signal.SIGKILL)
        callers.more()
        replicas[0].start()
        callers.more()
        replicas[1].stop(signal.SIGTERM)
        callers.more()
    assert callers.wrong == [], callers.wrong
    assert all(replica.issued() > 0 for replica in replicas)


WRK = """
wrk.method, wrk.body = "POST", "%s"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
local threads = {}
function setup(thread) threads[#threads + 1] = thread end
function init() found = {} end
function response(status, headers, body)
    local kind = status == 200 and body:match('"access_token":"([^.]+)%%.') or status
    found[tostring(kind)] = (found[tostring(kind)] or 0) + 1
end
function done(summary)
    for _, thread in ipairs(threads) do
        for kind, count in pairs(thread:get("found")) do io.write("kind ", kind, " ", count, "\\n") end
    end
    for kind, count in pairs(summary.errors) do io.write("error ", kind, " ", count, "\\n") end
end
"""


class Wrk:
    """Exchanges as quickly as they are answered, over connections that are kept, by a program of others (wrk): its answers by the kid that
    signed them, or by the status that was not 200, and what else went wrong."""

    def __init__(self, home, port, token):
        (home / "wrk.lua").write_text(WRK % form_of(token))
        self.process = subprocess.Popen([find("wrk"), "--threads", "2", "--connections", "16", "--duration", "3000", "--timeout", "120", "--script", home / "wrk.lua",
                                         f"http://127.0.0.1:{port}/oauth/token"], stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=300)
        kinds, errors = {}, {}
        for what, kind, count in (line.split() for line in said.splitlines() if line.startswith(("kind ", "error "))):
            of = errors if what == "error" else kinds
            of[kind] = of.get(kind, 0) + int(count)
        return {kind if kind.isdigit() else header(kind + ".")["kid"]: count for kind, count in kinds.items()}, errors


@test
def wrk_is_answered_whatever_changes(home):
    port = home.port()
    find("nginx")
    find("wrk")
    replicas = [Replica(home, number) for number in range(REPLICAS)]
    size = lambda: sum((replica.folder / "log").stat().st_size for replica in replicas)

    def more(answers=300):
        reached = size() + answers * 500
        eventually(lambda: size() >= reached, 300)

    def all_say(words):
        eventually(lambda: all(words in (replica.folder / "log").read_bytes()[-9999:].decode() for replica in replicas), 300)
    with nginx(home, port), Wrk(home, port, home.token()) as load:
        more()
        for number in range(5):
            home.write("iam/more.yaml", role(f"more{number}", "https://more.example.com", ["x"]))
            all_say(fntoken("iam", "--iam", home / "iam").split()[-1])
        fntoken("keygen", "--out", home / "keys/next.pem")
        more()
        before, after = (json.loads(fntoken("jwks", home / f"keys/{name}.pem"))["keys"][0]["kid"] for name in ("current", "next"))
        rotate(home)
        all_say(after)
        replicas[0].stop(signal.SIGKILL)
        more()
        replicas[0].start()
        more()
        replicas[1].stop(signal.SIGTERM)
        more()
        kinds, errors = load.end()
    assert set(kinds) == {before, after} and min(kinds.values()) > 100, kinds
    assert set(errors) == {"connect", "read", "write", "status", "timeout"} and not any(errors.values()), (errors, kinds)
    assert all(replica.issued() > 0 for replica in replicas)


@test
def a_replica_that_is_killed_loses_what_it_had_alone(home):
    """Without the recipe's non_idempotent what was in flight on it is lost, and nothing else."""
    port = home.port()
    find("nginx")
    replicas = [Replica(home, number) for number in range(REPLICAS)]
    context = nginx(home, port)
    (home / "nginx.conf").write_text(replace((home / "nginx.conf").read_text(), "proxy_next_upstream error timeout non_idempotent;", ""))
    with context, Callers(port, home.token()) as callers:
        callers.more()
        replicas[0].stop(signal.SIGKILL)
        callers.more()
    assert len(callers.wrong) <= len(callers.threads), callers.wrong


def status_of(port, method, target, body=None, headers=()):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.connect()
    with contextlib.suppress(ConnectionError):  # nginx need not read what it refuses
        connection.request(method, target, body, {"Content-Type": FORM, **dict(headers)})
    status = connection.getresponse().status
    connection.close()
    return status


def refused(port):
    """The statuses of what a gateway refuses by closing the connection, or gives no answer to."""
    for body in (b"a" * 70_000, b"a" * 900_000, iter([b"a" * 70_000])):
        yield status_of(port, "POST", "/oauth/token", body)
    for headers in ({"X-Long": "a" * 5000}, {f"X-{i}": "a" for i in range(70)}, {"Content-Encoding": "gzip"}):
        yield status_of(port, "POST", "/oauth/token", b"a=b", headers)
    for length in range(3900, 8200, 60):  # libmicrohttpd closes without an answer where a target fills its memory
        yield status_of(port, "GET", "/" + "a" * length)


@test
def what_one_refuses_takes_no_replica_away(home):
    port = home.port()
    find("nginx")
    _ = [Replica(home, number) for number in range(REPLICAS)]
    with nginx(home, port), Callers(port, home.token()) as callers:
        statuses = [status for _ in range(4) for status in refused(port)]
        callers.more(50)
    assert callers.wrong == [], callers.wrong
    assert all(400 <= status < 500 for status in statuses), statuses


def peers(home):
    return {json.loads(line)["peer"] for line in (home / "log").read_text().splitlines()}


def forged(connection, token):
    """Somebody who names another's address, in each way there is."""
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        connection.request("POST", "/oauth/token", form_of(token), {"Content-Type": FORM, name: "for=192.0.2.7" if name == "Forwarded" else "192.0.2.7"})
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 200, said


@test
def nginx_names_the_client(home):
    port = home.port()
    find("nginx")
    home.gateway("--log", home / "log")
    (home / "replica0").mkdir()
    os.symlink(home / "public", home / "replica0/public")
    with nginx(home, port):
        forged(http.client.HTTPConnection("127.0.0.1", port, timeout=120), home.token())
    assert peers(home) == {"127.0.0.1"}


@test
def caddy_ends_tls_and_names_the_client(home):
    port = home.port()
    home.gateway("--log", home / "log")
    text = replace(recipe("gw.example.com {"), "unix//run/fntoken/public", f"unix/{home / 'public'}")
    text = replace(text, "gw.example.com {", f"https://localhost:{port} {{\n    tls internal")
    (home / "Caddyfile").write_text(f"{{\n    admin off\n    auto_https disable_redirects\n    skip_install_trust\n    storage file_system {home.path}/caddy\n}}\n{text}")
    environment = {**os.environ, "HOME": str(home.path), "XDG_CONFIG_HOME": str(home.path), "XDG_DATA_HOME": str(home.path)}
    with started(home, [find("caddy"), "run", "--config", str(home / "Caddyfile")], port, env=environment):
        authority = home / "caddy/pki/authorities/local/root.crt"
        eventually(lambda: authority.exists() and "END CERTIFICATE" in authority.read_text())
        connection = http.client.HTTPSConnection("localhost", port, timeout=120, context=ssl.create_default_context(cafile=str(authority)))

        def greets():
            """Its own certificate is made after the authority's."""
            with contextlib.suppress(OSError):
                connection.connect()
                return True
            return False
        eventually(greets)
        forged(connection, home.token())
        connection.request("GET", "/.well-known/openid-configuration", headers={"Host": "evil.example"})
        assert b"evil" not in connection.getresponse().read()
        # What is too long may be 502, as the page says, and spoils nothing for others.
        for body, target in ((b"a" * 70_000, "/oauth/token"), (b"a" * 900_000, "/oauth/token"), (b"a=b", "/" + "a" * 7500)):
            long = http.client.HTTPSConnection("localhost", port, timeout=120, context=ssl.create_default_context(cafile=str(authority)))
            long.connect()
            with contextlib.suppress(ConnectionError):
                long.request("POST", target, body, {"Content-Type": FORM})
            assert long.getresponse().status in (400, 413, 431, 502)
            long.close()
            forged(connection, home.token())
        connection.close()
    assert peers(home) == {"127.0.0.1"} or peers(home) == {"::1"}, peers(home)


main()

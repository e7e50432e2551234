# SPDX-License-Identifier: MIT
"""What the tests of fntoken-gateway share: a folder with keys and rules, the gateway over a Unix socket, doubles of identity
providers. Each test is a function with @test; main prints TAP.

Usage of each file here: NAME.py FNTOKEN FNTOKEN_GATEWAY [PART OF A TEST'S NAME]"""
import base64
import contextlib
import http.client
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from tap import Skipped, Threads, eventually, in_time, run_all, test  # noqa: E402, F401

FNTOKEN, GATEWAY = sys.argv[1:3]
ISSUER = "https://gw.example.com"
PROVIDER = "https://idp.example.com"
FORM = "application/x-www-form-urlencoded"
sys.path.append("/usr/lib/python3/dist-packages")  # Debian's, where another Python runs this
for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("FNTOKEN_")]:
    del os.environ[name]

def main(at_once=4):
    run_all(Home, at_once)


def with_limit(letter, most):
    """What to put before a command that is to have it. A shell does it: this process has threads, and its copy may not run Python."""
    return ["sh", "-c", f'ulimit -{letter} {most} && exec "$0" "$@"']


def fntoken(*words, **more):
    return subprocess.run([FNTOKEN, *map(str, words)], check=True, capture_output=True, text=True, **more).stdout.strip()


def role(name, issuer, subjects, resource="openfaas-fn:*"):
    """A JwtIssuer, its Policy and its Role, as JSON, which is YAML."""
    def thing(kind, spec):
        return {"apiVersion": "iam.openfaas.com/v1", "kind": kind, "metadata": {"name": name, "namespace": "openfaas"}, "spec": spec}
    things = [
        thing("JwtIssuer", {"iss": issuer, "aud": ["openfaas"], "tokenExpiry": "30m"}),
        thing("Policy", {"statement": [{"sid": f"{name}-1", "action": ["Function:Invoke"], "effect": "Allow", "resource": [resource]}]}),
        thing("Role", {"policy": [name], "condition": {"StringEqual": {"jwt:iss": [issuer], "jwt:sub": subjects}}}),
    ]
    return "---\n".join(json.dumps(one) + "\n" for one in things)


class Home:
    """A folder with keys/current.pem, idp.pem with idp.json for PROVIDER, and iam/ in which ada may call openfaas-fn."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="fnt"))
        self.open, self.held = [], []
        for folder in ("keys", "iam"):
            (self.path / folder).mkdir()
        fntoken("keygen", "--out", self.path / "keys/current.pem")
        fntoken("keygen", "--out", self.path / "idp.pem", "--public-out", self.path / "idp.json")
        self.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada", "eve"]))
        return self

    def __exit__(self, *exception):
        for gateway in self.open:
            gateway.end()
        for port in self.held:
            port.close()
        shutil.rmtree(self.path, ignore_errors=True)

    def __truediv__(self, name):
        return self.path / name

    def write(self, name, content):
        """As an editor does: another file takes the name."""
        (self.path / "new").write_text(content)
        os.replace(self.path / "new", self.path / name)

    def port(self):
        """One of 127.0.0.1 that the system gives to nobody else meanwhile: it is bound here, and whoever sets SO_REUSEADDR can listen there."""
        holder = socket.socket()
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        self.held.append(holder)
        return holder.getsockname()[1]

    def token(self, sub="ada", iss=PROVIDER, key="idp.pem", kid=None, **more):
        claims = {"iss": iss, "aud": "openfaas", "sub": sub, "iat": int(time.time()), "exp": int(time.time()) + 3600, **more}
        words = ["sign", "--key", self / key, "--claims", "-"]
        return fntoken(*words, *(["--kid", kid] if kid else []), input=json.dumps(claims))

    def command(self, *more, iam="iam", listen=None):
        return [GATEWAY, "--listen", listen or f"unix:{self / 'public'}", "--admin", f"unix:{self / 'admin'}", "--issuer", ISSUER,
                "--keys", str(self / "keys"), "--iam", str(self / iam), *map(str, more)]

    def limited(self, *more):
        """For in_time: a gateway with these limits, whom nobody has asked yet."""
        def start(number):
            if number > 0:
                self.open[-1].end()
            return self.gateway(*more, limits=True)
        return start

    def refuses(self, *more, **options):
        """What it says where it does not start."""
        done = subprocess.run(self.command(*more, **options), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 2, (done.returncode, done.stderr)
        return done.stderr

    def gateway(self, *more, trust=True, **options):
        """trust: PROVIDER's keys come from a file. Else its rules go, so that nobody asks for it."""
        words = ["--trust", f"{PROVIDER}={self / 'idp.json'}"] if trust else []
        if not trust:
            (self / "iam/rules.yaml").unlink()
        gateway = Gateway(self, [*words, *more], **options)
        self.open.append(gateway)
        return gateway


def connected(path, timeout=60):
    """A connection to a Unix socket. Where more have come than were taken yet it waits, which one with a timeout would not."""
    connection = socket.socket(socket.AF_UNIX)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", timeout, 0))
    connection.connect(str(path))
    connection.settimeout(timeout)
    return connection


class Local(http.client.HTTPConnection):
    """A connection to a Unix socket."""

    def __init__(self, path, timeout=60):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = connected(self.path, self.timeout)


class Gateway:
    def __init__(self, home, more, before=(), limits=False, listen=None, **options):
        self.home = home
        off = [] if limits else ["--peer-rate", "0", "--subject-rate", "0"]
        where = {"listen": listen} if listen else {}
        with open(home / "stderr", "ab") as stderr:
            self.process = subprocess.Popen([*before, *home.command(*more, *off, **where)], stderr=stderr, **options)
        eventually(self.serves)

    def serves(self):
        assert self.process.poll() is None, self.stderr()
        with contextlib.suppress(OSError):
            return self.admin("/healthz")[0] == 200
        return False

    def ask(self, method, path, body=None, at="public", **headers):
        connection = Local(self.home / at)
        try:
            connection.connect()
            with contextlib.suppress(ConnectionError):  # it need not read a body that it refuses
                connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def admin(self, path):
        status, _, body = self.ask("GET", path, at="admin")
        return status, body.decode()

    def exchange(self, token, audience=(), scope="function", **headers):
        fields = [("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", token),
                  ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")]
        fields += [("scope", scope)] if scope else []
        fields += [("audience", one) for one in audience]
        status, headers, body = self.ask("POST", "/oauth/token", urllib.parse.urlencode(fields), Content_Type=FORM, **headers)
        return status, headers, json.loads(body)

    def issues(self, token):
        return self.exchange(token)[0] == 200

    def jwks(self):
        return json.loads(self.ask("GET", "/.well-known/jwks")[2])

    def kids(self):
        return {key["kid"] for key in self.jwks()["keys"]}

    def is_ready(self):
        return self.admin("/readyz")[0] == 200

    def metric(self, start):
        """The sum of the series that begin so."""
        lines = [line for line in self.admin("/metrics")[1].splitlines() if line.startswith(start)]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def stderr(self):
        return (self.home / "stderr").read_text(errors="replace")

    def says(self, words):
        eventually(lambda: words in self.stderr())

    def decisions(self):
        return [json.loads(line) for line in self.stderr().split("\n")[:-1] if line.startswith("{")]  # what has no end is being written

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        """Ends it, and what it ended with."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


class Provider:
    """A double of an identity provider on loopback. behave: keys, hang, redirect, 500, html, long or another host's redirect."""

    def __init__(self, home, name, port=0):
        self.home, self.name, self.behave, self.asked, self.delay = home, name, "keys", 0, 0.0
        self.released = threading.Event()
        self.moved = 0
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                provider.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.iss = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.rotate()

    def rotate(self, number=0):
        """number: of a try of in_time. Because of keys that are not known four fetches are begun, and one more each 15 seconds."""
        time.sleep(60 if number > 0 else 0)
        fntoken("keygen", "--out", self.home / f"{self.name}.pem", "--public-out", self.home / f"{self.name}.json", "--force")

    def token(self, **more):
        return self.home.token(iss=self.iss, key=f"{self.name}.pem", **more)

    def answer(self, request):
        self.asked += 1
        if self.behave == "hang":
            self.released.wait(60)
        elif self.behave == "500":
            self.send(request, 500, b"{}")
        elif self.behave == "html":
            self.send(request, 200, b"<!DOCTYPE html><title>Sign in</title>", "text/html")
        elif self.behave == "long":
            with contextlib.suppress(OSError):
                self.send(request, 200, b'{"keys":[' + b" " * 10_000_000 + b"]}")
        elif self.behave == "elsewhere":
            self.send(request, 302, b"", Location=f"http://localhost:{self.server.server_port}/moved{request.path}")
        elif self.behave == "moved" and not request.path.startswith("/moved"):
            self.send(request, 302, b"", Location=f"/moved{request.path}")
        else:
            self.moved += request.path.startswith("/moved")
            time.sleep(self.delay)
            document = {"issuer": self.iss, "jwks_uri": f"{self.iss}/jwks"}
            is_keys = request.path.endswith("/jwks")
            self.send(request, 200, (self.home / f"{self.name}.json").read_bytes() if is_keys else json.dumps(document).encode())

    @staticmethod
    def send(request, status, body, kind="application/json", **headers):
        request.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": len(body), **headers}.items():
            request.send_header(name, str(value))
        request.end_headers()
        request.wfile.write(body)


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def header(token):
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))

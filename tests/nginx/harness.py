# SPDX-License-Identifier: MIT
"""What the tests of the nginx module share: a folder with keys, nginx over Unix sockets, a double of the gateway. Each test is a
function with @test; main prints TAP.

Usage of each file here: NAME.py FNTOKEN MODULE [PART OF A TEST'S NAME]"""
import contextlib
import http.client
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import tap  # noqa: E402
from tap import Skipped, run_all, test  # noqa: E402, F401

FNTOKEN, MODULE = (os.path.abspath(path) for path in sys.argv[1:3])
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
MODULES = pathlib.Path("/usr/lib/nginx/modules")
ISSUER = "https://gw.example.com"

def make_home():
    if NGINX is None:
        raise Skipped("there is no nginx")
    return Home()


def main():
    run_all(make_home)


def eventually(condition, seconds=120.0):
    """Longer than a fetch that failed is waited for, which is a minute at most."""
    return tap.eventually(condition, seconds)


def fntoken(*words, **more):
    return subprocess.run([FNTOKEN, *map(str, words)], check=True, capture_output=True, text=True, **more).stdout.strip()


class Home:
    """A folder with key.pem and keys.json of ISSUER, and site/."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="fnt"))
        self.path.chmod(0o755)  # workers of a root's nginx are somebody else
        self.open = []
        (self.path / "site").mkdir()
        self.new_key("key")
        (self.path / "keys.json").write_text((self.path / "key.json").read_text())
        for name in ("index.html", "x", "function/env", "function/figlet"):
            self.file(name, f"the body of {name}\n")
        return self

    def __exit__(self, *exception):
        with contextlib.ExitStack() as ends:  # all of them, whatever one of them says
            ends.callback(shutil.rmtree, self.path, ignore_errors=True)
            for one in reversed(self.open):
                ends.callback(one.end)

    def __truediv__(self, name):
        return self.path / name

    def new_key(self, name):
        fntoken("keygen", "--force", "--out", self / f"{name}.pem", "--public-out", self / f"{name}.json")
        return name

    def file(self, name, content):
        """A page of site/."""
        path = self / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def write(self, name, content):
        """As an editor does: another file takes the name."""
        (self.path / "new").write_text(content)
        os.replace(self.path / "new", self.path / name)

    def token(self, *permissions, key="key", **claims):
        """A Function Token; claims over those that it has by itself, None takes one out."""
        now = int(time.time())
        every = {"iss": ISSUER, "aud": ISSUER, "sub": "fed:ada", "iat": now, "exp": now + 7200, "jti": f"t-{time.monotonic_ns()}",
                 "function": {"permissions": list(permissions or ["dev:env"])}, **claims}
        words = ["sign", "--key", self / f"{key}.pem", "--claims", "-"]
        return fntoken(*words, input=json.dumps({name: value for name, value in every.items() if value is not None}))

    def nginx(self, server, http="", workers=1, main="", refused=False, **more):
        """nginx with this inside its server, http and main levels; refused: what it says where it does not start."""
        nginx = self.configured(server, http, workers, main, **more)
        if refused:
            return nginx.refused()
        self.open.append(nginx)
        nginx.start()
        return nginx

    def configured(self, server, http="", workers=1, main="", **more):
        return Nginx(self, server, http, workers, main, **more)

    def guarded(self, more="", location="", **options):
        """A server whose site is dev:env's, with a file of keys."""
        return self.nginx(f"""
            fntoken on; fntoken_issuer {ISSUER}; fntoken_key_file {self / 'keys.json'}; fntoken_function dev:env; {more}
            location / {{ {location} }}""", **options)


class Local(http.client.HTTPConnection):
    """A connection to a Unix socket."""

    def __init__(self, path, timeout=60):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))  # without a timeout it waits where many wait to be accepted
        self.sock.settimeout(self.timeout)


def workers_of(master):
    return [int(pid) for pid in pathlib.Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def runs(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Answer:
    def __init__(self, got):
        self.status, self.headers, self.body = got.status, got.headers, got.read().decode(errors="replace")

    def __repr__(self):
        return f"{self.status} {dict(self.headers)} {self.body!r}"


class Nginx:
    def __init__(self, home, server, http, workers, main, modules=(), before=(), log="info", environment=None, prefix=None):
        self.home, self.process, self.before, self.prefix = home, None, list(before), home / (prefix or f"nginx{len(home.open)}")
        self.environment = {**os.environ, **(environment or {})}
        self.prefix.mkdir(exist_ok=True)
        self.prefix.chmod(0o777)
        self.socket = self.prefix / "socket"
        loads = "\n".join(f"load_module {module};" for module in [*(MODULES / name for name in modules), *([MODULE] if MODULE != "none" else [])])
        temporary = "\n".join(f"{name}_temp_path {self.prefix}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.getuid() == 0 else ""
        self.conf = self.prefix / "nginx.conf"
        self.text = f"""
            {loads}
            {user} daemon off; pid {self.prefix}/pid; error_log {self.prefix}/error.log {log}; worker_processes {workers}; {main}
            events {{ worker_connections 512; }}
            http {{
                {temporary}
                {"" if "access_log" in http else "access_log off;"} root {home.path}/site; default_type text/plain;
                {http}
                server {{ listen unix:{self.socket}; {server} }}
            }}"""
        self.conf.write_text(self.text)

    def also(self, http):
        """These lines at the end of its http level too."""
        self.text = f"{self.text.rstrip()[:-1]}{http} }}"
        self.conf.write_text(self.text)

    def command(self):
        return [*self.before, NGINX, "-p", str(self.prefix), "-e", str(self.prefix / "error.log"), "-c", str(self.conf)]

    def refused(self):
        done = self.tried()
        assert done.returncode == 1, (done.returncode, done.stderr)
        return done.stderr

    def tried(self):
        return subprocess.run([*self.command(), "-t"], capture_output=True, text=True, timeout=60, check=False, env=self.environment)

    def start(self):
        with open(self.prefix / "stderr", "ab") as stderr:
            self.process = subprocess.Popen(self.command(), stderr=stderr, env=self.environment)
        eventually(self.serves, 60)

    def serves(self):
        """Whether it accepts connections and heeds signals: what comes before it has workers may end it, or be forgotten."""
        assert self.process.poll() is None, (self.prefix / "stderr").read_text() + self.log()
        if "start worker process " not in self.log():
            return False
        self.connect().close()
        return True

    def connect(self, at=None):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(at or self.socket))
        connection.settimeout(60)
        return connection

    def ask(self, path="/x", token=None, method="GET", body=None, on=None, **headers):
        """headers: NAME_OF=value."""
        connection = on or Local(self.socket)
        try:
            every = {name.replace("_", "-"): value for name, value in headers.items()}
            if token is not None:
                every["Authorization"] = token if " " in token or token == "" else f"Bearer {token}"
            connection.request(method, path, body, every)
            return Answer(connection.getresponse())
        finally:
            if on is None:
                connection.close()

    def raw(self, text, at=None):
        """All that comes back for these bytes."""
        connection = self.connect(at)
        connection.sendall(text.encode() if isinstance(text, str) else text)
        got = b""
        with contextlib.suppress(OSError):
            while more := connection.recv(65536):
                got += more
        connection.close()
        return got.decode(errors="replace")

    def log(self):
        path = self.prefix / "error.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def says(self, words):
        eventually(lambda: words in self.log())

    def signal(self, number):
        self.process.send_signal(number)

    def master_said(self, words):
        """How often: no worker's lines."""
        return self.log().count(f"{self.process.pid}#{self.process.pid}: {words}")

    def reload(self):
        """SIGHUP, until the master is through with it. Whether there are new workers."""
        workers, begun, ended = map(self.master_said, ("start worker process ", "reconfiguring", "reopening logs"))
        self.signal(signal.SIGHUP)
        eventually(lambda: self.master_said("reconfiguring") > begun)
        self.signal(signal.SIGUSR1)  # it looks at this one when it is through with that one
        eventually(lambda: self.master_said("reopening logs") > ended)
        return self.master_said("start worker process ") > workers

    def end_workers(self):
        """While the master stands still: it kills those that need more than a second and a half, as they may on a busy machine."""
        self.signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        try:
            workers = workers_of(self.process.pid)
            for worker in workers:
                os.kill(worker, signal.SIGTERM)
            eventually(lambda: not any(map(runs, workers)))
        finally:
            self.signal(signal.SIGTERM)
            self.signal(signal.SIGCONT)

    def end(self):
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.end_workers()
        try:
            ended = self.process.wait(120)
            assert "exited on signal" not in self.log(), self.log()
            return ended
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


class Gateway:
    """A double of the gateway: discovery and keys on a Unix socket. behave: keys, 500, html, hang or long."""

    def __init__(self, home, name="gateway", issuer=ISSUER, uri="https://elsewhere.example.com/.well-known/jwks?v=1"):
        self.home, self.path, self.issuer, self.uri = home, home / name, issuer, uri
        self.behave, self.asked, self.jwks = "keys", [], None
        self.served = 0.0  # when keys were answered last
        self.ended = threading.Event()
        self.server = None

    def start(self):
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                gateway.answer(self)

            def address_string(self):
                return "unix"

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            address_family = socket.AF_UNIX
            daemon_threads = True
            request_queue_size = 128

            def server_bind(self):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(self.server_address)
                self.socket.bind(self.server_address)
                self.server_name, self.server_port = "localhost", 0

        self.server = Server(str(self.path), Handler)
        os.chmod(self.path, 0o777)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.home.open.append(self)
        return self

    def end(self):
        self.ended.set()
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def answer(self, request):
        self.asked.append(request.path)
        is_keys, behave = request.path.startswith("/.well-known/jwks"), self.behave
        if behave == "hang":
            self.ended.wait(30)
        if is_keys and behave == "keys":
            self.served = time.monotonic()
        status = 500 if behave == "500" else 200
        body = (self.jwks or (self.home / "key.json").read_text()) if is_keys else json.dumps({"issuer": self.issuer, "jwks_uri": self.uri})
        if behave == "html":
            body = "<!DOCTYPE html>"
        if behave == "long":
            body += " " * (5 << 18)
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        with contextlib.suppress(OSError):
            request.end_headers()
            request.wfile.write(body.encode())

    def location(self, more="internal;"):
        return f"location ^~ /_keys/ {{ {more} proxy_pass http://unix:{self.path}:/; }}"

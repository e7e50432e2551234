# SPDX-License-Identifier: MIT
"""What the tests of the guard share: nginx with a configuration of ours, servers behind it that say what reached them, and raw
requests. See ../gateway/harness.py for the rest."""
import contextlib
import http.client
import http.server
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "gateway"))
from harness import FORM, ISSUER, Skipped  # noqa: E402
import tap  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECIPES = ROOT / "nginx/recipes"
held, copying = [], threading.Lock()
everybodys = tempfile.TemporaryDirectory(prefix="fnt")
os.chmod(everybodys.name, 0o755)
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def reachable(path):
    """A copy of it, as a clone may be in a folder that is closed to other users."""
    copy = pathlib.Path(everybodys.name, os.path.basename(path))
    with copying:
        if not copy.exists():
            shutil.copy(path, copy)
            copy.chmod(0o755)
    return str(copy)


LAUNCHER = reachable(ROOT / "nginx/fntoken-guard")


def need(program):
    """Its path; skipped, and counted, where it is not installed."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise Skipped(f"there is no {program}")
    return found


def eventually(condition, seconds=120.0):
    """Longer than a fetch that failed is waited for, which is a minute at most."""
    return tap.eventually(condition, seconds)


def free_port():
    """One that no other test is given, and that the system gives nobody. A name of its own is bound until this program ends, as other programs of tests
    look for ports at the same time, and most are not listened at yet."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        first = int(file.read().split()[0])
    while True:
        port, name = random.SystemRandom().randrange(10000, max(first, 20000)), socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0fntoken-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("", port))
        except OSError:
            name.close()
            continue
        held.append(name)
        return port


class Backend:
    """A server on loopback that answers with its name, and keeps what it was asked and how many connections it accepted."""

    def __init__(self, name, port=0):
        self.name, self.seen, self.accepted, self.answers, self.headers = name, [], 0, {}, []
        self.held = threading.Event() # cleared: answers wait
        self.held.set()
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                backend.accepted += 1
                super().setup()

            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                backend.seen.append((self.command, self.path, list(self.headers.items())))
                backend.held.wait(300)
                body = backend.answers.get(self.path) or f"{backend.name} {self.path}".encode("latin-1", "replace")
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                for name, value in backend.headers:
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return self.answer
                raise AttributeError(name)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()


def module():
    """The module that was built; skipped, and counted, where none was."""
    path = os.environ.get("FNT_NGINX_MODULE")
    if not path:
        raise Skipped("the nginx module was not built: nginx-dev is not installed")
    return reachable(path)


def unprivileged(user=65534):
    """Words before a command that make it nobody's."""
    return [need("setpriv"), f"--reuid={user}", f"--regid={user}", "--clear-groups"] if os.geteuid() == 0 else []


class Guard:
    """fntoken-guard as it is shipped, in front of a function or answering other proxies."""

    def __init__(self, home, function=None, gateway="http://127.0.0.1:9", more=(), environment=None, resource="dev:env", user=65534, mode="ab"):
        need("nginx")
        self.home, self.port = home, free_port()
        self.name = f"guard-{self.port}"
        self.tmp = home / f"{self.name}.tmp"
        self.tmp.mkdir()
        os.chmod(home.path, 0o711)
        if os.geteuid() == 0:
            os.chown(self.tmp, user, user)
        self.page = more[more.index("--status") + 1].rsplit(":", 1)[-1] if "--status" in more else free_port()
        words = ["--tmp", self.tmp, "--module", module(), "--nginx", NGINX, "--gateway", gateway, "--status", f"127.0.0.1:{self.page}", *more]
        words += [] if function is None else ["--upstream", f"http://127.0.0.1:{function.port}"]
        namespace, name = resource.split(":")
        variables = {"PATH": os.environ["PATH"], "OPENFAAS_NAME": name, "OPENFAAS_NAMESPACE": namespace, "port": str(self.port), **(environment or {})}
        self.process = start(home, [*unprivileged(user), LAUNCHER, *words], self.port, log=self.name, mode=mode, env=variables)

    def ready(self):
        """Once each of its workers has keys."""
        eventually(lambda: b'fntoken_workers_without_keys{source="0"} 0\n' in ask(self.page, "/metrics").body)

    def stderr(self):
        return (self.home / self.name).read_text(errors="replace")


class Nginx:
    """nginx with these lines at its http level, until the home ends."""

    def __init__(self, home, http_level, port, before=""):
        self.folder, self.port = home / f"nginx-{port}", port
        self.folder.mkdir()
        paths = " ".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(f"""{before} {'user root;' if os.geteuid() == 0 else ''}
daemon off; worker_processes 1; pid {self.folder}/pid; error_log stderr notice;
events {{ worker_connections 256; }}
http {{ access_log off; {paths}
{http_level}
}}
""")
        self.process = start(home, [NGINX, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", "stderr"], port)

    def end(self):
        stop(self.process)


def start(home, command, port, log="stderr", mode="ab", **options):
    """A program that listens at the port, ended with the home."""
    with open(home / log, mode) as stderr:
        process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr, **options)

    class Ends:
        def end(self):
            stop(process)

    home.open.append(Ends())

    def listens():
        assert process.poll() is None, (home / log).read_text(errors="replace")[-3000:]
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    eventually(listens)
    return process


def stop(process):
    """At a second SIGTERM a guard waits for no call."""
    for _ in range(2):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            return process.wait(60)
        except subprocess.TimeoutExpired:
            pass
    process.kill()
    return process.wait()


def talk(port, request, seconds=60.0):
    """The bytes that come back until the other side closes, or says nothing for so long. It may answer without reading all."""
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        answer = b""
        connection.settimeout(seconds)
        with contextlib.suppress(OSError):
            connection.sendall(request)
        with contextlib.suppress(OSError):
            while part := connection.recv(1 << 16):
                answer += part
        return answer


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        found = re.match(r"HTTP/1\.[01] ([0-9]{3})", lines[0])
        self.status = int(found[1]) if found else 0
        self.headers = [tuple(line.split(": ", 1)) for line in lines[1:] if ": " in line]

    def header(self, name):
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower()) or None


def ask(port, target, method="GET", headers=(), body=b""):
    """One request on a connection of its own, each byte of the target as it stands here."""
    head = f"{method} {target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers)
    if body:
        head += f"Content-Length: {len(body)}\r\n"
    return Answer(talk(port, head.encode("latin-1") + b"\r\n" + body))


def kept_alive(port, requests):
    """The statuses of requests (method, target, headers) over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found = []
    for method, target, headers in requests:
        connection.request(method, target, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        found.append(answer.status)
    connection.close()
    return found


def gateway_at(home, port, issuer=ISSUER):
    """fntoken-gateway on loopback, for what speaks no Unix sockets."""
    command = home.command
    home.command = lambda *more, **options: [issuer if word == ISSUER else word for word in command(*more, listen=f"127.0.0.1:{port}", **options)]
    return home.gateway()


def exchanged(port, subject, audience):
    """The Function Token for that subject's token, as any client asks for it."""
    fields = {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "scope": "function", "subject_token": subject,
              "subject_token_type": "urn:ietf:params:oauth:token-type:id_token", **({"audience": audience} if audience else {})}
    answer = ask(port, "/oauth/token", "POST", [("Content-Type", FORM)], urllib.parse.urlencode(fields).encode())
    assert answer.status == 200, answer.body
    return json.loads(answer.body)["access_token"]


def recipe(name, changes):
    """A recipe as it is shipped, with other addresses. Each must be there."""
    text = (RECIPES / name).read_text()
    for old, new in changes.items():
        assert old in text, (name, old)
        text = text.replace(old, new)
    return text


# ---- proxies that ask a guard, by their recipes: each starts one, and says its port

def nginx_asking(home, guard, function):
    port = free_port()
    return Nginx(home, recipe("forward-auth/nginx.conf", {"127.0.0.1:8084": f"127.0.0.1:{guard.port}", "127.0.0.1:8081": f"127.0.0.1:{function.port}",
                                                          "listen 8080": f"listen 127.0.0.1:{port}"}), port).port


def haproxy_asking(home, guard, function):
    haproxy, port = need("haproxy"), free_port()
    home.write("fntoken.lua", recipe("forward-auth/fntoken.lua", {"127.0.0.1:8084": f"127.0.0.1:{guard.port}"}))
    home.write("haproxy.cfg", recipe("forward-auth/haproxy.cfg", {"global\n": "global\n    nbthread 1\n", "/etc/haproxy/fntoken.lua": str(home / "fntoken.lua"), "127.0.0.1:8080": f"127.0.0.1:{port}",
                                                                  "127.0.0.1:8081": f"127.0.0.1:{function.port}"}))
    start(home, [haproxy, "-db", "-f", home / "haproxy.cfg"], port)
    return port


def caddy_asking(home, guard, function):
    """Its guard is started with --header X-Forwarded-Uri."""
    caddy, port = need("caddy"), free_port()
    home.write("Caddyfile", recipe("forward-auth/Caddyfile", {"127.0.0.1:8084": f"127.0.0.1:{guard.port}", "127.0.0.1:8081": f"127.0.0.1:{function.port}",
                                                              "http://:8080": f"http://:{port}"}))
    start(home, [caddy, "run", "--adapter", "caddyfile", "--config", home / "Caddyfile"], port, env={"PATH": os.environ["PATH"], "HOME": str(home.path)})
    return port


__all__ = ["Answer", "Backend", "Guard", "LAUNCHER", "NGINX", "Nginx", "RECIPES", "ROOT", "ask", "caddy_asking", "eventually", "exchanged", "free_port", "gateway_at", "haproxy_asking", "kept_alive", "module", "need", "nginx_asking", "os", "recipe", "start", "stop", "talk", "unprivileged"]

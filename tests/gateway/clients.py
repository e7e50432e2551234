#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken token and fntoken invoke: against the gateway itself, behind an HTTP double that passes /oauth/token on and stands for the
functions; and against servers that answer as they should not."""
import base64
import contextlib
import http.server
import json
import os
import pathlib
import socket
import stat
import ssl
import subprocess
import threading
import time
import urllib.parse

from harness import FNTOKEN, claims, eventually, in_time, main, test

REALM = 'Bearer realm="IAM function invoke", error="invalid_token"'


class Front:
    """What stands before the gateway: /oauth/token is passed on, and counted; /function/ and /async-function/ answer with what came. answers: what
    those say instead, first one first; exchange: what /oauth/token says instead, a function of the handler."""

    def __init__(self, home, gateway=None, context=None):
        self.home, self.gateway, self.exchange, self.answers = home, gateway, None, []
        self.exchanges, self.calls, self.forms, self.delay = 0, [], [], 0.0
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                with contextlib.suppress(OSError):
                    front.answer(self)

            do_GET = do_PUT = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # who does not trust the certificate goes away
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def body(request):
        if request.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(request.rfile.readline(), 16):
                body += request.rfile.read(size)
                request.rfile.readline()
            request.rfile.readline()
            return body
        return request.rfile.read(int(request.headers.get("Content-Length", 0)))

    @staticmethod
    def send(request, status, body=b"", **headers):
        request.send_response(status)
        for name, value in {"Content-Length": len(body), **headers}.items():
            request.send_header(name.replace("_", "-"), str(value))
        request.end_headers()
        request.wfile.write(body)

    def answer(self, request):
        body = self.body(request)
        if request.path == "/oauth/token":
            self.exchanges += 1
            self.forms.append(urllib.parse.parse_qs(body.decode()))
            time.sleep(self.delay)
            if self.exchange:
                self.exchange(request)
                return
            status, headers, said = self.gateway.ask("POST", "/oauth/token", body, Content_Type=request.headers["Content-Type"])
            self.send(request, status, said, Content_Type=headers["Content-Type"])
            return
        self.calls.append((request.command, request.path, dict(request.headers), body))
        status, said, headers = self.answers.pop(0) if self.answers else (200, b"hello " + body, {})
        self.send(request, status, said, **headers)


def run(home, *words, code=0, stdin=b"", **more):
    environment = {"PATH": os.environ["PATH"], "HOME": str(home.path), "XDG_CACHE_HOME": str(home / "cache"), **more}
    done = subprocess.run([FNTOKEN, *map(str, words)], input=stdin, capture_output=True, check=False, env=environment, timeout=300)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done


def set_up(home, **token):
    (home / "subject").write_text(home.token(**token) + "\n")
    return Front(home, home.gateway())


def source(home, front):
    return ["--gateway", front.url, "--subject", home / "subject"]


@test
def a_token_is_exchanged_and_printed(home):
    front = set_up(home)
    said = run(home, "token", *source(home, front), "--audience", "openfaas-fn:env", "--audience", "openfaas-fn:cows")
    assert claims(said.stdout.decode())["function"]["audience"] == ["openfaas-fn:env", "openfaas-fn:cows"], said.stdout
    assert not said.stderr
    assert front.forms[0]["scope"] == ["function"] and front.forms[0]["audience"] == ["openfaas-fn:env", "openfaas-fn:cows"]
    run(home, "token", *source(home, front), "--api")
    assert "scope" not in front.forms[1]
    run(home, "token", "--subject", "-", stdin=(home / "subject").read_bytes(), OPENFAAS_URL=front.url + "/")
    assert not (home / "cache").exists()


@test
def what_the_gateway_refuses_is_told(home):
    front = set_up(home, sub="bob")
    said = run(home, "token", *source(home, front), code=1).stderr.decode()
    assert said.startswith(f"fntoken: server: {front.url}/oauth/token: status 400, invalid_request: ") and said.count("\n") == 1, said
    (home / "subject").write_text(home.token())
    said = run(home, "token", *source(home, front), "--audience", "dev:env", code=1).stderr.decode()
    assert "invalid_target" in said and ".;" not in said and "NAMESPACE:NAME" in said and "fntoken can" in said, said
    (home / "subject").write_text("no token")
    run(home, "token", *source(home, front), code=1)
    for behind in ("\n" + "another", " another", "\n\tanother\n", "==", "\0", "\u00a0"):
        (home / "subject").write_text(home.token() + behind)
        said = run(home, "token", *source(home, front), code=1).stderr.decode()
        assert said.startswith("fntoken: malformed: ") and "another" not in said, said
    (home / "subject").write_text("")
    run(home, "token", *source(home, front), code=2)
    assert front.exchanges == 2


@test
def a_kept_token_is_used_again(home):
    front = set_up(home)
    words = [*source(home, front), "--cache", "--audience", "openfaas-fn:env"]
    first = run(home, "token", *words).stdout
    # another subject token of the same subject
    (home / "subject").write_text(home.token(jti="another"))
    assert run(home, "token", *words).stdout == first and front.exchanges == 1
    kept, = (home / "cache/fntoken").glob("*.json")
    assert kept.stat().st_mode & 0o777 == 0o600 and kept.parent.stat().st_mode & 0o777 == 0o700
    # other audiences, subjects, kinds and gateways have others
    other = Front(home, front.gateway)
    run(home, "token", *source(home, front), "--cache")
    run(home, "token", *source(home, front), "--cache", "--api")
    run(home, "token", *source(home, other), "--cache", "--audience", "openfaas-fn:env")
    (home / "subject").write_text(home.token("eve"))
    assert claims(run(home, "token", *words).stdout.decode())["sub"] != claims(first.decode())["sub"]
    assert (front.exchanges, other.exchanges) == (4, 1)
    # ten seconds before its end it counts no more
    (home / "subject").write_text(home.token())

    def exchanged(end):
        entry = json.loads(kept.read_text())
        entry["expires"] = int(time.time()) + end
        kept.write_text(json.dumps(entry))
        before = front.exchanges
        run(home, "token", *words)
        return front.exchanges - before
    assert in_time(2, exchanged, lambda _: 13) == 0 and exchanged(9) == 1
    # what others can read, or is no entry, is not used, and what a link leads to stays as it is
    (home / "mine").write_text("mine")

    def entry_of(said):
        kept.write_text(json.dumps({**json.loads(kept.read_text()), "token": said}))
    for change in (lambda: entry_of("a.b.c\r\nX-A: b"), lambda: entry_of(""), lambda: (kept.unlink(), os.symlink(home / "mine", kept)),
                   lambda: os.chmod(kept, 0o644), lambda: kept.write_text("{"), lambda: kept.write_text('{"key":"x","token":"y","kept":1,"expires":99999999999}'),
                   lambda: (kept.unlink(), os.symlink("/dev/null", kept))):
        change()
        before = front.exchanges
        run(home, "token", *words)
        assert front.exchanges == before + 1
        assert not kept.is_symlink() and stat.S_IMODE(kept.stat().st_mode) == 0o600 and (home / "mine").read_text() == "mine"


@test
def two_at_once_exchange_once(home):
    front = set_up(home)
    front.delay = 1.0
    environment = {**os.environ, "XDG_CACHE_HOME": str(home / "cache")}
    words = [FNTOKEN, "token", *map(str, source(home, front)), "--cache"]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, env=environment) for _ in range(3)]
    assert len({one.communicate()[0] for one in both}) == 1 and front.exchanges == 1


@test
def a_cache_that_can_not_be_written_stops_nothing(home):
    front = set_up(home)
    (home / "file").write_text("")
    said = run(home, "token", *source(home, front), "--cache", XDG_CACHE_HOME=str(home / "file"))
    assert said.stdout.count(b".") == 2 and b"no token is kept" in said.stderr, said
    said = run(home, "token", *source(home, front), "--cache", XDG_CACHE_HOME="relative", HOME="")
    assert said.stdout.count(b".") == 2 and b"no token is kept" in said.stderr, said
    environment = {**os.environ, "XDG_CACHE_HOME": str(home / "cache")}
    words = 'ulimit -f 0; trap "" XFSZ; exec "$0" "$@" | cat'
    said = subprocess.run(["sh", "-c", words, FNTOKEN, "token", *map(str, source(home, front)), "--cache"], capture_output=True, env=environment, check=True)
    assert said.stdout.count(b".") == 2 and b"the token is not kept" in said.stderr, said


@test
def a_cache_that_others_write_to_is_not_used(home):
    """Or a token that somebody else put there would be used, and its owner see what is sent."""
    front = set_up(home)
    words = [*source(home, front), "--cache"]
    first = run(home, "token", *words).stdout
    assert run(home, "token", *words).stdout == first and front.exchanges == 1
    folder = home / "cache/fntoken"
    changes = [lambda: os.chmod(folder, 0o770), lambda: os.chmod(folder, 0o707)]
    changes += [lambda: os.chown(folder, 65534, 65534)] if os.geteuid() == 0 else []
    for change in changes:
        change()
        held = {path: path.read_bytes() for path in folder.iterdir()}
        before = front.exchanges
        for _ in range(2):
            assert b"no folder that its owner alone can write to" in run(home, "token", *words).stderr
        assert front.exchanges == before + 2 and held == {path: path.read_bytes() for path in folder.iterdir()}
        os.chmod(folder, 0o700)


@test
def a_providers_credentials_come_first(home):
    front = set_up(home)
    provider = Front(home)
    provider.exchange = lambda request: provider.send(request, 200, json.dumps({"access_token": home.token()}).encode())
    (home / "secret").write_text("s3cret & more\n")
    words = ["token", "--gateway", front.url, "--token-url", provider.url + "/oauth/token", "--client-id", "me", "--client-secret-file", home / "secret",
             "--scope", "a", "--scope", "b", "--cache"]
    first = run(home, *words).stdout
    assert provider.forms[0] == {"grant_type": ["client_credentials"], "client_id": ["me"], "client_secret": ["s3cret & more"], "scope": ["a b"]}
    assert run(home, *words).stdout == first and provider.exchanges == front.exchanges == 1
    provider.exchange = lambda request: provider.send(request, 401, b'{"error":"invalid_client","error_description":"no \\u202e such \\u001b[31mclient"}')
    words.remove("--cache")
    said = run(home, *words, code=1).stderr.decode()
    assert "invalid_client" in said and "--client-secret-file" in said and "\x1b" not in said and "\u202e" not in said and "s3cret" not in said, said
    for missing in ("--client-id", "--client-secret-file"):
        at = words.index(missing)
        run(home, *words[:at], *words[at + 2:], code=2)
    run(home, *words, "--subject", home / "subject", code=2)


def of_provider(home, front, provider, *more):
    (home / "secret").write_text("a b+c&%:\u00e9\n")
    return ["token", "--gateway", front.url, "--token-url", provider.url + "/oauth/token", "--client-id", "me:too", "--client-secret-file", home / "secret", *more]


@test
def a_provider_may_want_its_client_in_http_basic(home):
    """As Ory Hydra, unless a client is set up otherwise. Both parts are encoded as in a form (RFC 6749, 2.3.1)."""
    front = set_up(home)
    provider = Front(home)
    seen = []

    def answer(request):
        seen.append(request.headers["Authorization"])
        body = json.dumps({"access_token": home.token()} if request.headers["Authorization"] else {"error": "invalid_client", "error_description": "x"})
        provider.send(request, 200 if request.headers["Authorization"] else 401, body.encode())
    provider.exchange = answer
    said = run(home, *of_provider(home, front, provider, "--scope", "a"))
    assert said.stdout.count(b".") == 2 and not said.stderr, said
    kind, words = seen[1].split(" ")
    assert seen[0] is None and kind == "Basic", seen
    assert [urllib.parse.unquote_plus(part) for part in base64.b64decode(words).decode().split(":")] == ["me:too", "a b+c&%:\u00e9"], seen
    assert provider.forms[1] == {"grant_type": ["client_credentials"], "scope": ["a"]} and "client_secret" in provider.forms[0]
    # What is refused both ways is told once; what is no fault of the client's name is asked once.
    for status, body, count in ((401, b'{"error":"invalid_client"}', 2), (400, b'{"error":"invalid_client"}', 2), (401, b"", 2), (400, b'{"error":"invalid_scope"}', 1),
                                (400, b"", 1), (403, b'{"error":"invalid_client"}', 1), (500, b"", 1), (429, b"", 1)):
        provider.exchange = lambda request, s=status, b=body: provider.send(request, s, b)
        before = provider.exchanges
        said = run(home, *of_provider(home, front, provider), code={400: 1, 401: 1, 403: 3}.get(status, 2))
        assert provider.exchanges == before + count and said.stderr.count(b"\n") == 1, (status, body, said.stderr)
    # Keycloak's word for a wrong secret, and for a client without the grant.
    provider.exchange = lambda request: provider.send(request, 401, b'{"error":"unauthorized_client"}')
    said = run(home, *of_provider(home, front, provider), code=1).stderr.decode()
    assert "--client-secret-file" in said and "client_credentials" in said, said
    assert front.exchanges == 1


@test
def a_provider_may_want_to_be_told_more(home):
    front = set_up(home)
    provider = Front(home)
    answers = {"access_token": home.token("bob"), "id_token": home.token()}
    provider.exchange = lambda request: provider.send(request, 200, json.dumps(answers).encode())
    words = ["--token-parameter", "audience=a b", "--token-parameter", "audience=c=d&e", "--token-parameter", "organization="]
    run(home, *of_provider(home, front, provider, *words), code=1)  # bob has no role
    assert provider.forms[0]["audience"] == ["a b", "c=d&e"] and set(provider.forms[0]) == {"grant_type", "audience", "client_id", "client_secret"}
    # The id_token is another subject; and each way of asking has its own place in the cache.
    for more in (["--id-token"], ["--id-token", *words], ["--id-token", "--scope", "openid"]):
        for _ in range(2):
            run(home, *of_provider(home, front, provider, "--cache", *more))
    assert len(provider.forms) == 4 and provider.forms[3]["scope"] == ["openid"]
    del answers["id_token"]
    said = run(home, *of_provider(home, front, provider, "--id-token"), code=2).stderr.decode()
    assert "no id_token" in said and "--scope openid" in said, said
    for parameter, told in (("audience", "NAME=VALUE"), ("=x", "NAME=VALUE"), ("client_secret=s3cret", "--client-secret-file"), ("client_id=x", "--client-id"),
                            ("scope=x", "--scope"), ("grant_type=password", "client_credentials")):
        said = run(home, *of_provider(home, front, provider, "--token-parameter", parameter), code=2).stderr.decode()
        assert told in said and "s3cret" not in said, said
    for more in (["--id-token"], ["--token-parameter", "a=b"]):
        run(home, "token", *source(home, front), *more, code=2)


@test
def answers_that_are_none_are_told(home):
    front = set_up(home)
    send = Front.send
    faults = {
        "is HTML or XML": (lambda r: send(r, 200, b"<!DOCTYPE html><title>Sign in</title>"), 2),
        "is empty": (lambda r: send(r, 200), 2),
        "is no JSON object": (lambda r: send(r, 200, b"[1]"), 2),
        "no access_token": (lambda r: send(r, 200, b'{"access_token":7}'), 2),
        "is no token": (lambda r: send(r, 200, b'{"access_token":"a\\nb"}'), 2),
        "no access_token that is a string": (lambda r: send(r, 200, b'{"access_token":"a.b.c","access_token":"d.e.f"}'), 2),
        'token_type is "", and Bearer is expected': (lambda r: send(r, 200, b'{"access_token":"a.b.c","token_type":7}'), 2),
        'token_type is "DPoP", and Bearer is expected': (lambda r: send(r, 200, b'{"access_token":"a.b.c","token_type":"DPoP"}'), 2),
        "longer than 1048576 bytes": (lambda r: send(r, 200, b'{"access_token":"' + b"a" * 2_000_000 + b'"}'), 2),
        "a redirect to http://elsewhere.example/": (lambda r: send(r, 302, Location="http://elsewhere.example/"), 2),
        "status 500": (lambda r: send(r, 500, b"<html>"), 2),
        "status 404; check the URL": (lambda r: send(r, 404), 2),
        "Retry-After: 7": (lambda r: send(r, 429, b"{}", Retry_After=7), 2),
        "status 403": (lambda r: send(r, 403, b"no"), 3),
        "status 400": (lambda r: send(r, 400, b'{"error":["x"]}'), 1),
        "...": (lambda r: send(r, 400, json.dumps({"error": "e" * 5000}).encode()), 1),
    }
    for words, (answer, code) in faults.items():
        front.exchange = answer
        said = run(home, "token", *source(home, front), code=code)
        assert words in said.stderr.decode() and said.stderr.count(b"\n") == 1 and not said.stdout, (words, said.stderr)
        assert len(said.stderr) < 800 and (home / "subject").read_bytes().strip() not in said.stderr
    for expires in ("", ',"expires_in":0', ',"expires_in":"300"', ',"expires_in":-5', ',"expires_in":9'):
        front.exchange = lambda r, e=expires: send(r, 200, f'{{"access_token":"a.b.c"{e}}}'.encode())
        before = front.exchanges
        for _ in range(2):
            assert run(home, "token", *source(home, front), "--cache").stdout == b"a.b.c\n"
        assert front.exchanges == before + 2, expires
    front.exchange = lambda r: time.sleep(60)
    assert b"imed out" in run(home, "token", *source(home, front), "--timeout", "1s", code=2).stderr
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        assert b"onnect" in run(home, "token", "--gateway", url, "--subject", home / "subject", code=2).stderr


@test
def urls_that_would_give_tokens_away_are_refused(home):
    front = set_up(home)
    for url, words in (("http://gw.example.com", "--plain-http"), ("http://127.0.0.1@gw.example.com", "a user or a password"),
                       ("http://localhost.example.com:8080", "--plain-http"), ("gw.example.com", "begins with https://"),
                       ("ftp://127.0.0.1", "begins with https://"), (front.url + "?a=b", "a query or a fragment"), ("http://128.0.0.1", "--plain-http"),
                       ("http://[2001:db8::1]:8080", "--plain-http"), ("http://[::2]", "--plain-http")):
        said = run(home, "token", "--gateway", url, "--subject", home / "subject", code=2).stderr.decode()
        assert words in said, (url, said)
    run(home, "token", "--gateway", front.url, "--token-url", "http://idp.example.com/t", "--client-id", "a", "--client-secret-file", home / "subject", code=2)
    run(home, "token", "--subject", home / "subject", code=2)
    run(home, "token", "--gateway", front.url, code=2)
    assert front.exchanges == 0
    # a proxy is honoured
    proxy = Front(home)
    said = run(home, "token", "--gateway", "http://gw.example.com", "--subject", home / "subject", "--plain-http", code=2, http_proxy=proxy.url)
    assert proxy.calls and proxy.calls[0][1] == "http://gw.example.com/oauth/token"


@test
def libcurl_is_loaded_by_a_call_alone(home):
    front = set_up(home)
    (home / "lib").mkdir()
    (home / "lib/libcurl.so.4").write_text("no library")
    broken = {"LD_LIBRARY_PATH": str(home / "lib")}
    run(home, "--version", **broken)
    run(home, "inspect", stdin=(home / "subject").read_bytes(), **broken)
    said = run(home, "token", *source(home, front), code=2, **broken).stderr.decode()
    assert "libcurl is needed to call servers" in said and "libcurl.so.4" in said and said.count("\n") == 1, said
    run(home, "token", *source(home, front))


@test
def this_machine_is_asked_without_a_proxy(home):
    """As plain http is taken to be safe there: what goes to a proxy leaves the machine, and the token with it."""
    front, proxy = set_up(home), Front(home)
    variables = {name: proxy.url for name in ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY")}
    for url in (front.url, front.url.replace("127.0.0.1", "localhost"), front.url.replace("127.0.0.1", "127.1")):
        run(home, "token", "--gateway", url, "--subject", home / "subject", **variables)
        run(home, "invoke", "openfaas-fn:env", "--gateway", url, "--subject", home / "subject", **variables)
    assert (front.exchanges, len(front.calls), proxy.exchanges, proxy.calls) == (6, 3, 0, [])
    run(home, "token", "--gateway", "http://gw.example.com", "--plain-http", "--subject", home / "subject", code=2, **variables)
    assert [path for _, path, *_ in proxy.calls] == ["http://gw.example.com/oauth/token"]


@test
def tls_is_verified(home):
    front = set_up(home)
    for name, address in (("good", "IP:127.0.0.1"), ("wrong", "DNS:elsewhere.example")):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=test",
                        "-addext", f"subjectAltName={address}", "-keyout", home / f"{name}.key", "-out", home / f"{name}.crt"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(home / f"{name}.crt", home / f"{name}.key")
        secure = Front(home, front.gateway, context)
        assert b"certificate" in run(home, "token", *source(home, secure), code=2).stderr
        run(home, "token", *source(home, secure), "--ca-file", home / f"{name}.crt", code=0 if name == "good" else 2)
        assert secure.exchanges == (name == "good")


@test
def a_function_is_called(home):
    front = set_up(home)
    words = ["invoke", "openfaas-fn:env", *source(home, front)]
    assert run(home, *words).stdout == b"hello "
    method, path, headers, _ = front.calls[0]
    assert (method, path) == ("POST", "/function/env.openfaas-fn") and front.forms[0]["audience"] == ["openfaas-fn:env"]
    token = headers["Authorization"].removeprefix("Bearer ")
    assert claims(token)["function"]["audience"] == ["openfaas-fn:env"]
    assert run(home, *words, "--data", "-", stdin=b"you").stdout == b"hello you"
    assert front.calls[1][2]["Content-Length"] == "3" and front.calls[1][2]["Content-Type"] == "text/plain"
    (home / "data").write_bytes(os.urandom(5_000_000))
    said = run(home, *words, "--data", home / "data", "--header", "X-One: 1", "--header", "content-type: application/x", "--method", "PUT", "--path", "/a?b=c")
    assert said.stdout == b"hello " + (home / "data").read_bytes()
    method, path, headers, _ = front.calls[2]
    assert (method, path) == ("PUT", "/function/env.openfaas-fn/a?b=c") and headers["X-One"] == "1" and headers["content-type"] == "application/x"
    # more than is kept of a pipe
    assert run(home, *words, "--data", "-", stdin=(home / "data").read_bytes()).stdout == said.stdout
    front.answers = [(202, b"", {})]
    run(home, *words, "--async")
    assert front.calls[-1][1] == "/async-function/env.openfaas-fn"
    run(home, *words, "--url", front.url + "/mine", "--method", "GET", "--path", "/x")
    assert front.calls[-1][:2] == ("GET", "/mine/x") and front.calls[-1][3] == b""


@test
def the_status_is_the_exit_status(home):
    front = set_up(home)
    words = ["invoke", "openfaas-fn:env", *source(home, front), "--cache"]
    for status, code in ((200, 0), (204, 0), (400, 1), (401, 1), (403, 3), (404, 2), (500, 2), (302, 2)):
        front.answers = [(status, b"" if status == 204 else b"body\n", {"Location": "/elsewhere"} if status == 302 else {})]
        before = len(front.calls)
        said = run(home, *words, code=code)
        assert said.stdout == (b"" if status == 204 else b"body\n") and len(front.calls) == before + 1
        assert (f"status {status}".encode() in said.stderr) == (code != 0), said.stderr
        assert code == 0 or len(said.stderr.split(b"; ", 1)[-1]) > 20 or status == 302, said.stderr
    front.answers = [(429, b"", {"Retry_After": 7})]
    assert b"Retry-After: 7" in run(home, *words, code=2).stderr
    assert front.exchanges == 1


@test
def a_refused_token_is_exchanged_once_more(home):
    front = set_up(home)
    words = ["invoke", "openfaas-fn:env", *source(home, front), "--cache"]
    run(home, *words)
    refusal = (401, b"no\n", {"WWW_Authenticate": REALM})
    (home / "data").write_bytes(b"d" * 3_000_000)
    for data, stdin in (("-", b"again"), (home / "data", b"")):
        front.answers, before, exchanged = [refusal], len(front.calls), front.exchanges
        said = run(home, *words, "--data", data, stdin=stdin)
        sent = stdin or (home / "data").read_bytes()
        assert said.stdout == b"hello " + sent and len(front.calls) == before + 2 and front.exchanges == exchanged + 1
        assert front.calls[-1][3] == front.calls[-2][3] == sent
        assert front.calls[-1][2]["Authorization"] != front.calls[-2][2]["Authorization"]
    # the new one is kept
    exchanged = front.exchanges
    run(home, *words)
    assert front.exchanges == exchanged
    front.answers, before = [refusal, refusal, refusal], len(front.calls)
    said = run(home, *words, code=1)
    assert said.stdout == b"no\n" and len(front.calls) == before + 2 and b"refuses a new token too" in said.stderr
    front.answers = [refusal]
    assert b"can't be sent again" in run(home, *words, "--data", "-", stdin=b"x" * 2_000_000, code=2).stderr
    # another realm is the function's own matter
    front.answers, before = [(401, b"mine", {"WWW_Authenticate": 'Basic realm="x"'})], len(front.calls)
    assert run(home, *words, code=1).stdout == b"mine" and len(front.calls) == before + 1


@test
def mistakes_of_a_call_are_told(home):
    front = set_up(home)
    words = source(home, front)
    for more in ([], ["env"], ["openfaas-fn:*"], ["openfaas-fn:a/../b"], ["a:b:c"], [":b"], ["openfaas-fn:env", "--header", "Authorization: x"],
                 ["openfaas-fn:env", "--header", "x"], ["openfaas-fn:env", "--header", "a: b\r\nc: d"], ["openfaas-fn:env", "--method", "get it"],
                 ["openfaas-fn:env", "--path", "a"], ["openfaas-fn:env", "--async", "--url", front.url], ["openfaas-fn:env", "--data", home / "none"],
                 ["openfaas-fn:env", "--data", home.path], ["openfaas-fn:env", "--url", "http://fn.example.com"]):
        said = run(home, "invoke", *more, *words, code=2)
        assert said.stderr.count(b"\n") == 1 and not said.stdout, said.stderr
    assert front.exchanges == 0 and not front.calls


@test
def secrets_stay_where_they_are(home):
    """Neither in the arguments and environment of the program, nor in what it says, nor in what it keeps."""
    front, provider = set_up(home), Front(home)
    subject = (home / "subject").read_text().strip()
    provider.exchange = lambda request: provider.send(request, 200, json.dumps({"access_token": subject}).encode())
    (home / "secret").write_text("a-client-s3cret\n")
    front.delay = 1.0
    credentials = ["--gateway", front.url, "--token-url", provider.url + "/oauth/token", "--client-id", "me", "--client-secret-file", home / "secret", "--cache"]
    for words in (["token", *source(home, front)], ["token", *credentials], ["invoke", "openfaas-fn:env", *credentials]):
        before = front.exchanges
        process = subprocess.Popen([FNTOKEN, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={"FAAS_DEBUG": "1", "XDG_CACHE_HOME": str(home / "cache")})
        eventually(lambda before=before: front.exchanges > before)
        seen = b"".join(pathlib.Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        assert not children.exists() or not children.read_text()
        out, err = process.communicate()
        kept = b"".join(one.read_bytes() for one in home.path.glob("cache/fntoken/*"))
        assert process.returncode == 0 and not err and (b'"token"' in kept) == ("--cache" in words)
        for secret in (subject.encode(), b"a-client-s3cret"):
            assert secret not in seen + out + err + kept


main()

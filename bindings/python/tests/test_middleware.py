# SPDX-License-Identifier: MIT
"""A guarded service, WSGI and ASGI: decisions, answers, and keys that are kept fresh (rules 25, 39, 40)."""

import asyncio
import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import fntoken
import pytest
from fntoken import asgi, wsgi
from fntoken.fetch import FetchFailed, Source, _read, fetch
from fntoken.guard import Guard, joined

RESOURCE = "openfaas-fn:env"


class Pages:
    """What fetch() finds, by URL; counts."""

    def __init__(self, minter, base="http://gw.test:8080"):
        self.base, self.asked = base, []
        self.pages = {
            base + "/.well-known/openid-configuration": json.dumps({"issuer": minter.issuer, "jwks_uri": "https://x.example/keys"})
        }
        self.show(minter.key)

    def show(self, key):
        self.pages[self.base + "/keys"] = json.dumps({"keys": [json.loads(key.public_jwk())]})

    def __call__(self, url):
        self.asked.append(url)
        if url not in self.pages:
            raise FetchFailed(url + ": no such page")
        return self.pages[url].encode()


@pytest.fixture
def pages(minter):
    return Pages(minter)


@pytest.fixture
def clock(monkeypatch):
    """The second in which everything happens."""
    now = [int(time.time())]
    monkeypatch.setattr("fntoken.fetch.time", SimpleNamespace(time=lambda: now[0], monotonic=lambda: now[0]))  # that module's alone
    return now


# ---- keys


def test_a_gateways_address_is_all_it_takes(minter, pages):
    guard = Guard(gateway=pages.base, fetch=pages)
    with pytest.raises(fntoken.NotReady):
        guard._ready()
    assert guard.refresh()
    assert guard.source.issuer == minter.issuer
    assert guard.authorize(minter.header(), RESOURCE).subject == "fed:ada"
    assert pages.asked[-1] == pages.base + "/keys"


def test_the_issuer_of_the_first_document_stays(minter, pages):
    guard = Guard(gateway=pages.base, fetch=pages)
    guard.refresh()
    pages.pages[pages.base + "/.well-known/openid-configuration"] = json.dumps(
        {"issuer": "https://evil.example", "jwks_uri": "https://x/keys"}
    )
    assert not guard.refresh()
    assert "byte for byte" in str(guard.source.last_error)
    assert guard.authorize(minter.header(), RESOURCE)


def test_a_known_issuers_keys_come_over_https_alone(minter):
    pages = Pages(minter, minter.issuer)
    guard = Guard(issuer=minter.issuer, fetch=pages)
    pages.pages[minter.issuer + "/.well-known/openid-configuration"] = json.dumps(
        {"issuer": minter.issuer, "jwks_uri": "http://x.example/keys"}
    )
    assert not guard.refresh()
    pages.pages[minter.issuer + "/.well-known/openid-configuration"] = json.dumps(
        {"issuer": minter.issuer, "jwks_uri": minter.issuer + "/keys"}
    )
    assert guard.refresh()
    assert guard.authorize(minter.header(), RESOURCE)


def test_starting_before_the_gateway(minter, pages):
    guard = Guard(gateway=pages.base, fetch=pages)
    found = dict(pages.pages)
    pages.pages.clear()
    assert not guard.refresh()
    with pytest.raises(fntoken.NotReady):
        guard.authorize(minter.header(), RESOURCE)
    pages.pages.update(found)
    assert guard.refresh()
    assert guard.authorize(minter.header(), RESOURCE)


def test_a_rotation_is_seen_at_the_first_unknown_key(minter, pages):
    from conftest import Minter

    guard = Guard(gateway=pages.base, fetch=pages)
    guard.refresh()
    guard.authorize(minter.header(), RESOURCE)
    rotated = Minter(minter.issuer)
    pages.show(rotated.key)
    assert guard.authorize(rotated.header(), RESOURCE)
    with pytest.raises(fntoken.KeyUnknown):  # the old one is withdrawn, cached or not
        guard.authorize(minter.header(), RESOURCE)


def test_strangers_make_us_fetch_seldom(minter, pages, clock):
    from conftest import Minter

    guard = Guard(gateway=pages.base, fetch=pages)
    guard.refresh()
    before = len(pages.asked)
    for _ in range(50):
        with pytest.raises(fntoken.KeyUnknown):
            guard.authorize(Minter(minter.issuer).header(), RESOURCE)
    assert len(pages.asked) - before == 2 * 4
    clock[0] += 15
    for _ in range(2):
        with pytest.raises(fntoken.KeyUnknown):
            guard.authorize(Minter(minter.issuer).header(), RESOURCE)
    assert len(pages.asked) - before == 2 * 5


def test_keys_are_fetched_every_period_and_end_at_their_age(minter, pages, clock):
    source = Source(gateway=pages.base, every=300, max_age=600)
    assert source.due() == fntoken.Status.OK
    source.ended(None)
    clock[0] += 299
    assert source.due() is None
    clock[0] += 1
    assert source.due() == fntoken.Status.OK
    source.ended(FetchFailed("down"))
    clock[0] += 1
    assert source.due() == fntoken.Status.OK
    source.ended(FetchFailed("down"))
    clock[0] += 1
    assert source.due() is None  # the second failure waits for two seconds
    clock[0] += 400
    while source.due() == fntoken.Status.OK:
        source.ended(FetchFailed("down"))
        clock[0] += 1
    assert source.due() is None


def test_keys_that_are_too_old_are_taken_away(minter, pages, clock):
    guard = Guard(gateway=pages.base, fetch=pages, every=10, max_age=10)
    guard.refresh()
    pages.pages.clear()
    for _ in range(20):
        clock[0] += 1
        if guard._is_due():
            assert not guard.refresh()
    with pytest.raises(fntoken.NotReady):
        guard.verifier.authorize(minter.header(), RESOURCE)


def test_whatever_a_fetch_raises_the_old_keys_stay(minter, pages):
    guard = Guard(gateway=pages.base, fetch=pages)
    guard.refresh()
    guard.fetch = lambda url: 1 / 0
    assert not guard.refresh()
    assert guard.authorize(minter.header(), RESOURCE)


def test_fetch_over_http(gateway):
    assert b"issuer" in fetch(gateway.url + "/.well-known/openid-configuration")
    gateway.down = True
    for url in (gateway.url + "/keys", "http://127.0.0.1:1/", "file:///etc/passwd", "ftp://x/"):
        with pytest.raises(FetchFailed):
            fetch(url)


class Odd(BaseHTTPRequestHandler):
    """Redirects, or never ends."""

    def do_GET(self):
        if self.path == "/long":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                while True:
                    self.wfile.write(b"a" * 65536)
        if self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                while True:
                    self.wfile.write(b"a")
                    time.sleep(0.02)
        port = self.server.server_port
        where = {"/here": f"http://127.0.0.1:{port}/there", "/away": f"http://localhost:{port}/there", "/file": "file:///etc/passwd"}
        self.send_response(302 if self.path in where else 200)
        self.send_header("Location", where.get(self.path, ""))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def odd():
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_redirect_to_another_host_is_not_followed(odd):
    assert fetch(odd + "/here") == b""
    for path in ("/away", "/file"):
        with pytest.raises(FetchFailed):
            fetch(odd + path)


def test_a_fetch_has_an_end(odd, monkeypatch):
    with pytest.raises(FetchFailed, match="1 MiB"):
        fetch(odd + "/long")
    monkeypatch.setattr("fntoken.fetch.SECONDS", 0.2)
    with pytest.raises(FetchFailed):  # by one piece or by all of them
        fetch(odd + "/slow")


def test_all_pieces_of_a_body_together_have_an_end(clock):
    pieces = []

    def piece(_):
        clock[0] += 1
        pieces.append(b"a")
        return b"a"

    with pytest.raises(FetchFailed, match="more than 10 s"):
        _read("http://slow", piece)
    assert len(pieces) == 11


def test_one_of_gateway_and_issuer():
    for arguments in ({}, {"gateway": "http://a", "issuer": "http://b"}):
        with pytest.raises(TypeError):
            Guard(**arguments)


# ---- answers

ANSWERS = [
    ("no header", None, 401),
    ("two headers", "Bearer a, Bearer b", 401),
    ("another scheme", "Basic YTpi", 401),
    ("no token at all", "Bearer x", 401),
]


def check_refusal(status, headers, body):
    headers = {name.lower(): value for name, value in headers}
    assert headers["cache-control"] == "no-store"
    assert headers["vary"] == "Authorization"
    assert headers["x-openfaas-internal"] == "faas-middleware"
    assert ("www-authenticate" in headers) is (status == 401)
    assert ("retry-after" in headers) is (status == 503)
    if status == 401:
        assert headers["www-authenticate"].startswith('Bearer realm="IAM function invoke"')
    if status == 403:
        assert body == b"insufficient permissions\n"


@pytest.fixture
def flask_client(minter, pages):
    flask = pytest.importorskip("flask")
    app = flask.Flask("guarded")

    @app.get("/<path:path>")
    def page(path):
        token = flask.request.environ.get("fntoken.token")
        return token.subject if token else "open"

    guard = Guard(gateway=pages.base, fetch=pages)
    guard.refresh()
    app.wsgi_app = wsgi.FunctionTokens(app.wsgi_app, RESOURCE, guard=guard)
    return app.test_client()


def test_flask(minter, flask_client):
    good = flask_client.get("/a", headers={"Authorization": minter.header()})
    assert (good.status_code, good.text) == (200, "fed:ada")
    for why, header, status in [*ANSWERS, ("another function", minter.header(["openfaas-fn:other"]), 403)]:
        answer = flask_client.get("/a", headers={} if header is None else {"Authorization": header})
        assert answer.status_code == status, why
        check_refusal(status, answer.headers.items(), answer.data)
        head = flask_client.head("/a", headers={} if header is None else {"Authorization": header})
        assert (head.status_code, head.data) == (status, b"")
    assert flask_client.get("/_/health").text == "open"
    assert flask_client.get("/_/health/x").status_code == 401


def test_wsgi_before_there_are_keys(minter, pages):
    pages.pages.clear()
    told = []
    app = wsgi.FunctionTokens(None, lambda environ: RESOURCE, gateway=pages.base, fetch=pages, on_refusal=lambda *what: told.append(what))
    started = []
    body = app({"HTTP_AUTHORIZATION": minter.header(), "fntoken.token": "forged"}, lambda *what: started.append(what))
    assert started[0][0] == "503 Service Unavailable"
    check_refusal(503, started[0][1], b"".join(body))
    assert told[0][0].status == fntoken.Status.FAULT_NOT_READY
    assert "fntoken.token" not in told[0][1]


@pytest.fixture
def starlette_client(pages):
    pytest.importorskip("starlette")
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route, WebSocketRoute
    from starlette.testclient import TestClient

    async def page(request):
        token = request.scope.get("fntoken.token")
        return PlainTextResponse(token.subject if token else "open")

    async def socket(websocket):
        await websocket.accept()
        await websocket.send_text(websocket.scope["fntoken.token"].subject)
        await websocket.close()

    guard = Guard(gateway=pages.base, fetch=pages)
    guard.refresh()
    routes = [WebSocketRoute("/socket", socket), Route("/{path:path}", page)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(asgi.FunctionTokens, resource=RESOURCE, guard=guard)]))


def test_starlette(minter, starlette_client):
    header = minter.header()
    for _ in range(2):  # the second one out of the cache
        good = starlette_client.get("/a", headers={"Authorization": header})
        assert (good.status_code, good.text) == (200, "fed:ada")
    for why, sent, status in [*ANSWERS, ("another function", minter.header(["openfaas-fn:other"]), 403)]:
        answer = starlette_client.get("/a", headers={} if sent is None else {"Authorization": sent})
        assert answer.status_code == status, why
        check_refusal(status, answer.headers.items(), answer.content)
    twice = starlette_client.get("/a", headers=[("Authorization", header), ("Authorization", header)])
    assert twice.status_code == 401
    assert starlette_client.get("/_/ready").text == "open"
    assert starlette_client.head("/a").content == b""


def test_websockets(minter, starlette_client):
    from starlette.websockets import WebSocketDisconnect

    with starlette_client.websocket_connect("/socket", headers={"Authorization": minter.header()}) as socket:
        assert socket.receive_text() == "fed:ada"
    with pytest.raises(WebSocketDisconnect), starlette_client.websocket_connect("/socket"):
        pass


def test_keys_in_a_loop_without_a_thread_of_its_own(minter, pages):
    from conftest import Minter

    rotated = Minter(minter.issuer)
    threads = set()

    async def get(url):
        await asyncio.sleep(0)
        threads.add(threading.current_thread())
        return pages(url)

    async def main():
        guard = Guard(gateway=pages.base, fetch=get)
        with pytest.raises(fntoken.NotReady):
            await guard.authorize_async(minter.header(), RESOURCE)
        await guard._task
        assert (await guard.authorize_async(minter.header(), RESOURCE)).subject == "fed:ada"
        pages.show(rotated.key)
        assert await guard.authorize_async(rotated.header(), RESOURCE)
        with pytest.raises(fntoken.Denied) as raised:
            await guard.authorize_async(rotated.header(), "dev:env")
        assert raised.value.report
        guard.close()

    asyncio.run(main())
    assert threads == {threading.main_thread()}


def test_a_coroutine_needs_a_loop(minter, pages):
    async def get(url):
        return b""

    guard = Guard(gateway=pages.base, fetch=get)
    assert not guard.refresh()
    assert "coroutine" in str(guard.source.last_error)


def test_headers_are_joined():
    assert joined([]) is None
    assert joined([b"a"]) == b"a"
    assert joined([b"a", b"b\xff"]) == "a, b\xff"

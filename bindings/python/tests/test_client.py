# SPDX-License-Identifier: MIT
"""Calls with a Function Token, through requests and httpx, against a gateway of 40 lines (double.py)."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fntoken.client import Exchange, ExchangeRefused, audience_of, from_file

requests = pytest.importorskip("requests")
httpx = pytest.importorskip("httpx")

from fntoken import httpx as for_httpx  # noqa: E402
from fntoken import requests as for_requests  # noqa: E402


def with_requests(gateway, auth, path="/function/env", body=b"hello"):
    return requests.post(gateway.url + path, data=body, auth=auth, timeout=60)


def with_httpx(gateway, auth, path="/function/env", body=b"hello"):
    with httpx.Client(auth=auth, timeout=60) as client:
        return client.post(gateway.url + path, content=body)


def with_async_httpx(gateway, auth, path="/function/env", body=b"hello"):
    async def call():
        async with httpx.AsyncClient(auth=auth, timeout=60) as client:
            return await client.post(gateway.url + path, content=body)

    return asyncio.run(call())


WAYS = [(with_requests, for_requests), (with_httpx, for_httpx), (with_async_httpx, for_httpx)]


@pytest.fixture(params=WAYS, ids=["requests", "httpx", "httpx async"])
def way(request):
    return request.param


def test_a_call_is_exchanged_once_and_kept(gateway, subject, way):
    send, module = way
    auth = module.FunctionAuth(gateway.url, subject)
    for _ in range(3):
        answer = send(gateway, auth)
        assert (answer.status_code, answer.content) == (200, b"fed:ada hello")
    assert send(gateway, auth, "/async-function/other.openfaas-fn").status_code == 200
    assert len(gateway.exchanges) == 2  # one for each function
    assert all("Authorization" not in headers for headers in gateway.exchanges)


def test_after_a_401_the_call_is_sent_once_more(gateway, subject, way):
    send, module = way
    auth = module.FunctionAuth(gateway.url, subject)
    send(gateway, auth)
    gateway.rotate()
    answer = send(gateway, auth)
    assert (answer.status_code, answer.content) == (200, b"fed:ada hello")
    assert len(gateway.exchanges) == 2


def test_no_more_than_once(gateway, subject, way):
    import fntoken

    send, module = way
    auth = module.FunctionAuth(gateway.url, subject)
    gateway.verifier = fntoken.Verifier("https://another.example.com", fntoken.KeySet(gateway.key.public_jwk()))
    assert send(gateway, auth).status_code == 401
    assert len(gateway.exchanges) == 2


def test_a_refused_exchange_says_why(gateway, way):
    send, module = way
    with pytest.raises(ExchangeRefused) as raised:
        send(gateway, module.FunctionAuth(gateway.url, "not a token"))
    assert (raised.value.http_status, raised.value.error) == (400, "invalid_request")
    assert "not a token" not in str(raised.value)


def test_a_function_that_is_not_allowed(gateway, subject, way):
    send, module = way
    with pytest.raises(ExchangeRefused) as raised:
        send(gateway, module.FunctionAuth(gateway.url, subject), "/function/env.prod")
    assert raised.value.error == "invalid_target"


def test_a_token_goes_to_the_gateway_alone(gateway, subject, way):
    send, module = way
    auth = module.FunctionAuth("http://127.0.0.1:1", subject)
    with pytest.raises(ValueError, match="is not at the gateway"):
        send(gateway, auth)
    assert gateway.exchanges == []


def test_a_short_token_is_not_kept(gateway, subject, way):
    send, module = way
    auth = module.FunctionAuth(gateway.url, subject, early=3600)
    send(gateway, auth)
    send(gateway, auth)
    assert len(gateway.exchanges) == 2


@pytest.mark.parametrize(("send", "module"), WAYS[:2], ids=["requests", "httpx"])
def test_threads_exchange_once(gateway, subject, send, module):
    auth = module.FunctionAuth(gateway.url, subject)
    start = threading.Barrier(8)

    def call(_):
        start.wait()
        return send(gateway, auth).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(call, range(8))) == [200] * 8
    assert len(gateway.exchanges) == 1


def test_tasks_exchange_once(gateway, subject):
    async def main():
        async with httpx.AsyncClient(auth=for_httpx.FunctionAuth(gateway.url, subject), timeout=60) as client:
            return await asyncio.gather(*(client.post(gateway.url + "/function/env", content=b"") for _ in range(8)))

    assert [answer.status_code for answer in asyncio.run(main())] == [200] * 8
    assert len(gateway.exchanges) == 1


def test_a_stream_is_not_sent_twice(gateway, subject):
    auth = for_requests.FunctionAuth(gateway.url, subject)
    auth.token("openfaas-fn:env")
    gateway.rotate()
    import io

    assert with_requests(gateway, auth, body=io.BytesIO(b"once")).status_code == 401


def test_a_subject_in_a_file(tmp_path, gateway, subject):
    file = tmp_path / "token"
    file.write_text(subject + "\n")
    assert with_requests(gateway, for_requests.FunctionAuth(gateway.url, from_file(file))).status_code == 200


def test_what_is_no_answer_is_no_token():
    exchange = Exchange("https://gw.example.com/", "s")
    for status, body in [
        (200, b"x"),
        (200, b"[]"),
        (200, b'{"access_token":1}'),
        (500, b""),
        (302, b'{"access_token":"a"}'),
        (200, b"\xff"),
    ]:
        with pytest.raises(ExchangeRefused):
            exchange.take("a:b", status, body)
    assert exchange.take("a:b", 200, b'{"access_token":"t"}') == "t"
    assert exchange.known("a:b") is None  # without expires_in it is not kept
    for i in range(1100):
        exchange.take(f"a:n{i}", 200, b'{"access_token":"t","expires_in":300}')
    assert len(exchange._kept) == 1000
    assert audience_of("https://gw/function/env.dev/x?y=/function/a") == "dev:env"


def test_httpx_fetches_keys(gateway):
    from fntoken.fetch import FetchFailed

    assert b"issuer" in asyncio.run(for_httpx.fetch(gateway.url + "/.well-known/openid-configuration"))
    gateway.down = True
    for url in (gateway.url + "/keys", "http://127.0.0.1:1/"):
        with pytest.raises(FetchFailed):
            asyncio.run(for_httpx.fetch(url))

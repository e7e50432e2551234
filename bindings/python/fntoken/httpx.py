# SPDX-License-Identifier: MIT
"""httpx, sync and async: httpx.Client(auth=FunctionAuth("https://gateway.example.com", subject)); and a fetch for the ASGI middleware."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from weakref import WeakKeyDictionary

import httpx

from .client import EARLY, Exchange, audience_of, from_file
from .fetch import MOST, SECONDS, FetchFailed

__all__ = ["FunctionAuth", "fetch", "from_file"]


class FunctionAuth(httpx.Auth):
    """
    Adds the Function Token for the function that a URL calls, for Client and AsyncClient. Exchanges, keeps and renews it.

    The exchange goes through the same client, with its TLS and proxy settings, one at a time for each function. After a 401 the token is
    dropped and the call sent once more with a new one. The token goes to the gateway's scheme, host and port alone: another URL is a
    ValueError. Raises ExchangeRefused, and what httpx raises.
    """

    def __init__(self, gateway: str, subject: str | Callable[[], str], *, early: int = EARLY) -> None:
        """As Exchange has it."""
        self.exchange = Exchange(gateway, subject, early=early)
        self._async_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Lock]] = WeakKeyDictionary()

    def _request(self, audience: str) -> httpx.Request:
        return httpx.Request("POST", self.exchange.url, data=self.exchange.form(audience), headers={"Accept": "application/json"})

    def _exchanged(self, audience: str) -> Generator[httpx.Request, httpx.Response, str]:
        with self.exchange.lock_of(audience):
            known = self.exchange.known(audience)
            if known is not None:
                return known
            answer = yield self._request(audience)
            return self.exchange.take(audience, answer.status_code, answer.read())

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """As httpx.Client asks for each call."""
        self.exchange.check(str(request.url))
        audience = audience_of(str(request.url))
        token = self.exchange.known(audience) or (yield from self._exchanged(audience))
        request.headers["Authorization"] = "Bearer " + token
        response = yield request
        if response.status_code == 401:
            self.exchange.forget(audience, token)
            request.headers["Authorization"] = "Bearer " + (yield from self._exchanged(audience))
            yield request

    def _lock(self, audience: str) -> asyncio.Lock:
        return self._async_locks.setdefault(asyncio.get_running_loop(), {}).setdefault(audience, asyncio.Lock())

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """As httpx.AsyncClient asks for each call."""
        self.exchange.check(str(request.url))
        audience = audience_of(str(request.url))
        for attempt in (1, 2):
            async with self._lock(audience):
                token = self.exchange.known(audience)
                if token is None:
                    answer = yield self._request(audience)
                    token = self.exchange.take(audience, answer.status_code, await answer.aread())
            request.headers["Authorization"] = "Bearer " + token
            response = yield request
            if attempt == 2 or response.status_code != 401:
                return
            self.exchange.forget(audience, token)


async def fetch(url: str) -> bytes:
    """For Guard(fetch=...): keys without a thread, within 10 s and 1 MiB; a redirect is a failure."""
    try:
        return await asyncio.wait_for(_fetched(url), SECONDS)
    except (httpx.HTTPError, asyncio.TimeoutError) as error:
        raise FetchFailed(f"{url}: {error!r}") from error


async def _fetched(url: str) -> bytes:
    body = b""
    async with httpx.AsyncClient(timeout=SECONDS) as client, client.stream("GET", url) as answer:
        if answer.status_code != 200:
            raise FetchFailed(f"{url}: HTTP {answer.status_code}")
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > MOST:
                raise FetchFailed(f"{url}: more than 1 MiB")
    return body

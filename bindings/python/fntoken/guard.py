# SPDX-License-Identifier: MIT
"""What the WSGI and the ASGI middleware share: a verifier whose keys are kept fresh, and the answers of a watchdog."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ._native import KeySet, Revocations, Token, Verifier
from ._values import Denied, Error, KeyUnknown, NotReady, Status, row_of
from .fetch import Fetch, FetchFailed, Source, fetch

OPEN = ("/_/health", "/_/ready")
AsyncFetch = Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True)
class Reply:
    """What to send instead of the service's own answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def reply_to(error: Error) -> Reply:
    """As OpenFaaS's watchdog answers, whose realm faas-cli knows, and never to be cached. It tells no more than the status."""
    _, http, sentence, _, challenge = row_of(error.status)
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Vary", "Authorization"),
        ("X-OpenFaaS-Internal", "faas-middleware"),
    ]
    if challenge is not None:
        headers.append(("WWW-Authenticate", challenge))
    if http == 503:
        headers.append(("Retry-After", "1"))
    text = "insufficient permissions" if isinstance(error, Denied) else sentence
    return Reply(http, tuple(headers), (text + "\n").encode())


class Guard:
    """
    Decides about requests for one resource or many, with keys that are given or fetched.

    Guard(gateway="http://gateway.openfaas:8080") needs no more: issuer and keys are the gateway's. Guard(issuer=...) asks that issuer.
    Guard(verifier=...) fetches nothing: its keys are yours to replace. For middleware: FunctionTokens(app, resource, guard=Guard(...)).
    """

    def __init__(
        self,
        *,
        gateway: str | None = None,
        issuer: str | None = None,
        verifier: Verifier | None = None,
        audience: str | None = None,
        every: int = 300,
        max_age: int = 86400,
        fetch: Fetch | AsyncFetch = fetch,
        cache_entries: int = 1000,
        **settings: Any,
    ) -> None:
        """every, max_age: seconds, as Source has them. fetch: a function or coroutine from a URL to its body. settings: a Verifier's."""
        self.source = None if verifier is not None else Source(gateway=gateway, issuer=issuer, every=every, max_age=max_age)
        self.verifier = verifier
        self.fetch = fetch
        self._settings = {"audience": audience, "cache_entries": cache_entries, **settings}
        self._revoked: Revocations | None = None
        self._task: asyncio.Task[None] | None = None
        if issuer is not None and self.verifier is None:
            self.verifier = Verifier(issuer, None, **self._settings)

    # ---- keys

    def set_revoked(self, revoked: Revocations | None) -> None:
        """The revocations, from the next call on."""
        self._revoked = revoked
        if self.verifier is not None:
            self.verifier.set_revoked(revoked)

    def _take(self, source: Source, keys: KeySet) -> None:
        if self.verifier is None:  # the issuer is known now, and stays
            made = Verifier(source.issuer or "", keys, **self._settings)
            made.set_revoked(self._revoked)
            self.verifier = made
        else:
            self.verifier.set_keys(keys)
        source.ended(None)

    def refresh(self) -> bool:
        """Fetches the keys now, in this thread. Whether that went well; source.last_error says why not, and the old keys stay in use."""
        source = self.source
        if source is None:
            return False
        try:
            steps = source.steps()
            url = next(steps)
            while True:
                url = steps.send(self._fetched(url))
        except StopIteration as end:
            self._take(source, end.value)
            return True
        except Exception as error:  # whatever a fetch may raise: the old keys stay
            source.ended(error)
            return False

    def _fetched(self, url: str) -> bytes:
        body = self.fetch(url)
        if not isinstance(body, bytes):
            body.close()  # type: ignore[attr-defined]
            raise FetchFailed("fetch is a coroutine: it needs refresh_async()")
        return body

    async def refresh_async(self) -> bool:
        """refresh() in a loop. A fetch that is no coroutine runs in the loop's own pool of threads."""
        source = self.source
        if source is None:
            return False
        try:
            steps = source.steps()
            url = next(steps)
            while True:
                if inspect.iscoroutinefunction(self.fetch):
                    body = await self.fetch(url)
                else:
                    body = await asyncio.to_thread(self._fetched, url)
                url = steps.send(body)
        except StopIteration as end:
            self._take(source, end.value)
            return True
        except Exception as error:  # whatever a fetch may raise: the old keys stay
            source.ended(error)
            return False

    def _is_due(self) -> bool:
        status = None if self.source is None else self.source.due()
        if status == Status.FAULT_NOT_READY and self.verifier is not None:
            self.verifier.set_keys(None)
        return status == Status.OK

    def _ready(self) -> Verifier:
        if self.verifier is None:
            raise NotReady(Status.FAULT_NOT_READY)
        return self.verifier

    # ---- decisions

    def authorize(self, authorization: str | bytes | None, resource: str) -> Token:
        """
        The decision about one request, as Verifier.authorize(). Keys that are due are fetched in a thread that ends with the fetch.

        After a token whose key is not known they may be fetched before the answer, in this thread, seldom enough that no stranger profits.
        """
        if self._is_due():
            threading.Thread(target=self.refresh, name="fntoken-keys", daemon=True).start()
        verifier = self._ready()
        try:
            return verifier.authorize(authorization, resource)
        except KeyUnknown:
            if self.source is None or not self.source.wanted() or not self.refresh():
                raise
        return verifier.authorize(authorization, resource)

    async def authorize_async(self, authorization: str | bytes | None, resource: str) -> Token:
        """authorize() in a loop: a hit is answered at once, a signature is checked in the loop's pool, keys are fetched by a task."""
        if self._is_due() and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._refresh_task())
        verifier = self._ready()
        try:
            token = verifier.authorize_cached(authorization, resource)
        except Error:
            return verifier.authorize(authorization, resource)  # once more, for the reason; it needs no signature
        if token is not None:
            return token
        try:
            return await asyncio.to_thread(verifier.authorize, authorization, resource)
        except KeyUnknown:
            if self.source is None or not self.source.wanted() or not await self.refresh_async():
                raise
        return await asyncio.to_thread(verifier.authorize, authorization, resource)

    async def _refresh_task(self) -> None:
        await self.refresh_async()

    def close(self) -> None:
        """Ends what it made."""
        if self._task is not None:
            self._task.cancel()
        if self.source is not None and self.verifier is not None:
            self.verifier.close()


def joined(values: Sequence[str | bytes]) -> str | bytes | None:
    """Several Authorization headers as one, joined by a comma and so refused; None for none."""
    if len(values) < 2:
        return values[0] if values else None
    return ", ".join(value.decode("latin-1") if isinstance(value, bytes) else value for value in values)

# SPDX-License-Identifier: MIT
"""ASGI middleware: Starlette, FastAPI, Quart, anything that uvicorn or hypercorn serves. It starts no thread; a task fetches keys."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from ._native import Verifier
from ._values import Error
from .fetch import Fetch, fetch
from .guard import OPEN, AsyncFetch, Guard, joined, reply_to

log = logging.getLogger("fntoken")

Scope = Any  # a mapping; frameworks' types for it and for messages differ
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class FunctionTokens:
    """
    Lets a request through to app if its Function Token may call the resource; scope["fntoken.token"] is the Token then.

    app = Starlette(middleware=[Middleware(FunctionTokens, resource="openfaas-fn:env", gateway="http://gateway.openfaas:8080")])

    resource: NAMESPACE:NAME, or a function of the scope that gives it. open_paths: what anybody may ask. on_refusal: a function of the
    Error and the scope, for metrics and logs; without one a line goes to the logger "fntoken".
    gateway, issuer, verifier and fetch are Guard's; guard is one with settings of its own.
    A websocket that is refused is closed before it opens. Lifespan events pass.
    """

    def __init__(
        self,
        app: App,
        resource: str | Callable[[Scope], str],
        *,
        gateway: str | None = None,
        issuer: str | None = None,
        verifier: Verifier | None = None,
        guard: Guard | None = None,
        fetch: Fetch | AsyncFetch = fetch,
        open_paths: Iterable[str] = OPEN,
        on_refusal: Callable[[Error, Scope], None] | None = None,
    ) -> None:
        """Around app."""
        self.app = app
        self.resource = resource
        self.guard = Guard(gateway=gateway, issuer=issuer, verifier=verifier, fetch=fetch) if guard is None else guard
        self.open_paths = frozenset(open_paths)
        self.on_refusal = on_refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        scope.pop("fntoken.token", None)
        if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"] in self.open_paths):
            await self.app(scope, receive, send)
            return
        try:
            resource = self.resource if isinstance(self.resource, str) else self.resource(scope)
            sent = joined([value for name, value in scope["headers"] if name.lower() == b"authorization"])
            scope["fntoken.token"] = await self.guard.authorize_async(sent, resource)
        except Error as error:
            if self.on_refusal is not None:
                self.on_refusal(error, scope)
            else:
                log.info("%s", error)
            await self._refuse(error, scope, send)
            return
        await self.app(scope, receive, send)

    @staticmethod
    async def _refuse(error: Error, scope: Scope, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        reply = reply_to(error)
        headers = [(name.lower().encode(), value.encode()) for name, value in reply.headers]
        headers.append((b"content-length", str(len(reply.body)).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.body})

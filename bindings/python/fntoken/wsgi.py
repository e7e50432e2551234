# SPDX-License-Identifier: MIT
"""WSGI middleware (PEP 3333): Flask, Django, Bottle, anything that gunicorn or uWSGI serves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from http.client import responses
from typing import TYPE_CHECKING

from ._native import Verifier
from ._values import Error
from .fetch import Fetch, fetch
from .guard import OPEN, Guard, reply_to

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("fntoken")


class FunctionTokens:
    """
    Lets a request through to app if its Function Token may call the resource; environ["fntoken.token"] is the Token then.

    app.wsgi_app = FunctionTokens(app.wsgi_app, resource="openfaas-fn:env", gateway="http://gateway.openfaas:8080")

    resource: NAMESPACE:NAME, or a function of environ that gives it. open_paths: what anybody may ask. on_refusal: a function of the
    Error and environ, for metrics and logs; without one a line goes to the logger "fntoken".
    gateway, issuer, verifier and fetch are Guard's; guard is one with settings of its own.
    """

    def __init__(
        self,
        app: WSGIApplication,
        resource: str | Callable[[WSGIEnvironment], str],
        *,
        gateway: str | None = None,
        issuer: str | None = None,
        verifier: Verifier | None = None,
        guard: Guard | None = None,
        fetch: Fetch = fetch,
        open_paths: Iterable[str] = OPEN,
        on_refusal: Callable[[Error, WSGIEnvironment], None] | None = None,
    ) -> None:
        """Around app."""
        self.app = app
        self.resource = resource
        self.guard = Guard(gateway=gateway, issuer=issuer, verifier=verifier, fetch=fetch) if guard is None else guard
        self.open_paths = frozenset(open_paths)
        self.on_refusal = on_refusal

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        environ.pop("fntoken.token", None)
        if environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "") in self.open_paths:
            return self.app(environ, start_response)
        try:
            resource = self.resource if isinstance(self.resource, str) else self.resource(environ)
            environ["fntoken.token"] = self.guard.authorize(environ.get("HTTP_AUTHORIZATION"), resource)
        except Error as error:
            if self.on_refusal is not None:
                self.on_refusal(error, environ)
            else:
                log.info("%s", error)
            reply = reply_to(error)
            start_response(f"{reply.status} {responses[reply.status]}", [*reply.headers, ("Content-Length", str(len(reply.body)))])
            return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else reply.body]
        return self.app(environ, start_response)

# SPDX-License-Identifier: MIT
"""Where an issuer's keys are, and when to fetch them (rules 39 and 40 of docs/rules.md). The library decides; this asks it and fetches."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Generator
from http.client import HTTPMessage
from typing import IO

from . import _native
from ._native import KeySet
from ._values import Status

MOST = 1 << 20
SECONDS = 10.0
TICK, UNKNOWN, DONE, FAILED = range(1601, 1605)

Fetch = Callable[[str], bytes]


class FetchFailed(OSError):
    """Keys could not be fetched, or were of no use; str() says why."""


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Redirects are not followed to another scheme, host or port (rule 39)."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if urllib.parse.urlsplit(newurl)[:2] != urllib.parse.urlsplit(req.full_url)[:2]:
            raise FetchFailed(f"{req.full_url} redirects to another host, {newurl}: not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str) -> bytes:
    """GET within 10 s and 1 MiB, over http and https alone, TLS verified; the environment's proxies and SSL_CERT_FILE count."""
    if not url.startswith(("http://", "https://")):
        raise FetchFailed(f"{url} is neither http nor https")
    try:
        with urllib.request.build_opener(_SameHost).open(url, timeout=SECONDS) as answer:
            return _read(url, answer.read1)
    except FetchFailed:
        raise
    except (OSError, ValueError) as error:
        raise FetchFailed(f"{url}: {error}") from error


def _read(url: str, read: Callable[[int], bytes]) -> bytes:
    """All of a body, piece by piece: each piece may take its time, so the whole has one too."""
    end = time.monotonic() + SECONDS
    body = b""
    while piece := read(1 << 16):
        body += piece
        if len(body) > MOST:
            raise FetchFailed(f"{url}: more than 1 MiB")
        if time.monotonic() > end:
            raise FetchFailed(f"{url}: more than {SECONDS:.0f} s")
    return body


class Source:
    """
    One issuer's keys: Source(gateway=...) for a gateway's address, whatever issuer its document names; Source(issuer=...) for a known one.

    gateway: the keys come from the path of jwks_uri at that address, and the issuer of its first document is fixed then.
    """

    def __init__(self, *, gateway: str | None = None, issuer: str | None = None, every: int = 300, max_age: int = 86400) -> None:
        """every: seconds from one fetch to the next. max_age: seconds for which keys may be used when they can't be fetched any more."""
        if (gateway is None) == (issuer is None):
            raise TypeError("give one of gateway and issuer")
        self.issuer = issuer
        self.base = (gateway or issuer or "").rstrip("/")
        self.by_address = gateway is not None
        self.every = every
        self.max_age = max_age
        self.state = bytearray(64)
        self.last_error: Exception | None = None
        self._ticked = 0

    def tell(self, event: int, now: int | None = None) -> int:
        """What fnt_refresh answers."""
        return _native.refresh(self.state, event, self.every, self.max_age, int(time.time()) if now is None else now)

    def due(self, now: int | None = None) -> int | None:
        """At most once a second: what there is to do. None: nothing; Status.OK: fetch; Status.FAULT_NOT_READY: the keys are too old."""
        second = int(time.time()) if now is None else now
        if second == self._ticked:
            return None
        self._ticked = second
        status = self.tell(TICK, second)
        return None if status == Status.FAULT_TOO_SOON else status

    def wanted(self, now: int | None = None) -> bool:
        """After a token whose key is not known: whether to fetch at once."""
        return self.tell(UNKNOWN, now) == Status.OK

    def steps(self) -> Generator[str, bytes, KeySet]:
        """The fetch without the fetching: yields a URL, is sent its body, twice, and returns the keys. Raises Fault and FetchFailed."""
        address = self.base + "/.well-known/openid-configuration"
        document = yield address
        jwks_uri, issuer = _native.discovery(document, None if self.by_address else address, self.issuer, False)
        if self.by_address:
            parts = urllib.parse.urlsplit(jwks_uri)
            jwks_uri = self.base + parts.path + (f"?{parts.query}" if parts.query else "")
        keys = KeySet((yield jwks_uri))
        self.issuer = issuer
        return keys

    def ended(self, error: Exception | None, now: int | None = None) -> None:
        """Tells how a fetch ended."""
        self.last_error = error
        self.tell(DONE if error is None else FAILED, now)

# SPDX-License-Identifier: MIT
"""Function Tokens for calls: the exchange at a gateway (RFC 8693), cached for each function. fntoken.requests and fntoken.httpx send it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from . import _native

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 it is the name of a type
EARLY = 10
MOST_KEPT = 1000


class ExchangeRefused(Exception):
    """The gateway gave no token: error and description as it sent them, http_status; error is None where its answer was none of OAuth's."""

    def __init__(self, http_status: int, error: str | None, description: str) -> None:
        """As it was answered."""
        super().__init__(http_status, error, description)
        self.http_status = http_status
        self.error = error
        self.description = description

    def __str__(self) -> str:
        """error: description (HTTP status)."""
        return f"{self.error or 'no OAuth error'}: {self.description} (HTTP {self.http_status})"


@dataclass(frozen=True)
class Issued:
    """A token, and the second (of time.monotonic) from which another one is fetched."""

    token: str
    until: float


def from_file(path: str | Path) -> Callable[[], str]:
    """A subject token in a file that is read anew each time, as Kubernetes replaces it; a line break at its end is dropped."""
    return lambda: Path(path).read_text(encoding="utf-8").rstrip("\r\n")


def audience_of(url: str) -> str:
    """The function that a URL calls, NAMESPACE:NAME. Raises Denied where its path names none without doubt."""
    parts = urlsplit(url)
    return _native.resource_from_path(parts.path + (f"?{parts.query}" if parts.query else ""))


class Exchange:
    """The exchange without the HTTP: what to send, and what answers come to. One for each subject: tokens are kept by audience alone."""

    def __init__(self, gateway: str, subject: str | Callable[[], str], *, early: int = EARLY) -> None:
        """
        gateway: its URL. subject: a token of the identity provider or an API token, or a function that gives it.

        early: seconds before its end from which a token is not used any more.
        """
        self.url = gateway.rstrip("/") + "/oauth/token"
        self.subject = subject
        self.early = early
        self._kept: dict[str, Issued] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def check(self, url: str) -> None:
        """That a token is sent nowhere but to the gateway."""
        if urlsplit(url)[:2] != urlsplit(self.url)[:2]:
            raise ValueError(f"{url} is not at the gateway {self.url[: -len('/oauth/token')]}: its Function Token is not sent there")

    def lock_of(self, audience: str) -> threading.Lock:
        """So that one audience is exchanged once at a time."""
        with self._guard:
            return self._locks.setdefault(audience, threading.Lock())

    def known(self, audience: str) -> str | None:
        """A token that is good for a while yet."""
        kept = self._kept.get(audience)
        return kept.token if kept is not None and time.monotonic() < kept.until else None

    def forget(self, audience: str, token: str) -> None:
        """After a 401 for it: unless another one has taken its place."""
        with self._guard:
            kept = self._kept.get(audience)
            if kept is not None and kept.token == token:
                del self._kept[audience]

    def form(self, audience: str) -> dict[str, str]:
        """The parameters of the request's body."""
        subject = self.subject if isinstance(self.subject, str) else self.subject()
        return {
            "grant_type": GRANT,
            "subject_token": subject,
            "subject_token_type": ID_TOKEN,
            "scope": "function",
            "audience": audience,
        }

    def body(self, audience: str) -> bytes:
        """The request's body, application/x-www-form-urlencoded."""
        return urlencode(self.form(audience)).encode()

    def take(self, audience: str, http_status: int, body: bytes) -> str:
        """The token of an answer, which is kept. Raises ExchangeRefused."""
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        members = answer if isinstance(answer, dict) else {}
        token, seconds = members.get("access_token"), members.get("expires_in")
        if http_status != 200 or not isinstance(token, str):
            error, said = members.get("error"), members.get("error_description")
            raise ExchangeRefused(
                http_status,
                error if isinstance(error, str) else None,
                said if isinstance(said, str) else "the gateway's answer is no token",
            )
        if isinstance(seconds, int) and not isinstance(seconds, bool):
            self._keep(audience, Issued(token, time.monotonic() + seconds - self.early))
        return token

    def _keep(self, audience: str, issued: Issued) -> None:
        with self._guard:
            if len(self._kept) >= MOST_KEPT:
                now = time.monotonic()
                self._kept = {name: kept for name, kept in self._kept.items() if now < kept.until}
            if len(self._kept) < MOST_KEPT:
                self._kept[audience] = issued

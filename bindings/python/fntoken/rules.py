# SPDX-License-Identifier: MIT
"""JwtIssuer, Policy and Role objects, and the token service that goes by them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import _native
from ._native import Key, KeySet, Revocations
from ._values import Entry, row_of, status_of

Text = str | bytes


@dataclass(frozen=True)
class JwtIssuer:
    """Whose keys to fetch: spec.iss, spec.issInternal and metadata.name."""

    url: str
    internal: str | None
    name: str | None


@dataclass(frozen=True)
class Simulation:
    """A dry run's outcome, of use to a person and never a yes to a request."""

    allowed: bool
    report: tuple[Entry, ...]


@dataclass(frozen=True)
class Answer:
    """What the token endpoint answers: send body with http_status, Content-Type: application/json and Cache-Control: no-store."""

    status: int
    body: str
    report: tuple[Entry, ...]

    @property
    def http_status(self) -> int:
        """200 or 400."""
        return row_of(self.status)[1]

    @property
    def json(self) -> dict[str, Any]:
        """The body's members: access_token and expires_in, or error and error_description."""
        members: dict[str, Any] = json.loads(self.body)
        return members


class Iam:
    """
    IAM objects (iam.openfaas.com/v1) as one compiled set of rules; immutable, for any thread.

    >>> with Iam('[]') as nothing:
    ...     nothing.simulate({"iss": "https://idp.example.com", "sub": "ada"}).allowed
    False
    """

    def __init__(self, objects: Text | Sequence[Mapping[str, Any]], *, namespaces: Text | None = None, max_bytes: int = 0) -> None:
        """
        Compiles JSON text (RFC 8259), or the objects themselves.

        namespaces: names with one space between them, or "*" for all; None: openfaas. max_bytes: longest text in bytes, 0: 16 MiB.
        Raises Fault with status FAULT_IAM and every error in .report, each with its JSON pointer in .path.
        """
        text = objects if isinstance(objects, (str, bytes)) else json.dumps(objects)
        self.native = _native.Iam(text, namespaces=namespaces, max_bytes=max_bytes)

    @property
    def digest(self) -> str:
        """SHA-256 in hex of what the rules say; equal for equal rules, however they are written."""
        return self.native.digest

    @property
    def report(self) -> tuple[Entry, ...]:
        """What was noted while they were read."""
        return self.native.report

    @property
    def issuers(self) -> tuple[JwtIssuer, ...]:
        """The JwtIssuers."""
        return tuple(JwtIssuer(*row) for row in self.native.issuers())

    def lint(self) -> tuple[Entry, ...]:
        """What loads and is hardly meant: entries of kind error or warning behind entry 0, which counts them in .errors and .warnings."""
        return self.native.lint()

    def simulate(self, claims: Text | Mapping[str, Any], resource: Text | None = None) -> Simulation:
        """Which roles would claims like these get, and may they call the resource (NAMESPACE:NAME; None: anything)? Nothing is verified."""
        text = claims if isinstance(claims, (str, bytes)) else json.dumps(claims)
        return Simulation(*self.native.simulate(text, resource))

    def close(self) -> None:
        """Releases it; twice is once."""
        self.native.close()

    def __enter__(self) -> Iam:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()


class TokenService:
    """POST /oauth/token without the HTTP (RFC 8693): an identity provider's token goes in, a Function Token comes out. For any thread."""

    def __init__(self, issuer: Text, key: Key, iam: Iam | None = None, **settings: int | str | Sequence[str]) -> None:
        """
        Of its own issuer's name, and an ES256 key to sign with. Without rules it raises NotReady.

        Settings, frozen at first use: leeway, max_age, max_lifetime, max_ttl (seconds), max_bytes, algorithms, cap_at_subject, narrowing,
        max_header_bytes, max_header_names (fntoken.h, FNT_OPT_...).
        """
        self.native = _native.TokenService(issuer, key, **settings)
        if iam is not None:
            self.set_iam(iam)

    def set_iam(self, iam: Iam) -> None:
        """Other rules, for exchanges that start later."""
        self.native.set_iam(iam.native)

    def set_key(self, key: Key) -> None:
        """Another key to sign with; its public half must have been published long enough before."""
        self.native.set_key(key)

    def set_keys(self, issuer: Text, keys: KeySet | None) -> None:
        """One issuer's keys; None removes them."""
        self.native.set_keys(issuer, keys)

    def set_revoked(self, revoked: Revocations | None) -> None:
        """The revocations; None: nothing is revoked."""
        self.native.set_revoked(revoked)

    def exchange(self, form: Text, now: int | datetime | None = None) -> Answer:
        """
        One token exchange, from the request's body (application/x-www-form-urlencoded) to the answer's.

        A refusal is an Answer too, as it has a body; report says why, for the operator alone. Raises NotReady or another Fault.
        """
        status, body, report = self.native.exchange(form, now)
        return Answer(status_of(status), body, report)

    def close(self) -> None:
        """Releases it; twice is once."""
        self.native.close()

    def __enter__(self) -> TokenService:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()

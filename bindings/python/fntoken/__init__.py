# SPDX-License-Identifier: MIT
"""
Function Tokens for OpenFaaS: verify, decide, exchange, mint.

The C library libfntoken does the work; it opens nothing and starts no thread. The header fntoken.h says of each function what it takes and
answers, docs/python.md how the pieces go together.

>>> key = Key.generate()
>>> token = mint(key, issuer="https://gateway.example.com", subject="fed:ada", permissions=["dev:*"], ttl=3600)
>>> verifier = Verifier("https://gateway.example.com", KeySet(key.public_jwk()), cache_entries=1000)
>>> verifier.authorize("Bearer " + token, "dev:env").subject
'fed:ada'
>>> verifier.permits("Bearer " + token, "prod:env")
False
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import _native
from ._native import Key, KeySet, Patterns, Revocations, Token, Verifier, bearer_token, capabilities, match, version
from ._values import ArgumentFault, Denied, Entry, Error, Fault, KeyUnknown, NotReady, OAuthRefused, Refused, Status
from .rules import Answer, Iam, JwtIssuer, Simulation, TokenService

__version__ = version()

__all__ = [
    "Answer",
    "ArgumentFault",
    "Denied",
    "Discovery",
    "Entry",
    "Error",
    "Fault",
    "Iam",
    "JwtIssuer",
    "Key",
    "KeySet",
    "KeyUnknown",
    "LintRule",
    "NotReady",
    "OAuthRefused",
    "Patterns",
    "Refused",
    "Revocations",
    "Simulation",
    "Status",
    "Token",
    "TokenService",
    "Verifier",
    "bearer_token",
    "capabilities",
    "discovery",
    "escape",
    "lint_rules",
    "match",
    "mint",
    "resource_from_path",
    "sign",
    "signature_only",
    "unverified",
    "version",
]

Text = str | bytes
_FORMS = {"plain": 1801, "json": 1802, "header": 1803}
_ISSUER, _SUBJECT, _AUDIENCE, _PERMISSION, _FUNCTION_AUDIENCE, _FED_ISSUER = range(1101, 1107)


@dataclass(frozen=True)
class Discovery:
    """What a discovery document says: where the keys are, and whose it is."""

    jwks_uri: str
    issuer: str


@dataclass(frozen=True)
class LintRule:
    """A rule that loading and linting know."""

    name: str
    kind: str
    sentence: str


def escape(text: Text, form: str = "plain") -> str:
    r"""
    Text out of a token as it may be shown: form "plain" for people and logs, "json" for the inside of a JSON string, "header".

    >>> escape("ada\n")
    'ada\\n'
    """
    if form not in _FORMS:
        raise ValueError(f"form is {form!r}; plain, json or header is expected")
    return _native.escape(text, _FORMS[form])


def unverified(token: Text) -> dict[str, Any]:
    """What a token says, whoever wrote it: {"header": {}, "claims": {}, "verified": False}. Raises Refused where it is no compact JWS."""
    said: dict[str, Any] = json.loads(_native.unverified_json(token))
    return said


def signature_only(keys: KeySet, token: Text) -> bytes:
    """The payload of a JWS whose signature is right (RFC 7515, 5.2); no claim and no time was looked at. Raises Refused."""
    return _native.signature_only(keys, token)


def resource_from_path(path: Text, default_namespace: Text | None = None) -> str:
    """
    The resource that a request path names, as it stands in the request line. Raises Denied where it can be read in two ways.

    >>> resource_from_path("/function/env.dev/x?y")
    'dev:env'
    """
    return _native.resource_from_path(path, default_namespace)


def discovery(document: Text, address: Text | None = None, issuer: Text | None = None, *, allow_http: bool = False) -> Discovery:
    """
    Reads a discovery document (OpenID Connect Discovery 1.0, 3), rule 39 of docs/rules.md. It fetches nothing.

    address: where it was fetched; None: one fixed place is asked whatever it says. issuer: whose it must be; None: the document's own.
    Raises Fault with status FAULT_KEY.
    """
    return Discovery(*_native.discovery(document, address, issuer, allow_http))


def mint(
    key: Key,
    *,
    issuer: Text,
    subject: Text,
    permissions: Sequence[Text],
    ttl: int,
    audience: Sequence[Text] = (),
    function_audience: Sequence[Text] = (),
    fed_issuer: Text | None = None,
    now: int | datetime | None = None,
) -> str:
    """
    Signs a Function Token with an ES256 key: a random jti, iat now, exp now + ttl (seconds, 1 to 31536000).

    audience: the issuer where it is empty. Raises ArgumentFault or Fault.
    """
    claims: dict[int, Sequence[Text]] = {
        _ISSUER: [issuer],
        _SUBJECT: [subject],
        _AUDIENCE: audience,
        _PERMISSION: permissions,
        _FUNCTION_AUDIENCE: function_audience,
        _FED_ISSUER: [] if fed_issuer is None else [fed_issuer],
    }
    return _native.mint(key, claims, ttl, now)


def sign(key: Key, claims: Text | Mapping[str, Any], header: Text | Mapping[str, Any] | None = None) -> str:
    """Signs any claims as they are, a JSON object as text or as a mapping. header: typ, kid and others; None: typ JWT, kid the key's id."""
    said = claims if isinstance(claims, (str, bytes)) else json.dumps(claims)
    head = header if header is None or isinstance(header, (str, bytes)) else json.dumps(header)
    return _native.sign(key, said, head)


def lint_rules() -> tuple[LintRule, ...]:
    """Every rule that loading and linting know."""
    return tuple(LintRule(*row) for row in _native.lint_rules())

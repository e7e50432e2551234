# SPDX-License-Identifier: MIT
"""Statuses, entries of a report, and the exceptions that carry both. Imported by the extension, so it must not import that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import IntEnum
from typing import Any


class Status(IntEnum):
    """
    Every answer of the library, by its number (fntoken.h, section 1). Only OK is yes.

    >>> Status.REFUSED_EXPIRED.http, Status.REFUSED_EXPIRED.word
    (401, 'expired')
    """

    OK = 0
    FAULT_ARGUMENT = 1
    FAULT_MEMORY = 2
    FAULT_STATE = 3
    FAULT_UNSUPPORTED = 4
    FAULT_RANDOM = 5
    FAULT_CRYPTO = 6
    FAULT_KEY = 7
    FAULT_IAM = 8
    FAULT_PATTERN = 9
    FAULT_SPACE = 10
    FAULT_NOT_READY = 11
    FAULT_NOT_CACHED = 12
    FAULT_TOO_SOON = 13
    WOULD_ALLOW = 90
    WOULD_DENY = 91
    REFUSED_NO_TOKEN = 100
    REFUSED_HEADER = 101
    REFUSED_SIZE = 102
    REFUSED_MALFORMED = 103
    REFUSED_ALGORITHM = 104
    REFUSED_CRITICAL = 105
    REFUSED_TYPE = 106
    REFUSED_KEY_UNKNOWN = 107
    REFUSED_SIGNATURE = 108
    REFUSED_ISSUER = 109
    REFUSED_AUDIENCE = 110
    REFUSED_EXPIRED = 111
    REFUSED_NOT_YET = 112
    REFUSED_AGE = 113
    REFUSED_CLAIM = 114
    REFUSED_API_TOKEN = 115
    REFUSED_OTHER_TOKEN = 116
    REFUSED_REVOKED = 117
    REFUSED_BINDING = 118
    DENIED_PERMISSION = 200
    DENIED_AUDIENCE = 201
    DENIED_RESOURCE = 202
    DENIED_PATH = 203
    OAUTH_REQUEST = 300
    OAUTH_GRANT_TYPE = 301
    OAUTH_SCOPE = 302
    OAUTH_SUBJECT = 303
    OAUTH_SUBJECT_KEY = 304
    OAUTH_NO_ROLE = 305
    OAUTH_TARGET = 306

    @property
    def word(self) -> str:
        """One stable word, for logs and metrics."""
        return row_of(self)[0]

    @property
    def http(self) -> int:
        """The HTTP status to answer with."""
        return row_of(self)[1]

    @property
    def sentence(self) -> str:
        """One English sentence without details, which may be shown to the caller."""
        return row_of(self)[2]

    @property
    def oauth(self) -> str | None:
        """The error code of RFC 6750, 3.1 or RFC 6749, 5.2; None where none belongs."""
        return row_of(self)[3]

    @property
    def challenge(self) -> str | None:
        """The value of WWW-Authenticate (RFC 6750, 3) to send with it; None where it is not answered with 401."""
        return row_of(self)[4]


def row_of(status: int) -> tuple[str, int, str, str | None, str | None]:
    """What the library says of a number, known to this version or not."""
    from . import _native  # noqa: PLC0415 it imports this module

    return _native.status_row(int(status))


@dataclass(frozen=True)
class Entry:
    """One entry of a report: entry 0 sums up; a field that makes no sense in an entry is None (fntoken.h, section 2)."""

    sentence: str
    kind: str
    outcome: str | None = None
    status: str | None = None
    rule: str | None = None
    path: str | None = None
    issuer: str | None = None
    subject: str | None = None
    kid: str | None = None
    role: str | None = None
    policy: str | None = None
    sid: str | None = None
    resource: str | None = None
    pattern: str | None = None
    claim: str | None = None
    operator: str | None = None
    expected: str | None = None
    actual: str | None = None
    jti: str | None = None
    errors: int | None = None
    warnings: int | None = None


FIELDS = frozenset(Entry.__dataclass_fields__)


def entries_of(report: bytes | None) -> tuple[Entry, ...]:
    """The entries of fnt_report_json; members of newer versions are left out."""
    rows: list[dict[str, Any]] = [] if report is None else json.loads(report)
    for row in rows:
        for name in ("errors", "warnings"):
            if name in row:
                row[name] = int(row[name])
    return tuple(Entry(**{name: value for name, value in row.items() if name in FIELDS}) for row in rows)


class Error(Exception):
    """
    What the library answered instead of yes.

    status is a Status, or the bare number where this version does not know it. str() is the reason for the operator; `sentence` gives
    nothing away and may be shown to the caller.
    """

    def __init__(self, status: int, report: bytes | None = None) -> None:
        """Of a status, and a report as JSON."""
        self.status: int = status_of(status)
        self._json = report
        super().__init__(self.status, report)

    @property
    def http_status(self) -> int:
        """The HTTP status to answer with: 400, 401, 403, 500 or 503."""
        return row_of(self.status)[1]

    @property
    def word(self) -> str:
        """The status as one stable word."""
        return row_of(self.status)[0]

    @property
    def sentence(self) -> str:
        """What may be shown to the caller."""
        return row_of(self.status)[2]

    @property
    def oauth_error(self) -> str | None:
        """The error code to send; None where none belongs."""
        return row_of(self.status)[3]

    @property
    def challenge(self) -> str | None:
        """The value of WWW-Authenticate to send; None but for 401."""
        return row_of(self.status)[4]

    @property
    def report(self) -> tuple[Entry, ...]:
        """Why, entry 0 first; empty where nobody kept a report. For the operator alone."""
        return entries_of(self._json)

    def __str__(self) -> str:
        """STATUS: sentence, as the command line has it."""
        entries = self.report
        return f"{self.word}: {entries[0].sentence if entries and entries[0].sentence else self.sentence}"


class Fault(Error):
    """The program, its input files or the machine (1 to 99): HTTP 500."""


class ArgumentFault(Fault, ValueError):
    """An argument is missing, empty or out of range."""


class NotReady(Fault):
    """No keys or no rules yet: HTTP 503, with Retry-After."""


class Refused(Error):
    """Who is asking is not established (100 to 199): HTTP 401, with `challenge`."""


class KeyUnknown(Refused):
    """No key for this kid: refresh the keys, ask again."""


class Denied(Error):
    """Who is asking is known, and may not (200 to 299): HTTP 403."""


class OAuthRefused(Error):
    """The token endpoint's error (300 to 399): HTTP 400."""


def status_of(number: int) -> int:
    """A Status, or the number itself where it is a newer version's."""
    try:
        return Status(number)
    except ValueError:
        return number


PRECISE: dict[int, type[Error]] = {
    Status.FAULT_ARGUMENT: ArgumentFault,
    Status.FAULT_NOT_READY: NotReady,
    Status.REFUSED_KEY_UNKNOWN: KeyUnknown,
}
RANGES: tuple[type[Error], ...] = (Fault, Refused, Denied, OAuthRefused)


def error_of(status: int, report: bytes | None) -> Error:
    """The exception for a status; what is in no known range is a Fault."""
    by_range = RANGES[status // 100] if 0 < status < 400 else Fault
    return PRECISE.get(status, by_range)(status, report)


def seconds_of(moment: datetime | float) -> int:
    """Whole seconds since 1970, rounded down."""
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("a datetime without a time zone can't be compared with a token's times: use datetime.now(timezone.utc)")
        moment = moment.timestamp()
    return int(moment // 1)


def utc_of(seconds: int) -> datetime:
    """An aware datetime; the last one there is for what lies beyond it."""
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=timezone.utc)

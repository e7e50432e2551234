# SPDX-License-Identifier: MIT
"""Requests as bytes, for tests that look at connections."""
import fcntl
import sys
import termios
import urllib.parse

from harness import FORM, connected


def connect(home, at="public"):
    return connected(home / at)


def unread(connection):
    """Bytes that were sent and that the other end has not read."""
    return int.from_bytes(fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)), sys.byteorder)


def form_of(token):
    return urllib.parse.urlencode({"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": token, "scope": "function",
                                   "subject_token_type": "urn:ietf:params:oauth:token-type:id_token"})


def request_of(body, **head):
    lines = {"Host": "a", "Content-Type": FORM, "Content-Length": len(body), **head}
    return b"POST /oauth/token HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n" + body

# SPDX-License-Identifier: MIT
"""A function that calls another function, with the body of its own request: python examples/calling.py GATEWAY NAME[.NAMESPACE] TOKEN_FILE < BODY

TOKEN_FILE holds what identifies this one, such as a projected service account token. It is exchanged for a token that calls NAME alone, kept, and
exchanged anew when its time is over: a long-lived function makes one session and keeps it. Needs the package requests."""

import sys

import requests

from fntoken.client import ExchangeRefused
from fntoken.requests import FunctionAuth, from_file


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    gateway, name, file = sys.argv[1:]
    session = requests.Session()
    session.auth = FunctionAuth(gateway, from_file(file))
    try:
        answer = session.post(f"{gateway}/function/{name}", data=sys.stdin.buffer.read(), timeout=60)
    except ExchangeRefused as refused:
        sys.exit(f"the gateway gives no token for {name}: {refused}")
    sys.stdout.buffer.write(answer.content)
    return 0 if answer.ok else 1


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""A guarded WSGI service, with what Python brings along: python examples/guarded.py GATEWAY NAMESPACE:NAME [PORT]

It answers whom the gateway's Function Tokens let in, and says to its own log why it did not."""

import sys
from wsgiref.simple_server import make_server

from fntoken.wsgi import FunctionTokens


def service(environ, start_response):
    token = environ["fntoken.token"]
    body = f"hello {token.subject}, until {token.expires:%H:%M} UTC\n".encode()
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


def refused(error, environ):
    print(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}: {error}", file=sys.stderr)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    gateway, resource = sys.argv[1:3]
    port = int(sys.argv[3]) if len(sys.argv) == 4 else 8081
    guarded = FunctionTokens(service, resource, gateway=gateway, on_refusal=refused)
    if not guarded.guard.refresh():
        print(f"no keys yet: {guarded.guard.source.last_error}", file=sys.stderr)
    with make_server("127.0.0.1", port, guarded) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A function that knows nothing of tokens, on loopback: it greets whom the guard in front of it names."""

import http.server


class Function(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"figlet greets {self.headers.get('X-Fntoken-Subject', 'nobody')}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Function) as server:
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()

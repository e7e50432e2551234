# SPDX-License-Identifier: MIT
"""A gateway with one function, over HTTP: discovery, keys, the token endpoint and a guarded function, by the package's own exchange."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import fntoken
from fntoken.guard import reply_to


class Gateway(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, iam, idp, idp_keys):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.iam, self.idp, self.idp_keys, self.exchanges, self.fetches, self.down = iam, idp, idp_keys, [], 0, False
        self.rotate()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def rotate(self):
        self.key = fntoken.Key.generate()
        self.service = fntoken.TokenService(self.url, self.key, self.iam)
        self.service.set_keys(self.idp, self.idp_keys)
        self.verifier = fntoken.Verifier(self.url, fntoken.KeySet(self.key.public_jwk()))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.fetches += 1
        document = {"issuer": self.server.url, "jwks_uri": "https://elsewhere.example.com/keys"}
        body = json.dumps(document) if "well-known" in self.path else json.dumps({"keys": [json.loads(self.server.key.public_jwk())]})
        self.answer(503 if self.server.down else 200, body.encode())

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/oauth/token":
            self.server.exchanges.append(self.headers)
            answer = self.server.service.exchange(form)
            return self.answer(answer.http_status, answer.body.encode())
        try:
            token = self.server.verifier.authorize(self.headers["Authorization"], fntoken.resource_from_path(self.path))
        except fntoken.Error as error:
            return self.answer(reply_to(error).status, reply_to(error).body)
        return self.answer(200, token.subject.encode() + b" " + form)

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

# SPDX-License-Identifier: MIT
"""Each way to write a request has the same answer: methods, versions of HTTP, headers twice, requests in one another's wake."""
import itertools
import re
import subprocess

from harness import Skipped, main, test
from tricks import SECRET, Tricked, forged, guarding

FRONT = """
    listen unix:@self@.h2 http2;
    @issuer@ @on dev:env@ MORE
    location / { proxy_pass http://@behind@; }
"""


def started(home, more=""):
    if not guarding:
        raise Skipped("no module")
    return Tricked(home, "guarded", FRONT.replace("MORE", more), "", "", True, [])


def callers(home):
    """Each kind of caller: its token, and what they are answered."""
    return {"good": (home.token("dev:env"), 200), "forged": (forged(home, "dev:env"), 401), "none": (None, 401),
            "other": (home.token("dev:other"), 403)}


def head(method, target, version, token, *lines):
    lines = [f"{method} {target} {version}", "Host: front", *lines]
    lines += [f"Authorization: Bearer {token}"] if token else []
    return "\r\n".join([*lines, "", ""])


def statuses(said):
    return [int(one) for one in re.findall(r"^HTTP/1\.[01] (\d+) ", said, re.M)]


@test
def methods_and_versions(home):
    guarded = started(home)
    for method, version in itertools.product(("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "FOO", "TRACE", "CONNECT"),
                                             ("HTTP/1.1", "HTTP/1.0")):
        for token, status in callers(home).values():
            said = guarded.nginx.raw(head(method, "/x", version, token, "Connection: close"))
            calls = guarded.calls()
            itself = method in ("TRACE", "CONNECT")  # which nginx itself refuses
            assert statuses(said) in ([[400], [405]] if itself else [[status]]), (method, version, said)
            assert len(calls) == (status == 200 and not itself) and (status == 200 and not itself or SECRET not in said), (method, said, calls)
            assert method != "HEAD" or said.endswith("\r\n\r\n"), said
    for text in ("GET /x\r\n", "GET /x\r\n\r\n", "get /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /x HTTP/1.0\r\n\r\n",
                 "GET /x HTTP/2.0\r\nHost: x\r\n\r\n", "GET /x HTTP/1.1\r\nConnection: close\r\n\r\n"):
        assert SECRET not in guarded.nginx.raw(text) and guarded.calls() == [], text


@test
def headers_of_every_spelling(home):
    guarded = started(home, "underscores_in_headers on; large_client_header_buffers 4 64k;")
    good, bad = home.token("dev:env"), forged(home, "dev:env")
    for line in (f"authorization: bearer {good}", f"AUTHORIZATION:BEARER   {good}", f"Authorization: Bearer {good}  "):
        assert guarded.ask("/x", None, line)[0] == 200, line
    guarded.calls()
    for lines in ([f"Authorization: Bearer {good}", f"Authorization: Bearer {bad}"], [f"Authorization: Bearer {bad}", f"Authorization: Bearer {good}"],
                  [f"Authorization: Bearer {good}", f"authorization: Bearer {good}"], ["Authorization:", f"Authorization: Bearer {good}"],
                  [f"Authorization: Bearer {good}", "Authorization:"], [f"Authorization: Bearer {good}", "Authorization: Basic eDp5"],
                  [f"Authorization: Bearer {good}, Bearer {good}"], [f"Authorization: Bearer {good} {good}"], [f"Authorization: Bearer {good},"],
                  [f"Authorization: {good}"], [f"Authorization: Bearer{good}"], [f"Authorization: Bearer\t{good}"], ["Authorization:", f" Bearer {good}"],
                  ["Authorization: Bearer", f"\t{good}"], [f"Authorization : Bearer {good}"], [f" Authorization: Bearer {good}"],
                  [f"Authorization\0: Bearer {good}"], [f"Authorization: Bearer {good}\0"], [f"Authorization_: Bearer {good}"],
                  [f"Proxy-Authorization: Bearer {good}"], [f"X-Authorization: Bearer {good}"], [f"X_Authorization: Bearer {good}"],
                  [f"Cookie: Authorization=Bearer {good}"], ["Authorization: Bearer " + "a" * 20000], ["Authorization: Bearer " + "." * 16000],
                  [f"Authorization: Bearer {good}" + "=" * 4], [f'Authorization: Bearer "{good}"'], [f"Authorization: Token {good}"]):
        status, said = guarded.ask("/x", None, *lines)
        assert status in (400, 401) and SECRET not in said and guarded.calls() == [], (lines, said)


@test
def every_order_of_four_in_one_wake(home):
    """Pipelined over one connection of one worker: nothing of one is the next one's, from the cache or not."""
    for more in ("", "fntoken_inline on;"):
        guarded = started(home, more)
        for order in itertools.permutations(callers(home).values()):
            twice = [*order, *order]
            text = "".join(head("GET", f"/{number}", "HTTP/1.1", token, *(["Connection: close"] if number == 7 else []))
                           for number, (token, _) in enumerate(twice))
            said = guarded.nginx.raw(text)
            assert statuses(said) == [status for _, status in twice], said
            assert guarded.calls() == [f"GET /{number}" for number, (_, status) in enumerate(twice) if status == 200]
        guarded.nginx.end()


@test
def a_refused_body_is_no_request(home):
    guarded = started(home, "client_max_body_size 1k;")
    within = head("GET", "/within", "HTTP/1.1", home.token("dev:env"))
    for token in (None, forged(home, "dev:env"), home.token("dev:other")):
        for lines, body in (([f"Content-Length: {len(within)}"], within), (["Transfer-Encoding: chunked"], f"{len(within):x}\r\n{within}\r\n0\r\n\r\n"),
                            (["Content-Length: 5000"], within.ljust(5000)), (["Expect: 100-continue", f"Content-Length: {len(within)}"], within)):
            said = guarded.nginx.raw(head("POST", "/x", "HTTP/1.1", token, *lines) + body + head("GET", "/y", "HTTP/1.1", None, "Connection: close"))
            assert 200 not in statuses(said) and SECRET not in said and guarded.calls() == [], said
    for lines in (["Content-Length: 5", "Content-Length: 0"], ["Content-Length: 5", "Transfer-Encoding: chunked"], ["Transfer-Encoding: x"],
                  ["Content-Length: -1"], ["Host: other"]):
        assert statuses(guarded.nginx.raw(head("POST", "/x", "HTTP/1.1", home.token("dev:env"), *lines, "Connection: close")))[0] in (400, 501)
        assert guarded.calls() == [], lines


@test
def callers_who_leave(home):
    """While a thread looks at their tokens: the worker goes on."""
    guarded = started(home)
    for number in range(200):
        connection = guarded.nginx.connect()
        token = forged(home, "dev:env")[:-4] + f"A{number:03}"
        connection.sendall(head("POST" if number % 2 else "GET", "/x", "HTTP/1.1", token, "Content-Length: 3").encode())
        connection.close()
    assert guarded.ask("/x", home.token("dev:env"))[0] == 200 and guarded.calls() == ["GET /x"]
    assert "exited on signal" not in guarded.nginx.log() and "[alert]" not in guarded.nginx.log()


def curl(guarded, *words, body=None):
    done = subprocess.run(["curl", "-s", "-S", "-i", "--max-time", "120", "--http2-prior-knowledge", "--unix-socket", f"{guarded.home / guarded.name}.h2",
                           *words], input=body, capture_output=True, text=True, timeout=150, check=False)
    found = re.findall(r"^HTTP/2 (\d+)", done.stdout, re.M)
    return [int(one) for one in found], done.stdout + done.stderr


@test
def http2(home):
    guarded = started(home, "fntoken_preflight on;")
    for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE", "FOO"):
        for token, status in callers(home).values():
            got, said = curl(guarded, *(["-I"] if method == "HEAD" else ["-X", method]), "http://front/x",
                             *(["-H", f"Authorization: Bearer {token}"] if token else []))
            assert got == [status] and (SECRET in said) == (status == 200) and len(guarded.calls()) == (status == 200), (method, said)
    good, bad = home.token("dev:env"), forged(home, "dev:env")
    for first, second in ((good, bad), (bad, good), (good, good)):
        got, said = curl(guarded, "http://front/x", "-H", f"Authorization: Bearer {first}", "-H", f"Authorization: Bearer {second}")
        assert got[0] in (400, 401) and guarded.calls() == [], said
    preflight = ["-X", "OPTIONS", "http://front/x", "-H", "Origin: https://a.example.com", "-H", "Access-Control-Request-Method: POST"]
    assert curl(guarded, *preflight)[0] == [200] and guarded.calls() == ["OPTIONS /x"]
    for words in (["--data-binary", "x"], ["-T", "-"], ["-T", "-", "-H", "Content-Length:"]):
        got, said = curl(guarded, *preflight, *words, body="x" * 50)
        assert got in ([401], []) and guarded.calls() == [], (words, said)  # none: curl is told to stop, and looks no further


def frame(kind, flags, stream, content=b""):
    return len(content).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + content


def streams(guarded, asked):
    """The statuses of requests (path, token) that are sent at once over one connection of HTTP/2, by stream."""
    def text(value):
        size = len(value)
        return (bytes([size]) if size < 127 else bytes([127, (size - 127) & 127 | 128, (size - 127) >> 7])) + value.encode()
    sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0)
    for number, (path, token) in enumerate(asked):
        fields = b"\x82\x86\x04" + text(path) + b"\x01" + text("front")  # GET, http, :path, :authority
        if token:
            fields += b"\x0f\x08" + text(f"Bearer {token}")  # authorization, the 23rd of the static table, not indexed
        sent += frame(1, 5, 2 * number + 1, fields)
    got, found = b"", {}
    with guarded.nginx.connect(at=f"{guarded.home / guarded.name}.h2") as connection:
        connection.sendall(sent)
        while len(found) < len(asked):
            more = connection.recv(65536)
            assert more, (found, got)
            got += more
            while len(got) >= 9 and len(got) >= 9 + int.from_bytes(got[:3], "big"):
                size, kind, stream = int.from_bytes(got[:3], "big"), got[3], int.from_bytes(got[5:9], "big")
                content, got = got[9:9 + size].lstrip(b"\x20\x3f\xe1\x1f"), got[9 + size:]
                if kind == 1:
                    found[(stream - 1) // 2] = 200 if content[0] == 0x88 else 400 if content[0] == 0x8c else int(content[2:5])
                assert kind != 7, content
    return [found[number] for number in range(len(asked))]


@test
def every_order_of_four_in_streams(home):
    for more in ("", "fntoken_inline on;"):
        guarded = started(home, more)
        every = [one for order in itertools.permutations(callers(home).values()) for one in order]
        assert streams(guarded, [(f"/{number}", token) for number, (token, _) in enumerate(every)]) == [status for _, status in every]
        wanted = {f"GET /{number}" for number, (_, status) in enumerate(every) if status == 200}
        assert set(guarded.calls()) == wanted
        guarded.nginx.end()


@test
def streams_that_are_reset(home):
    """While a thread looks at their tokens: the worker goes on, and those that stood in line are not verified."""
    guarded = started(home, "location = /metrics { fntoken off; fntoken_status; }")
    text = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0)
    begun = b"Bearer " + forged(home, "dev:env")[:-4].encode()
    for number in range(100):
        value = begun + f"A{number:03}".encode()
        size = len(value) - 127
        fields = b"\x82\x86\x84\x01\x05front\x0f\x08\x7f" + bytes([size & 127 | 128, size >> 7]) + value
        text += frame(1, 5, 2 * number + 1, fields) + frame(3, 0, 2 * number + 1, b"\0\0\0\x08")
    for _ in range(10):
        with guarded.nginx.connect(at=f"{guarded.home / guarded.name}.h2") as connection:
            connection.sendall(text)
    assert guarded.ask("/x", home.token("dev:env"))[0] == 200  # and so the line is empty
    decided = [int(one) for one in re.findall(r"^fntoken_decisions_total{.*} (\d+)$", guarded.nginx.ask("/metrics").body, re.M)]
    assert 0 < sum(decided) < 200, decided  # of a thousand
    assert guarded.calls() == ["GET /x"]
    assert "exited on signal" not in guarded.nginx.log() and "[alert]" not in guarded.nginx.log()


@test
def preflights(home):
    origin, method = "Origin: https://a.example.com", "Access-Control-Request-Method: POST"
    guarded = started(home, "fntoken_preflight on;")
    for lines in ([origin, method], [origin.lower(), method.upper()], [origin, method, "Access-Control-Request-Headers: authorization"],
                  [origin, method, "Content-Length: 0"]):
        assert guarded.ask("/x", None, *lines, method="OPTIONS")[0] == 200, lines
    assert len(guarded.calls()) == 4
    for verb, lines, body in (("OPTIONS", [], ""), ("OPTIONS", [origin], ""), ("OPTIONS", [method], ""), ("GET", [origin, method], ""),
                              ("HEAD", [origin, method], ""), ("POST", [origin, method], ""), ("options", [origin, method], ""),
                              ("OPTIONSX", [origin, method], ""), ("OPTIONS", [origin, method, "Content-Length: 1"], "x"),
                              ("OPTIONS", [origin, method, "Transfer-Encoding: chunked"], "1\r\nx\r\n0\r\n\r\n"),
                              ("OPTIONS", [origin, method, "Transfer-Encoding: chunked"], "0\r\n\r\n"), ("OPTIONS", [origin, origin, method], ""),
                              ("OPTIONS", [origin, method, method], ""), ("OPTIONS", [origin, "Access_Control_Request_Method: POST"], ""),
                              ("OPTIONS", ["Origin:", method], ""), ("OPTIONS", [origin, "Access-Control-Request-Method:"], ""),
                              ("OPTIONS", ["X-Origin: x", method], ""), ("OPTIONS", ["X-HTTP-Method-Override: OPTIONS", origin], ""),
                              ("OPTIONS", ["X-HTTP-Method-Override: POST", origin, method], ""), ("OPTIONS", [origin, method, "x-http-method: DELETE"], ""),
                              ("OPTIONS", [origin, "X-Method-Override:", method], ""),
                              ("GET", ["X-HTTP-Method-Override: OPTIONS", origin, method], "")):
        said = guarded.nginx.raw(head(verb, "/x", "HTTP/1.1", None, *lines, "Connection: close") + body)
        assert statuses(said)[0] in (400, 401) and SECRET not in said and guarded.calls() == [], (verb, lines, said)
    guarded.nginx.end()
    closed = started(home)
    assert closed.ask("/x", None, origin, method, method="OPTIONS")[0] == 401 and closed.calls() == []


if __name__ == "__main__":
    main()

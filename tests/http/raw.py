#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Raw requests to fntoken-gateway: each is refused or served as it must be, and answered once. The same bytes go to nginx, where
there is one: what nginx refuses is refused here. Below libmicrohttpd 1.0 that library hides some from us: they are named.

Usage: raw.py FNTOKEN FNTOKEN_GATEWAY"""
import base64
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "gateway"))
from harness import FORM, GATEWAY, Skipped, connected, eventually, main, test  # noqa: E402
from raw_connections import unread  # noqa: E402

SHARED = pathlib.Path(os.environ.get("FNT_SHARED", "/nonexistent")) / "http/odd.jsonl"
WELL_KNOWN = "/.well-known/openid-configuration"
GET = f"GET {WELL_KNOWN} HTTP/1.1\r\n"
POST = f"POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\n"
SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
# name, bytes, status (0: any of 4xx and 5xx), answers at most
OURS = [
    ("plain", GET + "Host: a\r\n\r\n", 200, 1),
    ("HTTP/1.0", f"GET {WELL_KNOWN} HTTP/1.0\r\n\r\n", 200, 1),
    ("two in one", (GET + "Host: a\r\n\r\n") * 2, 200, 2),
    ("HEAD", f"HEAD {WELL_KNOWN} HTTP/1.1\r\nHost: a\r\n\r\n", 200, 1),
    ("a query behind a document", f"GET {WELL_KNOWN}?v=1 HTTP/1.1\r\nHost: a\r\n\r\n", 200, 1),
    ("a form", POST + "Content-Length: 3\r\n\r\na=b", 400, 1),
    ("a chunked form", POST + "Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n", 400, 1),
    ("Expect", POST + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\na=b", 400, 2),
    ("two Content-Type", POST + "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\na=b", 400, 1),
    ("two Authorization", GET + "Host: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", 400, 1),
    ("two Host of one name", GET + "Host: a\r\nhost: a\r\n\r\n", 400, 1),
    ("no Host", GET + "\r\n", 400, 1),
    ("Content-Length and chunked", POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 400, 1),
    ("chunked and Content-Length", POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED, 400, 1),
    ("two Content-Length", POST + "Content-Length: 0\r\nContent-Length: 38\r\n\r\n" + SMUGGLED, 400, 1),
    ("Content-Length twice the same", POST + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n" + SMUGGLED, 400, 1),
    ("Content-Length -1", POST + "Content-Length: -1\r\n\r\n" + SMUGGLED, 400, 1),
    ("Content-Length 0x3", POST + "Content-Length: 0x3\r\n\r\na=b", 400, 1),
    ("Content-Length 3,3", POST + "Content-Length: 3,3\r\n\r\na=b", 400, 1),
    ("empty Content-Length", POST + "Content-Length: \r\n\r\n" + SMUGGLED, 400, 1),
    ("a Content-Length beyond 64 bits", POST + "Content-Length: 18446744073709551619\r\n\r\na=b", 0, 1),
    ("a Content-Length that is too long", POST + "Content-Length: 65537\r\n\r\n", 400, 1),
    ("a document with a Content-Length that is too long", GET + "Host: a\r\nContent-Length: 65537\r\n\r\n", 413, 1),
    ("a chunked document that is too long", GET + "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n" + "a" * 65537 + "\r\n0\r\n\r\n", 413, 1),
    ("chunked twice", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 400, 1),
    ("chunked, chunked", POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 0, 1),
    ("identity", POST + "Transfer-Encoding: identity\r\n\r\n" + SMUGGLED, 0, 1),
    ("chunked in HTTP/1.0", POST.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 0, 1),
    ("a chunk's size of letters", POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\na=b\r\n0\r\n\r\n" + SMUGGLED, 0, 1),
    ("a blank before the colon", GET + "Host: a\r\nAuthorization : Bearer a\r\n\r\n", 400, 1),
    ("a blank in a name", GET + "Host: a\r\nX A: b\r\n\r\n", 400, 1),
    ("a control character in a value", GET + "Host: a\r\nX-A: b\x01c\r\n\r\n", 400, 1),
    ("DEL in a value", GET + "Host: a\r\nX-A: b\x7fc\r\n\r\n", 400, 1),
    ("a name of a byte beyond ASCII", GET + "Host: a\r\nX-\xe9: b\r\n\r\n", 400, 1),
    ("another version", f"GET {WELL_KNOWN} HTTP/1.7\r\nHost: a\r\n\r\n", 0, 1),
    ("HTTP/2.0", f"GET {WELL_KNOWN} HTTP/2.0\r\nHost: a\r\n\r\n", 0, 1),
    ("no version", f"GET {WELL_KNOWN}\r\n\r\n", 0, 1),
    ("a method in braces", f"G{{T {WELL_KNOWN} HTTP/1.1\r\nHost: a\r\n\r\n", 400, 1),
    ("a target with a fragment", f"GET {WELL_KNOWN}#a HTTP/1.1\r\nHost: a\r\n\r\n", 400, 1),
    ("a target beyond ASCII", f"GET {WELL_KNOWN}\xe9 HTTP/1.1\r\nHost: a\r\n\r\n", 400, 1),
    ("a target spelt in another way", "GET /.well-known/%6fpenid-configuration HTTP/1.1\r\nHost: a\r\n\r\n" + SMUGGLED, 404, 1),
    ("dots in the target", f"GET /x/..{WELL_KNOWN} HTTP/1.1\r\nHost: a\r\n\r\n", 404, 1),
    ("a body behind a method that has none here", f"PUT {WELL_KNOWN} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + SMUGGLED, 405, 1),
    ("a field of 5,000 bytes", GET + "Host: a\r\nX-A: " + "b" * 5000 + "\r\n\r\n", 431, 1),
    ("fields of 5,000 bytes together", GET + "Host: a\r\n" + "X-A: bbbbbbbbb\r\n" * 330 + "\r\n", 431, 1),
    ("100 fields", GET + "Host: a\r\n" + "X: b\r\n" * 100 + "\r\n", 431, 1),
    ("a target of 9,000 bytes", f"GET /{'a' * 9000} HTTP/1.1\r\nHost: a\r\n\r\n", 0, 1),
    ("no request at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 0, 1),
]
# What libmicrohttpd has changed or taken out before anybody else sees it; nginx in front refuses them.
HIDDEN_BELOW_1 = {"fold that spells Authorization", "NUL in a value", "empty name"}


def rests(process):
    """Whether each of its threads sleeps: on a machine with much to do, one that has something to do may wait for long."""
    return all(task.read_text().rpartition(")")[2].split()[0] == "S" for task in pathlib.Path(f"/proc/{process.pid}/task").glob("*/stat"))


def talk(path, request, process):
    """What comes back until the other side closes, or has nothing more to say: it has read all, and rests, whenever it is looked at."""
    answer, looks = b"", 0
    with connected(path) as connection:
        with contextlib.suppress(ConnectionError):  # it need not read the rest of what it refuses
            connection.sendall(request)
        connection.settimeout(0)
        while looks < 3:
            quiet = not unread(connection) and rests(process)
            try:
                part = connection.recv(1 << 16)
            except BlockingIOError:
                looks = looks + 1 if quiet else 0
                time.sleep(0.01)
                continue
            except ConnectionError:
                part = b""
            if not part:
                return answer, True
            answer, looks = answer + part, 0
    return answer, False


def statuses(answer, head=False):
    """Of the answers, one after another, as a client reads them."""
    found = []
    while match := re.match(rb"HTTP/1\.[01] ([0-9]{3}).*?\r\n\r\n", answer, re.S):
        found.append(int(match[1]))
        length = re.search(rb"(?i)\r\ncontent-length: *([0-9]+)", match[0])
        answer = answer[match.end() + (0 if head or length is None else int(length[1])):]
    return found


def is_old():
    said = subprocess.run([GATEWAY, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"libmicrohttpd 0\.", said) is not None


def fault(answer, closed, status, most, head):
    seen = statuses(answer, head)
    if len(seen) > most:
        return f"answered {len(seen)} times"
    final = [one for one in seen if one != 100]
    if status in (200, 404, 405) or status >= 400:
        if final[:1] != [status]:
            return f"{seen}, not {status}"
    elif final and final[0] < 400 or not closed:
        return f"{seen}, {'closed' if closed else 'open'}"
    return None


@test
def ours(home):
    gateway = home.gateway()
    found = []
    for name, request, status, most in OURS:
        answer, closed = talk(home / "public", request.encode("latin-1"), gateway.process)
        wrong = fault(answer, closed, status, most, name == "HEAD")
        # a form that is no exchange is answered 400 and the connection is kept
        keeps = status < 400 or name in ("a form", "a chunked form", "Expect")
        if wrong is None and not keeps and not closed:
            wrong = "not closed"
        if wrong:
            found.append(f"{name}: {wrong}")
    assert not found, "\n".join(found)


@test
def each_refusal_is_counted_by_its_reason(home):
    gateway = home.gateway()
    requests = {name: request for name, request, _, _ in OURS}
    counted = lambda reason="": gateway.metric("fntoken_gateway_requests_refused_total" + (f'{{reason="{reason}"}}' if reason else ""))
    for reason, name in (("malformed", "two Content-Type"), ("malformed", "no Host"), ("head", "100 fields"), ("coding", "identity"), ("unfinished", "Content-Length -1"),
                         ("unfinished", "a chunk's size of letters"), ("path", "dots in the target"), ("method", "a body behind a method that has none here"),
                         ("length", "a document with a Content-Length that is too long"), ("length", "a chunked document that is too long")):
        before, others = counted(reason), counted()
        talk(home / "public", requests[name].encode("latin-1"), gateway.process)
        if is_old():
            eventually(lambda reason=reason, before=before: counted(reason) == before + 1)
        eventually(lambda others=others: counted() == others + 1)  # a later library may look at more of it before we do
    for reason, target, more in (("path", "/readyz", {}), ("method", "/oauth/token", {})):
        before = counted(reason)
        gateway.ask("GET", target, **more)
        eventually(lambda reason=reason, before=before: counted(reason) == before + 1)
    # What is an exchange is none of them, and whoever goes before the end of a request has not finished.
    others, before = counted(), counted("unfinished")
    for name in ("a form", "a Content-Length that is too long", "plain"):
        talk(home / "public", requests[name].encode("latin-1"), gateway.process)
    assert counted() == others
    for number, request in enumerate((GET, POST + "Content-Length: 10\r\n\r\na=b")):
        with connected(home / "public") as connection:
            connection.sendall(request.encode())
            eventually(lambda connection=connection: not unread(connection))
        eventually(lambda number=number: counted() == others + number + 1 and counted("unfinished") == before + number + 1)
    # A body without an end.
    before = counted("length")
    with connected(home / "public") as connection, contextlib.suppress(ConnectionError):
        connection.sendall(POST.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"a" * 65536 + b"\r\n") * 40)
    eventually(lambda: counted("length") == before + 1)


@test
def theirs(home):
    if not SHARED.exists():
        raise Skipped("no folder of further vectors")
    gateway = home.gateway()
    found, looked_at = set(), 0
    for line in SHARED.read_text().splitlines():
        row = json.loads(line)
        answer, closed = talk(home / "public", base64.b64decode(row["bytes"]), gateway.process)
        seen = statuses(answer)
        looked_at += 1
        wrong = len(seen) > row["answers"]
        wrong |= row["refuse"] is True and (not closed or any(status < 400 for status in seen))
        wrong |= row["refuse"] is False and seen[:1] != [200]
        if wrong and not (is_old() and row["name"] in HIDDEN_BELOW_1):
            found.add(f"{row['name']}: {seen}, {'closed' if closed else 'open'}")
    print(f"# vectors: {looked_at}")
    assert not found and looked_at > 0, found


@test
def what_nginx_refuses_is_refused(home):
    if shutil.which("nginx") is None and not os.path.exists("/usr/sbin/nginx"):
        raise Skipped("there is no nginx")
    gateway = home.gateway()
    (home / "nginx.conf").write_text(f"""daemon off; master_process off; pid {home.path}/nginx.pid; error_log {home.path}/nginx.log crit;
events {{ worker_connections 64; }}
http {{ access_log off; large_client_header_buffers 4 4k;
  client_body_temp_path {home.path}/t1; proxy_temp_path {home.path}/t2; fastcgi_temp_path {home.path}/t3; uwsgi_temp_path {home.path}/t4; scgi_temp_path {home.path}/t5;
  server {{ listen unix:{home.path}/nginx; client_max_body_size 64k; location / {{ return 200 "ok"; }} }} }}
""")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([nginx, "-p", str(home.path), "-c", str(home / "nginx.conf"), "-e", str(home / "nginx.log")], stderr=subprocess.DEVNULL)
    try:
        def listens():
            with contextlib.suppress(OSError), connected(home / "nginx"):
                return True
            return process.poll() is not None
        eventually(listens)
        requests = {name: request.encode("latin-1") for name, request, _, _ in OURS}
        if SHARED.exists():
            requests |= {row["name"]: base64.b64decode(row["bytes"]) for row in map(json.loads, SHARED.read_text().splitlines())}
        found, refused = [], 0
        for name, request in requests.items():
            theirs_, _ = talk(home / "nginx", request, process)
            if not (statuses(theirs_) and 400 <= statuses(theirs_)[0] < 500):
                continue
            refused += 1
            ours, _ = talk(home / "public", request, gateway.process)
            if any(200 <= status < 300 for status in statuses(ours)) and not (is_old() and name in HIDDEN_BELOW_1):
                found.append(name)
        assert not found and refused > 5, (found, refused)
    finally:
        process.terminate()
        process.wait()


main()

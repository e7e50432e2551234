#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway: its decision log, its connections, its end."""
import contextlib
import fcntl
import json
import os
import pathlib
import re
import resource
import signal
import socket
import stat
import subprocess
import threading
import time

from harness import FORM, PROVIDER, Local, Provider, Skipped, eventually, in_time, main, role, test, with_limit
from raw_connections import connect, unread

ROOT = pathlib.Path(__file__).resolve().parents[2]


def windows(token, size=12):
    return {token[i:i + size] for i in range(len(token) - size + 1)}


def pipe(home):
    """Its reading end. It holds a page, that it may soon be full."""
    os.mkfifo(home / "pipe")
    reader = os.open(home / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(reader, getattr(fcntl, "F_SETPIPE_SZ", 1031), 4096)
    return reader


# ---- the log

@test
def the_log_holds_no_token(home):
    gateway = home.gateway("--log", home / "log")
    # Each with another subject, so that what they have in common is their head.
    good = [home.token(sub, jti=f"t-{sub}") for sub in ("ada", "eve")]
    sent = good + [home.token("bob"), home.token(aud="x"), home.token(exp=1_600_000_000), good[0][:-4] + "AAAA", "not-a-token-but-something", good[0] + "." + good[1]]
    got = [gateway.exchange(token, ["openfaas-fn:env"])[2] for token in sent]
    issued = [one["access_token"] for one in got if "access_token" in one]
    assert len(issued) == 2
    # In the wrong places too: as an audience, a scope, an id of the request, an address.
    gateway.exchange("x", [good[0]], X_Call_Id=good[1][:64], X_Forwarded_For=good[0])
    gateway.exchange(good[0], scope=good[1])
    said = (home / "log").read_text() + gateway.stderr() + gateway.admin("/metrics")[1] + gateway.admin("/readyz")[1]
    assert len((home / "log").read_text().splitlines()) == len(sent) + 2
    for token in sent + issued:
        for window in windows(token):
            assert window not in said, window


@test
def a_line_says_who_what_and_why(home):
    gateway = home.gateway()
    gateway.exchange(home.token(jti="t1"), ["openfaas-fn:env", "openfaas-fn:fig*"], X_Call_Id="c0ffee-1", X_Forwarded_For="192.0.2.1")
    gateway.exchange(home.token("bob"), traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", X_Call_Id="c0ffee-2")
    gateway.exchange(home.token()[:-8] + "AAAAAAAA", X_Call_Id="two words")
    issued, refused, forged = gateway.decisions()
    expected = {"outcome": "issued", "status": "ok", "issuer": PROVIDER, "sub": "ada", "subject_jti": "t1", "verified": True,
                "grants": [{"role": "invoke", "policy": "invoke", "sid": "invoke-1"}], "audience": ["openfaas-fn:env", "openfaas-fn:fig*"],
                "request_id": "c0ffee-1", "peer": "192.0.2.1"}
    assert {name: issued.get(name) for name in expected} == expected, issued
    assert issued["kid"] in gateway.kids() and issued["jti"] and len(issued["rules"]) == 64
    assert refused["outcome"] == "refused" and refused["status"] == "no-role" and refused["sub"] == "bob" and "jti" not in refused, refused
    assert refused["request_id"].startswith("00-4bf9") and refused["rules"] == issued["rules"]
    assert forged["outcome"] == "refused" and forged["verified"] is False and "request_id" not in forged, forged


@test
def every_line_is_as_its_schema_says(home):
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        raise Skipped("there is no python3-jsonschema") from None
    schema = json.loads((ROOT / "docs/decision.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    down = Provider(home, "down")
    down.behave = "500"
    home.write("iam/down.yaml", role("down", down.iss, ["ada"]))
    gateway = home.gateway("--subject-rate", "1", "--subject-burst", "1", "--peer-rate", "1", "--peer-burst", "2", limits=True)
    for number, token in enumerate([home.token(), home.token(), home.token("bob"), home.token(exp=1), home.token(iss="https://x.example"), "x", "", down.token()]):
        gateway.exchange(token, ["openfaas-fn:env"], X_Forwarded_For=f"192.0.2.{number}", X_Call_Id="a")
    gateway.exchange(home.token("eve"), X_Forwarded_For="192.0.2.99", scope=None)
    eventually(lambda: gateway.exchange("x", X_Forwarded_For="192.0.2.99")[0] == 429)
    decisions = gateway.decisions()
    assert {one["outcome"] for one in decisions} == {"issued", "refused", "limited", "fault"}
    for one in decisions:
        assert not list(validator.iter_errors(one)), (one, [error.message for error in validator.iter_errors(one)])
    # It is not a schema that takes anything.
    for change in ({"outcome": "maybe"}, {"more": 1}, {"time": "now"}, {"subject_token": "x"}, {"audience": ["a b"]}):
        assert not validator.is_valid({**decisions[0], **change}), change


@test
def a_log_that_cannot_be_written_stops_nothing(home):
    gateway = home.gateway("--log", "/dev/full")
    assert gateway.issues(home.token()) and gateway.issues(home.token())
    assert gateway.metric("fntoken_gateway_log_lost_total") == 2
    assert gateway.stderr().count("a line of the decision log could not be written") == 1
    gateway.end()
    assert "none/log: can't be made, as its folder is not there" in home.refuses("--trust", f"{PROVIDER}={home / 'idp.json'}", "--log", home / "none/log")


@test
def a_pipe_that_nobody_empties_stops_nothing(home):
    reader = pipe(home)
    gateway = home.gateway("--log", home / "pipe")
    token = home.token()
    eventually(lambda: gateway.issues(token) and gateway.metric("fntoken_gateway_log_lost_total") > 0)
    os.read(reader, 1 << 20)
    assert gateway.issues(token)
    gateway.says("the decision log is written again")
    os.close(reader)


@test
def standard_error_that_nobody_empties_stops_nothing(home):
    reader = pipe(home)
    # The log is there, and notes too: that lines are lost, that rules are in force, and what comes of keys.
    gateway = home.gateway("--refresh", "1s", before=["sh", "-c", 'exec 2>"$0" "$@"', str(home / "pipe")])
    token = home.token()
    eventually(lambda: gateway.issues(token) and gateway.metric("fntoken_gateway_log_lost_total") > 0)
    # What is left in its last page too.
    writer = os.open(home / "pipe", os.O_WRONLY | os.O_NONBLOCK)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x")
    down = Provider(home, "down")
    down.behave = "500"
    home.write("iam/down.yaml", role("down", down.iss, ["ada"]))
    eventually(lambda: down.asked > 1)
    assert gateway.issues(token)
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["eve"]))
    eventually(lambda: not gateway.issues(token))
    assert gateway.issues(home.token("eve"))
    assert gateway.end() == 0
    os.close(writer)
    os.close(reader)


@test
def each_line_is_written_whole(home):
    # Of datagrams each write is one: what other threads and programs write comes before or after.
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.settimeout(60)
    process = subprocess.Popen(home.command("--trust", f"{PROVIDER}={home / 'idp.json'}"), stderr=its)
    try:
        said = [ours.recv(4096).decode() for _ in range(2)]
        assert all(re.fullmatch("fntoken-gateway: note: (rules|serving) .*\n", line) for line in said), said
    finally:
        process.terminate()
        process.wait()


@test
def a_log_is_moved_away(home):
    gateway = home.gateway("--log", home / "log")
    token = home.token()
    assert gateway.issues(token)
    os.rename(home / "log", home / "old")
    assert gateway.issues(token)
    assert len((home / "old").read_text().splitlines()) == 2
    gateway.signal(signal.SIGHUP)
    eventually((home / "log").exists)
    asked = 2

    def is_used():
        nonlocal asked
        asked += gateway.issues(token)
        return len((home / "log").read_text().splitlines())
    # It is made first, then used; each line is in one of the two.
    used = eventually(is_used)
    assert len((home / "old").read_text().splitlines()) + used == asked
    assert stat.S_IMODE(os.stat(home / "log").st_mode) == 0o640


# ---- connections

@test
def connections_are_kept(home):
    home.gateway()
    served = []

    def work():
        connection = Local(home / "public")
        connection.connect()
        first = connection.sock
        for _ in range(313):
            connection.request("GET", "/.well-known/jwks")
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200 or connection.sock is not first:
                return
            served.append(1)
        connection.close()
    threads = [threading.Thread(target=work) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(served) == 32 * 313


@test
def exchanges_keep_their_connection(home):
    home.gateway()
    connection = Local(home / "public")
    connection.connect()
    first = connection.sock
    for _ in range(3):
        connection.request("POST", "/oauth/token", "a=b", {"Content-Type": FORM})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 400 and connection.sock is first


@test
def a_slow_client_is_closed(home):
    gateway = home.gateway()
    token = home.token()
    since = time.monotonic()
    slow = [connect(home) for _ in range(50)]
    opened = time.monotonic()
    idle = [connect(home) for _ in range(50)]
    request = b"POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: " + FORM.encode() + b"\r\nContent-Length: 1000\r\n\r\n" + b"a" * 1000
    ended, late, at = {}, opened - since, 0
    while len(ended) < len(slow) and time.monotonic() - since < 20 + late:
        began = time.monotonic()
        for number, connection in enumerate(slow):
            if number not in ended:
                try:
                    # half of them are slow in the head, half in the body
                    connection.sendall(request[at:at + 1] if number % 2 else request[:-900] if at == 0 else b"a")
                except OSError:
                    ended[number] = time.monotonic() - since
        at += 1
        assert gateway.issues(token)
        time.sleep(0.5)
        late += time.monotonic() - began - 0.5  # by which this machine is, which may do much besides
    assert len(ended) == len(slow) and 9.9 <= min(ended.values()) and max(ended.values()) < 13 + late, (late, sorted(ended.values()))
    for connection in idle:
        assert connection.recv(1) == b""
    eventually(lambda: gateway.metric('fntoken_gateway_requests_refused_total{reason="late"}') == len(slow) + len(idle))


@test
def a_socket_is_for_its_group(home):
    gateway = home.gateway()
    assert stat.S_IMODE(os.stat(home / "public").st_mode) == 0o660
    assert "in use" in home.refuses("--trust", f"{PROVIDER}={home / 'idp.json'}")
    # One that was killed leaves its socket behind.
    gateway.signal(signal.SIGKILL)
    gateway.process.wait()
    home.gateway()


@test
def a_socket_of_another_program_is_left_alone(home):
    """Also where that answers nobody just now: its start ends, and waits for nothing."""
    with socket.socket(socket.AF_UNIX) as other, socket.socket(socket.AF_UNIX) as first, socket.socket(socket.AF_UNIX) as second:
        other.bind(str(home / "public"))
        other.listen(0)
        first.connect(str(home / "public"))
        second.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            second.connect(str(home / "public"))
        inode = os.stat(home / "public").st_ino
        assert "Address already in use" in home.refuses("--trust", f"{PROVIDER}={home / 'idp.json'}")
        assert os.stat(home / "public").st_ino == inode


@test
def it_leaves_no_core_dump(home):
    gateway = home.gateway(before=with_limit("c", 2048))
    assert resource.prlimit(gateway.process.pid, resource.RLIMIT_CORE) == (0, 0)


@test
def below_one_only_loopback_is_served(home):
    words = home.command("--trust", f"{PROVIDER}={home / 'idp.json'}", listen="0.0.0.0:0")
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    last = next(line for line in iter(process.stderr.readline, "") if "serving" in line or "libmicrohttpd" in line)
    process.terminate()
    process.communicate()
    assert re.search("libmicrohttpd 0.* put nginx in front|serving ", last), last


# ---- the end

@test
def sigterm_finishes_what_is_in_flight(home):
    provider = Provider(home, "slow")
    home.write("iam/slow.yaml", role("slow", provider.iss, ["ada"]))

    def before(number):
        if number > 0:
            home.open[-1].end()
        provider.behave = "keys"
        gateway = home.gateway()
        eventually(lambda: gateway.issues(provider.token()))
        provider.rotate()
        provider.behave = "hang"
        return gateway, provider.token()

    def attempt(given):
        gateway, token = given
        status, waited = [], lambda: gateway.metric("fntoken_gateway_waited_total")
        waits, waited_before = threading.Thread(target=lambda: status.append(gateway.exchange(token)[0])), waited()
        with connect(home) as begun:
            begun.sendall(b"POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: " + FORM.encode() + b"\r\nContent-Length: 3\r\n\r\na")
            waits.start()
            eventually(lambda: waited() == waited_before + 1 and not unread(begun))
            gateway.signal(signal.SIGTERM)
            eventually(lambda: gateway.admin("/readyz")[1].startswith("ending"))
            waits.join()
            begun.sendall(b"=b")
            return begun.recv(4096), status, gateway.end()
    answer, status, code = in_time(5, attempt, before)
    assert answer.startswith(b"HTTP/1.1 400 ") and b"Connection: close" in answer, answer
    assert (status, code) == ([400], 0)
    provider.released.set()


@test
def sigterm_has_a_deadline(home):
    def begun(_):
        gateway, never = home.gateway(), connect(home)
        never.sendall(b"POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na")
        eventually(lambda: not unread(never))
        return gateway, never
    assert in_time(9, lambda given: given[0].end(), begun) == 0
    assert in_time(4, lambda gateway: gateway.end(), lambda _: home.gateway()) == 0


main()

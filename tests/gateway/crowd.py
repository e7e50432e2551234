#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway in front of many at once: a flood, connections that do nothing, a system with few descriptors."""
import contextlib
import resource
import signal
import socket
import subprocess
import threading
import time

from harness import FORM, PROVIDER, Local, Threads, eventually, in_time, main, role, test, with_limit
from raw_connections import connect, form_of, request_of, unread

FEW = 256
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 65536, hard))


class Flood(Threads):
    """Requests of one address, as quickly as they are answered, over several connections."""

    def __init__(self, home, token, address, threads=4):
        super().__init__(threads)
        self.home, self.body, self.address, self.statuses = home, form_of(token), address, []
        self.lock, self.sent = threading.Lock(), 0

    def asks(self, connection):
        """Whether it goes on: nothing is sent once the flood has ended."""
        with self.lock:
            if not self.ended:
                self.sent += 1
                connection.request("POST", "/oauth/token", self.body, {"Content-Type": FORM, "X-Forwarded-For": self.address})
            return not self.ended

    def run(self):
        connection = Local(self.home / "public")
        while self.asks(connection):
            answer = connection.getresponse()
            answer.read()
            self.statuses.append(answer.status)
        connection.close()

    def is_held(self):
        """Each of its four threads waits a second for each refusal."""
        refused, since = self.statuses.count(429), time.monotonic()
        eventually(lambda: self.statuses.count(429) >= refused + 24)
        return time.monotonic() - since >= 4.9


@test
def a_flood_of_one_address_is_its_own(home):
    gateway = home.gateway("--peer-rate", "20", "--peer-burst", "40", "--subject-rate", "0", limits=True)
    forged, good = home.token()[:-8] + "AAAAAAAA", home.token()
    since = time.monotonic()
    with Flood(home, forged, "192.0.2.66") as flood:
        eventually(lambda: flood.statuses.count(429) > 500)
        answers = [gateway.exchange(good, X_Forwarded_For="192.0.2.1")[0] for _ in range(40)]
    # All that the other may ask for is answered, and what the flood is let through is no more than anybody's.
    assert answers == [200] * 40, answers
    assert set(flood.statuses) == {400, 429}
    assert flood.statuses.count(400) <= 40 + 20 * (time.monotonic() - since) + 1
    assert gateway.metric('fntoken_gateway_exchanges_total{outcome="refused"') == flood.statuses.count(400)


@test
def who_floods_on_is_answered_late(home):
    # So many that a flood is not forgotten where it stood still for a minute.
    gateway = home.gateway("--peer-rate", "1", "--peer-burst", "60", limits=True)
    good, since = home.token(), time.monotonic()
    with Flood(home, "x", "192.0.2.66") as flood:
        eventually(lambda: flood.statuses.count(429) > 2000, 300)
        eventually(flood.is_held)
        assert gateway.exchange(good, X_Forwarded_For="192.0.2.1")[0] == 200
        # What says that it is long is not waited for, nor is its body; one a second is allowed, and refused as it is too long.
        longs = []

        def long_is_limited():
            with connect(home) as long:
                long.sendall(request_of(b"", **{"Content-Length": 2_000_000, "Expect": "100-continue", "X-Forwarded-For": "192.0.2.66"}))
                longs.append(long.recv(4096)[:13])
            return longs[-1] == b"HTTP/1.1 429 "
        eventually(long_is_limited)
        assert set(longs) <= {b"HTTP/1.1 429 ", b"HTTP/1.1 400 "}, longs
        with flood.lock:
            flood.ended = True
        eventually(lambda: gateway.metric("fntoken_gateway_exchanges_total") == flood.sent + 1 + len(longs))
        gateway.signal(signal.SIGTERM)
        assert gateway.process.wait(60) == 0
    # What is held when it ends is answered.
    assert set(flood.statuses) == {400, 429}
    # Each is counted; once it floods, one a second has a line.
    limited = sum(one["status"] == "limited" for one in gateway.decisions())
    assert limited < flood.statuses.count(429), (limited, flood.statuses.count(429))
    assert 2000 <= limited <= 2000 + flood.statuses.count(400) + time.monotonic() - since + 2, limited


@test
def a_flood_of_forged_tokens_locks_no_subject_out(home):
    gateway = home.gateway("--peer-rate", "0", "--subject-rate", "1", "--subject-burst", "5", limits=True)
    forged, good = home.token()[:-8] + "AAAAAAAA", home.token()
    with Flood(home, forged, "192.0.2.66", threads=1) as flood:
        eventually(lambda: len(flood.statuses) > 50)
        assert [gateway.exchange(good, X_Forwarded_For="192.0.2.1")[0] for _ in range(5)] == [200] * 5
    assert set(flood.statuses) == {400}


@test
def a_thousand_idle_connections_stop_nobody(home):
    gateway = home.gateway()
    idle = [connect(home) for _ in range(1000)]
    token = home.token()
    assert all(gateway.issues(token) for _ in range(20))
    assert gateway.is_ready()
    # Each is closed, and what is new is served.
    for connection in idle:
        assert connection.recv(1) == b""
    assert gateway.issues(token)


@test
def descriptors_are_kept_for_the_gateway_itself(home):
    """Whoever opens all the connections that there may be keeps no revocation from coming into force."""
    home.write("revoked", '{"jti":"nobody"}\n')
    gateway = home.gateway("--revoked", home / "revoked", "--log", home / "log", before=with_limit("n", FEW))
    kept, form, told = Local(home / "public"), form_of(home.token(jti="t1")), gateway.stderr().count("are in force")

    def issues():
        kept.request("POST", "/oauth/token", form, {"Content-Type": FORM})
        return b"access_token" in kept.getresponse().read()
    assert issues()
    idle = [connect(home) for _ in range(2 * FEW)]
    home.write("revoked", '{"jti":"t1"}\n')
    home.write("iam/more.yaml", role("more", "https://more.example.com", ["ada"]))
    eventually(lambda: not issues())
    eventually(lambda: gateway.stderr().count("are in force") > told)
    assert gateway.is_ready() and "Too many open files" not in gateway.stderr(), gateway.stderr()
    for connection in idle:
        connection.close()
    eventually(lambda: gateway.issues(home.token("eve")))


@test
def rule_42_one_address_has_a_quarter_of_the_connections(home):
    """Of those that so few descriptors leave; a trusted proxy may have all."""
    port, most, more = home.port(), (FEW - 128) // 4, 20

    def join(address):
        return socket.create_connection(("127.0.0.1", port), 60, (address, 0))

    def is_served(address):
        with join(address) as connection, contextlib.suppress(ConnectionError):
            connection.sendall(b"GET /.well-known/jwks HTTP/1.1\r\nHost: a\r\n\r\n")
            return connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        return False

    def start(*options):
        if home.open:
            home.open[-1].end()
        return home.gateway(*options, listen=f"127.0.0.1:{port}", before=with_limit("n", FEW))

    def attempt(gateway):
        with contextlib.ExitStack() as crowd:
            for _ in range(most + more):
                crowd.enter_context(join("127.0.0.2"))
            there, other = is_served("127.0.0.2"), is_served("127.0.0.3")
            eventually(lambda: gateway.metric('fntoken_gateway_requests_refused_total{reason="connections"}') == (0 if there else more + 1))
        eventually(lambda: is_served("127.0.0.2"))
        return there, other
    assert in_time(9, attempt, lambda _: start("--trusted-proxy", "")) == (False, True)  # after ten seconds each is closed
    assert in_time(9, attempt, lambda _: start()) == (True, True)


@test
def too_few_descriptors_are_told_at_the_start(home):
    command = [*with_limit("n", 40), *home.command("--trust", f"{PROVIDER}={home / 'idp.json'}")]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 2 and "descriptors" in done.stderr, (done.returncode, done.stderr)


@test
def what_is_too_long_is_refused_and_forgotten(home):
    gateway = home.gateway()
    token = home.token()
    for head, body, expected in (({"X-Long": "a" * 5000}, b"a=b", b" 431 "), ({}, b"a" * 70_000, b" 400 "),
                                 ({f"X-{i}": "a" for i in range(100)}, b"a=b", b" 431 ")):
        for _ in range(50):
            connection = connect(home)
            try:
                connection.sendall(request_of(body, **head))
            except OSError:
                pass  # it need not read what it refuses
            answer = connection.recv(4096)
            assert answer.startswith(b"HTTP/1.1" + expected) and b"\r\nConnection: close\r\n" in answer, answer
            connection.close()
    assert gateway.issues(token)


@test
def long_bodies_share_their_memory(home):
    """Whoever sends many of them, and ends none, takes no more than there is for all; what others send is short, and is taken."""
    gateway = home.gateway()
    token, request = home.token(), request_of(b"a" * 60_000)

    def attempt(_):
        crowd, answers = [connect(home) for _ in range(400)], []
        with contextlib.ExitStack() as all_of_them:
            for connection in crowd:
                all_of_them.enter_context(connection)
                connection.sendall(request[:-1])
            eventually(lambda: not any(map(unread, crowd)))
            assert gateway.issues(token)
            for connection in crowd:
                connection.sendall(request[-1:])
                answers.append(connection.recv(4096))
        return answers
    answers = in_time(9, attempt)  # after ten seconds each is closed
    assert len(answers) == 400
    refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503 ")]
    assert all(b"\r\nRetry-After: 1\r\n" in answer and b"\r\nConnection: close\r\n" in answer for answer in refused)
    assert 20 <= len(answers) - len(refused) <= (8 << 20) // 60_000, len(refused)
    assert all(answer.startswith(b"HTTP/1.1 400 ") for answer in answers if answer not in refused)
    assert gateway.metric('fntoken_gateway_requests_refused_total{reason="bodies"}') >= len(refused)
    # Their memory is there again.
    eventually(lambda: gateway.ask("POST", "/oauth/token", "a" * 60_000, Content_Type=FORM)[0] == 400)


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway: what is left for others while one address floods with forged tokens, or a thousand connections send a byte a second. Good
exchanges are measured in turn, alone and beside it, and what counts is the median of the pairs' ratios. LOAD names the program that asks
(bench/load.c). Runs where FNT_LONG is set, as scripts/test long does."""
import contextlib
import os
import pathlib
import resource
import selectors
import statistics
import subprocess
import threading
import time

from harness import PROVIDER, Skipped, eventually, main, role, test
from raw_connections import connect, form_of, request_of

LOAD, BAR = os.environ.get("LOAD"), 0.8
PAIRS, SLOW, PEOPLE, ADDRESSES = 9, 1000, 10, 3000
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 65536, hard))


def processor_time(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Asking:
    """The program that asks, from now until it has its answers, or until end."""

    def __init__(self, where, connections, count, files, rate=0, address=None):
        options = (["--rate", rate] if rate else []) + (["--from", address] if address else [])
        self.process = subprocess.Popen([LOAD, *map(str, [*options, where, connections, count, *files])], stdout=subprocess.PIPE, text=True)

    def found(self):
        """{"status.200": 10, "lost": 0, "seconds": 1.2}"""
        said, _ = self.process.communicate(timeout=300)
        assert self.process.returncode == 0, said
        return {name: float(value) for name, value in (line.split() for line in said.splitlines())}

    def end(self):
        self.process.terminate()
        return self.found()


class Site:
    """A gateway that listens on loopback too, and files of requests: good ones of several people, a forged one."""

    def __init__(self, home, *more, listen=None):
        if not os.environ.get("FNT_LONG"):
            raise Skipped("FNT_LONG is not set")
        people = [f"user{number}" for number in range(PEOPLE)]
        home.write("iam/rules.yaml", role("invoke", PROVIDER, people))
        self.home, self.where = home, listen or f"unix:{home / 'public'}"
        self.tokens = [home.token(sub=one) for one in people]
        self.gateway = home.gateway("--log", "/dev/null", *more, listen=listen, limits=True)

    def request(self, name, token, **head):
        path = self.home / name
        path.write_bytes(request_of(form_of(token).encode(), **head))
        return path

    def forged(self, **head):
        return self.request("forged", self.tokens[0][:-8] + "AAAAAAAA", **head)

    def good(self, **head):
        return [self.request(f"good{number}", token, **head) for number, token in enumerate(self.tokens)]

    def of_many_addresses(self):
        """None of which meets a limit."""
        return [self.request(f"good.{number}", self.tokens[number % PEOPLE], **{"X-Forwarded-For": f"198.18.{number // 250}.{number % 250}"})
                for number in range(ADDRESSES)]

    def exchanges(self, count, files, connections=8, **more):
        """A second's, and a second's of the gateway's processor time."""
        before = processor_time(self.gateway.process)
        found = Asking(self.where, connections, count, files, **more).found()
        assert found["status.200"] == count and found["lost"] == 0, found
        return count / found["seconds"], count / max(processor_time(self.gateway.process) - before, 0.01)


def compare(name, measure, beside):
    """measure() alone and within beside(), in turn: the median of each figure's ratios is above the bar."""
    ratios = []
    for _ in range(PAIRS):
        alone = measure()
        with beside():
            ratios.append([with_it / without for with_it, without in zip(measure(), alone)])
    found = [statistics.median(of_one) for of_one in zip(*ratios)]
    print(f"# {name}: beside it {', '.join(f'{ratio:.2f}' for ratio in found)} of what it is alone (by the clock, by processor time)", flush=True)
    assert min(found) >= BAR, (name, found, ratios)


@contextlib.contextmanager
def flood(site, connections, file, **more):
    """Until it is held."""
    flooding = Asking(site.where, connections, 0, [file], **more)
    try:
        time.sleep(0.5)
        yield
    finally:
        found = flooding.end()
    assert set(found) <= {"status.400", "status.429", "lost", "opened", "seconds"}, found


@test
def rule_42_a_flood_takes_nothing_from_another_address(home):
    """Both within a limit of their own, as it is by default: the other asks a little less often than it may."""
    site = Site(home, "--trusted-proxy", "", listen=f"127.0.0.1:{home.port()}")
    good, forged = site.good(), site.forged()
    answered = []

    def measure():
        answered.append(site.exchanges(60, good, connections=2, rate=15, address="127.0.0.3"))
        return answered[-1][:1]
    compare("15 exchanges a second of one address, a flood of another over 64 connections", measure, lambda: flood(site, 64, forged, address="127.0.0.2"))


@test
def rule_42_a_flood_takes_nothing_from_a_busy_gateway(home):
    site = Site(home, "--subject-rate", "0")
    good, forged = site.of_many_addresses(), site.forged(**{"X-Forwarded-For": "192.0.2.66"})
    for connections in (8, 64, 1000):
        compare(f"as many exchanges as it makes, a flood over {connections} connections", lambda: site.exchanges(1500, good),
                lambda c=connections: flood(site, c, forged))
    # What was measured is a flood: it was refused often enough to be held.
    assert site.gateway.metric('fntoken_gateway_limited_total{by="peer"}') > 2000


class Slow:
    """Connections that send a byte of a request each second, each opened again as soon as it is closed; how long each of them lasted."""

    def __init__(self, home, count):
        self.home, self.ended, self.lasted = home, False, []
        self.selector, self.request = selectors.DefaultSelector(), request_of(b"a" * 1000)
        for _ in range(count):
            self.open()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def open(self):
        connection = connect(self.home)
        self.selector.register(connection, selectors.EVENT_READ, [time.monotonic(), 0])

    def run(self):
        while not self.ended:
            due = time.monotonic() + 1
            for key in list(self.selector.get_map().values()):
                with contextlib.suppress(OSError):
                    key.fileobj.send(self.request[key.data[1]:key.data[1] + 1])
                    key.data[1] += 1
            while time.monotonic() < due and not self.ended:
                for key, _ in self.selector.select(max(due - time.monotonic(), 0)):
                    self.closed(key)

    def closed(self, key):
        self.lasted.append((time.monotonic() - key.data[0], self.answer_of(key.fileobj)))
        self.selector.unregister(key.fileobj)
        key.fileobj.close()
        self.open()

    @staticmethod
    def answer_of(connection):
        with contextlib.suppress(OSError):
            return connection.recv(4096)
        return b""

    def end(self):
        self.ended = True
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()


@contextlib.contextmanager
def a_thousand_slow(site, lasted):
    slow = Slow(site.home, SLOW)
    try:
        yield slow
    finally:
        slow.end()
        lasted += slow.lasted


@test
def a_byte_a_second_takes_nothing_from_others(home):
    site = Site(home, "--peer-rate", "0", "--subject-rate", "0")
    good, lasted = site.good(), []
    compare(f"as many exchanges as it makes, {SLOW} connections of a byte a second", lambda: site.exchanges(1500, good), lambda: a_thousand_slow(site, lasted))


@test
def a_byte_a_second_has_ten_seconds(home):
    """However many there are: of a head, and of a body, each is closed then, and the deadline is the whole request's."""
    site = Site(home, "--peer-rate", "0", "--subject-rate", "0")
    lasted, good = [], site.good()
    with a_thousand_slow(site, lasted) as slow:
        eventually(lambda: len(slow.lasted) >= 2 * SLOW, 120)
        site.exchanges(500, good)
        assert site.gateway.is_ready()
    seconds = [one for one, _ in lasted[:2 * SLOW]]
    assert min(seconds) >= 9.5, min(seconds)
    assert {answer for _, answer in lasted} == {b""}
    # Looked at each half second; the clients' own second and a busy machine come on top.
    assert statistics.median(seconds) <= 12.5, statistics.median(seconds)


main(at_once=1)

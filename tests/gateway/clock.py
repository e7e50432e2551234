#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway while days pass: its clock is moved. MOVED_CLOCK names what is preloaded for that (moved_clock.c)."""
import http.server
import json
import os
import signal
import struct
import threading
import time

from harness import GATEWAY, Provider, Skipped, claims, eventually, fntoken, main, role, test

PRELOAD, HOUR, DAY = os.environ.get("MOVED_CLOCK"), 3600, 86400


class Clock:
    """The time of day of whoever is started with its environment."""

    def __init__(self, home):
        with open(GATEWAY, "rb") as program:
            if PRELOAD is None or b"__asan_init" in program.read():
                raise Skipped("nothing can be preloaded here")
        self.path = home / "clock"
        self.path.write_bytes(struct.pack("q", 0))
        self.environment = {**os.environ, "LD_PRELOAD": PRELOAD, "MOVED_CLOCK": str(self.path)}

    def move(self, seconds):
        """That far from the machine's own."""
        with open(self.path, "r+b") as file:
            file.write(struct.pack("q", int(seconds)))


class Leaving(Provider):
    """Nobody listens there between leave and come_back, nor answers over a connection that was kept."""
    gone = False

    def __init__(self, home, name):
        super().__init__(home, name, home.port())

    def answer(self, request):
        request.close_connection = self.gone
        if not self.gone:
            super().answer(request)

    def leave(self):
        self.gone = True
        self.server.shutdown()
        self.server.server_close()

    def come_back(self):
        self.gone = False
        self.server = http.server.ThreadingHTTPServer(self.server.server_address, self.server.RequestHandlerClass)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def set_up(home, *more):
    clock, provider = Clock(home), Leaving(home, "leaving")
    home.write("iam/leaving.yaml", role("leaving", provider.iss, ["ada"]))
    return clock, provider, home.gateway(*more, trust=False, env=clock.environment)


def looks_around(gateway):
    """It has looked at everything by its clock, as it is now: after the second signal all is done that came of the first."""
    for _ in range(2):
        told = gateway.stderr().count("are in force")
        gateway.signal(signal.SIGHUP)
        eventually(lambda more=told + 1: gateway.stderr().count("are in force") >= more)


def lasting(provider, **more):
    now = int(time.time())
    return provider.token(iat=now - 3 * DAY, exp=now + 3 * DAY, **more)


def kid(provider):
    key, = json.loads((provider.home / f"{provider.name}.json").read_text())["keys"]
    return key["kid"]


def issued(gateway):
    return sum(one["outcome"] == "issued" for one in gateway.decisions())


@test
def rule_40_a_provider_that_is_gone_for_a_day(home):
    clock, provider, gateway = set_up(home)
    good, short = lasting(provider), provider.token(exp=int(time.time()) + HOUR)
    eventually(lambda: gateway.issues(good) and gateway.issues(short))
    age = lambda: gateway.metric("fntoken_gateway_keys_age_seconds")
    provider.leave()
    # While its last keys count, they say yes to what is good now, and to nothing else.
    clock.move(23 * HOUR)
    eventually(lambda: gateway.metric(f'fntoken_gateway_key_fetches_total{{issuer="{provider.iss}",outcome="failed"') > 0)
    assert 23 * HOUR <= age() < 24 * HOUR and gateway.is_ready()
    status, _, answer = gateway.exchange(good)
    assert status == 200 and claims(answer["access_token"])["iat"] >= time.time() + 22 * HOUR, answer
    withdrawn = kid(provider)
    provider.rotate()
    new, count = lasting(provider), issued(gateway)
    for token in (short, good[:-8] + "AAAAAAAA", new):
        status, _, answer = gateway.exchange(token)
        assert status == 400, answer
    # A day after they were fetched they count no more.
    clock.move(24 * HOUR + 60)
    gateway.says("could not be fetched for too long")
    for token in (good, short, good[:-8] + "AAAAAAAA", new):
        eventually(lambda t=token: gateway.exchange(t)[0] == 503)
    assert age() == -1 and f"keys of {provider.iss}: none" in gateway.admin("/readyz")[1]
    assert issued(gateway) == count
    # It is back, with other keys: those count, and what was withdrawn meanwhile does not.
    provider.come_back()
    clock.move(24 * HOUR + 180)
    eventually(lambda: gateway.issues(new), 180)  # asked again after a minute at most
    assert gateway.exchange(good)[0] == 400 and gateway.exchange(short)[0] == 400
    assert {one.get("subject_kid") for one in gateway.decisions()[-3:] if one["outcome"] == "issued"} == {kid(provider)} != {withdrawn}
    assert 0 <= age() < 10 * HOUR


@test
def rule_40_a_clock_that_goes_back_keeps_no_withdrawn_key(home):
    clock, provider, gateway = set_up(home, "--refresh", "5m")
    good = lasting(provider)
    eventually(lambda: gateway.issues(good))
    clock.move(-DAY)
    provider.rotate()
    # Nobody asks with a key that is not known: it is the period that ends the old one.
    looks_around(gateway)
    assert gateway.metric("fntoken_gateway_keys_age_seconds") >= 0 and gateway.issues(good)
    clock.move(-DAY + 301)
    eventually(lambda: not gateway.issues(good))
    assert gateway.issues(lasting(provider))
    assert 0 <= gateway.metric("fntoken_gateway_keys_age_seconds") < HOUR
    assert all(float(line.rsplit(" ", 1)[1]) >= 0 for line in gateway.admin("/metrics")[1].splitlines() if "_age_seconds" in line and not line.startswith("#"))


@test
def rule_43_previous_ends_by_the_clock_alone(home):
    clock = Clock(home)
    fntoken("keygen", "--out", home / "keys/previous.pem")
    previous = json.loads(fntoken("jwks", home / "keys/previous.pem"))["keys"][0]["kid"]
    gateway = home.gateway(env=clock.environment)
    clock.move(12 * HOUR - 600)
    time.sleep(2.5)  # it looks each second
    assert previous in gateway.kids()
    clock.move(12 * HOUR + 60)
    eventually(lambda: previous not in gateway.kids())
    assert len(gateway.kids()) == 1 and gateway.is_ready() and gateway.issues(home.token(exp=int(time.time()) + DAY))


main()

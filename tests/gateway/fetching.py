#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway: keys of identity providers, of which some are in trouble."""
import json
import os
import shutil
import ssl
import subprocess
import threading
import time

from harness import ISSUER, Provider, Skipped, eventually, in_time, main, role, test

WAIT = 2  # seconds in which a request may wait for keys


def has_fetched(gateway, provider, outcome="fetched"):
    """How often."""
    return gateway.metric(f'fntoken_gateway_key_fetches_total{{issuer="{provider.iss}",outcome="{outcome}"}}')


def with_providers(home, *names):
    providers = [Provider(home, name) for name in names]
    for provider in providers:
        home.write(f"iam/{provider.name}.yaml", role(provider.name, provider.iss, ["ada"]))
    return providers


@test
def keys_are_fetched_and_a_rotation_is_waited_for(home):
    provider, = with_providers(home, "rotating")
    gateway = home.gateway(trust=False)
    eventually(lambda: has_fetched(gateway, provider))
    assert gateway.issues(provider.token())
    counts = lambda: (gateway.metric("fntoken_gateway_waited_total"), gateway.metric("fntoken_gateway_key_fetches_total"))  # noqa: E731

    def before(number):
        eventually(lambda: gateway.issues(provider.token()))
        provider.rotate(number)
        return provider.token(), counts()

    def attempt(given):
        # Clients never ask again: the first request with the new key gets its token.
        return given[1], gateway.exchange(given[0])
    for _ in range(2):
        (waited, fetched), (status, _, answer) = in_time(WAIT, attempt, before)
        assert status == 200, answer
        assert counts() == (waited + 1, fetched + 1)
    assert has_fetched(gateway, provider) == fetched + 1


@test
def many_wait_for_one_fetch(home):
    provider, = with_providers(home, "slow")
    gateway = home.gateway(trust=False)
    eventually(lambda: has_fetched(gateway, provider))
    waited, answer = (lambda: gateway.metric("fntoken_gateway_waited_total")), provider.answer

    def before(number):
        eventually(lambda: gateway.issues(provider.token()))
        provider.rotate(number)
        go_on = threading.Event()
        provider.answer = lambda request: (go_on.wait(60), answer(request))
        return provider.token(), go_on, provider.asked, waited()

    def attempt(given):
        token, go_on, asked, waited_before = given
        statuses = []
        threads = [threading.Thread(target=lambda: statuses.append(gateway.exchange(token)[0])) for _ in range(40)]
        for thread in threads:
            thread.start()
        eventually(lambda: waited() >= waited_before + 40 or len(statuses) > 0)
        # No thread of the gateway is held: others are served meanwhile.
        assert gateway.ask("GET", "/.well-known/jwks")[0] == 200
        go_on.set()
        for thread in threads:
            thread.join()
        return statuses, provider.asked - asked
    assert in_time(WAIT, attempt, before) == ([200] * 40, 2)


@test
def a_fetch_that_began_before_the_rotation_is_not_the_last_word(home):
    provider, = with_providers(home, "twice")
    gateway = home.gateway(trust=False)
    eventually(lambda: has_fetched(gateway, provider))
    waited, answer = (lambda: gateway.metric("fntoken_gateway_waited_total")), provider.answer

    def before(number):
        """Two keys, of which the second comes while the first is fetched. The token of each, and what holds that fetch."""
        provider.answer = answer
        eventually(lambda: gateway.issues(provider.token()))
        provider.rotate(number)
        first, keys = provider.token(), (home / "twice.json").read_bytes()
        provider.rotate()
        both = json.loads(keys)["keys"] + json.loads((home / "twice.json").read_bytes())["keys"]
        home.write("twice.json", json.dumps({"keys": both}))
        asked, go_on = threading.Event(), threading.Event()

        def slow(request):
            if request.path.endswith("/jwks") and not asked.is_set():
                asked.set()
                go_on.wait(60)
                provider.send(request, 200, keys)
            else:
                answer(request)
        provider.answer = slow
        return [first, provider.token()], asked, go_on, waited()

    def attempt(given):
        tokens, asked, go_on, waited_before = given
        statuses = []
        threads = [threading.Thread(target=lambda token=token: statuses.append(gateway.exchange(token)[0])) for token in tokens]
        threads[0].start()
        assert asked.wait(60)
        threads[1].start()
        eventually(lambda: waited() >= waited_before + 2)
        go_on.set()
        for thread in threads:
            thread.join()
        return statuses
    assert in_time(WAIT, attempt, before) == [200, 200]


@test
def a_wait_has_an_end_and_a_limit(home):
    provider, = with_providers(home, "hanging")
    gateway = home.gateway(trust=False)
    waited = lambda: gateway.metric("fntoken_gateway_waited_total")  # noqa: E731

    def before(number):
        provider.behave = "keys"
        provider.released.set()
        eventually(lambda: gateway.issues(provider.token()), 120)
        provider.rotate(number)
        provider.behave, provider.released = "hang", threading.Event()
        return provider.token(), waited()

    def attempt(given):
        token, waited_before = given
        taken = []

        def ask():
            since = time.monotonic()
            status = gateway.exchange(token)[0]
            taken.append((status, time.monotonic() - since))
        since = time.monotonic()
        threads = [threading.Thread(target=ask) for _ in range(70)]
        for thread in threads:
            thread.start()
        # At most 64 at a time: the rest are answered at once, unless they come when the first have gone.
        eventually(lambda: len(taken) + waited() - waited_before >= 70)
        at_once, in_list, none_has_gone = len(taken), waited() - waited_before, time.monotonic() - since < WAIT
        for thread in threads:
            thread.join()
        return (at_once, in_list, taken) if none_has_gone else None
    at_once, in_list, taken = in_time(8, attempt, before, tries=6)
    assert (at_once, in_list) == (6, 64)
    assert [status for status, _ in taken] == [400] * 70 and sum(seconds > WAIT - 0.1 for _, seconds in taken) >= 64, sorted(taken)
    provider.released.set()


@test
def rule_40_one_issuers_trouble_is_no_others(home):
    kinds = ["hang", "elsewhere", "500", "html", "long"]
    bad = with_providers(home, *(f"p{kind}" for kind in kinds))
    good, = with_providers(home, "good")
    for provider, kind in zip(bad, kinds):
        provider.behave = kind
    gateway = home.gateway("--refresh", "1s", "--max-age", "1h", trust=False)
    eventually(lambda: gateway.issues(good.token()))
    for provider, words in zip(bad[1:], ["is a redirect (302)", "status is 500", "JSON", "is longer than 1048576 bytes"]):
        eventually(lambda p=provider, w=words: any(p.iss in line and w in line for line in gateway.stderr().splitlines()))
    assert in_time(WAIT, gateway.issues, lambda number: (good.rotate(number), good.token())[1])
    assert gateway.exchange(bad[1].token())[0] == 503
    asked = good.asked
    eventually(lambda: good.asked >= asked + 4)
    eventually(lambda: any(bad[0].iss in line and "imed out" in line for line in gateway.stderr().splitlines()))  # after ten seconds
    assert gateway.is_ready()
    for provider in bad:
        assert gateway.metric(f'fntoken_gateway_keys_age_seconds{{issuer="{provider.iss}"}}') == -1
        assert f"keys of {provider.iss}: none" in gateway.admin("/readyz")[1]
        provider.released.set()
        provider.behave = "keys"
    for provider in bad[1:]:
        eventually(lambda p=provider: gateway.issues(p.token()), 180)  # asked again after a minute at most


@test
def rule_40_good_keys_stay_until_they_are_too_old(home):
    provider, = with_providers(home, "away")
    gateway = home.gateway("--refresh", "1s", "--max-age", "8s", trust=False)
    token = provider.token()

    def before(_):
        provider.behave = "keys"
        eventually(lambda: gateway.issues(token))
        eventually(lambda: gateway.metric("fntoken_gateway_keys_age_seconds") <= 1)
        return gateway.stderr().count("status is 500")

    def attempt(told):
        provider.behave = "500"
        eventually(lambda: gateway.stderr().count("status is 500") > told)
        return gateway.exchange(token)[0]
    assert in_time(5, attempt, before) == 200
    eventually(lambda: gateway.exchange(token)[0] == 503)
    gateway.says("could not be fetched for too long")
    provider.behave = "keys"
    eventually(lambda: gateway.issues(token), 180)


@test
def rule_40_a_withdrawn_key_ends_with_the_next_fetch(home):
    provider, = with_providers(home, "withdrawing")
    gateway = home.gateway("--refresh", "1s", trust=False)
    token = provider.token()
    eventually(lambda: gateway.issues(token))
    provider.rotate()
    eventually(lambda: not gateway.issues(token))


@test
def rule_39_a_redirect_stays_where_it_is(home):
    provider, = with_providers(home, "moved")
    provider.behave = "moved"
    gateway = home.gateway(trust=False)
    eventually(lambda: has_fetched(gateway, provider))
    assert gateway.issues(provider.token()) and provider.moved == 2


@test
def rule_39_the_documents_issuer_is_that_of_the_rules(home):
    provider, = with_providers(home, "liar")
    honest, provider.iss = provider.iss, "http://127.0.0.1:1"
    gateway = home.gateway(trust=False)
    eventually(lambda: gateway.metric(f'fntoken_gateway_key_fetches_total{{issuer="{honest}",outcome="failed"}}') >= 1)
    provider.iss = honest
    eventually(lambda: gateway.issues(provider.token()), 180)


@test
def rule_39_an_address_is_read_in_one_way_or_not_at_all(home):
    """Before anything is sent there: libcurl is asked neither for a user part, nor for what stands behind a backslash."""
    provider, = with_providers(home, "one")
    odd = [provider.iss.replace("http://", "http://me:secret@"), provider.iss.replace("http", "HTTP"), provider.iss + "?a=b", provider.iss + "#a",
           provider.iss.replace("http://", "http://example.com\\@")]
    for number, iss in enumerate([*odd, "file:///etc"]):
        home.write(f"iam/odd{number}.yaml", role(f"odd{number}", iss, ["ada"]))
    (home / "iam/one.yaml").unlink()
    gateway = home.gateway(trust=False)
    for iss in odd:
        gateway.says(f"keys of {iss}: {iss}/.well-known/openid-configuration: The address of the discovery document ")
    assert provider.asked == 0


@test
def rule_39_tls_is_verified(home):
    if shutil.which("openssl") is None:
        raise Skipped("there is no openssl")
    provider = Provider(home, "tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", home / "tls.key", "-out", home / "tls.crt"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(home / "tls.crt", home / "tls.key")
    provider.server.socket = context.wrap_socket(provider.server.socket, server_side=True)
    port = provider.server.server_port
    wrong = f"https://127.0.0.1:{port}"
    provider.iss = f"https://localhost:{port}"
    for name, issuer in (("right", provider.iss), ("wrong", wrong)):
        home.write(f"iam/{name}.yaml", role(name, issuer, ["ada"]))
    # Its authority is not known, unless it is named; and another name is another host.
    gateway = home.gateway()
    failed = f'fntoken_gateway_key_fetches_total{{issuer="{wrong}",outcome="failed"}}'
    eventually(lambda: has_fetched(gateway, provider, "failed") and gateway.metric(failed))
    assert gateway.exchange(provider.token())[0] == 503
    gateway.end()
    gateway = home.gateway("--ca-file", home / "tls.crt")
    eventually(lambda: has_fetched(gateway, provider) and gateway.metric(failed))
    assert gateway.issues(provider.token()) and provider.asked == 2


@test
def the_internal_address_is_asked(home):
    provider = Provider(home, "inside")
    outside = "https://inside.invalid"
    home.write("iam/inside.yaml", role("inside", outside, ["ada"]).replace('"aud"', f'"issInternal": "{provider.iss}", "aud"'))
    provider.iss, inside = outside, provider.iss
    answer = provider.send
    # Its document names the public issuer, and keys where it was asked.
    provider.send = lambda request, status, body, **more: answer(request, status, body.replace(outside.encode() + b"/jwks", inside.encode() + b"/jwks"), **more)
    gateway = home.gateway(trust=False)
    eventually(lambda: gateway.issues(provider.token()))


@test
def proxies_are_honoured(home):
    # The double answers as a proxy does: what it is asked for is a whole URL.
    provider, far = Provider(home, "far"), "http://idp.invalid"
    home.write("iam/far.yaml", role("far", far, ["ada"]).replace('"aud"', f'"issInternal": "{far}", "aud"'))
    proxy, provider.iss = {"http_proxy": provider.iss}, far
    gateway = home.gateway(env={**os.environ, **proxy})
    eventually(lambda: has_fetched(gateway, provider))
    assert gateway.issues(provider.token()) and provider.asked == 2
    gateway.end()
    gateway = home.gateway(env={**os.environ, **proxy, "no_proxy": "idp.invalid"})
    eventually(lambda: has_fetched(gateway, provider, "failed"))
    assert provider.asked == 2


@test
def this_machine_is_asked_without_a_proxy(home):
    """Or whoever runs the proxy says which keys count: rule 39 takes http for safe there."""
    proxy, (provider,) = Provider(home, "proxy"), with_providers(home, "one")
    proxy.behave = "500"
    gateway = home.gateway(trust=False, env={**os.environ, "http_proxy": proxy.iss, "all_proxy": proxy.iss})
    eventually(lambda: gateway.issues(provider.token()))
    assert proxy.asked == 0


@test
def the_own_issuer_is_never_fetched(home):
    provider = Provider(home, "own")
    home.write("iam/system.yaml", role("system", provider.iss, ["ada"]))
    home.write("iam/other.yaml", role("other", ISSUER, ["ada"]))
    gateway = home.gateway("--trust", f"{provider.iss}={home / 'own.json'}")
    assert gateway.issues(provider.token())
    assert provider.asked == 0 and ISSUER not in gateway.admin("/metrics")[1]


@test
def issuers_come_and_go_with_the_rules(home):
    provider = Provider(home, "coming")
    gateway = home.gateway()
    assert gateway.exchange(provider.token())[0] == 400
    home.write("iam/coming.yaml", role("coming", provider.iss, ["ada"]))
    eventually(lambda: gateway.issues(provider.token()))
    (home / "iam/coming.yaml").unlink()
    eventually(lambda: gateway.exchange(provider.token())[0] == 400)
    # The rules come into force first.
    eventually(lambda: provider.iss not in gateway.admin("/metrics")[1].split("keys_age_seconds gauge")[1].split("# HELP")[0])


main()

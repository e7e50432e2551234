#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ngx_http_fntoken_module: where keys come from, how long they count, and what is revoked."""
import json
import pathlib
import re
import select
import time

from harness import ISSUER, Gateway, Local, eventually, main, test

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs/nginx.md"


def fetching(home, gateway, more="", period="1s", issuer=f"fntoken_issuer {ISSUER};", **options):
    return home.nginx(f"""
        fntoken on; {issuer} fntoken_key_request /_keys/ period={period}; fntoken_function dev:env; {more}
        location / {{ }}
        location = /metrics {{ fntoken off; fntoken_status; }}
        {gateway.location()}""", **options)


def status(nginx, token):
    return nginx.ask(token=token).status


def metric(nginx, start):
    lines = [line for line in nginx.ask("/metrics").body.splitlines() if line.startswith(start)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


# ---- a file

@test
def a_file_is_read_again_when_it_changes(home):
    nginx = home.guarded()
    old, new = home.token(), home.token(key=home.new_key("next"))
    assert status(nginx, old) == 200 and status(nginx, new) == 401
    home.write("keys.json", (home / "next.json").read_text())
    eventually(lambda: status(nginx, new) == 200)
    assert status(nginx, old) == 401  # the cache forgets with the key
    home.write("keys.json", "{}")
    nginx.says("keys that were in")
    (home / "keys.json").unlink()
    eventually(lambda: nginx.log().count("stay in use") == 2)
    assert status(nginx, new) == 200
    home.write("keys.json", (home / "key.json").read_text())
    eventually(lambda: status(nginx, new) == 401 and status(nginx, old) == 200)


@test
def rules_14_15_what_is_odd_in_a_file_is_told(home):
    key = json.loads((home / "key.json").read_text())
    good = key.get("keys", [key])[0]
    home.write("keys.json", (home / "key.pem").read_text())
    nginx = home.guarded()
    assert "Its private half was dropped" in (nginx.prefix / "stderr").read_text()
    assert status(nginx, home.token()) == 200
    home.write("keys.json", json.dumps({"keys": [{"kty": "OTHER"}, good, {**good, "kid": "x", "use": "enc"}]}))
    nginx.says("keys.json: /keys/0 was skipped")
    nginx.says("keys.json: /keys/2 was skipped")
    assert status(nginx, home.token()) == 200


# ---- from the gateway

@test
def starts_before_the_gateway(home):
    gateway = Gateway(home)
    nginx = fetching(home, gateway, issuer="", workers=2)
    token = home.token()
    for _ in range(8):
        closed = nginx.ask(token=token)
        assert closed.status == 503 and closed.headers["Retry-After"] == "1" and closed.headers["Cache-Control"] == "no-store", closed
        assert "WWW-Authenticate" not in closed.headers
    assert metric(nginx, "fntoken_workers_without_keys") == 2
    eventually(lambda: metric(nginx, "fntoken_reload_failures_total") >= 2)
    gateway.start()
    eventually(lambda: all(status(nginx, token) == 200 for _ in range(16)))
    eventually(lambda: metric(nginx, "fntoken_workers_without_keys") == 0)
    assert gateway.asked[:1] == ["/.well-known/openid-configuration"] and "/.well-known/jwks?v=1" in gateway.asked
    assert "keys were fetched through /_keys/" in nginx.log()


@test
def the_lines_of_the_documentation(home):
    """docs/nginx.md: the server and the decision log as they stand there, with other addresses."""
    blocks = [re.sub("^    ", "", block, flags=re.M) for block in re.findall(r"(?:^    .*\n|^\n)+", DOCUMENT.read_text(), re.M)]
    server = next(block for block in blocks if "load_module" in block).split("...\n")[1]
    log = next(block for block in blocks if "log_format" in block)
    gateway = Gateway(home).start()
    for old, new in (("listen 8080;", f"listen unix:{home / 'door'};"), ("http://gateway.openfaas:8080/", f"http://unix:{gateway.path}:/"),
                     ("http://127.0.0.1:8081", f"http://unix:{home / 'function'}")):
        assert server.count(old) == 1, old
        server = server.replace(old, new)
    nginx = home.nginx("", http=log.replace("/var/log/nginx/decisions.log", str(home / "decisions.log")) + server +
                       f"server {{ access_log off; listen unix:{home / 'function'}; return 200 'the function'; }}")

    def ask(path, token=None):
        answer = nginx.ask(path, token, on=Local(home / "door"))
        return answer.status, answer.body

    eventually(lambda: ask("/x", home.token("openfaas-fn:env")) == (200, "the function"))
    assert ask("/x")[0] == 401 and ask("/x", home.token("openfaas-fn:other"))[0] == 403 and ask("/_/health")[0] == 200
    for path in ("/_keys/", "/_keys/.well-known/openid-configuration"):
        assert ask(path)[0] == ask(path, home.token("openfaas-fn:*"))[0] == 404, path
    nginx.end()
    lines = [json.loads(line) for line in (home / "decisions.log").read_text().splitlines()]
    found = {(line["status"], line["resource"], line["pattern"]) for line in lines}
    assert {("ok", "openfaas-fn:env", "openfaas-fn:env"), ("no-token", "openfaas-fn:env", ""), ("permission", "openfaas-fn:env", "")} <= found, found
    assert {line["sub"] for line in lines if line["status"] == "ok"} == {"fed:ada"}, lines


@test
def a_gateway_that_is_silent(home):
    """nginx's deadline, and where that is longer the fetch's own; the last good keys stay."""
    gateway = Gateway(home).start()
    quick = home.nginx(f"""fntoken on; fntoken_issuer {ISSUER}; fntoken_key_request /_keys/ period=1s; fntoken_function dev:env; location / {{ }}
        {gateway.location("internal; proxy_read_timeout 1s;")}""")
    patient = fetching(home, gateway)
    token = home.token()
    eventually(lambda: status(quick, token) == status(patient, token) == 200)
    gateway.behave = "hang"
    quick.says("the answer is HTTP 504; 200 is expected; those that there are stay in use")
    patient.says("there was no answer within 10 s; those that there are stay in use")
    assert status(quick, token) == status(patient, token) == 200


@test
def rule_24_a_token_of_one_issuer_is_nothing_at_another(home):
    """Side by side in one worker, with the same keys and with others, seen before or not."""
    home.new_key("other")
    other, at = "https://other.example.com", f"fntoken on; fntoken_function dev:env; alias {home.path}/site/x"
    nginx = home.nginx(f"""location /a {{ fntoken_issuer {ISSUER}; fntoken_key_file {home / 'keys.json'}; {at}; }}
        location /b {{ fntoken_issuer {other}; fntoken_key_file {home / 'other.json'}; {at}; }}
        location /c {{ fntoken_issuer {other}; fntoken_key_file {home / 'keys.json'}; {at}; }}""")
    tokens = {home.token(): [200, 401, 401], home.token(key="other", iss=other, aud=other): [401, 200, 401], home.token(iss=other, aud=other): [401, 401, 200]}
    for _ in range(3):
        for token, expected in tokens.items():
            assert [nginx.ask(path, token).status for path in ("/a", "/b", "/c")] == expected


@test
def rule_40_a_withdrawn_key_is_gone_within_the_period(home):
    gateway = Gateway(home).start()
    nginx = fetching(home, gateway, period="2s")
    token, took = home.token(), []
    eventually(lambda: status(nginx, token) == 200)
    for number in range(10):  # one may be late where others take the machine, and not each
        following = home.token(key=home.new_key(f"next{number}"))
        gateway.jwks = (home / f"next{number}.json").read_text()
        began = time.monotonic()
        eventually(lambda: status(nginx, token) == 401)  # pylint: disable=cell-var-from-loop
        took.append(time.monotonic() - began)
        assert status(nginx, following) == 200
        if took[-1] < 6:
            return
        token = following
    raise AssertionError(took)


@test
def an_unknown_key_waits_for_a_fetch(home):
    gateway = Gateway(home).start()
    nginx = fetching(home, gateway, period="1h")
    eventually(lambda: status(nginx, home.token()) == 200)
    at_once = []
    while 200 not in at_once and len(at_once) < 3:  # a fetch of more than two seconds is not waited for
        known = home.token(key=home.new_key(f"next{len(at_once)}"))
        gateway.jwks = (home / f"next{len(at_once)}.json").read_text()
        at_once.append(status(nginx, known))
        eventually(lambda: status(nginx, known) == 200)  # pylint: disable=cell-var-from-loop
    assert at_once[-1] == 200, at_once
    strangers = [home.token(key=home.new_key(f"stranger{i}")) for i in range(6)]
    before, began = len(gateway.asked), time.monotonic()
    assert {status(nginx, token) for token in strangers} == {401}
    fetches = 4 + int(time.monotonic() - began + 1) // 15  # so many they may cause, and one more each 15 seconds
    assert len(gateway.asked) - before <= 2 * fetches
    gateway.behave = "hang"
    assert status(nginx, known) == 200  # and nobody else waits


@test
def not_all_connections_wait_for_keys(home):
    """While the gateway is silent, those who ask with unknown keys: an eighth of 512, and who comes later is answered before them."""
    gateway, stranger = Gateway(home).start(), home.token(key=home.new_key("stranger"))
    nginx = fetching(home, gateway, period="1h")
    eventually(lambda: status(nginx, home.token()) == 200)
    gateway.behave = "hang"

    def is_last_first():
        asking = [Local(nginx.socket) for _ in range(200)]
        for connection in asking:
            connection.request("GET", "/x", headers={"Authorization": f"Bearer {stranger}"})
        answered = select.select([asking[0].sock, asking[-1].sock], [], [], 60)[0]
        assert {connection.getresponse().status for connection in asking} == {401}
        return answered == [asking[-1].sock]

    eventually(is_last_first)


@test
def good_keys_stay_until_they_are_too_old(home):
    gateways = Gateway(home, "one").start(), Gateway(home, "two").start()
    patient, hasty = (fetching(home, gateway, period=f"1s max_age={most}") for gateway, most in zip(gateways, ("1h", "4s")))
    token = home.token()
    eventually(lambda: status(patient, token) == status(hasty, token) == 200)
    for behave in ("500", "html"):
        before = patient.log().count("those that there are stay in use")
        gateways[0].behave = behave
        eventually(lambda: patient.log().count("those that there are stay in use") > before)  # pylint: disable=cell-var-from-loop
        assert status(patient, token) == 200
    patient.says("the answer is HTTP 500; 200 is expected")
    gateways[1].behave = "500"
    eventually(lambda: status(hasty, token) == 503)
    assert time.monotonic() - gateways[1].served > 4 and "for too long" in hasty.log()
    gateways[1].behave = "keys"
    eventually(lambda: status(hasty, token) == 200)
    assert status(patient, token) == 200


@test
def many_servers_ask_in_turn(home):
    """Each of them asks for itself, of a worker with 512 connections: all have keys soon, and callers have connections."""
    home.file("document", json.dumps({"issuer": ISSUER, "jwks_uri": "https://gw.example.com/keys"}))
    gateway = home.nginx(f"location = /.well-known/openid-configuration {{ alias {home / 'site/document'}; }} location = /keys {{ alias {home / 'keys.json'}; }}")
    server = f"""fntoken on; fntoken_function dev:env; fntoken_key_request /_keys/ period=3s; location / {{ }}
        location ^~ /_keys/ {{ internal; proxy_pass http://unix:{gateway.socket}:/; }}"""
    nginx = home.nginx("location = /metrics { fntoken_status; }", "".join(f"server {{ listen unix:{home / 'many'}; server_name s{number}; {server} }}" for number in range(300)))
    eventually(lambda: metric(nginx, "fntoken_workers_without_keys") == 0)
    until = time.monotonic() + 7  # two periods more
    while time.monotonic() < until:
        assert nginx.ask("/x", home.token(), on=Local(home / "many"), Host="s299").status == 200
    assert "not enough" not in nginx.log() and metric(nginx, "fntoken_reload_failures_total") == 0, nginx.log()[-2000:]


@test
def keys_are_left_to_nobody_else(home):
    """What workers leave to those after a reload is for the same server and gateway, wherever they stand in the configuration by then."""
    issuers, tokens, gateways = {}, {}, {}
    for name in ("one", "two", "three"):
        issuers[name] = f"https://{name}.example.com"
        tokens[name] = home.token(key=home.new_key(name), iss=issuers[name], aud=issuers[name])
        gateways[name] = Gateway(home, f"gateway-{name}", issuer=issuers[name]).start()
        gateways[name].jwks = (home / f"{name}.json").read_text()

    def server(name, gateway):
        return f"""server {{ listen unix:{home / name}; fntoken on; fntoken_function dev:env; fntoken_key_request /_keys/;
            {gateways[gateway].location()} location / {{ }} }}"""

    def statuses(name):
        connections = [Local(home / name) for _ in tokens]
        for connection, token in zip(connections, tokens.values()):
            connection.request("GET", "/x", headers={"Authorization": f"Bearer {token}"})
        return [connection.getresponse().status for connection in connections]

    first = server("one", "one") + server("two", "two")
    nginx = home.nginx("", first)
    eventually(lambda: (statuses("one"), statuses("two")) == ([200, 401, 401], [401, 200, 401]))
    gateways["two"].end()
    gateways["three"].end()
    own = [200, 401, 401], [401, 200, 401]
    for others, expected in ((first, own), (server("three", "three") + first, own), (server("two", "two") + server("one", "one"), own),
                             (server("one", "three") + server("two", "two"), ([503] * 3, own[1])), (server("three", "two") + first, own)):
        nginx.conf.write_text(nginx.text.replace(first, others))
        before = nginx.log().count("gracefully shutting down")
        assert nginx.reload()
        eventually(lambda: nginx.log().count("gracefully shutting down") > before)  # pylint: disable=cell-var-from-loop
        eventually(lambda: (statuses("one"), statuses("two")) == expected)  # pylint: disable=cell-var-from-loop
        assert (statuses("one"), statuses("two")) == expected, others


@test
def keys_are_left_to_the_same_issuer_alone(home):
    """One host may have gateways of many."""
    gateway = Gateway(home).start()
    text = f"fntoken on; fntoken_issuer {ISSUER}; fntoken_key_request /_keys/; fntoken_function dev:env; location / {{ }} {gateway.location()}"
    nginx, token = home.nginx(text), home.token()
    eventually(lambda: status(nginx, token) == 200)
    gateway.end()
    for issuer, expected in ((ISSUER + "/other", 503), (ISSUER, 200)):
        nginx.conf.write_text(nginx.text.replace(ISSUER + ";", issuer + ";"))
        before = nginx.log().count("gracefully shutting down")
        assert nginx.reload()
        eventually(lambda: nginx.log().count("gracefully shutting down") > before)  # pylint: disable=cell-var-from-loop
        eventually(lambda: status(nginx, token) == expected)  # pylint: disable=cell-var-from-loop


@test
def rule_39_the_issuer_is_pinned(home):
    gateway = Gateway(home).start()
    nginx = fetching(home, gateway, issuer="")
    token, other = home.token(), home.token(iss="https://evil.example.com", aud="https://evil.example.com")
    eventually(lambda: status(nginx, token) == 200)
    gateway.issuer = "https://evil.example.com"
    nginx.says("could not be fetched")
    assert status(nginx, token) == 200 and status(nginx, other) == 401
    named = Gateway(home, "named", issuer="https://evil.example.com").start()
    nginx = fetching(home, named)
    nginx.says("could not be fetched")
    assert status(nginx, token) == 503


@test
def large_key_sets(home):
    gateway = Gateway(home).start()
    key = json.loads((home / "key.json").read_text())
    keys = key.get("keys", [key])
    gateway.jwks = json.dumps({"keys": [{"kty": "oct", "kid": "x" * 400, "k": "AAAA"}] * 1 + [{**keys[0], "kid": f"k{i}", "x5c": ["A" * 1000]} for i in range(60)] + keys})
    assert len(gateway.jwks) > 65536
    nginx = fetching(home, gateway)
    eventually(lambda: status(nginx, home.token()) == 200)
    asked = len(gateway.asked)
    eventually(lambda: len(gateway.asked) > asked + 2)
    assert nginx.log().count("/_keys/: /keys/0 was skipped") == 1, nginx.log()  # not each period
    gateway.behave = "long"
    nginx.says("more than 1 MiB")
    assert status(nginx, home.token()) == 200


@test
def the_location_of_keys_is_closed(home):
    gateway = Gateway(home).start()
    nginx = fetching(home, gateway)
    token = home.token()
    eventually(lambda: status(nginx, token) == 200)
    for path in ("/_keys/.well-known/openid-configuration", "/_keys/", "//_keys/x", "/x/../_keys/x", "/%5fkeys/x"):
        assert nginx.ask(path).status in (401, 404), path
        assert nginx.ask(path, token).status == 404, path


@test
def a_key_request_stays_in_its_location(home):
    """A redirect, or a subrequest of it, calls no function, and what another location answers is not taken for keys."""
    home.new_key("evil")
    function = Gateway(home, "function").start()  # one whose answers would do
    function.jwks = (home / "evil.json").read_text()
    # at the server's level, in the location of keys, what the gateway answers (None: it is not there)
    for number, (more, within, answer) in enumerate((
            ("error_page 502 =200 /function;", "", None), ("", "error_page 502 =200 /function;", None), ("", "error_page 502 = @function;", None),
            ("", "proxy_intercept_errors on; error_page 404 = @open;", "return 404;"), ("mirror /function;", "", "return 204;"),
            ("", "", "add_header X-Accel-Redirect /function; return 200;"), ("", "", "add_header X-Accel-Redirect @open; return 200;"),
            ("rewrite ^/_keys/(.*)$ /function/$1;", "", None), ("rewrite ^/_keys/(.*)$ /open/$1;", "", None))):
        nginx = home.nginx(f"""fntoken on; fntoken_function dev:env; fntoken_key_request /_keys/ period=1s; {more}
            location ^~ /_keys/ {{ internal; {within} proxy_pass http://unix:{home / 'double'}{number}:/; }}
            location /function {{ proxy_pass http://unix:{function.path}:/; }} location @function {{ proxy_pass http://unix:{function.path}; }}
            location /open {{ fntoken off; proxy_pass http://unix:{function.path}:/; }} location @open {{ fntoken off; proxy_pass http://unix:{function.path}; }}""",
                           http=f"server {{ listen unix:{home / 'double'}{number}; {answer} }}" if answer else "")
        nginx.says("could not be fetched")
        assert status(nginx, home.token(key="evil")) == 503 and not function.asked, (more, within, answer, function.asked)
        nginx.says("a subrequest to" if "mirror" in more else "led a key request out of /_keys/")
        assert nginx.ask("/open/.well-known/jwks").status == 200 and function.asked.pop()  # a caller's request goes there
        nginx.end()


# ---- revocations

@test
def rules_53_56_revocations(home):
    home.write("revoked.jsonl", "")
    nginx = home.guarded(f"fntoken_revoked {home / 'revoked.jsonl'};", f"fntoken_revoked {home / 'more.jsonl'};")
    assert "holds no revocation" in nginx.log() + (nginx.prefix / "stderr").read_text()
    assert "more.jsonl is not there" in nginx.log() + (nginx.prefix / "stderr").read_text()
    one, two, three = (home.token(jti=f"t{i}") for i in range(3))
    assert [status(nginx, token) for token in (one, two, three)] == [200] * 3
    home.write("revoked.jsonl", '{"jti":"t0"}\n')
    eventually(lambda: status(nginx, one) == 401)  # out of the cache too
    home.write("more.jsonl", '{"jti":"t1"}\n')
    eventually(lambda: status(nginx, two) == 401)
    assert status(nginx, one) == 401 and status(nginx, three) == 200  # an inner list adds
    for text in ("", '{"jti":"t2"}\n{"jti"', "\n\n"):
        before = nginx.log().count("stay in force")
        home.write("revoked.jsonl", text)
        eventually(lambda: nginx.log().count("stay in force") > before)
        assert [status(nginx, token) for token in (one, two, three)] == [401, 401, 200], text
    before = nginx.log().count("stay in force")
    (home / "revoked.jsonl").unlink()
    eventually(lambda: nginx.log().count("stay in force") > before)
    assert status(nginx, one) == 401
    home.write("revoked.jsonl", '{"jti":"t2"}\n')
    eventually(lambda: status(nginx, three) == 401)
    assert status(nginx, one) == 200
    home.write("revoked.jsonl", "nonsense\n")
    assert "revoked.jsonl" in home.nginx(f"""location / {{ fntoken on; fntoken_issuer {ISSUER}; fntoken_function dev:env;
        fntoken_key_file {home / 'keys.json'}; fntoken_revoked {home / 'revoked.jsonl'}; }}""", refused=True)


@test
def rule_53_a_reload_misses_revocations(home):
    """A list that had entries while nginx ran, and is gone or empty, stops the reload: what was revoked stays so."""
    path = home / "revoked.jsonl"
    for held_at_start in (True, False):
        home.write("revoked.jsonl", '{"jti":"t0"}\n' if held_at_start else "")
        nginx = home.guarded(f"fntoken_revoked {path};")
        token = home.token(jti="t0")
        home.write("revoked.jsonl", '{"jti":"t0"}\n')
        eventually(lambda: status(nginx, token) == 401)
        more = f"server {{ listen unix:{home / 'more'}; location / {{ fntoken on; fntoken_issuer {ISSUER}; fntoken_function dev:env; " \
               f"fntoken_key_file {home / 'key.json'}; }} }}"
        for lose in (path.unlink, lambda: path.write_text(""), lambda: path.write_text("\n")):
            for text in (nginx.text, nginx.text.replace("server {", more + "server {", 1)):  # another number of sources
                lose() if path.exists() and path.stat().st_size > 1 else None
                nginx.conf.write_text(text)
                before = nginx.master_said(f"fntoken: {path} holds no revocation any more")
                assert not nginx.reload() and nginx.master_said(f"fntoken: {path} holds no revocation any more") > before
                assert {status(nginx, token) for _ in range(5)} == {401}
            home.write("revoked.jsonl", '{"jti":"t0"}\n')
            assert nginx.reload() and status(nginx, token) == 401
        nginx.end()


@test
def rule_53_lists_that_are_too_long_together(home):
    """Each by itself is not: at a start it is an error, later a worker without an issuer finds none that it could let in."""
    gateway = Gateway(home)
    long = "".join(f'{{"jti":"r{number}"}}\n' for number in range(60_000))
    text = f"""fntoken on; fntoken_function dev:env; fntoken_key_request /_keys/ period=1s; {gateway.location()}
        fntoken_revoked {home / 'one.jsonl'}; fntoken_revoked {home / 'two.jsonl'};"""
    for name in ("one", "two"):
        home.write(f"{name}.jsonl", long)
    assert "the lists of revocations together" in home.nginx(text, refused=True)
    for name in ("one", "two"):
        home.write(f"{name}.jsonl", '{"jti":"r1"}\n')
    nginx = home.nginx(text)
    for name in ("one", "two"):
        home.write(f"{name}.jsonl", long)
    eventually(lambda: "stay in force" in nginx.log())
    gateway.start()
    eventually(lambda: len(gateway.asked) > 1)
    assert {status(nginx, home.token(jti="r1")) for _ in range(5)} == {503}
    for name in ("one", "two"):
        home.write(f"{name}.jsonl", '{"jti":"r1"}\n')
    eventually(lambda: status(nginx, home.token(jti="r2")) == 200)
    assert status(nginx, home.token(jti="r1")) == 401


main()

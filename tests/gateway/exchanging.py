#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway: exchanges, documents, limits, options."""
import json
import os
import socket
import subprocess
import tempfile

from harness import FNTOKEN, FORM, GATEWAY, ISSUER, PROVIDER, Provider, claims, fntoken, in_time, main, role, test


@test
def a_token_for_a_token(home):
    gateway = home.gateway()
    status, headers, answer = gateway.exchange(home.token(), ["openfaas-fn:env"])
    assert status == 200 and headers["Cache-Control"] == "no-store", (status, str(headers))
    assert headers["Content-Type"] == "application/json"
    (home / "jwks.json").write_text(json.dumps(gateway.jwks()))
    words = ["authorize", "--jwks", home / "jwks.json", "--issuer", ISSUER, "--resource"]
    fntoken(*words, "openfaas-fn:env", input=answer["access_token"])
    denied = subprocess.run([FNTOKEN, *map(str, words), "openfaas-fn:other"], input=answer["access_token"], text=True, capture_output=True, check=False)
    assert denied.returncode == 3, denied.stderr
    assert claims(answer["access_token"])["sub"] == "fed:ada"
    status, _, answer = gateway.exchange(home.token(), scope=None)
    assert status == 200 and claims(answer["access_token"])["policy"] == ["invoke"], answer
    assert gateway.metric('fntoken_gateway_exchanges_total{outcome="issued",status="ok"}') == 2
    assert gateway.metric("fntoken_gateway_exchange_seconds_count") == 2


@test
def what_is_refused(home):
    gateway = home.gateway()
    for token, description in [
        (home.token("bob"), "no role"),
        (home.token(aud="other"), "another audience"),
        (home.token(exp=1_600_000_000), "expired"),
        (home.token(iss="https://stranger.example.com"), "a stranger"),
        (home.token(key="keys/current.pem"), "another's key"),
        (home.token()[:-8] + "AAAAAAAA", "forged"),
        ("eyJhbGciOiJub25lIn0.e30.", "alg none"),
        ("", "nothing"),
    ]:
        status, headers, answer = gateway.exchange(token)
        assert status == 400 and answer["error"] == "invalid_request", (description, status, answer)
        assert headers["Cache-Control"] == "no-store"
    status, _, answer = gateway.exchange(home.token(), scope="admin")
    assert status == 400 and answer["error"] == "invalid_scope", answer
    status, _, answer = gateway.exchange(home.token(), ["dev:env"])
    assert status == 400 and answer["error"] == "invalid_target", answer


@test
def what_is_no_request(home):
    gateway = home.gateway()
    post = lambda body="a=b", path="/oauth/token", kind=FORM: gateway.ask("POST", path, body, Content_Type=kind)  # noqa: E731
    assert post(kind="application/json")[0] == 400
    assert post(kind="application/x-www-form-urlencodedx")[0] == 400
    assert post(kind=FORM + "; charset=utf-8")[2] != post(kind="text/plain")[2]
    assert post(path="/oauth/token?subject_token=x")[0] == 400
    for long in ("a" * 65537, iter([b"a" * 65537]), iter([b"a" * 60000] * 10)):  # the second and third in chunks, without a length
        status, headers, answer = post(long)
        assert (status, headers["Connection"], headers["Cache-Control"]) == (400, "close", "no-store"), (status, str(headers))
        assert json.loads(answer) == {"error": "invalid_request", "error_description": "The body is longer than 64 KiB."}, answer
    status, headers, _ = post("a" * 65536)
    assert status == 400 and headers["Connection"] != "close"
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        status, headers, _ = gateway.ask(method, "/oauth/token")
        assert (status, headers["Allow"], headers["Connection"]) == (405, "POST", "close"), (method, status, str(headers))
    for path in ("/", "/oauth/token/", "/oauth//token", "/healthz", "/metrics", "/readyz", "/.well-known/jwks/", "/%6fauth/token"):
        status, headers, _ = gateway.ask("POST", path, "a=b", Content_Type=FORM)
        assert (status, headers["Connection"]) == (404, "close"), (path, status, str(headers))
    assert gateway.ask("POST", "/.well-known/jwks", "a=b")[0] == 405
    assert gateway.ask("HEAD", "/.well-known/jwks")[::2] == (200, b"")
    # What can't be read counts, is logged, and has the limit of its address.
    refused = [(one["outcome"], one["status"], "audience" in one) for one in gateway.decisions()]
    assert refused == [("refused", "request", False)] * 9, gateway.decisions()
    assert gateway.metric("fntoken_gateway_exchanges_total") == 9
    gateway.end()
    ask = lambda limited: [limited.ask("POST", "/oauth/token", "a=b", Content_Type="text/plain")[0] for _ in range(3)]  # noqa: E731
    assert in_time(1, ask, home.limited("--peer-rate", "1", "--peer-burst", "2")) == [400, 400, 429]


@test
def urls_come_from_configuration_alone(home):
    gateway = home.gateway()
    for path in ("/.well-known/openid-configuration", "/.well-known/jwks"):
        plain = gateway.ask("GET", path)
        assert plain[0] == 200 and plain[1]["Content-Type"] == "application/json"
        forged = gateway.ask("GET", path, Host="evil.example", X_Forwarded_Host="evil.example", X_Forwarded_Proto="http", X_Forwarded_Prefix="/evil",
                             X_Forwarded_Port="1", Forwarded="host=evil.example;proto=http", X_Original_URL="/evil", X_Forwarded_Server="evil.example")
        assert plain[2] == forged[2], forged[2]
    document = json.loads(gateway.ask("GET", "/.well-known/openid-configuration")[2])
    assert document["issuer"] == ISSUER and document["token_endpoint"] == ISSUER + "/oauth/token" and document["jwks_uri"] == ISSUER + "/.well-known/jwks"
    token = gateway.exchange(home.token(), Host="evil.example", X_Forwarded_Host="evil.example")[2]["access_token"]
    assert claims(token)["iss"] == ISSUER and claims(token)["aud"] == [ISSUER]


@test
def rule_42_each_peer_has_a_limit(home):
    def ask(gateway):
        # Of a list the last counts that is no proxy; what stands before it was said by whoever asked.
        values = ["192.0.2.1"] * 5 + ["192.0.2.9, 192.0.2.1", "192.0.2.9, 192.0.2.1, 127.0.0.1, ::1", "192.0.2.1:4711"]
        return gateway, [gateway.exchange("x", X_Forwarded_For=value) for value in values]
    gateway, seen = in_time(1, ask, home.limited("--peer-rate", "1", "--peer-burst", "3", "--subject-rate", "0"))
    assert [one[0] for one in seen] == [400] * 3 + [429] * 5, seen
    assert int(seen[4][1]["Retry-After"]) in (1, 2) and seen[4][2]["error"] == "temporarily_unavailable"
    assert gateway.exchange(home.token(), X_Forwarded_For="192.0.2.2")[0] == 200
    # One machine has a /64.
    machines = []

    def ask_from(number):
        machines.append([gateway.exchange("x", X_Forwarded_For=f"2001:db8:0:{number}::{i}")[0] for i in range(4)])
        return machines[-1]
    seen = in_time(1, ask_from)
    assert seen == [400, 400, 400, 429], seen
    assert gateway.metric('fntoken_gateway_limited_total{by="peer"}') == 5 + sum(one.count(429) for one in machines)


@test
def what_names_no_client_is_the_proxy(home):
    ask = lambda limited: [limited.exchange("x", X_Forwarded_For=value)[0] for value in ("192.0.2.1, unknown", "", "192.0.2.1, 300.1.1.1")]  # noqa: E731
    seen = in_time(1, ask, home.limited("--peer-rate", "1", "--peer-burst", "2", "--subject-rate", "0"))
    assert seen == [400, 400, 429], seen
    home.open[-1].end()
    for value in ("", "unknown", "192.0.2.1, 300.1.1.1", None):
        gateway = home.gateway()
        told = gateway.stderr().count("a trusted proxy sent no X-Forwarded-For")
        gateway.exchange("x", X_Forwarded_For="192.0.2.1")
        assert gateway.stderr().count("a trusted proxy sent no X-Forwarded-For") == told
        for _ in range(2):
            gateway.exchange("x", **({} if value is None else {"X_Forwarded_For": value}))
        assert gateway.stderr().count("a trusted proxy sent no X-Forwarded-For") == told + 1, value
        gateway.end()


@test
def nobody_is_a_proxy_where_none_is_named(home):
    ask = lambda limited: [limited.exchange("x", X_Forwarded_For=f"192.0.2.{i}")[0] for i in range(4)]  # noqa: E731
    seen = in_time(1, ask, home.limited("--trusted-proxy", "", "--peer-rate", "1", "--peer-burst", "2", "--subject-rate", "0"))
    assert seen == [400, 400, 429, 429], seen
    assert {one["peer"] for one in home.open[-1].decisions()} == {"::1"}


@test
def rule_42_a_subject_has_a_limit_once_its_token_is_verified(home):
    good = home.token()
    forged = good[:-8] + "AAAAAAAA"

    def start(number):
        gateway = home.limited("--peer-rate", "0", "--subject-rate", "1", "--subject-burst", "2")(number)
        assert {gateway.exchange(forged)[0] for _ in range(20)} == {400}
        return gateway
    gateway, seen = in_time(1, lambda limited: (limited, [limited.exchange(good) for _ in range(3)]), start)
    assert [one[0] for one in seen] == [200, 200, 429], seen
    assert int(seen[2][1]["Retry-After"]) >= 1 and "access_token" not in seen[2][2]
    assert gateway.exchange(home.token("eve"))[0] == 200
    assert gateway.metric('fntoken_gateway_limited_total{by="subject"}') == 1


@test
def rule_25_without_keys_ask_again(home):
    provider = Provider(home, "down")
    provider.behave = "500"
    home.write("iam/down.yaml", role("down", provider.iss, ["ada"]))
    gateway = home.gateway()
    status, headers, answer = gateway.exchange(provider.token())
    assert status == 503 and answer["error"] == "temporarily_unavailable" and int(headers["Retry-After"]) > 0, (status, answer)
    assert gateway.issues(home.token())


@test
def mistakes_in_options_are_one_sentence(home):
    for words, said in [
        (["--peer-rate", "x"], "--peer-rate is a whole number"),
        (["--subject-burst", "-1"], "--subject-burst is a whole number"),
        (["--trust", "nothing"], "--trust is ISS=FILE"),
        *((["--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", wide], f"--trusted-proxy {wide} is wider than any private network (/8, of IPv6 /7)")
          for wide in ("0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/7", "::ffff:0:0/96", "::/64", "2000::/3", "fc00::/6")),
        (["--trusted-proxy", "10.0.0.0/33"], "--trusted-proxy is ADDRESS"),
        (["--refresh", "0"], "--refresh lies between"),
        (["--max-age", "10s", "--refresh", "20s"], "--max-age lies between"),
        (["--nothing"], "nothing"),
        (["--iam", "-"], "--iam is a file or folder here"),
        (["--peer-burst", "0"], "--peer-burst is a whole number from 1"),
        (["--admin", "127.0.0.1:65536"], "--admin 127.0.0.1:65536 is no HOST:PORT"),
        (["--admin", "127.0.0.1"], "--admin 127.0.0.1 is no HOST:PORT"),
        (["--admin", "unix:"], "--admin unix:: a path of a socket"),
        (["--trust", f"{ISSUER}={home / 'idp.json'}"], "--trust names the gateway's own issuer"),
        (["--trust", f"{PROVIDER}={home / 'idp.json'}", "--trust", f"{PROVIDER}={home / 'none'}"], f"--trust names the issuer {PROVIDER} twice"),
        (["--ca-file", home / "none"], "none: No such file"),
        (["--ca-file", home / "idp.json"], "idp.json: holds no certificate in PEM"),
    ]:
        command = home.command(*words)
        if "--admin" in words:
            del command[3:5]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1, (words, done.stderr)
    for issuer in ("gw.example.com", "https://gw.example.com/", "https://gw.example.com?x", "ftp://gw", "https://", "https:///x", "HTTPS://gw.example.com",
                   "https://a:b@gw.example.com", "http://127.0.0.1:80@evil.example", "https://gw.example.com:65536", "https://gw%2eexample.com",
                   "https://gw_a.example.com", "https://gw.example.com\n", "https://gw.example.com/\x1b", "https://gw.ex\u00e4mple.com", "https://gw\\a"):
        done = subprocess.run([GATEWAY, "--listen", "unix:x", "--issuer", issuer, "--keys", "k", "--iam", "i"], capture_output=True, text=True, check=False)
        assert done.returncode == 2 and "--issuer is an http or https URL" in done.stderr, done.stderr
        assert "a:b" not in done.stderr and (issuer != "gw.example.com" or ", not gw.example.com;" in done.stderr), done.stderr


@test
def options_come_from_the_environment_too(home):
    names = {"LISTEN": f"unix:{home / 'public'}", "ADMIN": f"unix:{home / 'admin'}", "ISSUER": ISSUER, "KEYS": str(home / "keys"),
             "IAM": f"{home / 'iam'} {home / 'more'}", "NARROWING": "false", "PEER_RATE": "x",
             "SERVICE_HOST": "10.0.0.1", "SERVICE_PORT": "8080", "PORT": "tcp://10.0.0.1:8080", "PORT_8080_TCP_ADDR": "10.0.0.1"}
    (home / "more").mkdir()
    home.write("more/rules.yaml", role("more", "https://more.example.com", ["ada"]))
    environment = {**os.environ, **{"FNTOKEN_GATEWAY_" + name: value for name, value in names.items()}}

    def run(*words, **more):
        return subprocess.run([GATEWAY, *words], env={**environment, **more}, capture_output=True, text=True, timeout=60, check=False)
    assert "--peer-rate is a whole number" in run().stderr
    assert "FNTOKEN_GATEWAY_PEERRATE, which is no option" in run(FNTOKEN_GATEWAY_PEERRATE="1").stderr
    assert "FNTOKEN_GATEWAY_NARROWING is true or false" in run(FNTOKEN_GATEWAY_NARROWING="yes").stderr
    assert run(FNTOKEN_GATEWAY_VERSION="true").stdout.startswith("fntoken-gateway ")
    del environment["FNTOKEN_GATEWAY_PEER_RATE"]
    process = subprocess.Popen([GATEWAY, "--trust", f"https://idp.example.com={home / 'idp.json'}"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert any("serving " + ISSUER in line for line in iter(process.stderr.readline, ""))
    finally:
        process.terminate()
        process.communicate()


@test
def help_names_every_option(home):
    said = subprocess.run([GATEWAY, "--help"], capture_output=True, text=True, check=True).stdout
    for option in ("listen", "admin", "issuer", "keys", "iam", "namespace", "all-namespaces", "trust", "revoked", "log", "max-ttl", "longest-life", "narrowing",
                   "refresh", "max-age", "ca-file", "peer-rate", "peer-burst", "subject-rate", "subject-burst", "trusted-proxy", "trust-every-proxy"):
        assert f"--{option}" in said, option
    assert subprocess.run([GATEWAY, "--version"], capture_output=True, text=True, check=True).stdout.startswith("fntoken-gateway ")
    assert max(map(len, said.splitlines())) <= 120


@test
def a_plain_issuer_is_told(home):
    for issuer, told in [("http://gw.example.com", True), ("http://127.evil.example", True), ("http://localhost.evil.example", True),
                         ("http://localhost:8080", False), ("http://127.0.0.1", False), ("http://[::1]:1", False), (ISSUER, False)]:
        done = subprocess.run([GATEWAY, "--listen", "unix:x", "--issuer", issuer, "--keys", str(home / "none"), "--iam", str(home / "iam")],
                              capture_output=True, text=True, check=False)
        assert ("is plain http" in done.stderr) == told, (issuer, done.stderr)


@test
def a_port_of_loopback(home):
    port = home.port()
    words = [word if word != f"unix:{home / 'public'}" else f"127.0.0.1:{port}" for word in home.command()]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    try:
        assert any("serving " in line for line in iter(process.stderr.readline, ""))
        with socket.create_connection(("127.0.0.1", port), 60) as connection:
            connection.sendall(b"GET /.well-known/jwks HTTP/1.0\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.")
        second = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 2 and "in use" in second.stderr, second.stderr
    finally:
        process.terminate()
        process.communicate()


main()

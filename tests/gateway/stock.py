#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway: requests as stock clients of OpenFaaS send them, byte for byte: faas-cli, go-sdk, python-sdk, curl, watchdogs; and what
those need of the answer. With FNT_SHARED the requests that were recorded from faas-cli and go-sdk too."""
import json
import os
import pathlib
import urllib.parse

from harness import FORM, ISSUER, Skipped, claims, connected, fntoken, main, test

RECORDED = pathlib.Path(os.environ.get("FNT_SHARED") or pathlib.Path(__file__).resolve().parents[3] / "shared") / "conformance/recorded"
GRANT = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
ID_TOKEN = "subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token"
GO = ["User-Agent: openfaas-go-sdk", "Content-Length: {}", f"Content-Type: {FORM}", "Accept-Encoding: gzip"]
PYTHON = ["User-Agent: openfaas-python-sdk", "Accept-Encoding: gzip, deflate, br, zstd", "Accept: */*", "Connection: keep-alive", f"Content-Type: {FORM}",
          "Content-Length: {}"]
CURL = ["User-Agent: curl/7.88.1", "Accept: */*", "Content-Length: {}", f"Content-Type: {FORM}"]


class Wire:
    """A connection on which one request follows another, as clients keep theirs; the gateway closes it ten seconds after the last one."""

    def __init__(self, home):
        self.socket = connected(home / "public")
        self.reader = self.socket.makefile("rb")

    def ask(self, body, head, target="/oauth/token", method="POST"):
        """Status, header fields in lower case, body."""
        data = body.encode()
        lines = [f"{method} {target} HTTP/1.1", "Host: gateway.openfaas:8080", *(line.format(len(data)) for line in head)]
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
        status = int(self.reader.readline().split()[1])
        fields = {}
        while (line := self.reader.readline().strip()):
            name, value = line.decode().split(":", 1)
            assert name.lower() not in fields, fields
            fields[name.lower()] = value.strip()
        return status, fields, self.reader.read(int(fields["content-length"]))


def read_as_go(answer):
    """As go-sdk does: an object, a string, and an integer that is no string and no fraction; without it a token is kept for ever."""
    status, fields, body = answer
    said = json.loads(body)
    assert status == 200 and fields["content-type"].startswith("application/json") and "content-encoding" not in fields, (status, fields, body)
    assert isinstance(said["access_token"], str) and type(said["expires_in"]) is int and said["expires_in"] > 10, said  # pylint: disable=unidiomatic-typecheck
    assert all(isinstance(said.get(name, ""), str) for name in ("issued_token_type", "token_type", "scope", "refresh_token")), said
    assert said["token_type"].lower() == "bearer" and fields["cache-control"] == "no-store", (said, fields)
    return said["access_token"]


def check_refused(answer, error, *words):
    """Status 400 and JSON are shown as they should be, and the description may be shown alone."""
    status, fields, body = answer
    said = json.loads(body)
    assert status == 400 and fields["content-type"].startswith("application/json") and said["error"] == error, (status, fields, body)
    assert set(said) == {"error", "error_description"} and all(word in said["error_description"] for word in words), said
    assert said["error_description"] and "\n" not in said["error_description"]


def permits(home, gateway, token, function):
    (home / "jwks.json").write_text(json.dumps(gateway.jwks()))
    fntoken("authorize", "--jwks", home / "jwks.json", "--issuer", ISSUER, "--resource", function, input=token)


def form(token, *before, after=()):
    """go-sdk sorts by name, so that audience stands before and scope between; each is encoded already."""
    return "&".join([*before, GRANT, *after, "subject_token=" + token, ID_TOKEN])


@test
def faas_cli_and_go_sdk_for_a_function(home):
    gateway = home.gateway()
    bodies = [form(home.token(), "audience=openfaas-fn%3Aenv", after=["scope=function"]) for _ in range(3)]
    bodies.append(form(home.token(), "audience=openfaas-fn%3Aenv", "audience=openfaas-fn%3A%2A", after=["scope=function"]))
    wire = Wire(home)
    *tokens, several = [read_as_go(wire.ask(body, GO)) for body in bodies]  # over one connection
    for token in tokens:
        permits(home, gateway, token, "openfaas-fn:env")
        assert claims(token)["function"] == {"permissions": ["openfaas-fn:*"], "audience": ["openfaas-fn:env"]}, claims(token)
    permits(home, gateway, several, "openfaas-fn:other")


@test
def go_sdk_by_way_of_an_api_token(home):
    """An exchange without audience and scope, and its answer as subject, called an id_token all the same."""
    gateway = home.gateway()
    body = form(home.token())
    wire = Wire(home)
    api = read_as_go(wire.ask(body, GO))
    assert "function" not in claims(api) and claims(api)["policy"] == ["invoke"], claims(api)
    token = read_as_go(wire.ask(form(api, "audience=openfaas-fn%3Aenv", after=["scope=function"]), GO))
    permits(home, gateway, token, "openfaas-fn:env")
    assert claims(token)["sub"] == claims(api)["sub"] == "fed:ada"


@test
def go_sdk_does_not_trim_the_file_of_a_service_account(home):
    gateway = home.gateway()
    for end in ("%0A", "%0D%0A"):
        permits(home, gateway, read_as_go(Wire(home).ask(form(home.token() + end, "audience=openfaas-fn%3Aenv", after=["scope=function"]), GO)), "openfaas-fn:env")
    check_refused(Wire(home).ask(form(home.token() + "%0A%0A"), GO), "invalid_request")


@test
def python_sdk_for_a_function(home):
    """requests encodes fields as they stand in its dict."""
    gateway = home.gateway()
    body = f"subject_token={home.token()}&{ID_TOKEN}&{GRANT}&scope=function&audience=openfaas-fn%3Aenv"
    wire = Wire(home)
    token = read_as_go(wire.ask(body, PYTHON))
    check_refused(wire.ask(body.replace("openfaas-fn%3Aenv", "dev%3Aenv"), PYTHON), "invalid_target", "dev:env")
    permits(home, gateway, token, "openfaas-fn:env")


@test
def curl_as_the_tutorial_has_it(home):
    gateway = home.gateway()
    body = f"subject_token={home.token()}&{ID_TOKEN}&{GRANT}&audience=openfaas-fn%3Aenv&scope=function"
    permits(home, gateway, read_as_go(Wire(home).ask(body, CURL)), "openfaas-fn:env")
    # Colons as they are, as with curl -d.
    permits(home, gateway, read_as_go(Wire(home).ask(urllib.parse.unquote(body), CURL)), "openfaas-fn:env")
    # A client that names itself, though nobody asks.
    read_as_go(Wire(home).ask(body, [*CURL, "Authorization: Basic b3BlbmZhYXM6c2VjcmV0"]))


@test
def parameters_in_the_query_are_refused_and_named(home):
    """One published example has them there, with an empty body; the token reaches no log."""
    gateway = home.gateway()
    token = home.token()
    check_refused(Wire(home).ask("", CURL, target="/oauth/token?" + form(token)), "invalid_request", "body")
    check_refused(Wire(home).ask("", ["User-Agent: curl/7.88.1", "Accept: */*", "Content-Length: 0"], target="/oauth/token?" + form(token)), "invalid_request", "body")
    assert token not in gateway.stderr() and token.split(".")[1] not in gateway.stderr()


@test
def what_clients_show_of_a_refusal(home):
    _ = home.gateway()
    good, bob, old = home.token(), home.token("bob"), home.token(exp=1_600_000_000)
    wire = Wire(home)
    function = ["audience=openfaas-fn%3Aenv"]
    check_refused(wire.ask(form(bob, *function, after=["scope=function"]), GO), "invalid_request", "No policies found for subject: bob")
    check_refused(wire.ask(form(old, *function, after=["scope=function"]), GO), "invalid_request", "expired")
    check_refused(wire.ask(form(good, "audience=dev%3Aenv", after=["scope=function"]), GO), "invalid_target", "dev:env")
    check_refused(wire.ask(form(good, after=["scope=openid+email"]), GO), "invalid_scope")
    check_refused(wire.ask(form("api-token-of-the-user", *function, after=["scope=function"]), GO), "invalid_request")
    whole = urllib.parse.quote(json.dumps({"access_token": good, "expires_in": 300}), safe="")
    check_refused(wire.ask(form(whole), GO), "invalid_request", "access_token")
    check_refused(wire.ask("grant_type=client_credentials&client_id=a&client_secret=b&scope=email", GO), "unsupported_grant_type")


@test
def watchdogs_fetch_the_documents(home):
    gateway = home.gateway()
    wire = Wire(home)
    _, _, document = wire.ask("", ["User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"], target="/.well-known/openid-configuration", method="GET")
    uri = json.loads(document)["jwks_uri"]
    status, _, keys = wire.ask("", ["User-Agent: openfaas-watchdog", "Accept-Encoding: gzip"], target=urllib.parse.urlsplit(uri).path, method="GET")
    assert status == 200 and {key["kty"] for key in json.loads(keys)["keys"]} == {"EC"} and json.loads(keys) == gateway.jwks()


def exchanges(name):
    path = RECORDED / f"{name}.requests.jsonl"
    if not path.exists():
        raise Skipped(f"there is no {path.name} in FNT_SHARED")
    return [one for one in map(json.loads, path.read_text().splitlines()) if one.get("path") == "/oauth/token"]


def check_recorded(home, name):
    """Each as it was, but for the subject, and the function where our rules have another namespace."""
    _ = home.gateway()
    subject, seen = home.token(), set()
    wire = Wire(home)
    for one in exchanges(name):
        fields = dict(urllib.parse.parse_qsl(one["body"]))
        if "subject_token" not in fields or one["body"] in seen:
            continue
        seen.add(one["body"])
        body = one["body"].replace("subject_token=" + urllib.parse.quote_plus(fields["subject_token"]), "subject_token=" + subject)
        body = body.replace("dev%3A", "openfaas-fn%3A")
        head = [f"{key}: {'{}' if key == 'Content-Length' else value}" for key, value in one["headers"]]
        answer = wire.ask(body, head)
        if set(fields.get("scope", "function").split()) == {"function"}:
            token = read_as_go(answer)
            assert ("function" in claims(token)) == ("scope" in fields), (one["body"], claims(token))
        else:
            check_refused(answer, "invalid_scope")
    assert seen


@test
def requests_recorded_from_faas_cli(home):
    check_recorded(home, "faas-cli-0.18.12")


@test
def requests_recorded_from_go_sdk(home):
    check_recorded(home, "go-sdk-0.3.0")


main()

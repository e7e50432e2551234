#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway: what an identity provider that worked may answer one day, and what must come of it: it is told, the last good keys
stay, nobody else waits, and what is mended is found. What hangs, redirects, 500, HTML, 10 MB and TLS are in fetching.py."""
import contextlib
import gzip
import json
import shutil
import ssl
import subprocess

from harness import Provider, Skipped, eventually, fntoken, in_time, main, role, test

MEBIBYTES = b" " * 10_000_000


class Failing(Provider):
    """fault(self, request, is_keys): True where it answered, else what is right is."""
    fault = None

    def answer(self, request):
        fault = self.fault
        with contextlib.suppress(OSError):  # who has read enough goes
            if fault is None or not fault(self, request, request.path.endswith("/jwks")):
                super().answer(request)

    def keys(self):
        return json.loads((self.home / f"{self.name}.json").read_text())["keys"]


def document(**changes):
    """A document with other members; None takes one out."""
    def fault(provider, request, is_keys):
        if is_keys:
            return False
        members = {"issuer": provider.iss, "jwks_uri": f"{provider.iss}/jwks", **{name: value for name, value in changes.items()}}
        provider.send(request, 200, json.dumps({name: value for name, value in members.items() if value is not None}).encode())
        return True
    return fault


def keys(make):
    """Keys of which make(provider) makes the body."""
    def fault(provider, request, is_keys):
        if is_keys:
            provider.send(request, 200, make(provider))
        return is_keys
    return fault


def always(status, body=b"{}", **headers):
    def fault(provider, request, is_keys):
        with contextlib.suppress(OSError):
            provider.send(request, status, body, **headers)
        return True
    return fault


def raw(before, piece=b"", pause=0.0):
    """Bytes as they are, then a piece again and again, then the end of the connection."""
    def fault(provider, request, is_keys):
        request.close_connection = True
        with contextlib.suppress(OSError):
            request.wfile.write(before)
            while piece and not provider.released.wait(pause):
                request.wfile.write(piece)
        return True
    return fault


def loop(provider, request, is_keys):
    provider.send(request, 302, b"", Location=f"{request.path}x")
    return True


def other_key(provider):
    """Another key under the same kid."""
    fntoken("keygen", "--out", provider.home / "other.pem", "--public-out", provider.home / "other.json", "--force")
    other, = json.loads((provider.home / "other.json").read_text())["keys"]
    return {**other, "kid": provider.keys()[0]["kid"]}


def with_keys(change):
    return keys(lambda provider: json.dumps({"keys": change(provider.keys())}).encode())


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
FAULTS = {
    "no_issuer": (document(issuer=None), "issuer"),
    "another_issuer": (document(issuer="https://elsewhere.example.com"), "issuer"),
    "a_slash_more": (lambda p, r, k: document(issuer=p.iss + "/")(p, r, k), "issuer"),
    "issuer_number": (document(issuer=1), "issuer"),
    "no_jwks_uri": (document(jwks_uri=None), "jwks_uri"),
    "jwks_of_a_file": (document(jwks_uri="file:///etc/passwd"), "jwks_uri"),
    "jwks_of_ftp": (document(jwks_uri="ftp://127.0.0.1/jwks"), "jwks_uri"),
    "jwks_of_another_port": (document(jwks_uri="http://127.0.0.1:1/jwks"), "connect"),
    "jwks_with_a_user": (lambda p, r, k: document(jwks_uri=p.iss.replace("//", "//a@") + "/jwks")(p, r, k), "jwks_uri"),
    "jwks_nowhere": (document(jwks_uri="https://nowhere.invalid/jwks"), "nowhere.invalid"),
    "no_keys": (with_keys(lambda good: []), "There is no key in it"),
    "keys_for_encryption": (with_keys(lambda good: [{**key, "use": "enc"} for key in good]), "key"),
    "keys_that_are_secret": (with_keys(lambda good: [{"kty": "oct", "kid": "a", "alg": "HS256", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}]), "key"),
    "one_kid_for_two_keys": (keys(lambda p: json.dumps({"keys": p.keys() + [other_key(p)]}).encode()), "kid"),
    "keys_of_another_shape": (keys(lambda p: b'{"keys":{}}'), "keys"),
    "keys_as_an_array": (keys(lambda p: json.dumps(p.keys()).encode()), "neither JSON"),
    "keys_twice": (keys(lambda p: b'{"keys":[],' + json.dumps({"keys": p.keys()}).encode()[1:]), "a name stands twice"),
    "keys_cut": (keys(lambda p: json.dumps({"keys": p.keys()}).encode()[:-3]), "JSON"),
    "keys_html": (keys(lambda p: b"<!DOCTYPE html><title>Maintenance</title>"), "JSON"),
    "keys_long": (keys(lambda p: b'{"keys":[' + MEBIBYTES), "longer than 1048576 bytes"),
    "packed": (always(200, gzip.compress(b'{"keys":[' + MEBIBYTES), **{"Content-Encoding": "gzip"}), "longer than 1048576 bytes"),
    "nothing_said": (raw(b""), "mpty reply"),
    "empty_body": (always(200, b""), "empty"),
    "cut_off": (raw(OK + b"Content-Length: 1000\r\n\r\n{"), "999 bytes"),
    "no_http": (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "HTTP"),
    "no_content": (always(204, b""), "status is 204"),
    "a_part": (always(206), "status is 206"),
    "not_modified": (always(304, b""), "status is 304"),
    "forbidden": (always(403), "status is 403"),
    "loop": (loop, "or one too many"),
    "slow_body": (raw(OK + b"Content-Length: 1000\r\n\r\n", b" ", 0.3), "imed out"),
    "slow_head": (raw(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", 0.3), "imed out"),
    "endless_head": (raw(b"HTTP/1.1 200 OK\r\nX-A: ", b"a" * 4096), "/.well-known/openid-configuration: "),
    "endless_body": (raw(OK + b"\r\n", b" " * 4096), "longer than 1048576 bytes"),
}


@test
def a_provider_that_breaks_keeps_its_last_good_keys(home):
    providers = [Failing(home, name) for name in FAULTS]
    good = Provider(home, "good")
    for provider in [*providers, good]:
        home.write(f"iam/{provider.name}.yaml", role(provider.name.replace("_", "-"), provider.iss, ["ada"]))
    gateway = home.gateway("--refresh", "1s", "--max-age", "1h", trust=False)
    tokens = {provider.name: provider.token() for provider in providers}
    for provider in providers:
        eventually(lambda p=provider: gateway.issues(tokens[p.name]))
    assert all("fetched" in line or "/readyz" in line for line in gateway.stderr().splitlines() if "note: keys of" in line)
    for provider in providers:
        provider.fault = FAULTS[provider.name][0]
    wrong = []
    for provider in providers:
        words = FAULTS[provider.name][1]
        heard = lambda p=provider, w=words: any(f"keys of {p.iss}: " in line and w in line.split(f"keys of {p.iss}: ", 1)[1]  # noqa: E731
                                                for line in gateway.stderr().splitlines())
        try:
            eventually(heard, 180)
        except AssertionError:
            said = [line for line in gateway.stderr().splitlines() if provider.iss in line and "note" in line]
            wrong.append((provider.name, words, said[-1]))
        assert gateway.issues(tokens[provider.name]), provider.name
        assert gateway.metric(f'fntoken_gateway_key_fetches_total{{issuer="{provider.iss}",outcome="failed"}}') >= 1
        assert gateway.metric(f'fntoken_gateway_keys_age_seconds{{issuer="{provider.iss}"}}') >= 0
    assert not wrong, wrong
    # Whatever the others do, it is asked each second and a bit.
    for _ in range(5):
        asked = good.asked
        eventually(lambda more=asked + 2: good.asked >= more, 20)
    assert in_time(2, gateway.issues, lambda number: (good.rotate(number), good.token())[1])
    assert gateway.is_ready() and gateway.process.poll() is None
    for provider in providers:
        provider.fault = None
        provider.released.set()
        provider.rotate()
    for provider in providers:
        eventually(lambda p=provider: gateway.issues(p.token()), 180)  # asked again after a minute at most
        assert not gateway.issues(tokens[provider.name])


@test
def what_is_odd_and_good(home):
    changes = {
        "twice": lambda good: good + good,
        "secret_beside": lambda good: [{"kty": "oct", "kid": "a", "alg": "HS256", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}] + good,
        "unknown_beside": lambda good: [{"kty": "AKP", "kid": "b", "alg": "ML-DSA-44", "pub": "AA"}, {"kty": "EC"}] + good,
        "more": lambda good: [{**key, "x5t": "a", "issuer": "b"} for key in good],
        "many": lambda good: [{**key, "kid": f"{number}"} for number in range(200) for key in good] + good,
    }
    providers = []
    for name, change in changes.items():
        provider = Failing(home, name)
        provider.fault = with_keys(change)
        home.write(f"iam/{name}.yaml", role(name.replace("_", "-"), provider.iss, ["ada"]))
        providers.append(provider)
    gateway = home.gateway(trust=False)
    for provider in providers:
        eventually(lambda p=provider: f"keys of {p.iss}" in gateway.stderr())
        said = [line for line in gateway.stderr().splitlines() if provider.iss in line and "note" in line]
        assert gateway.issues(provider.token()), (provider.name, said)


def tls_provider(home, name, *words, subject="DNS:localhost"):
    """Behind a certificate of its own, in NAME.crt."""
    if shutil.which("openssl") is None:
        raise Skipped("there is no openssl")
    provider = Provider(home, name)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName={subject}", *words, "-keyout", home / f"{name}.key", "-out", home / f"{name}.crt"], check=True, capture_output=True)
    provider.context = context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(home / f"{name}.crt", home / f"{name}.key")
    provider.server.socket = context.wrap_socket(provider.server.socket, server_side=True)
    provider.iss = f"https://localhost:{provider.server.server_port}"
    home.write(f"iam/{name}.yaml", role(name, provider.iss, ["ada"]))
    return provider


@test
def a_certificate_that_has_expired_is_none(home):
    provider = tls_provider(home, "expired")
    home.write("ca.conf", f"""[ca]\ndefault_ca = all\n[all]\ndatabase = {home / 'index'}\nserial = {home / 'serial'}\nnew_certs_dir = {home.path}\ndefault_md = sha256
policy = names\ncopy_extensions = copy\n[names]\ncommonName = supplied\n""")
    home.write("index", "")
    for words in (["req", "-new", "-key", home / "expired.key", "-subj", "/CN=expired", "-addext", "subjectAltName=DNS:localhost", "-out", home / "expired.csr"],
                  ["ca", "-config", home / "ca.conf", "-selfsign", "-batch", "-notext", "-create_serial", "-keyfile", home / "expired.key", "-in", home / "expired.csr",
                   "-startdate", "20200101000000Z", "-enddate", "20200201000000Z", "-out", home / "expired.crt"]):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    provider.context.load_cert_chain(home / "expired.crt", home / "expired.key")
    gateway = home.gateway("--ca-file", home / "expired.crt")
    eventually(lambda: any(provider.iss in line and "certificate" in line and "expired" in line for line in gateway.stderr().splitlines()))
    assert provider.asked == 0 and gateway.exchange(provider.token())[0] == 503
    assert gateway.issues(home.token())


@test
def keys_of_https_come_by_https(home):
    provider = tls_provider(home, "downgrading")
    plain = Provider(home, "plain")
    provider.answer = lambda request: provider.send(request, 200, json.dumps({"issuer": provider.iss, "jwks_uri": f"{plain.iss}/jwks"}).encode())
    gateway = home.gateway("--ca-file", home / "downgrading.crt")
    eventually(lambda: any(provider.iss in line and "jwks_uri" in line for line in gateway.stderr().splitlines()))
    # Nor after a redirect.
    provider.answer = lambda request: provider.send(request, 302, b"", Location=f"{plain.iss}/moved")
    eventually(lambda: any(provider.iss in line and "redirect" in line for line in gateway.stderr().splitlines()), 180)
    assert plain.asked == 0 and gateway.exchange(provider.token())[0] == 503


main()

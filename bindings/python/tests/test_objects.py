# SPDX-License-Identifier: MIT
"""What Python makes of the header: exceptions, values, objects that close."""

import doctest
import importlib
import inspect
import json
import pickle
import time
from dataclasses import FrozenInstanceError
from datetime import datetime, timedelta, timezone

import fntoken
import pytest
from conftest import OBJECTS

MODULES = [
    "fntoken",
    "fntoken._values",
    "fntoken.asgi",
    "fntoken.client",
    "fntoken.fetch",
    "fntoken.guard",
    "fntoken.rules",
    "fntoken.wsgi",
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_everything_has_a_docstring():
    for name in fntoken.__all__:
        thing = getattr(fntoken, name)
        assert thing.__doc__, name
        for member, value in vars(thing).items() if inspect.isclass(thing) else []:
            if not member.startswith("_") and callable(value):
                assert value.__doc__, f"{name}.{member}"


def test_exceptions_say_who_has_to_act(minter):
    verifier = minter.verifier()
    for header, resource, kind, http in [
        (None, "dev:env", fntoken.Refused, 401),
        (minter.header(), "dev:env", fntoken.Denied, 403),
        (minter.header(), "", fntoken.ArgumentFault, 500),
    ]:
        with pytest.raises(kind) as raised:
            verifier.authorize(header, resource)
        assert raised.value.http_status == http
        assert isinstance(raised.value, fntoken.Error)
        assert raised.value.report[0].kind == "summary"
    with pytest.raises(fntoken.NotReady) as raised:
        fntoken.Verifier("https://gateway.example.com").authorize("Bearer a.b.c", "dev:env")
    assert raised.value.http_status == 503
    with pytest.raises(fntoken.KeyUnknown) as raised:
        fntoken.Verifier(minter.issuer, fntoken.KeySet(fntoken.Key.generate().public_jwk())).verify(minter.token())
    assert raised.value.challenge.startswith('Bearer realm="IAM function invoke"')
    assert str(raised.value).startswith("key-unknown: ")
    assert pickle.loads(pickle.dumps(raised.value)).report == raised.value.report


def test_a_report_never_holds_the_token(minter):
    token = minter.token()
    with pytest.raises(fntoken.Denied) as raised:
        minter.verifier().authorize("Bearer " + token, "dev:env")
    signature = token.rpartition(".")[2]
    assert signature not in str(raised.value) + repr(raised.value.report) + repr(raised.value)


def test_half_a_surrogate_pair_is_malformed_and_nothing_else(minter):
    verifier, half = minter.verifier(), "\ud800"
    for call, word in [
        (lambda: verifier.verify(half), "malformed"),
        (lambda: verifier.authorize("Bearer " + half, "dev:env"), "header"),
        (lambda: verifier.authorize(minter.header(), "dev:" + half), "resource"),
        (lambda: fntoken.unverified(half), "malformed"),
        (lambda: fntoken.KeySet(half), "key"),
        (lambda: fntoken.Key(half), "key"),
        (lambda: fntoken.Iam(half), "iam"),
        (lambda: fntoken.Revocations(half), "iam"),
        (lambda: fntoken.resource_from_path("/function/" + half), "path"),
        (lambda: fntoken.match("*", half), "resource"),
        (lambda: fntoken.mint(minter.key, issuer="x", subject=half, permissions=["*"], ttl=1), "pattern"),
        (lambda: fntoken.sign(minter.key, '{"a":"' + half + '"}'), "argument"),
    ]:
        with pytest.raises(fntoken.Error) as raised:
            call()
        assert raised.value.word == word
    assert fntoken.escape("a" + half)


def test_only_text_is_text(minter):
    verifier = minter.verifier()
    for wrong in (1, bytearray(b"Bearer x"), ["Bearer x"], object()):
        with pytest.raises(TypeError):
            verifier.authorize(wrong, "dev:env")
    for call in (
        lambda: verifier.authorize("x"),
        lambda: verifier.authorize("x", "y", 1, 2),
        lambda: verifier.authorize("x", "y", nov=1),
        lambda: verifier.authorize("x", "y", resource="z"),
        lambda: fntoken.Verifier("x", "not keys"),
        lambda: fntoken.Verifier("x", leewai=1),
        lambda: fntoken.Verifier("x", issuer="y"),
        lambda: verifier.set_keys(minter.key),
        lambda: fntoken.Token(),
    ):
        with pytest.raises(TypeError):
            call()
    assert verifier.authorize(authorization=minter.header().encode(), resource=b"openfaas-fn:env", now=None)


def test_times_are_aware_datetimes(minter):
    now = datetime(2024, 5, 16, 8, 42, 1, 500000, tzinfo=timezone.utc)
    token = fntoken.mint(minter.key, issuer=minter.issuer, subject="a", permissions=["*"], ttl=60, now=now)
    verifier = minter.verifier()
    for moment in (now, int(now.timestamp()), now.timestamp(), now.astimezone(timezone(timedelta(hours=5)))):
        assert verifier.verify(token, moment).issued == now.replace(microsecond=0)
        assert verifier.verify(token, moment).expires == now.replace(microsecond=0) + timedelta(seconds=60)
    with pytest.raises(fntoken.Refused):
        verifier.verify(token, now + timedelta(seconds=61))
    with pytest.raises(ValueError, match="time zone"):
        verifier.verify(token, datetime(2024, 5, 16))
    for impossible in (0, -1, 1 << 80, 1715848921000):
        with pytest.raises(fntoken.ArgumentFault):
            verifier.verify(token, impossible)
    assert minter.verifier().verify(minter.token()).not_before is None


def test_what_is_closed_is_closed(minter):
    with minter.verifier() as verifier:
        token = verifier.authorize(minter.header(), "openfaas-fn:env")
    verifier.close()
    for call in (lambda: verifier.authorize(None, "a:b"), lambda: verifier.set_keys(None), lambda: verifier.get("leeway"), verifier.verify):
        with pytest.raises((ValueError, TypeError)):
            call()
    assert token.subject == "fed:ada"  # tokens that it gave out stay
    token.close()
    with pytest.raises(ValueError, match="closed"):
        token.subject  # noqa: B018
    for made in (
        fntoken.KeySet(minter.key.public_jwk()),
        fntoken.Key.generate(),
        fntoken.Iam("[]"),
        fntoken.Patterns(["*"]),
        fntoken.Revocations(),
    ):
        with made as opened:
            assert opened is made
        made.close()
    with pytest.raises(ValueError, match="closed"):
        minter.verifier().set_keys(_closed(fntoken.KeySet(minter.key.public_jwk())))


def _closed(thing):
    thing.close()
    return thing


def test_settings_and_statistics(minter):
    verifier = minter.verifier(leeway=5, cache_entries=10, algorithms=["ES256", "RS256"], any_kind=True)
    assert [verifier.get(name) for name in ("leeway", "cache_entries", "algorithms", "any_kind")] == [5, 10, 9, 1]
    header = minter.header()
    for _ in range(3):
        verifier.authorize(header, "openfaas-fn:env")
    assert (verifier.get("hits"), verifier.get("misses"), verifier.get("cached")) == (2, 1, 1)
    assert verifier.authorize_cached(header, "openfaas-fn:env").subject == "fed:ada"
    assert verifier.authorize_cached(minter.header(), "openfaas-fn:env") is None
    with pytest.raises(fntoken.Denied):
        verifier.authorize_cached(header, "dev:env")
    with pytest.raises(KeyError):
        verifier.get("nothing")
    with pytest.raises(fntoken.Fault):
        minter.verifier(leeway=301)
    with pytest.raises(ValueError, match="no signature algorithm"):
        minter.verifier(algorithms="none")


def test_keys(minter):
    key = fntoken.Key.generate("RS256")
    again = fntoken.Key(key.private_pem())
    assert again.id == key.id
    assert "PUBLIC" in key.public_pem()
    with pytest.raises(fntoken.Fault) as raised:
        fntoken.Key(key.public_pem())
    assert raised.value.status == fntoken.Status.FAULT_KEY
    keys = fntoken.KeySet('{"keys":[{"kty":"x"},' + minter.key.public_jwk() + "]}")
    assert len(keys.report) == 2
    assert fntoken.signature_only(keys, fntoken.sign(minter.key, {"a": 1})) == b'{"a": 1}'
    with pytest.raises(fntoken.Refused):
        fntoken.signature_only(keys, fntoken.sign(fntoken.Key.generate(), {"a": 1}))
    assert fntoken.unverified(minter.token())["verified"] is False


def test_rules_and_the_token_service(minter):
    iam = fntoken.Iam(OBJECTS)
    assert [issuer.name for issuer in iam.issuers] == ["idp"]
    assert len(iam.digest) == 64
    assert iam.lint()[0].errors == 0
    assert iam.simulate({"iss": "https://idp.example.com", "sub": "a", "aud": "openfaas"}, "openfaas-fn:env").allowed
    with pytest.raises(fntoken.Fault) as raised:
        fntoken.Iam([{"apiVersion": "iam.openfaas.com/v1", "kind": "Role", "metadata": {"name": "r"}, "spec": {"policy": ["p"]}}])
    assert raised.value.report[1].path == "/0/spec"
    assert any(rule.name == "open-role" for rule in fntoken.lint_rules())
    service = fntoken.TokenService(minter.issuer, minter.key, max_ttl=60)
    with pytest.raises(fntoken.NotReady):
        service.exchange("")
    service.set_iam(iam)
    answer = service.exchange("grant_type=x")
    assert (answer.http_status, answer.json["error"]) == (400, "unsupported_grant_type")
    with pytest.raises(FrozenInstanceError):
        answer.body = ""
    with service:
        pass
    with pytest.raises(ValueError, match="closed"):
        service.exchange("")


def test_revocations(minter):
    verifier, token = minter.verifier(cache_entries=10), minter.token()
    jti = verifier.verify(token).id
    verifier.set_revoked(fntoken.Revocations(json.dumps({"jti": jti, "why": "lost"})))
    with pytest.raises(fntoken.Refused) as raised:
        verifier.verify(token)
    assert raised.value.status == fntoken.Status.REFUSED_REVOKED
    verifier.set_revoked(None)
    assert verifier.verify(token)


def test_escape():
    assert fntoken.escape("a\nb", "header") == "a%0Ab"
    assert fntoken.escape('"', "json") == '\\"'
    with pytest.raises(ValueError, match="plain, json or header"):
        fntoken.escape("a", "html")


def test_the_clock_is_the_default(minter):
    before = int(time.time()) - 1  # time() of C may be a tick behind
    assert before <= minter.verifier().verify(minter.token()).issued.timestamp() <= time.time()

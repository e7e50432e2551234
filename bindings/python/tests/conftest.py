# SPDX-License-Identifier: MIT
import json
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import fntoken
from double import Gateway

ROOT = Path(__file__).resolve().parents[3]
IDP = "https://idp.example.com"
LONG = bool(os.environ.get("FNT_LONG"))


def iam_object(kind, name, spec):
    return {"apiVersion": "iam.openfaas.com/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


OBJECTS = [
    iam_object("JwtIssuer", "idp", {"iss": IDP, "aud": ["openfaas"], "tokenExpiry": "1h"}),
    iam_object(
        "Policy",
        "all",
        {"statement": [{"sid": "1", "action": ["Function:Invoke"], "effect": "Allow", "resource": ["openfaas-fn:*"]}]},
    ),
    iam_object("Role", "users", {"policy": ["all"], "condition": {"StringEqual": {"jwt:iss": [IDP]}}}),
]


@pytest.fixture(scope="session")
def vectors():
    def read(name):
        return json.loads((ROOT / "tests" / "vectors" / name).read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="session")
def idp_key():
    return fntoken.Key.generate()


@pytest.fixture
def subject(idp_key):
    import time

    now = int(time.time())
    return fntoken.sign(idp_key, {"iss": IDP, "sub": "ada", "aud": "openfaas", "iat": now, "exp": now + 3600})


@pytest.fixture
def gateway(idp_key):
    made = Gateway(fntoken.Iam(OBJECTS), IDP, fntoken.KeySet(idp_key.public_jwk()))
    yield made
    made.shutdown()
    made.server_close()


class Minter:
    """A gateway's key, and tokens of it."""

    def __init__(self, issuer="https://gateway.example.com"):
        self.issuer = issuer
        self.key = fntoken.Key.generate()
        self.keys = fntoken.KeySet(self.key.public_jwk())

    def token(self, permissions=("openfaas-fn:env",), **more):
        return fntoken.mint(self.key, issuer=self.issuer, subject="fed:ada", permissions=permissions, ttl=3600, **more)

    def header(self, *args, **more):
        return "Bearer " + self.token(*args, **more)

    def verifier(self, **settings):
        return fntoken.Verifier(self.issuer, self.keys, **settings)


@pytest.fixture(scope="session")
def minter():
    return Minter()

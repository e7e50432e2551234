#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway: what real identity providers sent (spec/idp-samples.json of FNT_SHARED), signed again by keys of this test and moved to
its time. Each sample has a provider of its own on loopback, which serves the recorded documents with its own address and key in them."""
import base64
import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import time

from harness import ISSUER, Provider, Skipped, claims, eventually, fntoken, main, test

RECORDED = pathlib.Path(os.environ.get("FNT_SHARED") or pathlib.Path(__file__).resolve().parents[3] / "shared") / "spec/idp-samples.json"
WAYS_OUT = "azp 'openfaas' is listed: add an audience mapper"
# Each sample: the decision's status where aud has to be 'openfaas', where the opt-in of rule 29 is on besides, and where 'portal' is an
# audience too; and what the caller reads in the first case.
ROWS = {
    "keycloak stock, client_credentials scope=email, access_token": ("audience", "ok", "audience", WAYS_OUT),
    'keycloak stock, client_credentials scope="openid email", id_token': ("ok", "ok", "ok", ""),
    "keycloak stock, password grant via portal, access_token": ("audience", "audience", "audience", "azp 'portal' is not listed either"),
    "keycloak stock, password grant via portal, id_token": ("audience", "audience", "ok", "an ID token of another client (azp 'portal')"),
    "keycloak stock, password grant via portal, refresh_token": ("algorithm", "algorithm", "algorithm", "The subject token is not accepted"),
    "keycloak, full scope off, access_token (no aud)": ("audience", "audience", "audience", "aud is absent"),
    "keycloak, lightweight access_token (no aud, no client_id)": ("audience", "audience", "audience", "aud is absent"),
    "keycloak, RFC 9068 header type, access_token": ("audience", "ok", "audience", WAYS_OUT),
    "keycloak, audience mapper, access_token": ("ok", "ok", "ok", ""),
}


class Signer:
    """An RSA key as PEM, and what stands of it in a JWKS of Keycloak's form."""

    def __init__(self, folder, name):
        self.pem = pathlib.Path(folder) / f"{name}.pem"
        fntoken("keygen", "--alg", "RS256", "--out", self.pem)
        certificate = subprocess.run(["openssl", "req", "-x509", "-key", self.pem, "-subj", "/CN=realm", "-days", "2", "-outform", "DER"],
                                     check=True, capture_output=True).stdout
        public = json.loads(fntoken("jwks", self.pem))["keys"][0]
        self.members = {"n": public["n"], "e": public["e"], "x5c": [base64.b64encode(certificate).decode()]}


KEYS_FOLDER = tempfile.TemporaryDirectory(prefix="fnt")
SIGNERS = [Signer(KEYS_FOLDER.name, name) for name in ("one", "two")] if RECORDED.exists() else []


def recorded(part):
    if not RECORDED.exists():
        raise Skipped("there is no spec/idp-samples.json in FNT_SHARED")
    return json.loads(RECORDED.read_text())[part]


def replaced_keys(jwks, kid, signer):
    """A recorded JWKS in which the keys of that kid are the signer's."""
    def one(key):
        rest = {name: value for name, value in key.items() if not name.startswith("x5")}
        return {**rest, **signer.members} if key["kid"] == kid else key
    return {"keys": [one(key) for key in jwks["keys"]]}


class Realm(Provider):
    """Serves the recorded documents as its own, and signs a sample again."""

    def __init__(self, home, sample, signer, jwks="jwks_stock"):
        super().__init__(home, "realm")
        documents = recorded("documents")
        self.sample, self.signer, self.recorded_iss = sample, signer, documents["discovery"]["issuer"]
        self.base, self.iss = self.iss, self.iss + self.recorded_iss[len("http://127.0.0.1:16510"):]
        discovery = json.dumps(documents["discovery"]).replace(self.recorded_iss, self.iss)
        assert "16510" not in discovery
        self.jwks = replaced_keys(documents[jwks], self.kid, signer)
        self.documents = {
            self.iss[len(self.base):] + "/.well-known/openid-configuration": discovery,
            json.loads(discovery)["jwks_uri"][len(self.base):]: json.dumps(self.jwks),
        }

    @property
    def kid(self):
        return next(key["kid"] for key in recorded("documents")["jwks_stock"]["keys"] if key["use"] == "sig")

    def rotate(self):
        pass  # its key is a Signer

    def answer(self, request):
        self.asked += 1
        known = request.path in self.documents
        self.send(request, 200 if known else 404, self.documents.get(request.path, "").encode(), Cache_Control="no-cache")

    def claims(self, iss=None):
        """The sample's, issued now by this realm."""
        text = json.dumps(self.sample["claims"]).replace(self.recorded_iss, iss or self.iss)
        said = json.loads(text)
        moved = int(time.time()) - said["iat"]
        return {**said, "iat": said["iat"] + moved, "exp": said["exp"] + moved}

    def token(self, iss=None, signer=None, **more):
        """With the sample's own header, whose HS512 is made with a secret that nobody else has."""
        header = {**self.sample["header"], **more}
        words = ["--alg", header["alg"], "--typ", header["typ"], "--kid", header["kid"], "--claims", "-"]
        if header["alg"].startswith("HS"):
            secret = {"kty": "oct", "alg": header["alg"], "k": base64.urlsafe_b64encode(os.urandom(64)).decode().rstrip("=")}
            (self.home / "secret.json").write_text(json.dumps(secret))
            words += ["--allow-hmac", "--key", self.home / "secret.json"]
        else:
            words += ["--key", (signer or self.signer).pem]
        return fntoken("sign", *words, input=json.dumps(self.claims(iss)))


def rules(name, iss, audience, annotations=()):
    """The tutorial's: who has the client's id, or is in a group, may call two functions."""
    def thing(kind, kind_name, spec, **metadata):
        return {"apiVersion": "iam.openfaas.com/v1", "kind": kind, "metadata": {"name": kind_name, "namespace": "openfaas", **metadata}, "spec": spec}
    statement = {"sid": "1", "action": ["Function:Invoke"], "effect": "Allow", "resource": ["openfaas-fn:*", "dev:env"]}
    things = [
        thing("JwtIssuer", name, {"iss": iss, "aud": list(audience)}, annotations=dict(annotations)),
        thing("Policy", name, {"statement": [statement]}),
        thing("Role", f"{name}-machine", {"policy": [name], "condition": {"StringEqual": {"jwt:iss": [iss], "jwt:client_id": ["openfaas"]}}}),
        thing("Role", f"{name}-people", {"policy": [name], "condition": {"StringEqual": {"jwt:iss": [iss]},
                                                                        "ForAnyValue:StringEqual": {"jwt:groups": ["developers"]}}}),
    ]
    return "---\n".join(json.dumps(one) + "\n" for one in things)


@contextlib.contextmanager
def realms(home, audience=("openfaas",), annotations=()):
    """A realm for each sample, by its name, behind one gateway that has fetched their keys."""
    made = {}
    for number, (name, sample) in enumerate(recorded("tokens").items()):
        made[name] = Realm(home, sample, SIGNERS[number % 2])
        home.write(f"iam/realm{number}.yaml", rules(f"realm{number}", made[name].iss, audience, annotations))
    gateway = home.gateway(trust=False)
    eventually(lambda: gateway.admin("/readyz")[1].count("keys of http://127.0.0.1") == len(made) and ": none" not in gateway.admin("/readyz")[1])
    try:
        yield made, gateway
    finally:
        for realm in made.values():
            realm.server.shutdown()


def check_granted(home, gateway, subject, answer):
    issued = claims(answer["access_token"])
    assert issued["sub"] == "fed:" + subject["sub"] and issued["fed:iss"] == subject["iss"] and issued["iss"] == ISSUER, issued
    (home / "jwks.json").write_text(json.dumps(gateway.jwks()))
    for function, code in (("openfaas-fn:env", 0), ("dev:env", 0), ("dev:environment", 3)):
        try:
            fntoken("authorize", "--jwks", home / "jwks.json", "--issuer", ISSUER, "--resource", function, input=answer["access_token"])
            found = 0
        except subprocess.CalledProcessError as done:
            found = done.returncode
        assert found == code, (function, found)


def check(home, gateway, realm, wanted, token, subject):
    status, headers, answer = gateway.exchange(token)
    decision = gateway.decisions()[-1]
    assert headers["Cache-Control"] == "no-store" and decision["status"] == wanted, (decision, answer)
    assert status == (200 if wanted == "ok" else 400), (status, answer)
    if wanted == "ok":
        assert decision["verified"] and decision["subject_kid"] == realm.sample["header"]["kid"] and decision["subject_jti"] == subject["jti"], decision
        check_granted(home, gateway, subject, answer)
    else:
        assert answer["error"] == "invalid_request" and "access_token" not in answer, answer
    return answer


def check_all(home, column, **options):
    with realms(home, **options) as (made, gateway):
        for name, realm in made.items():
            token = realm.token()
            answer = check(home, gateway, realm, ROWS[name][column], token, claims(token))
            if column == 0:
                assert ROWS[name][3] in answer.get("error_description", ""), (name, answer)


@test
def every_sample_has_its_row(_):
    assert set(recorded("tokens")) == set(ROWS)


@test
def rule_28_samples_by_aud_alone(home):
    check_all(home, 0)


@test
def rule_29_samples_with_the_opt_in(home):
    check_all(home, 1, annotations={"fntoken/authorized-party": "true"})


@test
def rule_28_samples_where_portal_is_an_audience_too(home):
    check_all(home, 2, audience=("openfaas", "portal"))


@test
def samples_of_the_recorded_issuer_itself(home):
    """It is out of reach, so its keys come from a file."""
    samples = recorded("tokens")
    realm = Realm(home, next(iter(samples.values())), SIGNERS[0])
    (home / "realm.json").write_text(json.dumps(realm.jwks))
    home.write("iam/recorded.yaml", rules("recorded", realm.recorded_iss, ["openfaas"]))
    gateway = home.gateway("--trust", f"{realm.recorded_iss}={home / 'realm.json'}")
    for name, realm.sample in samples.items():
        token = realm.token(iss=realm.recorded_iss)
        check(home, gateway, realm, ROWS[name][0], token, claims(token))
    assert realm.asked == 0


@test
def rule_28_another_realms_key_signs_no_sample(home):
    with realms(home) as (made, gateway):
        for realm in made.values():
            other = next(signer for signer in SIGNERS if signer is not realm.signer)
            status, _, answer = gateway.exchange(realm.token(signer=other))
            assert status == 400 and answer["error"] == "invalid_request", answer


@test
def rule_30_a_refresh_token_under_a_key_that_is_known(home):
    with realms(home) as (made, gateway):
        realm = next(one for name, one in made.items() if "refresh_token" in name)
        token = realm.token(alg="RS256", kid=realm.kid)
        answer = check(home, gateway, realm, "other-token", token, claims(token))
        assert "refresh token" in answer["error_description"], answer


@test
def rule_10_one_kid_of_two_algorithms(home):
    """A realm after rotations: keys that are not for signing or of no use here beside one that stands there as PS256 and as RS256."""
    sample = recorded("tokens")["keycloak, audience mapper, access_token"]
    keys = recorded("documents")["jwks_rotated_same_kid_twice"]["keys"]
    kid = next(key["kid"] for key in keys if sum(other["kid"] == key["kid"] for other in keys) == 2)
    realm = Realm(home, sample, SIGNERS[0], "jwks_rotated_same_kid_twice")
    realm.jwks = replaced_keys({"keys": keys}, kid, SIGNERS[0])
    realm.documents[next(path for path in realm.documents if "well-known" not in path)] = json.dumps(realm.jwks)
    home.write("iam/realm.yaml", rules("realm", realm.iss, ["openfaas"]))
    gateway = home.gateway(trust=False)
    eventually(lambda: gateway.issues(realm.token(kid=kid)))
    for alg, status in (("RS256", 200), ("PS256", 200), ("RS512", 400)):
        found, _, answer = gateway.exchange(realm.token(alg=alg, kid=kid))
        assert found == status, (alg, answer)


main()

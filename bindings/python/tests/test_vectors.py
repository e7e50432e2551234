# SPDX-License-Identifier: MIT
"""The vectors that C, Go and Python share, each text as bytes and as str."""

import json
import os
import subprocess
import sys

import fntoken
import pytest
from conftest import LONG, ROOT
from vectors import Material, both, check_claims, rows_of, status_of, text_or_json, to_bytes, token_of


@pytest.fixture(scope="module")
def material(vectors):
    return Material(vectors("material.json"))


def test_the_schema_holds_for_every_file():
    jsonschema = pytest.importorskip("jsonschema")
    folder = ROOT / "tests" / "vectors"
    schema = json.loads((folder / "vectors.schema.json").read_text())
    count = 0
    for path in sorted(folder.glob("*.json")):
        if path.name.endswith(".schema.json"):
            continue
        file = json.loads(path.read_text())
        which = "rows-" + file["operation"] if "operation" in file else "material"
        jsonschema.Draft202012Validator({"$defs": schema["$defs"], "$ref": "#/$defs/" + which}).validate(file)
        names = [row["name"] for row in file.get("rows", [])]
        assert len(names) == len(set(names)), path
        count += len(names)
    assert count >= 300


def test_every_row_is_signed_and_laid_out():
    done = subprocess.run([sys.executable, "-B", ROOT / "tests/vectors/sign.py", "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "nothing changed\n")


def test_statuses(vectors):
    for row in rows_of(vectors("statuses.json")):
        error = fntoken.Error(row["number"])
        assert (error.word, error.http_status, error.oauth_error, error.challenge) == (
            row["status"],
            row["http"],
            row["oauth"],
            row["challenge"],
        ), row["name"]
        if row["status"] != "unknown":
            status = fntoken.Status(row["number"])
            assert (status.word, status.http, status.oauth, status.challenge) == (
                row["status"],
                row["http"],
                row["oauth"],
                row["challenge"],
            )


def test_headers(vectors):
    for row in rows_of(vectors("headers.json")):
        for header in both(to_bytes(row.get("header"))):
            word, token = status_of(fntoken.bearer_token, header)
            assert word == row["status"], row
            assert (None if token is None else token.encode()) == to_bytes(row.get("token"))


def test_paths(vectors):
    for row in rows_of(vectors("paths.json")):
        for path in both(to_bytes(row.get("path"))):
            word, resource = status_of(fntoken.resource_from_path, path, to_bytes(row.get("default_namespace")))
            assert (word, resource) == (row["status"], row.get("resource")), row


def test_patterns(vectors):
    for row in rows_of(vectors("patterns.json")):
        for pattern in both(to_bytes(row.get("pattern"))):
            word, matches = status_of(fntoken.match, pattern, to_bytes(row.get("resource")))
            assert word == ("ok" if row["status"] == "permission" else row["status"]), row
            assert matches is (None if word != "ok" else row["status"] == "ok")


def test_permissions(vectors):
    for row in rows_of(vectors("permissions.json")):
        lists = [[text for text in map(to_bytes, row[name]) if text] for name in ("permissions", "audience")]
        patterns = fntoken.Patterns(*lists)
        resource = to_bytes(row.get("resource"))
        assert status_of(patterns.permit, resource)[0] == row["status"], row
        if row["status"] != "argument":
            assert patterns.permits(resource) is (row["status"] == "ok")
    with pytest.raises(fntoken.ArgumentFault):
        fntoken.Patterns([""])


def test_tokens(vectors, material):
    for row in rows_of(vectors("tokens.json")):
        verifier, token, now = material.verifier(row), token_of(row), row["now"]
        resource = to_bytes(row.get("resource"))
        for header in both(to_bytes(row["authorization"], token)):
            assert status_of(verifier.authorize, header, resource, now)[0] == row["status"], row
        if row["status"] not in ("argument", "not-ready"):
            assert verifier.permits(header, resource, now) is (row["status"] == "ok")
        for jws in both(token):
            word, made = status_of(verifier.verify, jws, now)
            assert word == row.get("verify", row["status"]), row
            if made is not None:
                check_claims(row, made)


def test_keysets(vectors):
    for row in rows_of(vectors("keysets.json")):
        word, keys = status_of(fntoken.KeySet, text_or_json(row), symmetric=row.get("symmetric", False))
        assert word == row["status"], row
        if keys is not None and "kids" in row:
            assert [key["kid"] for key in json.loads(keys.jwks())["keys"]] == row["kids"]


def test_signing_keys(vectors):
    for row in rows_of(vectors("signing-keys.json")):
        word, key = status_of(fntoken.Key, text_or_json(row), row.get("algorithm"))
        assert (word, None if key is None else key.id) == (row["status"], row.get("id")), row


def test_iam(vectors):
    for row in rows_of(vectors("iam.json")):
        try:
            report = fntoken.Iam(text_or_json(row), namespaces="*").report
            word = "ok"
        except fntoken.Error as error:
            word, report = error.word, error.report
        assert (word, report[0].errors) == (row["status"], row["errors"]), row


def test_simulations(vectors, material):
    for row in rows_of(vectors("simulations.json")):
        word, said = status_of(material.iam(row["service"]).simulate, to_bytes(row["claims"]), to_bytes(row.get("resource")))
        got = word if said is None else "would-allow" if said.allowed else "would-deny"
        assert got == row["status"], row


def test_exchanges(vectors, material):
    issued = material.keyset("issued")
    for row in rows_of(vectors("exchanges.json")):
        service = material.service(row["service"])
        for form in both(to_bytes(row.get("form"), token_of(row))):
            try:
                answer = service.exchange(form, row["now"])
            except fntoken.Error as error:
                assert error.word == row["status"], row
                continue
            assert fntoken.Error(answer.status).word == ("ok" if answer.status == 0 else row["status"]), row
            assert (answer.status == 0) is (row["status"] == "ok")
            assert answer.http_status == (200 if answer.status == 0 else 400)
            assert answer.json.items() >= row.get("answer", {}).items(), row
            if "precise" in row:
                assert answer.report[0].status == row["precise"], row
            if answer.status == 0:
                issuer = material.material["services"][row["service"]]["issuer"]
                verifier = fntoken.Verifier(issuer, issued, any_kind=True)
                check_claims(row, verifier.verify(answer.json["access_token"], row["now"]))


def test_discovery(vectors):
    for row in rows_of(vectors("discovery.json")):
        where, issuer = to_bytes(row.get("address")), to_bytes(row.get("issuer"))
        word, found = status_of(fntoken.discovery, to_bytes(row["document"]), where, issuer, allow_http=row.get("http", False))
        assert word == row["status"], row
        if found is not None:
            assert (found.jwks_uri, found.issuer) == (row["jwks_uri"], row["found"])


@pytest.mark.skipif("FNT_MUTATIONS_FROM" not in os.environ, reason="FNT_MUTATIONS_FROM names no file of C's answers")
def test_changed_requests_are_answered_as_c_answers_them(vectors, material):
    rows = {row["name"]: row for row in rows_of(vectors("tokens.json"))}
    verifiers = {}
    count = 0
    with open(os.environ["FNT_MUTATIONS_FROM"], encoding="ascii") as file:
        for line in file:
            name, status, changed = line.rstrip("\n").split("\t")
            row = rows[name]
            if name not in verifiers:
                verifiers[name] = material.verifier({**row, "options": {**row.get("options", {}), "cache_entries": 64}})
            word, _ = status_of(verifiers[name].authorize, bytes.fromhex(changed), to_bytes(row.get("resource")), row["now"])
            assert word == status, line
            count += 1
    assert count >= (100_000 if LONG else 1000)
    print(f"# vectors: {count}")

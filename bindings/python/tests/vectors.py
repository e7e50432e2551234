# SPDX-License-Identifier: MIT
"""The reader of tests/vectors (README.md there)."""

import base64
import json

import fntoken


def to_bytes(text, token=None):
    """A text as bytes; None where it is absent."""
    if text is None or isinstance(text, str):
        return None if text is None else text.encode()
    parts = []
    for piece in text:
        if isinstance(piece, str):
            parts.append(piece.encode())
        elif "hex" in piece:
            parts.append(bytes.fromhex(piece["hex"]))
        elif "repeat" in piece:
            parts.append(piece["repeat"].encode() * piece["times"])
        else:
            parts.append(token)
    return b"".join(parts)


def both(data):
    """As bytes, and as str where it is UTF-8."""
    forms = [data]
    if data is not None:
        try:
            forms.append(data.decode())
        except UnicodeDecodeError:
            pass
    return forms


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token_of(row):
    if "signature" in row:
        return b".".join([base64url(to_bytes(row["header"])), base64url(to_bytes(row["payload"])), row["signature"].encode()])
    return to_bytes(row.get("token"))


def text_or_json(row):
    return json.dumps(row["json"]) if "json" in row else to_bytes(row.get("text"))


def rows_of(vectors):
    capable = fntoken.capabilities().split()
    for row in vectors["rows"]:
        if "needs" not in row or row["needs"] in capable:
            yield {**vectors.get("defaults", {}), **row}


class Material:
    def __init__(self, material):
        self.material = material

    def keyset(self, name):
        if name == "none":
            return None
        row = self.material["keysets"][name]
        return fntoken.KeySet(text_or_json(row), symmetric=row.get("symmetric", False))

    def key(self, name):
        row = self.material["signers"][name]
        return fntoken.Key(row["key"], row["alg"])

    def iam(self, service):
        objects = self.material["services"][service]["iam"]
        return None if objects is None else fntoken.Iam(objects)

    def service(self, name):
        row = self.material["services"][name]
        made = fntoken.TokenService(row["issuer"], self.key(row["signer"]), self.iam(name), **row.get("options", {}))
        for issuer, keyset in row["keysets"].items():
            made.set_keys(issuer, self.keyset(keyset))
        return made

    def verifier(self, row):
        made = fntoken.Verifier(
            to_bytes(row["issuer"]), self.keyset(row["keyset"]), audience=to_bytes(row.get("audience")), **row.get("options", {})
        )
        if row.get("revoked") is not None:
            made.set_revoked(fntoken.Revocations(to_bytes(row["revoked"])))
        return made


def status_of(function, *args, **more):
    """The word of what a call answers, and what it returned."""
    try:
        return "ok", function(*args, **more)
    except fntoken.Error as error:
        assert error.report is not None
        return error.word, None


def check_claims(row, token):
    for name, want in row.get("claims", {}).items():
        got = getattr(token, {"id": "id"}.get(name, name))
        if name in ("expires", "not_before", "issued"):
            assert int(got.timestamp()) == want, name
        else:
            assert got == (tuple(want) if isinstance(want, list) else want), name

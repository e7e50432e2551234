# SPDX-License-Identifier: MIT
"""Signs the rows of tests/vectors/*.json that have a signer and no signature, and lays all files out: a row a line.
A signature that is there stays, so that a diff shows what was changed. After changing a header or payload, take its signature out.
Usage: sign.py            writes; needs the package cryptography where something is to be signed
       sign.py --check    exit status 1 where a file would change"""
import base64
import glob
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def to_bytes(text):
    """The bytes of a text as README.md describes it; None where it is absent."""
    if text is None or isinstance(text, str):
        return None if text is None else text.encode()
    parts = []
    for piece in text:
        if isinstance(piece, str):
            parts.append(piece.encode())
        elif "hex" in piece:
            parts.append(bytes.fromhex(piece["hex"]))
        else:
            parts.append(piece["repeat"].encode() * piece["times"])
    return b"".join(parts)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(signer, text):
    """The signature of text in the form that JWS has (RFC 7518, 3), by a signer of material.json."""
    from cryptography.hazmat.primitives import hashes, hmac
    from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    alg = signer["alg"]
    if alg == "HS256":
        secret = json.loads(signer["key"])["k"]
        mac = hmac.HMAC(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)), hashes.SHA256())
        mac.update(text)
        return mac.finalize()
    key = load_pem_private_key(signer["key"].encode(), None)
    if alg == "EdDSA":
        return key.sign(text)
    digest = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[alg[2:]]
    if alg.startswith("ES"):
        r, s = utils.decode_dss_signature(key.sign(text, ec.ECDSA(digest)))
        size = (key.curve.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    if alg.startswith("PS"):
        return key.sign(text, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    return key.sign(text, padding.PKCS1v15(), digest)


def complete(row, signers):
    if "signer" in row and "signature" not in row:
        text = base64url(to_bytes(row["header"])) + "." + base64url(to_bytes(row["payload"]))
        row["signature"] = base64url(sign(signers[row["signer"]], text.encode()))


def laid_out(vectors):
    """The members of a file a line each, and its rows too."""
    lines = []
    for name, value in vectors.items():
        if name == "rows":
            rows = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in value)
            lines.append('  "rows": [\n%s\n  ]' % rows)
        elif isinstance(value, dict) and value:
            members = ",\n".join("    %s: %s" % (json.dumps(n), json.dumps(v, ensure_ascii=False)) for n, v in value.items())
            lines.append("  %s: {\n%s\n  }" % (json.dumps(name), members))
        else:
            lines.append("  %s: %s" % (json.dumps(name), json.dumps(value, ensure_ascii=False)))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main():
    with open(os.path.join(HERE, "material.json"), encoding="utf-8") as file:
        signers = json.load(file)["signers"]
    changed = []
    for path in sorted(glob.glob(os.path.join(HERE, "*.json"))):
        if path.endswith(".schema.json"):
            continue
        with open(path, encoding="utf-8") as file:
            before = file.read()
        vectors = json.loads(before)
        for row in vectors.get("rows", []):
            complete(row, signers)
        after = laid_out(vectors)
        if after != before:
            changed.append(os.path.basename(path))
            if "--check" not in sys.argv:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(after)
    print("changed: " + " ".join(changed) if changed else "nothing changed")
    return 1 if changed and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())

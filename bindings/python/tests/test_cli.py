# SPDX-License-Identifier: MIT
"""python -m fntoken is the command line: its words, its exit statuses."""

import json
import os
import subprocess
import sys

import fntoken.__main__
import pytest
from conftest import OBJECTS


def run(*words, stdin="", **more):
    command = [sys.executable, "-m", "fntoken", *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, **more)


@pytest.fixture
def files(tmp_path, minter, idp_key):
    if fntoken.__main__.program() is None:
        pytest.skip("built without the command line")
    (tmp_path / "keys.json").write_text(minter.key.public_jwk())
    (tmp_path / "gateway.key").write_text(minter.key.private_pem())
    (tmp_path / "gateway.key").chmod(0o600)
    (tmp_path / "idp.json").write_text(idp_key.public_jwk())
    (tmp_path / "iam.json").write_text(json.dumps(OBJECTS))
    (tmp_path / "claims.json").write_text('{"iss":"https://idp.example.com","sub":"ada","aud":"openfaas"}')
    return tmp_path


def test_verify_and_authorize(files, minter):
    token, keys = minter.token(), ["--jwks", "keys.json", "--issuer", minter.issuer]
    done = run("verify", *keys, stdin=token, cwd=files)
    assert (done.returncode, json.loads(done.stdout)["sub"]) == (0, "fed:ada")
    for resource, status, said in [("openfaas-fn:env", 0, "openfaas-fn:env allowed\n"), ("dev:env", 3, "dev:env denied\n")]:
        done = run("authorize", *keys, "--resource", resource, stdin=token, cwd=files)
        assert (done.returncode, done.stdout) == (status, said)
    done = run("authorize", *keys, "--resource", "dev:env", stdin="x", cwd=files)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("fntoken: malformed: ")


def test_can_and_exchange(files, minter, subject):
    done = run("can", "--iam", "iam.json", "--claims", "claims.json", "openfaas-fn:env", cwd=files)
    assert done.returncode == 0, done.stderr
    rules = ["--iam", "iam.json", "--key", "gateway.key", "--issuer", minter.issuer, "--trust", "https://idp.example.com=idp.json"]
    done = run("exchange", *rules, "--scope", "function", stdin=subject, cwd=files)
    assert done.returncode == 0, done.stderr
    assert minter.verifier().authorize("Bearer " + json.loads(done.stdout)["access_token"], "openfaas-fn:env")


def test_without_a_program_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(fntoken.__main__, "program", lambda: None)
    assert fntoken.__main__.main() == 2
    assert "-Dtools=true" in capsys.readouterr().err


def test_the_program_on_the_path_is_the_second_choice(monkeypatch, tmp_path):
    other = tmp_path / "fntoken"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setattr(fntoken.__main__, "__file__", str(tmp_path / "elsewhere" / "__main__.py"))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert fntoken.__main__.program() == str(other)

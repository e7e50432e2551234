# SPDX-License-Identifier: MIT
"""What the documentation shows in Python runs as it stands there, and prints what stands there."""

import contextlib
import io
import re
import subprocess
import sys
import urllib.error
import urllib.request

import fntoken
import pytest
from conftest import ROOT

BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\nprints\n\n((?:    [^\n]*\n)+)|\nprints `([^`]*)`)?", re.M | re.S)


def blocks():
    for name in ("README.md", "docs/python.md"):
        for at, found in enumerate(BLOCK.finditer((ROOT / name).read_text(encoding="utf-8"))):
            lines = found.group(2)
            printed = re.sub("^    ", "", lines, flags=re.M) if lines else found.group(3) and found.group(3) + "\n"
            yield pytest.param(found.group(1), printed, id=f"{name}-{at}")


def test_there_are_blocks():
    names = [block.id for block in blocks()]
    assert any("README" in name for name in names)
    assert len(names) >= 4


@pytest.mark.parametrize(("code", "printed"), list(blocks()))
def test_block(code, printed):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "block", "exec"), {"__name__": "block"})
    if printed is not None:
        assert said.getvalue() == printed


def test_the_guarded_example(gateway):
    command = [sys.executable, str(ROOT / "examples" / "guarded.py"), gateway.url, "openfaas-fn:env", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            url = running.stdout.readline().strip()
            token = fntoken.mint(gateway.key, issuer=gateway.url, subject="fed:ada", permissions=["openfaas-fn:*"], ttl=3600)
            request = urllib.request.Request(url + "/a", headers={"Authorization": "Bearer " + token})
            with urllib.request.urlopen(request, timeout=60) as answer:
                assert answer.read().startswith(b"hello fed:ada")
            with pytest.raises(urllib.error.HTTPError) as raised:
                urllib.request.urlopen(url + "/a", timeout=60)
            assert raised.value.code == 401
        finally:
            running.terminate()
        assert "GET /a: no-token: " in running.stderr.read()


def test_the_calling_example(gateway, subject, tmp_path):
    pytest.importorskip("requests")
    file = tmp_path / "token"
    file.write_text(subject + "\n")
    for name, status, said in [("env", 0, "fed:ada hello"), ("env.prod", 1, "")]:
        command = [sys.executable, str(ROOT / "examples" / "calling.py"), gateway.url, name, str(file)]
        done = subprocess.run(command, input="hello", capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (status, said), done.stderr
    assert "invalid_target" in done.stderr

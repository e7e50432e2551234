# SPDX-License-Identifier: MIT
"""What a watchdog answers, asked of fntoken-guard: the table of FNT_SHARED/conformance, the raw requests of tests/http, and the tutorial
with our gateway behind.

Usage: conformance.py FNTOKEN FNTOKEN_GATEWAY [PART OF A TEST'S NAME]      FNT_NGINX_MODULE: ngx_http_fntoken_module.so"""
import base64
import json
import os
import pathlib
import re
import runpy
import subprocess
import sys
import types

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from serve import ROOT, Backend, Guard, Nginx, ask, eventually, exchanged, free_port, gateway_at, need, recipe, start, talk  # noqa: E402
from harness import PROVIDER, Skipped, claims, main, role, test  # noqa: E402

SHARED = pathlib.Path(os.environ.get("FNT_SHARED", "/nonexistent"))
# The gateway closes the connection after the first; there is nothing wrong with the second.
TWO_REQUESTS = {"a target spelt in another way", "a body behind a method that has none here"}
ISSUER = "https://openfaas.example.com"


def table(home, target):
    """The rows of one target, answered by a guard between the table's own issuer and function."""
    folder = SHARED / "conformance"
    if not (folder / "table.jsonl").exists():
        raise Skipped("no folder of further vectors")
    try:
        import cryptography  # noqa: F401  pylint: disable=import-outside-toplevel,unused-import
    except ImportError:
        raise Skipped("there is no python3-cryptography") from None
    function, issuer, keys = free_port(), free_port(), home / "table"
    keys.mkdir()
    start(home, [sys.executable, "-B", folder / "function.py", function], function)
    guard = Guard(home, types.SimpleNamespace(port=function), gateway=f"http://127.0.0.1:{issuer}", resource=target)
    assert ask(guard.port, "/").status == 503  # before there are keys
    start(home, [sys.executable, "-B", folder / "issuer.py", keys, ISSUER, issuer, home / "hits"], issuer)
    guard.ready()
    tool = [sys.executable, "-B", folder / "run_table.py"]
    answers = subprocess.run([*tool, "record", "--base", f"http://127.0.0.1:{guard.port}", "--target", target, "--keys", keys, "--iss", ISSUER,
                              folder / "table.jsonl"], cwd=folder, check=True, capture_output=True, text=True).stdout
    rows = {row["name"]: row for row in map(json.loads, (folder / "table.jsonl").read_text().splitlines())}
    lines = []
    for line in answers.splitlines():
        row = json.loads(line)
        if row["answer"]["status"] == 400 and "<center>nginx</center>" in row["answer"]["body"] and 200 not in rows[row["name"]]["ours_status"]:
            row["answer"]["status"] = rows[row["name"]]["ours_status"][0]  # nginx's own refusal is right too
        lines.append(json.dumps(row))
    (home / "answers").write_text("\n".join(lines))
    judged = subprocess.run([*tool, "judge", folder / "table.jsonl", home / "answers"], check=False, cwd=folder, capture_output=True, text=True)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert len(lines) == sum(row["target"] == target for row in rows.values()) > 0
    print(f"# vectors: {len(lines)}")


@test
def the_table_for_env(home):
    table(home, "dev:env")


@test
def the_table_for_environment(home):
    table(home, "dev:environment")


@test
def the_table_for_xdev(home):
    table(home, "xdev:env")


def tutorial(home, permission="dev:env", more=()):
    """A gateway, a function and a guard, and a token for the function."""
    at = free_port()
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], permission))
    gateway_at(home, at)
    function = Backend("function")
    guard = Guard(home, function, gateway=f"http://127.0.0.1:{at}", more=more)
    guard.ready()
    return at, function, guard


@test
def raw_requests(home):
    """Nothing malformed and nothing that was smuggled reaches the function; without a token nothing does."""
    _, function, guard = tutorial(home)
    raw = (ROOT / "tests/http/raw.py").read_text().replace("\nmain()\n", "\n")
    (home / "rows.py").write_text(raw.replace("pathlib.Path(__file__).resolve().parents[1]", f"pathlib.Path({str(ROOT / 'tests')!r})"))
    rows = [(name, request.encode("latin-1"), most) for name, request, _, most in runpy.run_path(str(home / "rows.py"))["OURS"]]
    if (SHARED / "http/odd.jsonl").exists():
        odd = map(json.loads, (SHARED / "http/odd.jsonl").read_text().splitlines())
        rows += [(row["name"], base64.b64decode(row["bytes"]), row["answers"]) for row in odd]
    found = []
    for name, request, most in rows:
        answer = talk(guard.port, request, 1.0)
        seen = [int(one) for one in re.findall(rb"(?:^|\n|>)HTTP/1\.[01] ([0-9]{3}) ", answer)]
        if any(200 <= one < 400 for one in seen) or len([one for one in seen if one != 100]) > most + (name in TWO_REQUESTS):
            found.append(f"{name}: {seen}")
    assert not found, "\n".join(found)
    assert not function.seen, function.seen
    print(f"# vectors: {len(rows)}")


@test
def the_tutorial_with_curl(home):
    """Token, exchange, call: the lines of docs/guard.md."""
    curl = need("curl")
    at, function, guard = tutorial(home)
    subject = home.token()
    said = subprocess.run([curl, "-sS", f"http://127.0.0.1:{at}/oauth/token", "-d", "grant_type=urn:ietf:params:oauth:grant-type:token-exchange", "-d",
                           "scope=function", "-d", "audience=dev:env", "--data-urlencode", f"subject_token={subject}", "-d",
                           "subject_token_type=urn:ietf:params:oauth:token-type:id_token"], check=True, capture_output=True, text=True).stdout
    token = json.loads(said)["access_token"]
    call = [curl, "-sS", "-o", "-", "-w", "\n%{http_code}", f"http://127.0.0.1:{guard.port}/hello"]
    assert subprocess.run([*call, "-H", f"Authorization: Bearer {token}"], check=True, capture_output=True, text=True).stdout == "function /hello\n200"
    assert subprocess.run(call, check=True, capture_output=True, text=True).stdout.endswith("\n401")
    assert len(function.seen) == 1


@test
def the_tutorials_own_lines(home):
    """Unchanged but for host names, as tests/gateway has them: the front door is the gateway, and what OpenFaaS's would call is the guard."""
    need("curl")
    at, door = free_port(), free_port()
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], "openfaas-fn:*"))
    home.write("client-secret.txt", "s3cret +/=&%")
    gateway_at(home, at)
    provider, function = Backend("provider"), Backend("function")
    provider.answers["/realms/openfaas/protocol/openid-connect/token"] = json.dumps({"access_token": home.token()}).encode()
    guard = Guard(home, function, gateway=f"http://127.0.0.1:{at}", resource="openfaas-fn:env")
    Nginx(home, recipe("front-door.conf", {"127.0.0.1:8083": f"127.0.0.1:{at}", "127.0.0.1:8081": f"127.0.0.1:{guard.port}", "listen 8080": f"listen 127.0.0.1:{door}",
                                           "/etc/nginx/fntoken/*.conf": f"{home.path}/none/*.conf"}), door)
    guard.ready()
    lines = (ROOT / "tests/gateway/tutorial.sh").read_text()
    for host, ours in (("https://keycloak.example", f"http://127.0.0.1:{provider.port}"), ("https://gateway.example.com", f"http://127.0.0.1:{door}")):
        assert host in lines
        lines = lines.replace(host, ours)
    done = subprocess.run(["sh", "-c", lines, "sh", home.path], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    answered, refused = ((home / name).read_text() for name in ("answered.txt", "refused.txt"))
    assert re.match(r"HTTP/1\.1 200 ", answered) and answered.endswith("function /function/env") and "No token was sent" in refused, (answered, refused)
    assert claims((home / "function-token.txt").read_text())["function"]["audience"] == ["openfaas-fn:env", "openfaas-fn:figlet"]
    assert [path for _, path, _ in function.seen] == ["/function/env"] and len(provider.seen) == 1


@test
def a_revoked_token_and_metrics(home):
    page = free_port()
    home.write("revoked.jsonl", "")
    os.chmod(home / "revoked.jsonl", 0o644)
    at, function, guard = tutorial(home, more=["--revoked", home / "revoked.jsonl", "--status", f"127.0.0.1:{page}"])
    token = exchanged(at, home.token(), "dev:env")
    sent = [("Authorization", f"Bearer {token}")]
    eventually(lambda: ask(guard.port, "/", headers=sent).status == 200)
    home.write("revoked.jsonl", json.dumps({"jti": claims(token)["jti"]}) + "\n")
    os.chmod(home / "revoked.jsonl", 0o644)
    eventually(lambda: [ask(guard.port, "/", headers=sent).status for _ in range(6)] == [401] * 6)
    assert function.seen
    metrics = ask(page, "/metrics")
    assert metrics.status == 200 and b"fntoken" in metrics.body and ask(page, "/").status == 404


main()

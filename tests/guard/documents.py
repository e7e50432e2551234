# SPDX-License-Identifier: MIT
"""What docs/guard.md and docs/nginx.md show, run as it stands there but for places and ports; and the metrics that examples/alerts.yaml asks for.

Usage: documents.py FNTOKEN FNTOKEN_GATEWAY [PART OF A TEST'S NAME]      FNT_NGINX_MODULE: ngx_http_fntoken_module.so"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from serve import LAUNCHER, NGINX, ROOT, Backend, Guard, Nginx, ask, eventually, exchanged, free_port, gateway_at, module, need  # noqa: E402
from harness import FNTOKEN, GATEWAY, PROVIDER, main, role, test  # noqa: E402


def blocks(page, heading):
    """The indented blocks below a heading, each as one text."""
    text = (ROOT / "docs" / page).read_text()
    section = re.split(r"^## ", text[text.index(f"\n## {heading}\n") + 4:], maxsplit=1, flags=re.M)[0]
    found = re.findall(r"(?:^    .*\n|^\n(?=    ))+", section, re.M)
    return ["\n".join(line[4:] for line in block.strip("\n").splitlines()) + "\n" for block in found if block.strip()]


def installed(home):
    """A folder with the programs under the names that they have once they are installed."""
    (home / "bin").mkdir()
    for name, program in (("fntoken", FNTOKEN), ("fntoken-gateway", GATEWAY)):
        (home / "bin" / name).symlink_to(os.path.abspath(program))
    (home / "bin/fntoken-guard").write_text(f'#!/bin/sh\nexec "{LAUNCHER}" --module "{module()}" --nginx "{NGINX}" "$@"\n')
    (home / "bin/fntoken-guard").chmod(0o755)
    return f"{home / 'bin'}:{os.environ['PATH']}"


def run(home, script):
    """What it prints; what it leaves running is ended."""
    with open(home / "said", "wb") as out, open(home / "errors", "wb") as errors:
        process = subprocess.Popen(["sh", "-euc", script], cwd=home.path, stdout=out, stderr=errors, start_new_session=True,
                                   env={"PATH": installed(home), "HOME": str(home.path)})
    try:
        ended = process.wait(600)
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, number)
                if number == signal.SIGTERM:
                    eventually(lambda: gone(process.pid), 5)
            except (ProcessLookupError, AssertionError):
                pass
    said, errors = ((home / name).read_text(errors="replace") for name in ("said", "errors"))
    assert ended == 0, (ended, said, errors)
    return said, errors


def gone(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def until(port, path, status, *words):
    asked = " ".join(f"-H '{word}'" for word in words)
    return f"until [ $(curl -s -o /dev/null -w '%{{http_code}}' {asked} http://127.0.0.1:{port}{path}) = {status} ]; do sleep 0.05; done\n"


@test
def ten_minutes(home):
    """A function of one's own, from the page alone; then the same gateway asked by forward-auth."""
    assert need("nginx") and need("curl")
    install, gateway, function, call, *printed = blocks("guard.md", "Ten minutes: a function of one's own")
    assert install.startswith("apt-get update && apt-get install -y ") and " nginx nginx-dev " in install and "meson install" in install, install
    forward = next(block for block in blocks("guard.md", "Forward-auth") if block.startswith("fntoken-guard --forward-auth"))
    asking, question = forward.split("&\n", 1)
    named = "X-Original-URI: /function/hello.dev"
    script = 'curl() { command curl -sS "$@"; }\n' + gateway + until(8083, "/.well-known/jwks", 200) + function + until(5000, "/", 200) + until(8085, "/", 401) + call
    script += asking + "&\n" + until(8084, "/authorize", 401, named) + question
    script += 'until [ "$(grep -c \'"decision":"ok"\' "$HOME/errors")" -ge 2 ]; do sleep 0.05; done\n'  # what is ended writes no line
    for port in (8083, 8084, 8085, 5000):
        assert str(port) in script
        script = re.sub(rf"\b{port}\b", str(free_port()), script)
    said, errors = run(home, script)
    assert re.findall(r"^HTTP/1\.1 (\d+)", said, re.M) == ["401", "200", "200"], (said, errors)
    assert 'WWW-Authenticate: Bearer realm="IAM function invoke"' in said and "\nhello\n" in said, said
    assert re.search(r"^X-Fntoken-Subject: fed:ada", said, re.M), said
    lines = [json.loads(line) for line in errors.splitlines() if line.startswith('{"') and '"decision"' in line]
    lines = [one for one in lines if one["decision"] not in ("not-ready", "no-token")]  # while they began
    assert [one["decision"] for one in lines] == ["ok", "ok"], (lines, errors)
    # What the page shows of it has the same members.
    shown = [json.loads(line) for block in printed for line in block.splitlines() if line.startswith("{")]
    assert len(shown) == 1 and list(shown[0]) == list(lines[0]) and shown[0]["sub"] == "fed:ada", (shown, lines[0])


@test
def the_servers_of_the_module(home):
    """The page's first server, and its decision log."""
    page = (ROOT / "docs/nginx.md").read_text()
    server = "\n".join(re.search(r"^    load_module .*\n(?:    .*\n|\n)+", page, re.M)[0].splitlines()[2:]) + "\n"
    log = blocks("nginx.md", "Variables")[0]
    at, port, function = free_port(), free_port(), Backend("function")
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada", "eve"]))
    gateway_at(home, at)
    for old, new in (("listen 8080;", f"listen 127.0.0.1:{port};"), ("gateway.openfaas:8080", f"127.0.0.1:{at}"), ("127.0.0.1:8081", f"127.0.0.1:{function.port}")):
        assert old in server, (old, server)
        server = server.replace(old, new)
    form, place = log.split("access_log ")
    assert place.startswith("/var/log/nginx/decisions.log "), place
    place = place.replace("/var/log/nginx", str(home.path))
    Nginx(home, form + server.replace("server {", f"server {{ access_log {place}"), port, f"load_module {module()};")
    eventually(lambda: ask(port, "/").status == 401)
    for token, status in ((exchanged(at, home.token(), "openfaas-fn:env"), 200), (exchanged(at, home.token("eve"), "openfaas-fn:other"), 403)):
        assert ask(port, "/a", headers=[("Authorization", f"Bearer {token}")]).status == status
    assert ask(port, "/_/health").status == 200 and ask(port, "/_keys/.well-known/jwks").status == 404 and len(function.seen) == 1
    wanted = [("ok", "fed:ada", "openfaas-fn:env"), ("function-audience", "fed:eve", "openfaas-fn:env")]

    def decided():
        lines = [json.loads(line) for line in (home / "decisions.log").read_text().splitlines()]
        return [(one["status"], one["sub"], one["resource"]) for one in lines if one["status"] in ("ok", "function-audience")]
    eventually(lambda: decided() == wanted)


def samples(body):
    """The labels of each metric of a page of Prometheus' text format."""
    found = {name: set() for name in re.findall(r"^# TYPE (\S+) ", body, re.M)}
    for name, labels in re.findall(r"^([a-z_]+)(?:\{(.*)\})? \S+$", body, re.M):
        if name in found:
            found[name].update(re.findall(r'([a-z_]+)="', labels))
    return found


@test
def what_alerts_ask_for(home):
    """Each metric of the rules is on the page of its program, with the labels that the rule asks for."""
    at, page = free_port(), free_port()
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], "dev:env"))
    gateway = gateway_at(home, at)
    function = Backend("function")
    guard = Guard(home, function, gateway=f"http://127.0.0.1:{at}", more=["--status", f"127.0.0.1:{page}"])
    guard.ready()
    assert ask(guard.port, "/").status == 401
    assert ask(guard.port, "/", headers=[("Authorization", f"Bearer {exchanged(at, home.token(), 'dev:env')}")]).status == 200
    there = {**samples(ask(page, "/metrics").body.decode()), **samples(gateway.admin("/metrics")[1])}
    rules = (ROOT / "examples/alerts.yaml").read_text()
    asked = set()
    for alert, expression in re.findall(r"- alert: (\S+)\n +expr: (.*)\n", rules):
        for name, labels in re.findall(r"\b(fntoken_[a-z_]+)(?:\{([^}]*)\})?", expression):
            assert name in there, (alert, name, "is on no page")
            labels = set(re.findall(r"([a-z_]+)=", labels))
            assert labels <= there[name] or not there[name], (alert, name, labels, there[name])
            asked.add(name)
        documented = [page for page in ("guard.md", "gateway.md") if f"| `{alert}` |" in (ROOT / "docs" / page).read_text()]
        assert documented, alert
    assert len(asked) > 10 and rules.count("expr:") == rules.count("- alert:") > 10, asked
    for page in ("guard.md", "gateway.md"):
        for alert in re.findall(r"^\| `(Fntoken\w+)` \|", (ROOT / "docs" / page).read_text(), re.M):
            assert f"- alert: {alert}\n" in rules, alert


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway between real parts: oidc-provider for Node.js as identity provider, curl as client, the Python package's example as function.
scripts/demo --install makes them; where it was not run, these are skipped."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.parse
import urllib.request

from harness import FNTOKEN, GATEWAY, PROVIDER, Skipped, claims, eventually, fntoken, header, in_time, main, role, test

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "build-demo"
PYTHON = DEMO / "python/bin/python"
HOSTS = ("https://keycloak.example/realms/openfaas/protocol/openid-connect/token", "https://gateway.example.com/oauth/token", "https://gateway.example.com")


def need(*files):
    for file in files:
        if not (DEMO / file).exists():
            raise Skipped("scripts/demo --install was not run, or could not fetch oidc-provider")
    for program in ("node", "curl"):
        if shutil.which(program) is None:
            raise Skipped(f"there is no {program}")


class RealProvider:
    """oidc-provider; with .iss, its client openfaas, and the secret in client-secret.txt."""

    def __init__(self, home):
        need("provider/complete")
        (home / "client-secret.txt").write_text("s3cret +/=&%")
        with open(home / "provider.log", "wb") as log:
            self.process = subprocess.Popen(["node", DEMO / "provider/provider.mjs", "0", home / "client-secret.txt"], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        self.iss = self.process.stdout.readline().strip()
        assert self.iss, (home / "provider.log").read_text()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.stdin.close()
        assert self.process.wait(60) == 0

    def do(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == what

    def token(self, **more):
        fields = {"client_id": "openfaas", "client_secret": "s3cret +/=&%", "grant_type": "client_credentials", "scope": "email", **more}
        with urllib.request.urlopen(f"{self.iss}/token", urllib.parse.urlencode(fields).encode(), timeout=60) as answer:
            return json.load(answer)["access_token"]


def trusting(home, provider, *more):
    home.write("iam/real.yaml", role("real", provider.iss, ["openfaas"]))
    gateway = home.gateway(*more)
    eventually(lambda: gateway.metric(f'fntoken_gateway_key_fetches_total{{issuer="{provider.iss}",outcome="fetched"}}'))
    return gateway


@contextlib.contextmanager
def running(*words, silent=False, **more):
    """The process, and its first line where it is not silent."""
    with subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, text=True, start_new_session=True, **more) as process:
        try:
            yield process, "" if silent else process.stdout.readline().strip()
        finally:
            process.terminate()


@test
def its_access_token_is_exchanged(home):
    with RealProvider(home) as provider:
        gateway = trusting(home, provider)
        token = provider.token()
        assert header(token)["typ"] == "at+jwt" and claims(token)["aud"] == "openfaas"
        status, _, answer = gateway.exchange(token, ["openfaas-fn:env"])
        assert status == 200 and claims(answer["access_token"])["sub"] == "fed:openfaas", answer
        assert claims(answer["access_token"])["function"] == {"permissions": ["openfaas-fn:*"], "audience": ["openfaas-fn:env"]}
        # Made for somebody else; and the provider's, but no longer what it signed.
        status, _, answer = gateway.exchange(provider.token(resource="https://other.example.com"))
        assert status == 400 and "other.example.com" in answer["error_description"], answer
        assert gateway.exchange(token[:-8] + "AAAAAAAA")[0] == 400


@test
def fntoken_gets_its_token_there(home):
    with RealProvider(home) as provider:
        url = f"http://127.0.0.1:{home.port()}"
        home.write("iam/real.yaml", role("real", provider.iss, ["openfaas"]))
        words = home.command("--trust", f"{PROVIDER}={home / 'idp.json'}", listen=url.removeprefix("http://"))
        with open(home / "stderr", "wb") as stderr, running(*words, silent=True, stderr=stderr):
            eventually(lambda: "serving " in (home / "stderr").read_text() and f"keys of {provider.iss} are fetched" in (home / "stderr").read_text())
            ask = ["token", "--gateway", url, "--token-url", f"{provider.iss}/token", "--client-id", "openfaas", "--client-secret-file", home / "client-secret.txt"]
            assert claims(fntoken(*ask, "--scope", "email", "--audience", "openfaas-fn:env"))["sub"] == "fed:openfaas"
            done = subprocess.run([FNTOKEN, *map(str, ask), "--token-parameter", "resource=https://other.example.com"], capture_output=True, text=True, check=False)
            assert done.returncode == 1 and "other.example.com" in done.stderr, done.stderr
            (home / "client-secret.txt").write_text("another")
            done = subprocess.run([FNTOKEN, *map(str, ask)], capture_output=True, text=True, check=False)
            assert done.returncode == 1 and "invalid_client" in done.stderr and "--client-secret-file" in done.stderr, done.stderr


@test
def rule_40_its_keys_rotate_while_it_runs(home):
    with RealProvider(home) as provider:
        gateway = trusting(home, provider)
        old = provider.token()
        assert gateway.issues(old)

        def rotated(_):
            provider.do("rotate")
            new = provider.token()
            assert header(new)["kid"] != header(old)["kid"]
            return new
        # Neither client asks twice: both keys are published. A request waits for them for two seconds.
        assert in_time(2, gateway.issues, rotated, tries=4)
        assert gateway.issues(old)


@test
def rule_40_a_key_that_it_withdraws_ends(home):
    with RealProvider(home) as provider:
        gateway = trusting(home, provider, "--refresh", "1s")
        provider.do("rotate")
        old = provider.token()
        eventually(lambda: gateway.issues(old))
        provider.do("rotate")
        provider.do("withdraw")
        eventually(lambda: not gateway.issues(old))
        assert gateway.issues(provider.token())


@test
def the_tutorials_lines(home):
    need("provider/complete", "python/complete")
    url = f"http://127.0.0.1:{home.port()}"
    lines = (ROOT / "tests/gateway/tutorial.sh").read_text()
    with RealProvider(home) as provider:
        (home / "iam/rules.yaml").unlink()
        for file in (ROOT / "examples/walkthrough/iam").iterdir():
            home.write(f"iam/{file.name}", file.read_text().replace("https://keycloak.example.com/realms/openfaas", provider.iss))
        words = home.command("--log", home / "decisions.log", listen=url.removeprefix("http://"))
        words[words.index("--issuer") + 1] = url
        with open(home / "stderr", "wb") as stderr, running(*words, silent=True, stderr=stderr):
            eventually(lambda: "serving " in (home / "stderr").read_text())
            with running(PYTHON, "-B", ROOT / "examples/guarded.py", url, "openfaas-fn:env", 0, stderr=subprocess.DEVNULL) as (_, function):
                for host, ours in zip(HOSTS, (f"{provider.iss}/token", f"{url}/oauth/token", function)):
                    assert host in lines
                    lines = lines.replace(host, ours)
                done = subprocess.run(["sh", "-c", lines, "sh", home.path], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    answered = (home / "answered.txt").read_text()
    assert re.match(r"HTTP/1\.\d 200 ", answered) and "hello fed:openfaas" in answered, answered
    assert "hello" not in (home / "refused.txt").read_text()
    wide, narrow = (claims((home / name).read_text())["function"] for name in ("wide-token.txt", "function-token.txt"))
    assert wide == {"permissions": ["openfaas-fn:*", "dev:env"]}
    assert narrow == {**wide, "audience": ["openfaas-fn:env", "openfaas-fn:figlet"]}
    decided = [json.loads(line) for line in (home / "decisions.log").read_text().splitlines()]
    assert [(one["outcome"], one["grants"]) for one in decided] == 2 * [("issued", [{"role": "invoke-role", "policy": "invoke-policy", "sid": "1-invoke-policy"}])]


@test
def the_lines_are_the_tutorials(_):
    texts = sorted(pathlib.Path(os.environ.get("FNT_SHARED") or ROOT.parent / "shared").glob("spec/tutorial-*.txt"))
    if not texts:
        raise Skipped("there is no spec/tutorial-*.txt in FNT_SHARED")
    known = texts[0].read_text().splitlines()
    ours = [line.removesuffix(" \\") for line in (ROOT / "tests/gateway/tutorial.sh").read_text().splitlines() if re.match("export |curl |--|-H ", line)]
    assert len(ours) > 20
    unknown = [line for line in ours if line not in {one.removesuffix(" \\") for one in known}]
    assert not unknown, unknown


def printed_lines(said):
    """What a newcomer copies: the indented lines."""
    return "\n".join(line[4:] for line in said.splitlines() if line.startswith("    "))


def module():
    """That of build-demo, where there is an nginx for it."""
    built = DEMO / "nginx/ngx_http_fntoken_module.so"
    return [built] if built.exists() and (shutil.which("nginx") or os.access("/usr/sbin/nginx", os.X_OK)) else []


ONE_DEMO = threading.Lock()  # they want the same ports


def runs_in(folder):
    """Whether a program still does."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(process / "cwd").startswith(str(folder)):
                return True
    return False


def guarded(folder):
    """The guard's decisions, as far as there are any, once a call that was let in is among them: nginx logs a call after its answer."""
    def decided():
        lines = (folder / "guard.log").read_text().split("\n")[:-1]
        return [one for one in map(json.loads, (line for line in lines if line.startswith("{"))) if one.get("decision")]
    return eventually(lambda: any(one["decision"] == "ok" for one in decided()) and decided()) if module() else []


def run_demo(home, stop):
    """Its printed lines, tried; what its guard decided; and what is left once it was stopped."""
    need("provider/complete", "python/complete")
    (home / "tmp").mkdir()
    (home / "a b").mkdir()  # as a clone may be called
    (home / "a b/fntoken").symlink_to(os.path.abspath(FNTOKEN))
    environment = {**os.environ, "TMPDIR": str(home / "tmp")}
    words = [home / "a b/fntoken", GATEWAY, PYTHON, DEMO / "provider", *module()]
    with running(sys.executable, "-B", ROOT / "examples/demo/run.py", *words, env=environment) as (process, said):
        for line in process.stdout:
            said += "\n" + line.rstrip("\n")
            if "Ctrl-C" in line:
                break
        tried = subprocess.run(["sh", "-euc", printed_lines(said)], capture_output=True, text=True, timeout=300, check=False)
        assert runs_in(home / "tmp") and tried.returncode == 0, tried.stderr
        decided = guarded(pathlib.Path(re.search("^    cd (.+)$", said, re.M)[1]))
        process.send_signal(stop)
        assert process.wait(60) == 0
    assert not list((home / "tmp").iterdir())
    urls = re.findall(r"^\S.*(http://127\.0\.0\.1:\d+)", said, re.M)
    assert len(urls) == 3 + len(module()), said
    eventually(lambda: not runs_in(home / "tmp"))
    return tried, decided


@test
def the_demos_lines_work_and_ctrl_c_ends_it(home):
    with ONE_DEMO:
        tried, decided = run_demo(home, signal.SIGINT)
    assert re.findall(r"^HTTP/1\.\d (\d+)", tried.stdout, re.M) == ["401", "200"] + ["401", "200"] * len(module()), tried.stdout
    assert tried.stdout.count("hello fed:openfaas") == 2 and '"outcome":"issued"' in tried.stdout
    if not module():
        raise Skipped("the nginx module is not in build-demo: the demo ran without its guard")
    assert "figlet greets fed:openfaas" in tried.stdout and 'fntoken_decisions_total{status="ok"} 1\n' in tried.stdout, tried.stdout
    assert [one["decision"] for one in decided][-2:] == ["no-token", "ok"] and decided[-1]["sub"] == "fed:openfaas", decided


@test
def the_demo_takes_other_ports_where_its_own_are_busy(home):
    with ONE_DEMO, socket.socket() as one, socket.socket() as two:
        mine = []
        for listener, port in ((one, 8080), (two, 8081)):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):  # then others have it, for as long as they want
                listener.bind(("127.0.0.1", port))
                listener.listen()
                mine.append(port)
        tried, _ = run_demo(home, signal.SIGTERM)
    assert not (8080 in mine and ":8080/" in tried.stdout), (tried.stdout, tried.stderr)


main()

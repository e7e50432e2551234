# SPDX-License-Identifier: MIT
"""A watchdog beside the guard: the same answers, and a start behind the front door. The watchdog is bindings/go/faas-middleware/stand-in, which has one's
import lines and wiring. All runs in namespaces of its own, where gateway.openfaas:8080 and 127.0.0.1:8000 are the test's.

Usage: watchdog.py FNTOKEN FNTOKEN_GATEWAY [PART OF A TEST'S NAME]      FNT_NGINX_MODULE: ngx_http_fntoken_module.so"""
import fcntl
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import threading
import types
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from serve import ROOT, Backend, Guard, Nginx, ask, eventually, exchanged, free_port, gateway_at, need, recipe, start  # noqa: E402
from harness import FNTOKEN, PROVIDER, Skipped, claims, fntoken, main, role, test  # noqa: E402

SHARED = pathlib.Path(os.environ.get("FNT_SHARED", "/nonexistent")) / "conformance"
BUILD = pathlib.Path(FNTOKEN).resolve().parents[2]
STAND_IN = ROOT / "bindings/go/faas-middleware"
ISSUER = "https://openfaas.example.com"
HOSTS = "127.0.0.1 localhost gateway.openfaas\n"
here = threading.Lock()


def enter():
    """Into namespaces of our own, as the same program once more."""
    if os.environ.get("FNT_INSIDE") or not shutil.which("unshare") or subprocess.run(["unshare", "-n", "-m", "true"], check=False, capture_output=True).returncode != 0:
        return
    os.execvpe("unshare", ["unshare", "-n", "-m", sys.executable, "-B", *sys.argv], {**os.environ, "FNT_INSIDE": "1"})


def prepare():
    """The loopback interface, and the gateway's name."""
    up = struct.pack("16sh14x", b"lo", 0x41)  # IFF_UP, IFF_RUNNING
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS
    subprocess.run(["mount", "-t", "tmpfs", "none", "/mnt"], check=True)
    pathlib.Path("/mnt/hosts").write_text(HOSTS)
    subprocess.run(["mount", "--bind", "/mnt/hosts", "/etc/hosts"], check=True)


def watchdog(home, function, resource, **environment):
    """The stand-in in front of a function: its port."""
    if not os.environ.get("FNT_INSIDE"):
        raise Skipped("no namespaces here")
    go, into = need("go"), home / "stand-in"
    if not into.exists():
        shutil.copytree(STAND_IN / "stand-in", into)
        (into / "fntoken.pc").write_text(f"Name: fntoken\nDescription: of this build\nVersion: 0\nCflags: -I{ROOT}/include\nLibs: -L{BUILD}/src -lfntoken\n")
        flags = {"GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "PKG_CONFIG_PATH": str(into), "CGO_ENABLED": "1"}
        for words in (["mod", "edit", "-replace", f"github.com/openfaas/faas-middleware={STAND_IN}/v1.2.5", "-replace", f"fntoken={ROOT}/bindings/go"],
                      ["build", "-o", "watchdog", "."]):
            done = subprocess.run([go, *words], cwd=into, env={**os.environ, **flags}, capture_output=True, text=True, check=False)
            if "requires go >=" in done.stderr:
                raise Skipped("there is no Go that is new enough")
            assert done.returncode == 0, done.stderr
    port, (namespace, name) = free_port(), resource.split(":")
    start(home, [into / "watchdog"], port, log=f"watchdog-{port}",
          env={"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(BUILD / "src"), "jwt_auth": "true", "OPENFAAS_NAMESPACE": namespace, "OPENFAAS_NAME": name,
               "upstream_url": f"http://127.0.0.1:{function}", "port": str(port), **environment})
    return port


def recorded(home, port, target):
    """What the rows of the table for that function are answered."""
    eventually(lambda: ask(port, "/").status == 401)
    said = subprocess.run([sys.executable, "-B", SHARED / "run_table.py", "record", "--base", f"http://127.0.0.1:{port}", "--target", target, "--keys", home / "table",
                           "--iss", ISSUER, SHARED / "table.jsonl"], cwd=SHARED, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def why(row, theirs, ours):
    """Why two answers may differ; None: they may not."""
    path = row["request"]["path"]
    if ours["status"] == 400 and "<center>nginx</center>" in ours["body"] and theirs["status"] == 401:
        return "nginx refuses two headers, and what is too long, itself"
    if theirs["status"] in (301, 307) and ours["status"] in (200, 401):
        return "Go's ServeMux sends a path that is not clean elsewhere, the guard passes it on"
    if path in ("/_/health", "/_/ready") and theirs["status"] == ours["status"] == 200:
        return "of these two pages the status counts"
    if path == "/%5f/health" and ours["status"] == 401:
        return "the guard opens these two pages by their very targets alone"
    return None


def one_at_a_time(function):
    """Those whose gateway is at 127.0.0.1:8000."""
    def run(home):
        with here:
            try:
                function(home)
            finally:
                while home.open:
                    home.open.pop().end()
    run.__name__ = function.__name__
    return run


def pair(home, function, target):
    """A watchdog and a guard of one function."""
    guard = Guard(home, types.SimpleNamespace(port=function), gateway="http://127.0.0.1:8000", resource=target)
    return watchdog(home, function, target, jwt_auth_local="true"), guard


@test
@one_at_a_time
def the_same_answers(home):
    """To each row of the table: status, body and headers."""
    if not (SHARED / "table.jsonl").exists():
        raise Skipped("no folder of further vectors")
    (home / "table").mkdir()
    function = free_port()
    pairs = {target: pair(home, function, target) for target in ("dev:env", "dev:environment", "xdev:env")}
    start(home, [sys.executable, "-B", SHARED / "function.py", function], function)
    start(home, [sys.executable, "-B", SHARED / "issuer.py", home / "table", ISSUER, 8000, home / "hits"], 8000)
    same, otherwise = 0, []
    for target, (port, guard) in pairs.items():
        guard.ready()
        for theirs, ours in zip(*(recorded(home, at, target) for at in (port, guard.port)), strict=True):
            answers = theirs["answer"], ours["answer"]
            same += answers[0] == answers[1]
            if answers[0] != answers[1]:
                otherwise.append((why(theirs, *answers), theirs["name"], answers))
    unknown = [one for one in otherwise if one[0] is None]
    assert not unknown and same > 200 > 20 > len(otherwise), (same, unknown)
    print(f"# vectors: {same + len(otherwise)}")


def whole(port, headers):
    """An answer, but for what each server says of itself."""
    answer = ask(port, "/", headers=headers)
    own = ("date", "server", "connection", "content-length")
    return answer.status, answer.body, sorted((name.lower(), value) for name, value in answer.headers if name.lower() not in own)


@test
@one_at_a_time
def the_same_headers(home):
    """All of them, of each kind of refusal, before there are keys and after."""
    function = Backend("function")
    port, guard = pair(home, function.port, "dev:env")
    ports = port, guard.port
    assert whole(ports[0], [])[0] == 503 and whole(ports[0], []) == whole(ports[1], [])
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], "dev:env"))
    gateway_at(home, 8000)
    good = exchanged(8000, home.token(), None)
    guard.ready()
    eventually(lambda: ask(port, "/").status == 401)
    assert [ask(one, "/", headers=[("Authorization", f"Bearer {good}")]).status for one in ports] == [200, 200]
    kept = claims(good)
    fntoken("keygen", "--out", home / "stranger.pem")

    def signed(key="keys/current.pem", **more):
        return fntoken("sign", "--key", home / key, "--claims", "-", input=json.dumps({**kept, **more}))

    rows = [[], ["Bearer"], ["Basic YTpi"], ["Bearer x"], [f"Bearer {good}, Bearer {good}"], [f"Bearer {good[:-4]}AAAA"], [f"Bearer {signed(key='stranger.pem')}"],
            [f"Bearer {signed(exp=1)}"], [f"Bearer {signed(iss='https://evil.example.com')}"], [f"Bearer {signed(aud='x')}"], [f"Bearer {signed(function=None)}"],
            [f"Bearer {signed(function={'permissions': []})}"], [f"Bearer {signed(function={'permissions': ['dev:x']})}"], [f"Bearer {home.token()}"],
            [f"Bearer {signed(nbf=kept['exp'])}"]]
    for values in rows:
        theirs, ours = (whole(port, [("Authorization", value) for value in values]) for port in ports)
        assert theirs == ours and theirs[0] in (401, 403), (values, theirs, ours)
    assert len({whole(ports[1], [("Authorization", value) for value in values])[1] for values in rows}) > 5
    assert len(function.seen) < 20


@test
def it_starts_behind_the_front_door(home):
    """The recipe as it is shipped, at the address that a stock watchdog asks; with a double of OpenFaaS's gateway, and calls through all of them."""
    if not os.environ.get("FNT_INSIDE"):
        raise Skipped("no namespaces here")
    need("nginx")
    address = "http://gateway.openfaas:8080"
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], "dev:env"))
    gateway_at(home, 8083, issuer=address)
    (home / "checks").mkdir()
    Nginx(home, recipe("front-door.conf", {"/etc/nginx/fntoken/*.conf": f"{home / 'checks'}/*.conf"}), 8080)
    # what a stock one does at its start: the document, and jwks_uri as it stands there
    document = json.load(urllib.request.urlopen(f"{address}/.well-known/openid-configuration", timeout=60))
    keys = json.load(urllib.request.urlopen(document["jwks_uri"], timeout=60))["keys"]
    assert document["issuer"] == address and {key["kty"] for key in keys} == {"EC"}
    function = Backend("function")
    port = watchdog(home, function.port, "dev:env")
    Nginx(home, f"server {{ listen 127.0.0.1:8081; location /function/env.dev/ {{ proxy_pass http://127.0.0.1:{port}/; }} }}", 8081)
    eventually(lambda: ask(8080, "/function/env.dev/x").status == 401)
    good = [("Authorization", f"Bearer {exchanged(8080, home.token(), 'dev:env')}")]
    answer = ask(8080, "/function/env.dev/x", headers=good)
    assert answer.status == 200 and answer.body == b"function /x", (answer.status, answer.body)
    assert len(function.seen) == 1 and "IAM function invoke" in ask(8080, "/function/env.dev/x").header("WWW-Authenticate")


enter()
if os.environ.get("FNT_INSIDE"):
    prepare()
main()

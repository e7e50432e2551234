# SPDX-License-Identifier: MIT
"""The front door for Community Edition and faasd: who answers which path, and that a watchdog starts there.

Usage: front_door.py FNTOKEN FNTOKEN_GATEWAY [PART OF A TEST'S NAME]"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from serve import Backend, Nginx, ask, eventually, exchanged, free_port, module, need, recipe  # noqa: E402
from harness import FORM, PROVIDER, claims, main, role, test  # noqa: E402

OURS, THEIRS, NOBODY = "ours", "theirs", "nobody"
# the target as it is sent, and who answers it; nobody: 400 by the door itself
PATHS = [
    ("/oauth/token", OURS),
    ("/oauth/token?audience=dev:env", OURS),
    ("/oauth/token?", OURS),
    ("http://gateway.openfaas:8080/oauth/token", OURS),
    ("/.well-known/openid-configuration", OURS),
    ("/.well-known/jwks", OURS),
    ("/.well-known/jwks?v=1", OURS),
    ("/.well-known/", OURS),
    ("/.well-known/anything/below", OURS),
    ("/.well-known/%6awks", OURS),
    ("/", THEIRS),
    ("/ui/", THEIRS),
    ("/healthz", THEIRS),
    ("/system/functions", THEIRS),
    ("/system/functions?namespace=dev", THEIRS),
    ("/function/env", THEIRS),
    ("/function/env.dev/a%20b?c=%2F", THEIRS),
    ("/async-function/env", THEIRS),
    ("/oauth/token/", THEIRS),
    ("/oauth/tokens", THEIRS),
    ("/oauth/token.json", THEIRS),
    ("/oauth/token;x", THEIRS),
    ("/oauth/token%20", THEIRS),
    ("/oauth/token%3Fa=b", THEIRS),
    ("/oauth/token%0a", THEIRS),
    ("/oauth/", THEIRS),
    ("/oauth", THEIRS),
    ("/OAUTH/TOKEN", THEIRS),
    ("/.well-known", THEIRS),
    ("/.Well-Known/jwks", THEIRS),
    ("/x.well-known/jwks", THEIRS),
    ("/well-known/jwks", THEIRS),
    ("/system/x/../functions", THEIRS),
    ("//oauth/token", NOBODY),
    ("/oauth//token", NOBODY),
    ("/oauth/./token", NOBODY),
    ("/oauth/x/../token", NOBODY),
    ("/oauth/token/.", THEIRS),
    ("/oauth/token/..", THEIRS),
    ("/oauth/token#x", NOBODY),
    ("/%6fauth/token", NOBODY),
    ("/oauth%2Ftoken", NOBODY),
    ("/oauth/%74oken", NOBODY),
    ("/x/%2e%2e/oauth/token", NOBODY),
    ("/.well-known/../system/functions", NOBODY),
    ("/.well-known/%2e%2e/system/functions", NOBODY),
    ("/.well-known/..%2fsystem/functions", NOBODY),
    ("/.well-known/../function/env", NOBODY),
    ("/system/../.well-known/jwks", NOBODY),
    ("/%2ewell-known/jwks", NOBODY),
    ("/.well-known%2Fjwks", NOBODY),
    ("//.well-known/jwks", NOBODY),
    ("/./.well-known/jwks", NOBODY),
    ("/function/../system/functions", NOBODY),
    ("/system/../function/env", NOBODY),
    ("/%66unction/env", NOBODY),
    ("/async-function/../function/env", NOBODY),
    ("/../oauth/token", NOBODY),
    ("/ui/#/../function/env", NOBODY),
    ("/.well-known/#/../../system/functions", NOBODY),
    ("/#", NOBODY),
    ("/system/functions?x#y", NOBODY),
    ("/oauth/token%00", NOBODY),
    ("/oauth/token%zz", NOBODY),
]


def door(home, ours, theirs, checks=""):
    need("nginx")
    port = free_port()
    (home / "checks").mkdir(exist_ok=True)
    lines = recipe("front-door.conf", {"127.0.0.1:8083": ours, "127.0.0.1:8081": f"127.0.0.1:{theirs.port}",
                                       "listen 8080": f"listen 127.0.0.1:{port}", "/etc/nginx/fntoken/*.conf": f"{home / 'checks'}/*.conf"})
    return Nginx(home, lines, port, checks)


@test
def each_path_has_one_who_answers_it(home):
    ours, theirs = Backend(OURS), Backend(THEIRS)
    at = door(home, f"127.0.0.1:{ours.port}", theirs).port
    found = []
    for target, who in PATHS:
        for method in ("GET", "POST"):
            answer = ask(at, target, method)
            said = answer.body.decode("latin-1")
            got = NOBODY if answer.status == 400 else said.split(" ")[0]
            sent = target.replace("http://gateway.openfaas:8080", "")
            if got != who or who != NOBODY and said != f"{who} {sent}":  # as the client wrote it
                found.append(f"{method} {target}: {answer.status} {said[:60]!r}, not {who}")
    assert not found, "\n".join(found)
    assert len(PATHS) >= 30 and {who for _, who in PATHS} == {OURS, THEIRS, NOBODY}
    print(f"# vectors: {len(PATHS)}")
    asked = len(ours.seen) + len(theirs.seen)
    assert asked == 2 * sum(who != NOBODY for _, who in PATHS), asked


@test
def no_path_but_theirs_reaches_openfaas(home):
    """Spellings made of pieces: whatever OpenFaaS's gateway is asked, a reader of paths finds none of ours in it."""
    ours, theirs = Backend(OURS), Backend(THEIRS)
    at = door(home, f"127.0.0.1:{ours.port}", theirs).port
    pieces = ["", "/", "/.", "/..", "/%2e", "/x", "//"]
    for target in [f"{a}/{name}{b}" for a in pieces for name in ("oauth/token", ".well-known/jwks", "oauth%2ftoken") for b in ("", "?x", *pieces)]:
        if target.startswith("/"):
            ask(at, target)
    import posixpath  # pylint: disable=import-outside-toplevel
    import urllib.parse  # pylint: disable=import-outside-toplevel

    def plain(target):
        path = urllib.parse.unquote(target.split("?")[0])
        return posixpath.normpath(path) if not path.endswith(("/", "/.", "/..")) else posixpath.normpath(path).rstrip("/") + "/"

    assert len(theirs.seen) > 10 and len(ours.seen) > 10
    for _, target, _ in theirs.seen:
        assert plain(target) != "/oauth/token" and not plain(target).startswith("/.well-known/"), target
    for _, target, _ in ours.seen:
        assert plain(target) == "/oauth/token" or plain(target).startswith("/.well-known"), target


@test
def tokens_come_through(home):
    """With our gateway behind: what a watchdog asks at its start, and an exchange, limited by the client's address."""
    gateway = home.gateway()
    at = door(home, f"unix:{home / 'public'}", Backend(THEIRS)).port
    document = json.loads(ask(at, "/.well-known/openid-configuration").body)
    keys = ask(at, document["jwks_uri"].removeprefix(document["issuer"]))
    assert keys.status == 200 and json.loads(keys.body) == gateway.jwks()
    form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&scope=function" \
           f"&subject_token={home.token()}&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token"
    answer = ask(at, "/oauth/token", "POST", [("Content-Type", FORM), ("X-Forwarded-For", "192.0.2.7")], form.encode())
    assert answer.status == 200, answer.body
    assert claims(json.loads(answer.body)["access_token"])["sub"] == "fed:ada"
    assert "192.0.2.7" not in gateway.stderr()
    assert ask(at, "/oauth/token", "GET").status == 405
    assert ask(at, "/.well-known/jwks/x").status == 404
    assert ask(at, "/oauth/token", "POST", [("Content-Type", FORM)], b"x" * 70000).status == 413


@test
def calls_are_checked_at_the_door(home):
    """With the module: asynchronous calls too, before they are queued; what is no call is OpenFaaS's as before."""
    load = f"load_module {module()};"
    (home / "checks").mkdir()
    home.write("checks/checks.conf", recipe("front-door-checks.conf", {}))
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], "dev:env"))
    home.gateway()
    theirs = Backend(THEIRS)
    at = door(home, f"unix:{home / 'public'}", theirs, load).port
    eventually(lambda: ask(at, "/function/env.dev").status == 401)
    good = [("Authorization", f"Bearer {exchanged(at, home.token(), None)}")]
    for target, status in (("/function/env.dev/a", 200), ("/async-function/env.dev", 200), ("/function/env", 403), ("/async-function/env", 403)):
        assert ask(at, target, "POST", good).status == status, target
        assert ask(at, target, "POST").status == 401, target
    assert len(theirs.seen) == 2 and ask(at, "/system/functions").status == 200
    assert "IAM function invoke" in ask(at, "/async-function/env.dev").header("WWW-Authenticate")
    for target, who in PATHS:  # whoever answered before answers now, calls without a token apart
        theirs.seen.clear()
        status, is_call = ask(at, target).status, target.startswith(("/function/", "/async-function/"))
        expected = who == THEIRS and not is_call
        assert len(theirs.seen) == expected and (status == 400 if who == NOBODY else status == 401 if is_call else status != 400), (target, status)
    assert ask(at, "/.well-known/../function/env.dev").status == 400 == ask(at, "/function/env.dev/%2e%2e/a").status


@test
def an_answer_moves_nothing(home):
    """What a function says to an nginx goes to the caller: neither issuer is asked for it."""
    ours, theirs = Backend(OURS), Backend(THEIRS)
    at = door(home, f"127.0.0.1:{ours.port}", theirs).port
    theirs.headers = [("X-Accel-Redirect", "/.well-known/jwks"), ("X-Accel-Limit-Rate", "1")]
    answer = ask(at, "/function/env")
    assert answer.body == b"theirs /function/env" and not ours.seen and len(theirs.seen) == 1, answer.body
    assert answer.header("X-Accel-Redirect") == "/.well-known/jwks" and answer.header("X-Accel-Limit-Rate") == "1"


@test
def a_call_is_made_once_and_streams(home):
    """A body of any size reaches the function, and a connection that breaks is not asked again."""
    theirs = Backend(THEIRS)
    at = door(home, f"127.0.0.1:{free_port()}", theirs).port
    assert ask(at, "/function/env", "POST", body=b"x" * 3_000_000).status == 200
    assert [method for method, *_ in theirs.seen] == ["POST"]
    assert ask(at, "/oauth/token", "POST").status == 502
    assert ask(at, "/.well-known/jwks").status == 502
    sent = dict(theirs.seen[0][2])
    assert sent["X-Forwarded-For"] == "127.0.0.1" and sent["Host"] == "gateway" and "Connection" not in sent


main()

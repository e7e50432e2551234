# SPDX-License-Identifier: MIT
"""What is long, through each nginx configuration that is shipped: targets and headers of 8 to 31 KiB are served as short ones are, what is longer is
refused in words of HTTP, and nothing is ever 5xx because a buffer of ours is too small.

Usage: long.py FNTOKEN FNTOKEN_GATEWAY [PART OF A TEST'S NAME]      FNT_NGINX_MODULE: ngx_http_fntoken_module.so"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from serve import Backend, Guard, Nginx, ask, caddy_asking, eventually, exchanged, free_port, gateway_at, haproxy_asking, module, nginx_asking, recipe  # noqa: E402
from harness import FORM, PROVIDER, main, role, test  # noqa: E402

KIB = 1024
LENGTHS = [8 * KIB, 16 * KIB, 24 * KIB, 31 * KIB, 32 * KIB - 100]
TOO_LONG = [33 * KIB, 64 * KIB, 200 * KIB]


def targets(of):
    """Of each length: the path, the query, escapes in both."""
    for length in LENGTHS:
        for start, piece in (("/", "a"), ("?", "a"), ("/", "%41"), ("?a=", "b%20")):
            yield of + start + piece * ((length - len(of + start)) // len(piece))


def lines():
    """Further lines of a request: one that is long, or many."""
    for length in LENGTHS:
        yield [("X-Long", "a" * (length - 20))]
        yield [("Cookie", "a=" + "b" * (length - 20))]
    yield [(f"X-Some-{number}", "a" * 500) for number in range(80)]


def found(port, headers, served, function, too_long=TOO_LONG, also=(), of="/function/env.dev"):
    """What was not served as a short request is: those that may call (the function got the target as it was sent), and those that may not."""
    wrong = []
    for target in targets(of):
        asked = len(function.seen)
        status = ask(port, target, headers=headers).status
        seen = [path for _, path, _ in function.seen[asked:]]
        if status != served or seen != ([target] if served == 200 else []):
            wrong.append((target[:30], len(target), status, [len(path) for path in seen]))
    for more in lines():
        status = ask(port, of, headers=[*headers, *more]).status
        if status != served:
            wrong.append((more[0][0], len(more), len(more[0][1]), status))
    asked = len(function.seen)
    for length in too_long:
        for target, more in ((of + "/" + "a" * length, []), (of + "?" + "a" * length, []), (of, [("X-Long", "a" * length)])):
            status = ask(port, target, headers=[*headers, *more]).status
            if not (400 <= status < 500 or status in also or status == 0 and length > 100 * KIB) or len(function.seen) != asked:
                wrong.append((target[:30], len(target), len(more), status))
    return wrong


def answers(port, headers, function, of="/function/env.dev"):
    """A function's own long headers come through."""
    for length in (1000, 3 * KIB, 8 * KIB, 16 * KIB, 30 * KIB):
        function.headers = [("X-Own", "a" * length)]
        answer = ask(port, of, headers=headers)
        assert answer.status == 200 and answer.header("X-Own") == "a" * length, (length, answer.status)
    function.headers = []


def guarding(home):
    at = free_port()
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], "dev:env"))
    gateway_at(home, at)
    return at, [("Authorization", f"Bearer {exchanged(at, home.token(), None)}")]


@test
def through_the_sidecar(home):
    at, good = guarding(home)
    function = Backend("function")
    guard = Guard(home, function, gateway=f"http://127.0.0.1:{at}")
    guard.ready()
    for headers, served in ((good, 200), ([], 401)):
        wrong = found(guard.port, headers, served, function)
        assert not wrong, wrong
    answers(guard.port, good, function)


@test
def through_the_front_door(home):
    """With calls checked there, and without."""
    at, good = guarding(home)
    theirs = Backend("theirs")
    for checks, refused in (("", 200), (recipe("front-door-checks.conf", {}), 401)):
        folder, port = home / f"checks{refused}", free_port()
        folder.mkdir()
        (folder / "checks.conf").write_text(checks)
        Nginx(home, recipe("front-door.conf", {"127.0.0.1:8083": f"127.0.0.1:{at}", "127.0.0.1:8081": f"127.0.0.1:{theirs.port}",
                                               "listen 8080": f"listen 127.0.0.1:{port}", "/etc/nginx/fntoken/*.conf": f"{folder}/*.conf"}), port,
              f"load_module {module()};" if checks else "")
        eventually(lambda: ask(port, "/function/env.dev", headers=good).status == 200)
        assert ask(port, "/function/env.dev").status == refused
        for headers, served in ((good, 200), ([], refused)):
            wrong = found(port, headers, served, theirs)
            assert not wrong, wrong
        answers(port, good, theirs)
        # the gateway's own limits are smaller: it refuses in its own words
        tokens_at_the_door(home, port)


def tokens_at_the_door(home, port):
    for length in (100, 3 * KIB, 5 * KIB, *LENGTHS):
        for target, more in (("/oauth/token", [("X-Long", "a" * length)]), ("/oauth/token?" + "a" * length, []), ("/.well-known/jwks?" + "a" * length, []),
                             ("/.well-known/" + "a" * length, []), ("/.well-known/jwks", [("Cookie", "a" * length)]),
                             ("/oauth/token", [(f"X-Some-{number}", "a" * 40) for number in range(length // 50)])):
            for method in ("GET", "POST"):
                status = ask(port, target, method, [*more, ("Content-Type", FORM)]).status
                assert 200 <= status < 500, (target[:30], len(target), length, method, status)
    assert exchanged(port, home.token(), "dev:env")


@test
def through_forward_auth(home):
    """What a proxy can take, its guard can be asked about."""
    at, good = guarding(home)
    guard = Guard(home, None, gateway=f"http://127.0.0.1:{at}", more=["--forward-auth"])
    guard.ready()
    for target in targets("/function/env.dev"):
        for headers, status in ((good, 200), ([], 401)):
            assert ask(guard.port, "/authorize", headers=[("X-Original-URI", target), *headers]).status == status, len(target)


def behind(home, proxy, *more, too_long=TOO_LONG, also=()):
    at, good = guarding(home)
    function = Backend("function")
    guard = Guard(home, None, gateway=f"http://127.0.0.1:{at}", more=["--forward-auth", *more])
    guard.ready()
    port = proxy(home, guard, function)
    for headers, served in ((good, 200), ([], 401)):
        wrong = found(port, headers, served, function, too_long, also)
        assert not wrong, wrong
    answers(port, good, function)


@test
def behind_nginx(home):
    behind(home, nginx_asking)


@test
def behind_haproxy(home):
    behind(home, haproxy_asking, too_long=TOO_LONG[1:])  # it counts all together


@test
def behind_caddy(home):
    behind(home, caddy_asking, "--header", "X-Forwarded-Uri", also=[502])  # where the guard closes while Caddy still writes


main()

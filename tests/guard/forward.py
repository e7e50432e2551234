# SPDX-License-Identifier: MIT
"""fntoken-guard --forward-auth, by itself and behind the proxies whose recipes are shipped.

Usage: forward.py FNTOKEN FNTOKEN_GATEWAY [PART OF A TEST'S NAME]      FNT_NGINX_MODULE: ngx_http_fntoken_module.so"""
import json
import os
import pathlib
import sys
import textwrap
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from serve import Backend, Guard, Nginx, ask, caddy_asking, eventually, exchanged, free_port, gateway_at, haproxy_asking, kept_alive, module, need, nginx_asking, recipe, start, stop  # noqa: E402
from harness import PROVIDER, main, role, test  # noqa: E402

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "PURGE", "X-ANY"]
PATHS = ["/", "/authorize", "/authorize/", "/authorize/function/env", "/authorize?x", "//authorize", "/authorize//", "/authorize/../x", "/%61uthorize",
         "/authorizex", "/Authorize", "/_/health", "/_/ready", "/healthz", "/health", "/ready", "/readyz", "/livez", "/ping", "/status", "/metrics",
         "/oauth/token", "/.well-known/jwks", "/.well-known/openid-configuration", "/_fntoken_gateway/", "/_fntoken_gateway/.well-known/jwks",
         "/function/env", "/async-function/env", "/function/env.dev", "/system/functions", "/ui/", "/favicon.ico", "/robots.txt", "/index.html",
         "/authorize/_/health", "/authorize;x", "/authorize%2f", "/authorize%00", "/authorize#x", "*"]
AGENTS = ["kube-probe/1.30", "GoogleHC/1.0", "ELB-HealthChecker/2.0", "curl/8", ""]


def made(home, permission="dev:*", more=()):
    """A gateway, a guard that has keys, and a token."""
    at = free_port()
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], permission))
    gateway_at(home, at)
    guard = Guard(home, None, gateway=f"http://127.0.0.1:{at}", more=["--forward-auth", *more])
    guard.ready()
    return at, guard, exchanged(at, home.token(), None)


@test
def rule_41_nothing_but_a_permit_is_2xx(home):
    _, guard, token = made(home)
    named = [("X-Original-URI", "/function/env.dev")]
    asked, found = 0, []
    for method in METHODS:
        for path in PATHS:
            for agent in AGENTS:
                headers = [("User-Agent", agent), *(named if asked % 2 else [])]
                if method == "OPTIONS":
                    headers += [("Origin", "https://a.example"), ("Access-Control-Request-Method", "GET")]
                answer = ask(guard.port, path, method, headers)
                asked += 1
                kept = answer.header("Cache-Control") == "no-store" and answer.header("Vary") == "Authorization"
                if not answer.status >= 400 or not kept and answer.headers:
                    found.append((method, path, agent, answer.status, answer.headers))
    assert not found and asked >= 2000 and len(PATHS) == 40, (found[:10], asked)
    print(f"# vectors: {asked}")
    answer = ask(guard.port, "/authorize", headers=[*named, ("Authorization", f"Bearer {token}")])
    assert answer.status == 200, answer.body


@test
def rule_41_one_header_names_the_request(home):
    _, guard, token = made(home)
    bearer = ("Authorization", f"Bearer {token}")
    uri = ("X-Original-URI", "/function/env.dev/a?b")

    def status(*headers, method="GET", path="/authorize"):
        return ask(guard.port, path, method, headers).status

    missing = ask(guard.port, "/authorize", headers=[bearer])
    assert missing.status == 400 and b"proxy_set_header X-Original-URI $request_uri;" in missing.body, missing.body
    for name in ("X_Original_URI", "X-Original_URI", "x_original-uri", "X-Original-URI", "x-original-uri", "X-Original-URL", "X-Rewrite-URL", "X_Rewrite_URL",
                 "X-Forwarded-Prefix", "x_forwarded_prefix", "X-Forwarded-Uri", "X-HTTP-Method-Override", "X_HTTP_METHOD_OVERRIDE", "X-HTTP-Method",
                 "X-Method-Override", "x-original-url"):
        for value in (uri[1], "/function/other.prod", ""):
            assert status(uri, (name, value), bearer) == 400, name
            assert status((name, value), uri, bearer) == 400, name
    for name in ("X_Original_URI", "X-Original-URL", "X-Forwarded-Uri"):
        assert status((name, uri[1]), bearer) == 400, name
    # a request line that names another function, or none, says nothing
    for path in ("/authorize", "/authorize/function/other.prod", "/authorize?/function/other.prod"):
        assert status(uri, bearer, path=path) == 200, path
        assert status(("X-Original-URI", "/function/env.prod"), bearer, path=path) == 403, path
    # nor does a method, of whichever header
    for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE"):
        assert status(uri, bearer, ("X-Forwarded-Method", "OPTIONS"), ("X-Original-Method", "OPTIONS"), method=method) == 200, method
        assert status(uri, ("Origin", "https://a.example"), ("Access-Control-Request-Method", "GET"), ("X-Forwarded-Method", "OPTIONS"), method=method) == 401
    for target in ("/system/functions", "/function/", "/function/a%2eb", "/function/../system", "//function/env.dev", "/function/env.dev/../x", "", "x",
                   "http://h/function/env.dev", "/function/env.dev;a", "/function/env.dev/%2e%2e/x", "/async-function//env.dev"):
        assert status(("X-Original-URI", target), bearer) == 400, target
    assert status(("X-Original-URI", "/async-function/env.dev"), bearer) == 200
    refused = ask(guard.port, "/authorize", headers=[uri])
    assert refused.status == 401 and refused.header("Cache-Control") == "no-store" and refused.header("Vary") == "Authorization"
    assert "IAM function invoke" in refused.header("WWW-Authenticate")
    permit = ask(guard.port, "/authorize", headers=[uri, bearer])
    assert permit.header("Cache-Control") == "no-store" and permit.header("Vary") == "Authorization" and permit.header("X-Fntoken-Subject") == "fed:ada"
    assert kept_alive(guard.port, [("GET", "/authorize", [uri, bearer]), ("GET", "/authorize", [uri]), ("GET", "/authorize", [uri, bearer])]) == [200, 401, 200]


@test
def rule_41_only_trusted_proxies_may_ask(home):
    at, _, token = made(home)
    for peers, expected in ((["--trusted-proxy", "10.0.0.0/8"], 403), (["--trusted-proxy", ""], 403), (["--trusted-proxy", "127.0.0.1"], 200)):
        guard = Guard(home, None, gateway=f"http://127.0.0.1:{at}", more=["--forward-auth", *peers])
        assert ask(guard.port, "/").header("Cache-Control") == "no-store" and ask(guard.port, "/authorize").header("Vary") == "Authorization"
        headers = [("X-Original-URI", "/function/env.dev"), ("Authorization", f"Bearer {token}"), ("X-Forwarded-For", "10.0.0.1"), ("X-Real-IP", "127.0.0.1")]
        eventually(lambda: ask(guard.port, "/authorize", headers=headers).status == expected)  # pylint: disable=cell-var-from-loop
        assert ask(guard.port, "/authorize").status == (400 if expected == 200 else 403)


@test
def rule_41_another_header(home):
    _, guard, token = made(home, more=["--header", "X-Forwarded-Uri"])
    bearer = ("Authorization", f"Bearer {token}")
    assert ask(guard.port, "/authorize", headers=[("X-Forwarded-Uri", "/function/env.dev"), bearer]).status == 200
    assert ask(guard.port, "/authorize", headers=[("X-Forwarded-Uri", "/function/env.dev"), ("X-Original-URI", "/function/env.dev"), bearer]).status == 400
    assert b"X-Forwarded-Uri" in ask(guard.port, "/authorize", headers=[bearer]).body


# ---- behind other proxies

def rows(token):
    """Method, target, headers: each with another token in its place."""
    good, forged = f"Bearer {token}", f"Bearer {token[:-4]}AAAA"
    found = []
    for method in ("GET", "POST", "DELETE"):
        for target in ("/function/env.dev", "/function/env.dev/a%20b?c=d", "/async-function/env.dev", "/function/env.prod", "/function/env"):
            for value in (good, forged, None, "Basic YTpi"):
                found.append((method, target, [("Authorization", value)] if value else []))
    for target in ("/system/functions", "//function/env.dev", "/x/../function/env.dev", "/function/../system/functions", "/function/a.b.c", "/function/env.dev;x",
                   "/%66unction/env.dev", "/function/env%2edev", "/"):
        found.append(("GET", target, [("Authorization", good)]))
    for name, value in (("X-Original-URI", "/function/env.dev"), ("X_Original_URI", "/function/env.dev"), ("X-Original-URL", "/function/env.dev"),
                        ("X-Forwarded-Uri", "/function/env.dev"), ("X-Rewrite-URL", "/function/env.dev"), ("X-HTTP-Method-Override", "OPTIONS"),
                        ("X-Forwarded-Method", "OPTIONS"), ("X-Forwarded-Prefix", "/function/env.dev"), ("X_Forwarded_Uri", "/function/env.dev")):
        found.append(("GET", "/function/env.prod", [(name, value), ("Authorization", good)]))
        found.append(("GET", "/function/env.dev", [(name, value), ("Authorization", good)]))
    found.append(("OPTIONS", "/function/env.dev", [("Origin", "https://a.example"), ("Access-Control-Request-Method", "GET")]))
    return found


def behind(home, proxy, more=(), signs=("X.Fntoken.Subject", "x-fntoken~id")):
    """The same table at the module and at a proxy that asks the guard; proxy(guard, function) starts it and says its port."""
    need("nginx")
    at, guard, token = made(home, more=list(more))
    function, reference = Backend("function"), Backend("function")
    port = proxy(guard, function)
    own = free_port()
    Nginx(home, f"""server {{ listen 127.0.0.1:{own}; large_client_header_buffers 4 32k;
      location ^~ /_keys/ {{ internal; proxy_pass http://127.0.0.1:{at}/; }}
      location / {{ fntoken on; fntoken_key_request /_keys/; fntoken_function path; proxy_pass http://127.0.0.1:{reference.port}; }} }}""", own,
          f"load_module {module()};")
    eventually(lambda: ask(own, "/function/env.dev").status == 401)
    found, table = [], rows(token)
    for method, target, headers in table:
        theirs, ours = ask(port, target, method, headers), ask(own, target, method, headers)
        said = [(one.status, *map(one.header, ("WWW-Authenticate", "Cache-Control", "Vary", "X-OpenFaaS-Internal"))) for one in (theirs, ours)]
        if said[0] != said[1]:
            found.append(f"{method} {target} {[name for name, _ in headers]}: {said[0]}, the module {said[1]}")
    assert not found, "\n".join(found)
    assert len(table) >= 60 and len(function.seen) == len(reference.seen) > 10
    print(f"# vectors: {len(table)}")
    good = ("Authorization", f"Bearer {token}")
    # who calls is told by the guard alone
    claimed = [("Connection", "X-Fntoken-Subject, x_fntoken_issuer, keep-alive"), ("Connection", "X-Fntoken-Id"),
               *((name, "root") for name in ("X-Fntoken-Subject", "x_fntoken_subject", "X_Fntoken-Issuer", "X-FNTOKEN-ID", "X_FNTOKEN_RESOURCE", *signs))]
    answer = ask(port, "/function/env.dev", headers=[*claimed, good, ("Connection", "close")])
    assert answer.status == 200, answer.status
    seen = [(name.lower(), value) for name, value in function.seen[-1][2] if "fntoken" in name.lower()]
    assert "root" not in [value for _, value in seen] and ("x-fntoken-subject", "fed:ada") in seen, seen
    assert {name for name, _ in seen} == {f"x-fntoken-{name}" for name in ("subject", "issuer", "id", "resource")}, seen
    assert not [value for name, value in function.seen[-1][2] if name.lower() == "connection" and "fntoken" in value.lower()], function.seen[-1]
    return guard, function, port, good


def dies(home, guard, function, port, good):
    """Without the guard it is 5xx, and the function is not asked."""
    stop(guard.process)
    asked = len(function.seen)
    for headers in ([good], []):
        status = ask(port, "/function/env.dev", headers=headers).status
        assert 500 <= status < 600, status
    assert len(function.seen) == asked and home


def keeps_alive(guard, port, good, requests=40, most=8):
    """So many questions, and the guard's new connections, by what its workers have open and closed: in TIME-WAIT is each that ended."""
    def seen():
        lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
        wanted = f"{guard.port:04X}"
        return {tuple(line.split()[1:3]) for line in lines if wanted in (line.split()[1][-4:], line.split()[2][-4:]) and line.split()[3] in ("01", "06")}

    before = seen()
    for _ in range(requests):
        assert ask(port, "/function/env.dev", headers=[good]).status == 200
    time.sleep(0.1)
    opened = len(seen() - before)
    assert opened <= most, f"{opened} connections for {requests} questions"


def asks(home, proxy, *more, **options):
    """All of it, behind a proxy whose recipe is shipped."""
    guard, function, port, good = behind(home, lambda guard, function: proxy(home, guard, function), more, **options)
    keeps_alive(guard, port, good)
    dies(home, guard, function, port, good)


@test
def recipe_for_nginx(home):
    asks(home, nginx_asking)


@test
def recipe_for_haproxy(home):
    asks(home, haproxy_asking)


@test
def recipe_for_caddy(home):
    asks(home, caddy_asking, "--header", "X-Forwarded-Uri")


ENVOY = """
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: PORT}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: calls
          route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: functions}}]}]}
RECIPE
  clusters:
"""


def envoy_asking(home, guard, function):
    envoy, port = need("envoy"), free_port()
    at = {"fntoken-guard": guard.port, "functions": function.port}
    clusters = [{"name": name, "connect_timeout": "5s", "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [
        {"endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": number}}}}]}]}} for name, number in at.items()]
    text = ENVOY.replace("PORT", str(port)).replace("RECIPE", textwrap.indent(recipe("forward-auth/envoy.yaml", {}), " " * 10))
    home.write("envoy.yaml", text + "".join(f"  - {json.dumps(cluster)}\n" for cluster in clusters))
    start(home, [envoy, "-c", home / "envoy.yaml", "--concurrency", "1", "--disable-hot-restart", "--log-level", "error"], port)
    return port


@test
def recipe_for_envoy(home):
    asks(home, envoy_asking, signs=())  # docs/guard.md


main()

# SPDX-License-Identifier: MIT
"""fntoken_function path: the function comes from the request line and from what nginx makes of it, and both must name the same one.
What arrives is read as careless parsers would: none may find another function in it than the one that the token was for."""
import posixpath
import re
import urllib.parse

from harness import ISSUER, Skipped, main, test
from tricks import SECRET, both, guarding

FRONT = """
    @issuer@
    MORE
    location /function/ { @on path@ PASS }
    location /async-function/ { @on path@ PASS }
    location / { @on path@ PASS }
"""

# How a function is reached.
PASSES = {
    "without a URI": "proxy_pass http://@behind@;",
    "with the same URI": "proxy_pass http://@behind@:/function/;",
    "with another URI": "proxy_pass http://@behind@:/fn/;",
    "a variable": "set $there behind; proxy_pass http://$there$uri;",
    "a variable, raw": "set $there behind; proxy_pass http://$there$request_uri;",
    "rewrite": "rewrite ^/function/(.*)$ /function/$1 break; proxy_pass http://@behind@;",
    "slashes kept": "proxy_pass http://@behind@;",
}
MORE = {"slashes kept": "merge_slashes off;"}

# Of env, for a token of env, without doubt.
PLAIN = ["/function/env", "/function/env/", "/function/env.openfaas-fn", "/function/env/a/b", "/function/env?x=y", "/function/env/a%20b",
         "/function/env/?x=/function/other", "/async-function/env", "/function/env/" + "a" * 900, "http://front/function/env",
         "HTTP://front:80/function/env/x"]

# Each names another function to some parser, or none.
ODD = [
    "/function/other", "/function/other/../env", "/function/env/../other", "/function/env/./../other", "/function/./other",
    "/function/../function/other", "/function/env/%2e%2e/other", "/function/env/.%2e/other", "/function/env/%2E./other",
    "/function/env/..%2fother", "/function/env%2f..%2fother", "/function/env%2F%2e%2e%2Fother", "/function/%6fther", "/function/%6Fther/x",
    "/function/other%2f..%2fenv", "/function/other/%2e%2e/env", "/function//other", "//function/other", "//function//other",
    "/function/env//../other", "/function///other/", "/function/env/..//other", "/function/env;/../other", "/function/env;x=y/../../other",
    "/function/other;/../env", "/function/other;x", "/function/env;x", "/function/env/..;/other", "/function/;/other", "/function/env%3b/../other",
    "/function/env%3bx", "/function/env\\..\\other", "/function/env/..\\other", "/function\\other", "/function/env%5c..%5cother",
    "/function/env/%5c..%5cother", "/function/env%5c", "/function/env%00", "/function/env%00/../other", "/function/other%00/../env",
    "/function/other%23/../env", "/function/other#/../env", "/function/env#/../other", "/function/env/#/../../other", "/function/other%3f/../env",
    "/function/other?/../env", "/function/env%3f/../../other", "/function/Env", "/function/ENV", "/function/env.other", "/function/env.openfaas-fn.other",
    "/function/env%2eother", "/function/env%2Eopenfaas-fn", "/function/%65nv", "/function/en%76", "/function/e%6Ev/x", "/function/env%20",
    "/function/env%09", "/function/+env", "/function/%2fenv", "/function/%2e/env", "/function/%252e%252e/env", "/function/env/%252e%252e/other",
    "/function/env%252f..%252fother", "/%66unction/other", "/%66unction/env", "/Function/env", "/x/../function/other", "/x/..%2ffunction/other",
    "/function", "/function/", "/function/?env", "/function/.", "/function/..", "/function/env/..", "/function/env/../", "/", "/env", "/other",
    "/function/env/../../other", "/function/env/../../function/other", "/async-function/../function/other", "/async-function/env/../other",
    "/async-function//other", "/async-function/%6fther", "http://front/function/other", "http://front//function/other",
    "http://front/function/env/../other", "http://front/function/%6fther", "http://front?/function/env", "http://front",
    "http://other/function/env/..%2fother", "http:///function/env", "http:/function/env", "function/env", "*", "?/function/env",
    "/function/env/%c0%ae%c0%ae/other", "/function/env/%uff0e%uff0e/other", "/function/%e2%84%aether", "/function/\xefnv", "/function/-env",
    "/function/env-", "/function/env_", "/function/env%", "/function/env%2", "/function/env/%", "/function/env/%zz/../other",
    "/function/" + "a" * 64, "/function/" + "a" * 900 + "/../env", "/function/env/" + "../" * 200 + "other", "/function/" + "x/../" * 200 + "other",
    "/function/env/" + "%2e%2e%2f" * 100 + "other", "/function/env?/../../other#/function/other", "/function/env/x;/..;/../other",
    "/function/env:other", "/function/dev:other", "/function/env@other", "/function/env,other", "/function/env&other", "/function/env=other",
    "/function/other/..;/env", "/function/env/%0d%0aX:%20y", "/function/env%0a", "/function/env/\x01", "/function/env\x7f",
]


def readings(target):
    """Names of functions that somebody might read in a target: raw or decoded once or twice, with dots resolved or not, with
    backslashes for slashes, with parameters cut."""
    found = set()
    path = re.sub(r"^https?://[^/?#]*", "", target, flags=re.I)
    decoded = urllib.parse.unquote(path.split("?")[0], "latin-1")
    for text in (path, path.split("?")[0], path.split("#")[0].split("?")[0], decoded, urllib.parse.unquote(decoded, "latin-1"),
                 urllib.parse.unquote(path, "latin-1").split("?")[0]):
        for slashed in (text, text.replace("\\", "/"), re.sub(r";[^/]*", "", text), text.split("\0")[0]):
            for resolved in (slashed, posixpath.normpath(slashed) if slashed else "", re.sub("/+", "/", slashed)):
                match = re.match(r"/*(?:(?:async-)?function|fn)/+([^/?#;]*)", resolved)
                if match:
                    found.add(match[1].removesuffix(".openfaas-fn"))
    return found


def started(home, way):
    server = FRONT.replace("MORE", MORE.get(way, "")).replace("PASS", PASSES[way])
    return both(home, server, "upstream behind { server @behind@; } large_client_header_buffers 4 16k;")


def arrived(tricked, target, token):
    status, said = tricked.ask(target, token)
    return status, [line.split(" ", 1)[1] for line in tricked.calls()], said


def make(way):
    def one(home):
        unguarded, guarded = started(home, way)
        token = home.token("openfaas-fn:env")
        others = 0
        for target in ODD + PLAIN:
            _, calls, _ = arrived(unguarded, target, None)
            others += any(readings(call) - {"env"} for call in calls)
        assert others > 30, f"only {others} reach another function where nobody guards"
        if not guarding:
            return
        for target in PLAIN:
            if way == "a variable" and "%" in target:
                continue  # nginx does not encode it again, which what stands behind refuses
            status, calls, said = arrived(guarded, target, token)
            assert status == 200 and len(calls) == 1, (target, said)
        for target in ODD:
            status, calls, said = arrived(guarded, target, token)
            assert status in (301, 400, 403, 404, 414) and not calls or (status, len(calls)) == (200, 1), (target, calls, said)
            for call in calls:
                assert readings(call) == {"env"}, (target, call, readings(call))
        for target in PLAIN:
            assert guarded.ask(target)[0] == 401 and guarded.ask(target, home.token("openfaas-fn:other"))[0] == 403, target
    one.__name__ = "passed_" + re.sub(r"[^a-z]+", "_", way.lower())
    return test(one)


for each in PASSES:
    make(each)


@test
def captured_by_a_location(home):
    """A variable holds what nginx made of the request line, which goes on as it came."""
    server = """
        @issuer@
        location ~ ^/+(?:async-)?function/+(?<name>[^/.]+) { @on openfaas-fn:$name@ proxy_pass http://@behind@; }
        location = /moved { rewrite ^ /function/env/x last; }
        location / { return 404; }
    """
    unguarded, guarded = both(home, server)
    token, others = home.token("openfaas-fn:env"), 0

    def functions(calls):
        return {name for call in calls for name in readings(call) if re.fullmatch("[a-z0-9-]+", name)}

    for target in ODD + PLAIN:
        others += bool(functions(arrived(unguarded, target, None)[1]) - {"env"})
        if guarded:
            status, calls, said = arrived(guarded, target, token)
            assert functions(calls) <= {"env"}, (target, calls)
            assert target not in PLAIN or status == 200, (target, said)
    assert others > 30, others
    for target in ("/moved", "/function/env/a%2Fb%20c", "/function/%65nv/x", "/function/env/%C3%BC") if guarded else ():
        assert guarded.ask(target, token)[0] == 200, target
    if guarded:
        for name in ("env%0a2026/01/01 00:00:00 [alert] forged", "%1b[2J", "%22 is let in", "x" * 300, "%e2%80%ae"):
            assert guarded.ask(f"/function/{name}".replace(" ", "%20"), token)[0] in (400, 403), name
        log = guarded.nginx.log()
        assert "\n2026/01/01" not in log and "\x1b" not in log and ":x" not in log and "\u202e" not in log, log


@test
def made_of_a_callers_text(home):
    """A rewrite or a redirect with dots and the like, which nginx takes out of a request line and leaves in a URI of its own."""
    server = """
        @issuer@
        location ~ ^/+function/+(?<name>[a-z]+) { @on dev:$name@ proxy_pass http://@behind@; }
        location ~ ^/+raw/+(?<name>[a-z]+) { @on dev:$name@ rewrite ^/+raw $request_uri break; proxy_pass http://@behind@; }
        location ~ ^/+raw-again/+(?<name>[a-z]+) { @on dev:$name@ rewrite ^ $request_uri break; proxy_pass http://behind$uri; }
        location /call { rewrite ^ /function/$arg_name? last; }
        location = /page { @on dev:env@ ssi on; ssi_types *; }
    """
    home.file("page", '<!--# include virtual="/call?name=env/../other" -->')
    unguarded, guarded = both(home, server, "upstream behind { server @behind@; }")
    token = home.token("dev:env")
    rows = [f"/call?name=env{rest}" for rest in ("/../other", "/x/../../other", "/./../other", "//../other", ";/../other", "\\..\\other", "/%2e%2e/other", "/..",
                                                 "/.", "//", "/%252e%252e/other", "/x;y", "/x%2f..%2f..%2fother")]
    rows += ["/raw/other/../env", "/raw/other/%2e%2e/env", "/raw/other;/../env", "/raw/other%2f..%2fenv", "/raw//env", "/raw-again/other%2f..%2fenv",
             "/raw-again/other/../env"]
    for target in ["/page", *rows]:
        assert unguarded.delivers(target)[0], target
    assert not guarded or not guarded.delivers("/page", token)[0]
    for target in rows:
        if guarded:
            status, said = guarded.ask(target, token)
            assert status == 400 and not guarded.calls(), (target, said)
    for target in ("/call?name=env", "/call?name=env/", "/call?name=env/a.b/..c/x", "/raw/env/a%20b", "/raw-again/env/a%2Fb", "/function/env/...") if guarded else ():
        assert guarded.ask(target, token)[0] == 200 and len(guarded.calls()) == 1, target


@test
def slashes_that_are_kept(home):
    """With "merge_slashes off" a variable sees both of two, and the function may see one."""
    if not guarding:
        raise Skipped("no module")
    _, guarded = both(home, "@issuer@ merge_slashes off; location ~ /(?<name>[a-z]*)$ { @on dev:$name@ proxy_pass http://@behind@; }")
    assert [guarded.ask(target, home.token("dev:env"))[0] for target in ("/function//env", "//env", "/x/./env", "/x/env")] == [400, 400, 400, 200]


@test
def files_by_alias(home):
    home.file("fn/env/file", "of env")
    home.file("fn/other/file", "SECRET of other")
    server = """
        @issuer@
        location /function/ { @on path@ alias @home@/site/fn/; }
        location ~ ^/async-function/([a-z]+)/(.*)$ { @on path@ alias @home@/site/fn/$1/$2; }
    """
    unguarded, guarded = both(home, server)
    reached = 0
    for target in [target + more for target in ODD for more in ("", "/file")]:
        reached += unguarded.delivers(target)[0]
        if guarded:
            did, said = guarded.delivers(target, home.token("openfaas-fn:env"))
            assert not did, said
    assert reached > 10, reached
    for target in ("/function/env/file", "/async-function/env/file") if guarded else ():
        assert guarded.ask(target, home.token("openfaas-fn:env"))[1].endswith("of env"), target


@test
def a_redirect_has_the_request_line_of_before(home):
    """What was asked for and where it went must be the same function, or it is nobody's."""
    server = """
        @issuer@
        location /function/ { @on path@ proxy_pass http://@behind@; }
        location /function/env/moving { error_page 404 = /function/other/x; return 404; }
        location /function/env/rewriting { rewrite ^ /function/other/x last; }
        location /function/env/staying { rewrite ^ /function/other/x break; @on path@ proxy_pass http://@behind@; }
        location /function/env/trying { try_files /none /function/other/x; }
        location /function/env/stripping { rewrite ^/function(/.*)$ $1 break; @on path@ proxy_pass http://@behind@; }
        location /function/env/moved { rewrite ^ /function/env/x last; }
        location /plain { rewrite ^ /function/env/x last; }
    """
    unguarded, guarded = both(home, server)
    for name in ("moving", "rewriting", "staying", "trying", "stripping"):
        for tricked in filter(None, (unguarded, guarded)):
            status, calls, said = arrived(tricked, f"/function/env/{name}", home.token("openfaas-fn:env"))
            if tricked.guarded:
                assert status == 400 and not calls, (name, said)
            else:
                assert calls in (["/function/other/x"], ["/env/stripping"]), (name, said)
    if guarded:
        assert arrived(guarded, "/function/env/moved", home.token("openfaas-fn:env"))[1] == ["/function/env/x"]
        assert arrived(guarded, "/plain", home.token("openfaas-fn:env"))[0] == 400


@test
def hosts_of_the_request_line(home):
    """nginx goes by the host of an absolute request line, and $http_host is that of the header: who has a token for the one does not reach
    the other, whether a variable names the function or a server does."""
    front = """
        server_name ~^(?<name>[a-z]+)\\.fn\\.example\\.com$; @issuer@
        location / { @on dev:$name@ proxy_pass http://@behind@; proxy_set_header X-Called $http_host; }
    """
    servers = "".join(f"""
        server {{
            listen unix:@self@.named; server_name {name}.named.example.com; @issuer@
            location / {{ @on dev:{name}@ proxy_pass http://@behind@; proxy_set_header X-Called $http_host; }}
        }}""" for name in ("env", "other"))
    unguarded, guarded = both(home, front, servers, "location = /said { return 200 \"SECRET of $http_x_called\\n\"; }")

    def said(tricked, target, hosts, domain):
        lines = [f"GET {target} HTTP/1.1", *(f"Host: {host}" for host in hosts), "Connection: close", f"Authorization: Bearer {home.token('dev:env')}", "", ""]
        connection = tricked.nginx.connect(tricked.nginx.socket if domain == "fn" else f"{home.path}/{tricked.name}.named")
        connection.sendall("\r\n".join(lines).encode())
        return connection.makefile("rb").read().decode()

    for domain in ("fn", "named"):
        env, other = f"env.{domain}.example.com", f"other.{domain}.example.com"
        for host in (other, f"{other}:80", env[:-1], env + "x", env + ".evil.example", f"{env}@{other}", "x", f"x.{env}"):
            assert "SECRET of " + host in said(unguarded, f"http://{env}/said", [host], domain) or "@" in host, host
            answer = said(guarded, f"http://{env}/said", [host], domain) if guarded else ""
            assert SECRET not in answer and (not guarded or answer.startswith("HTTP/1.1 400 ")), (host, answer)
        for target in ("/said", f"http://{env}/said"):
            for host in (f"{env}:@{other}", f"{env}:80@{other}", f"{env}:{other}", f"{env}.:80/{other}", f"{env}:8x"):
                assert "SECRET of " + host in said(unguarded, target, [host], domain) or "/" in host, host
                answer = said(guarded, target, [host], domain) if guarded else ""
                assert SECRET not in answer and (not guarded or answer.startswith("HTTP/1.1 400 ")), (target, host, answer)
        for target, hosts in (("/said", [f"{env}:80"]), ("/said", [f"{env}.:80"]), ("/said", [f"{env}:"]), (f"http://{env}/said", [f"{env}."]), (f"http://{env}/said", [env]), (f"http://{env}:81/said", [env]), (f"HTTP://{env}/said", [env.upper()]),
                              (f"http://{env.upper()}/said", [f"{env}:81"]), ("/said", [env])):
            answer = said(guarded, target, hosts, domain) if guarded else "SECRET of env"
            assert "SECRET of env" in answer or "SECRET of ENV" in answer, (target, hosts, answer)
        if guarded:
            assert said(guarded, "/said", [other], domain).startswith("HTTP/1.1 403 ")


@test
def odd_targets_have_the_same_answer_for_everybody(home):
    """400 for what is no function, whoever asks: no token is looked at, and none gets further than another."""
    if not guarding:
        raise Skipped("no module")
    _, guarded = started(home, "without a URI")
    for target in ODD:
        statuses = {guarded.ask(target, token)[0] for token in (None, home.token("openfaas-fn:env"), home.token("openfaas-fn:*"))}
        assert statuses <= {400} or statuses <= {401, 403, 200} and 401 in statuses or len(statuses) == 1 and statuses <= {301, 404}, (target, statuses)


@test
def a_rewrite_to_the_request_line(home):
    """Its text is a URI then, and is encoded once more on its way: what was decoded is not what goes on."""
    nginx = home.nginx(f"""fntoken on; fntoken_issuer {ISSUER}; fntoken_key_file {home / 'keys.json'}; fntoken_function path namespace=dev;
        location / {{ rewrite ^ $request_uri break; }}""")
    found = [nginx.ask(path, home.token()).status for path in ("/function/env", "/function/%65nv", "/function/e%6Ev/x")]
    assert found == [200, 400, 400], found


if __name__ == "__main__":
    main()

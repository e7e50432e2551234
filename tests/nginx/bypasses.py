# SPDX-License-Identifier: MIT
"""The access phase does not run in subrequests: an SSI page delivers what auth_request refuses. Each way into a guarded location
that nginx has is tried, without a token, with one that may not, and with one that nobody looked at. Each works where nobody
guards, or this test would show nothing."""
import time

from harness import Skipped, eventually, main, test
from tricks import SECRET, both, forged, has_module

BEHIND = """
    location /sliced/ { root @home@/site; }
    location /called/accelerated { return 200 "SECRET accelerated"; }
"""

OUTSIDE = """
    upstream behind { server @behind@; }
    upstream outside { server unix:@self@.outside; }
    proxy_cache_path @self@.cache keys_zone=cached:1m;
    map $uri $inner { ~^/mapped/env env; default other; }
    map dev:$inner $mapped { ~(.*) $1; }
    server {
        listen unix:@self@.outside;
        location / { return 200 "open\\n"; }
        location /accel/called { add_header X-Accel-Redirect /called/accelerated; return 200; }
        location /accel/internal { add_header X-Accel-Redirect /internal/accelerated; return 200; }
        location /accel/named { add_header X-Accel-Redirect @guarded; return 200; }
        location /accel/file { add_header X-Accel-Redirect /files/secret.txt; return 200; }
        location /included { default_type text/html; return 200 "<!--# include virtual=\\"/called/proxied\\" -->"; }
    }
"""

FRONT = """
    default_type text/html;
    @issuer@

    location /files/ { @on dev:env@ }
    location /called/ { @on dev:env@ proxy_pass http://behind; }
    location /other/ { @on dev:other@ proxy_pass http://behind; }
    location /internal/ { internal; @on dev:env@ proxy_pass http://behind; }
    location /sliced/ { @on dev:env@ slice 8; proxy_set_header Range $slice_range; proxy_pass http://behind; }
    location /itself/ { @on dev:env@ auth_request /itself/again; proxy_pass http://behind; }
    location /cached/ { @on dev:env@ proxy_cache cached; proxy_cache_valid 1h; proxy_pass http://behind; }
    location @guarded { @on dev:env@ proxy_pass http://behind; }
    location /erring/again/ { @on dev:env@ error_page 401 403 =200 /called/again; proxy_pass http://behind; }
    location /erring/again/named/ { @on dev:env@ error_page 401 403 =200 @guarded; proxy_pass http://behind; }
    location /pages/env/ { @on dev:env@ ssi on; }

    location /mapped/ { @on $mapped@ ssi on; error_page 404 = /mapped/other.txt; }
    location /captured/ { location ~ ^/captured/(?<name>[a-z]+) { @on dev:$name@ ssi on; error_page 404 = /captured/other.txt; } }

    location /pages/ { ssi on; }
    location = /proxied { ssi on; proxy_pass http://outside/included; }
    location = /mirroring { mirror /called/mirrored; proxy_pass http://outside; }
    location = /authorizing {
        auth_request /called/authorizing;
        auth_request_set $stolen $upstream_http_x_secret;
        add_header X-Stolen $stolen always;
    }
    location = /erring/uri { error_page 404 /called/erring; }
    location = /erring/ok { error_page 404 =200 /called/erring; }
    location = /erring/own { error_page 404 = /called/erring; }
    location = /erring/file { error_page 404 =200 /files/secret.txt; }
    location = /erring/named { error_page 404 = @guarded; }
    location = /erring/internal { error_page 404 = /internal/erring; }
    location = /erring/denied { deny all; error_page 403 = /called/erring; }
    location = /erring/upstream { proxy_intercept_errors on; error_page 404 = /called/erring; proxy_pass http://unix:@self@.gone; }
    location = /erring/gone { error_page 502 = @guarded; proxy_pass http://unix:@self@.gone; }
    location = /trying/uri { try_files /nothing /called/tried; }
    location = /trying/named { try_files /nothing @guarded; }
    location = /trying/internal { try_files /nothing /internal/tried; }
    location /accel/ { proxy_pass http://outside; }
    location = /indexed/ { index /called/indexed; }
    location = /acting { post_action /called/acted; proxy_pass http://outside; }
    location = /rewriting { rewrite ^ /called/rewritten last; }
    location = /rewriting/if { if ($arg_x) { rewrite ^ /internal/rewritten last; } }
    location = /adding/before { addition_types *; add_before_body /called/before; alias @home@/site/open.html; }
    location = /adding/after { addition_types *; add_after_body /called/after; alias @home@/site/open.html; }
    location = /adding/substituted {
        addition_types *; add_after_body /called/after; sub_filter open opened; sub_filter_types *; alias @home@/site/open.html;
    }
    ECHO
    JS
"""

ECHO = """
    location = /echo/location { echo_location /called/echo; }
    location = /echo/async { echo_location_async /called/echo; }
    location = /echo/subrequest { echo_subrequest GET /called/echo; }
    location = /echo/post { echo_subrequest_async POST /internal/echo -b body; }
    location = /echo/exec { echo_exec /called/echo; }
    location = /echo/named { echo_exec @guarded; }
"""

JS = """
    location = /js/subrequest { js_content ways.subrequest; }
    location = /js/internal { js_content ways.inside; }
    location = /js/detached { js_content ways.detached; }
    location = /js/redirect { js_content ways.redirect; }
    location = /js/named { js_content ways.named; }
"""

WAYS = """
function send(r, uri, options) {
    r.subrequest(uri, options, function (reply) { r.return(200, reply.responseText || reply.responseBody); });
}
function subrequest(r) { send(r, '/called/js', {}); }
function inside(r) { send(r, '/internal/js', {method: 'POST', body: 'x'}); }
function detached(r) { r.subrequest('/called/js', {detached: true}); r.return(200, 'open'); }
function redirect(r) { r.internalRedirect('/called/js'); }
function named(r) { r.internalRedirect('@guarded'); }
export default {subrequest, inside, detached, redirect, named};
"""

PAGES = {
    "virtual": '<!--# include virtual="/called/ssi" -->',
    "query": '<!--# include virtual="/called/ssi?x=y" -->',
    "internal": '<!--# include virtual="/internal/ssi" -->',
    "file": '<!--# include file="../files/secret.txt" --><!--# include virtual="/files/secret.txt" -->',
    "wait": '<!--# include virtual="/called/ssi" wait="yes" -->',
    "set": '<!--# include virtual="/called/ssi" set="stolen" --><!--# echo var="stolen" -->',
    "stub": '<!--# block name="no" -->none<!--# endblock --><!--# include virtual="/called/ssi" stub="no" -->',
    "nested": '<!--# include virtual="/pages/virtual.html" -->',
    "twice": '<!--# include virtual="/called/ssi" --><!--# include virtual="/called/ssi" -->',
    "tried": '<!--# include virtual="/trying/named" -->',
    "erring": '<!--# include virtual="/erring/named" -->',
    "accel": '<!--# include virtual="/accel/called" -->',
    "sliced": '<!--# include virtual="/sliced/file.txt" -->',
    "itself": '<!--# include virtual="/itself/" -->',
    "asked": '<!--# include virtual="/called/$arg_name" -->',
    "escaped": '<!--# include virtual="/c%61lled/ssi" -->',
}

NAMED = ["/proxied", "/mirroring", "/authorizing", "/itself/", "/erring/uri", "/erring/ok", "/erring/own", "/erring/file",
         "/erring/named", "/erring/internal", "/erring/denied", "/erring/gone", "/erring/again/x", "/erring/again/named/x",
         "/trying/uri", "/trying/named", "/trying/internal", "/accel/called", "/accel/internal", "/accel/named", "/accel/file",
         "/indexed/", "/acting", "/rewriting", "/rewriting/if?x=1", "/adding/before", "/adding/after", "/adding/substituted",
         "/files/secret.txt", "/called/x", "/sliced/file.txt", "/cached/x"]


def started(home):
    home.write("ways.js", WAYS)
    for name in ("files/secret.txt", "sliced/file.txt"):
        home.file(name, "SECRET " * 10)
    home.file("open.html", "open")
    for name, page in PAGES.items():
        home.file(f"pages/{name}.html", page)
    home.file("pages/env/env.html", '<!--# include virtual="/called/ssi" -->')
    home.file("pages/env/other.html", '<!--# include virtual="/other/ssi" -->')
    for way in ("mapped", "captured"):
        home.file(f"{way}/env.txt", f'env <!--# include virtual="/{way}/other.txt" -->')
        home.file(f"{way}/env-again.txt", f'env <!--# include virtual="/{way}/env.txt" -->')
        home.file(f"{way}/other.txt", "SECRET of other")
    server = FRONT.replace("ECHO\n", ECHO if has_module("echo") else "\n").replace("JS\n", JS if has_module("js") else "\n")
    return both(home, server, OUTSIDE + ("js_import ways from @home@/ways.js;" if has_module("js") else ""), BEHIND)


def try_each(home, targets):
    unguarded, guarded = started(home)
    for target in targets:
        did, said = unguarded.delivers(target)
        assert did, f"delivers nothing where nobody guards: {said}"
        for token in (None, forged(home, "dev:env"), home.token("dev:another")) if guarded else ():
            did, said = guarded.delivers(target, token)
            assert not did, f"delivered: {said}"
            assert said[1].startswith("HTTP/1.1 "), f"no answer: {said}"
    return guarded


@test
def redirects_and_subrequests_of_nginx(home):
    guarded = try_each(home, NAMED)
    if guarded:
        assert "[alert]" not in guarded.nginx.log() and "exited on signal" not in guarded.nginx.log(), guarded.nginx.log()


@test
def server_side_includes(home):
    guarded = try_each(home, [f"/pages/{name}.html" for name in PAGES])
    for name in PAGES if guarded else ():  # a good token, at which nobody looked: the page is open
        if name not in ("tried", "erring", "accel"):
            did, said = guarded.delivers(f"/pages/{name}.html", home.token("dev:env"))
            assert not did, f"delivered to a token that was not looked at: {said}"


@test
def a_refused_subrequest_is_one_line(home):
    guarded = started(home)[1]
    if guarded:
        assert not guarded.delivers("/pages/asked.html?name=x%0a2026/01/01%2000:00:00%20[alert]%20forged%1b[2J")[0]
        lines = [line for line in guarded.nginx.log().splitlines() if "a subrequest to" in line]
        assert len(lines) == 1 and "/called/x%0A2026/01/01%2000:00:00%20[alert]%20forged%1B[2J" in lines[0], lines


@test
def echo_module(home):
    if not has_module("echo"):
        raise Skipped("nginx's echo module is not here")
    try_each(home, ["/echo/" + name for name in ("location", "async", "subrequest", "post", "exec", "named")])


@test
def js_module(home):
    if not has_module("js"):
        raise Skipped("njs is not here")
    try_each(home, ["/js/" + name for name in ("subrequest", "internal", "detached", "redirect", "named")])


@test
def what_a_token_may_works(home):
    """Redirects are requests, and a token for the function lets them in; a page of the function includes its own and no other's."""
    unguarded, guarded = started(home)
    for nginx in (unguarded, guarded) if guarded else (unguarded,):
        for target in ("/files/secret.txt", "/called/x", "/sliced/file.txt", "/erring/ok", "/erring/named", "/trying/uri",
                       "/trying/named", "/accel/called", "/accel/named", "/indexed/", "/rewriting", "/pages/env/env.html"):
            status, said = nginx.ask(target, home.token("dev:env"))
            assert status == 200 and SECRET in said, (nginx.name, target, said)
        assert nginx.ask("/sliced/file.txt", home.token("dev:env"))[1].split("\r\n\r\n")[1].count(SECRET) == 10
    if guarded:
        guarded.calls()
        for token in (home.token("dev:env"), home.token("dev:env", "dev:other")):
            did, said = guarded.delivers("/pages/env/other.html", token)
            assert not did, f"another function's answer, decided for env: {said}"


@test
def subrequests_of_a_request_that_was_let_in(home):
    """Mirrors, auth_request and updates of a cache in the background of the function that it was let in for; of another they are refused."""
    unguarded, guarded = both(home, """
        @issuer@
        location /mirroring { @on dev:env@ mirror /mirrored; proxy_pass http://@behind@; }
        location = /mirrored { internal; @on dev:env@ proxy_pass http://@behind@; }
        location /straying { @on dev:env@ mirror /strayed; proxy_pass http://@behind@; }
        location = /strayed { internal; @on dev:other@ proxy_pass http://@behind@; }
        location /itself/ { @on dev:env@ auth_request /itself/again; proxy_pass http://@behind@; }
        location /asking { @on dev:env@ auth_request /strayed; proxy_pass http://@behind@; }
        location /stale { @on dev:env@ proxy_cache cached; proxy_cache_valid 1s; proxy_cache_use_stale updating; proxy_cache_background_update on;
                          proxy_pass http://@behind@; }
    """, "proxy_cache_path @self@.cache keys_zone=cached:1m;")
    for tricked in filter(None, (unguarded, guarded)):
        token = home.token("dev:env", "dev:other")

        def calls(target, token=token, tricked=tricked):
            status, _ = tricked.ask(target, token)
            return status, sorted(line.split(" ")[1] for line in tricked.calls())

        assert calls("/mirroring") == (200, ["/mirrored", "/mirroring"])
        assert calls("/itself/") == (200, ["/itself/", "/itself/again"])
        assert calls("/straying") == (200, ["/straying"] if tricked.guarded else ["/strayed", "/straying"])
        assert calls("/asking") == ((403, []) if tricked.guarded else (200, ["/asking", "/strayed"]))
        assert calls("/stale") == (200, ["/stale"])
        time.sleep(2.1)
        status, called = calls("/stale")  # out of the cache, and asked for anew behind it
        assert status == 200 and (called or eventually(tricked.calls)) in (["/stale"], ["GET /stale"]), called
        if tricked.guarded:
            assert calls("/stale", None) == (401, []) == calls("/mirroring", None) == calls("/itself/", None)


@test
def a_value_is_asked_anew(home):
    """nginx keeps what a map said for the whole request, subrequests and redirects too."""
    unguarded, guarded = started(home)
    for way in ("mapped", "captured"):
        for page in ("env.txt", "env-again.txt", "env-missing.txt"):
            did, said = unguarded.delivers(f"/{way}/{page}")
            assert did, said
            if guarded:
                did, said = guarded.delivers(f"/{way}/{page}", home.token("dev:env"))
                assert not did, f"delivered: {said}"
                assert " 403 " in said[1] if "missing" in page else " 200 " in said[1] and "\nenv " in said[1], said
    if guarded:
        assert guarded.ask("/captured/other.txt", home.token("dev:other"))[0] == 200
        assert guarded.ask("/captured/other.txt", home.token("dev:env"))[0] == 403


@test
def what_is_cached_is_guarded(home):
    _, guarded = started(home)
    if not guarded:
        raise Skipped("no module")
    assert guarded.ask("/cached/x", home.token("dev:env"))[0] == 200
    assert guarded.calls() == ["GET /cached/x"]
    for token, expected in ((None, 401), (home.token("dev:env"), 200), (forged(home, "dev:env"), 401), (home.token("dev:another"), 403)):
        status, said = guarded.ask("/cached/x", token)
        assert status == expected and (SECRET in said) == (expected == 200), (expected, said)
    assert guarded.calls() == []


if __name__ == "__main__":
    main()

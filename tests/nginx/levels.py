# SPDX-License-Identifier: MIT
"""What holds where: a location in a guarded server is guarded unless it says "off", and nothing further in takes the place of what
stands further out."""
from harness import ISSUER, Skipped, main, test
from tricks import SECRET, both, forged, guarding

SECRETS = ["/x", "/exact", "/prefix/x", "/regex/x.php", "/preferred/x", "/nested/x", "/nested/in/x", "/nested/in/deep/x", "/nested/in/a.txt",
           "/if", "/if?a=1", "/if/proxied", "/if/proxied?a=1", "/limited", "/limited/in/x", "/files/", "/files/secret.txt", "/listed/",
           "/satisfied", "/allowed", "/trying"]

FRONT = """
    LEVEL
    location / { proxy_pass http://@behind@; }
    location = /exact { proxy_pass http://@behind@; }
    location /prefix/ { proxy_pass http://@behind@; }
    location ~ \\.php$ { proxy_pass http://@behind@; }
    location ^~ /preferred/ { proxy_pass http://@behind@; }
    location /nested/ {
        proxy_pass http://@behind@;
        location /nested/in/ {
            proxy_pass http://@behind@;
            location ~ \\.txt$ { proxy_pass http://@behind@; }
            location /nested/in/deep/ { proxy_pass http://@behind@; }
        }
    }
    location = /if { if ($arg_a) { set $b 1; } proxy_pass http://@behind@; }
    location = /if/proxied { if ($arg_a) { proxy_pass http://@behind@; } proxy_pass http://@behind@; }
    location /limited { limit_except GET { deny all; } proxy_pass http://@behind@; location /limited/in/ { proxy_pass http://@behind@; } }
    location /files/ { index secret.txt; }
    location /listed/ { autoindex on; }
    location = /satisfied { satisfy all; proxy_pass http://@behind@; }
    location = /allowed { allow all; proxy_pass http://@behind@; }
    location = /trying { try_files /files/secret.txt =404; }
    location /open/ { @off@ proxy_pass http://@behind@; location /open/closed/ { @on@ proxy_pass http://@behind@; } location /open/in/ { proxy_pass http://@behind@; } }
    location = /open/if { @off@ if ($arg_a) { proxy_pass http://@behind@; } proxy_pass http://@behind@; }
"""


def walk(home, http_level, server_level):
    home.file("files/secret.txt", SECRET)
    home.file("listed/SECRET.txt", SECRET)
    unguarded, guarded = both(home, FRONT.replace("LEVEL", server_level), http_level)
    for target in SECRETS:
        for token, status in ((None, 401), (forged(home, "dev:env"), 401), (home.token("dev:other"), 403)) if guarded else ():
            did, said = guarded.delivers(target, token)
            assert not did and f" {status} " in said[1].split("\n")[0], said
        for tricked in filter(None, (unguarded, guarded)):
            did, said = tricked.delivers(target, home.token("dev:env"))
            assert did, said
    if guarded:
        for target in ("/open/x", "/open/in/x", "/open/if", "/open/if?a=1"):
            assert guarded.ask(target)[0] == 200, target
        assert guarded.ask("/open/closed/x")[0] == 401 and guarded.ask("/open/closed/x", home.token("dev:env"))[0] == 200


@test
def all_of_a_server(home):
    walk(home, "", "@issuer@ @on dev:env@")


@test
def all_of_http(home):
    walk(home, "@issuer@ @on dev:env@", "")


@test
def keys_of_http_and_functions_of_a_server(home):
    walk(home, "@issuer@", "@on dev:env@")


@test
def each_location_alone(home):
    """Functions of locations in a guarded server; what is in none of them is closed."""
    home.file("files/secret.txt", SECRET)
    server = """
        @issuer@ @on@
        if ($arg_moved) { return 301 /; }
        location /env { FUNCTION dev:env; proxy_pass http://@behind@; location /env/in { proxy_pass http://@behind@; } }
        location /other { FUNCTION dev:other; proxy_pass http://@behind@; }
        location /off { @off@ proxy_pass http://@behind@; }
    """.replace("FUNCTION", "fntoken_function" if guarding else "set $function")
    unguarded, guarded = both(home, server)
    for target, own in (("/env", "dev:env"), ("/env/in", "dev:env"), ("/other", "dev:other"), ("/files/secret.txt", None)):
        did, said = unguarded.delivers(target)
        assert did, said
        for resource in (None, "dev:env", "dev:other", "dev:*") if guarded else ():
            did, said = guarded.delivers(target, home.token(resource) if resource else None)
            assert did == (own is not None and resource in (own, "dev:*")), (resource, said)
            assert did or own or " 503 " in said[1], said
    if guarded:
        assert guarded.ask("/off")[0] == 200 and guarded.ask("/x?moved=1")[0] == 301


@test
def report_holds_where_it_stands(home):
    if not guarding:
        raise Skipped("no module")
    _, guarded = both(home, """
        @issuer@ @on dev:env@
        location / { proxy_pass http://@behind@; }
        location /report { @report@ proxy_pass http://@behind@; location /report/on { @on@ proxy_pass http://@behind@; } }
    """)
    for target, status in (("/x", 401), ("/report", 200), ("/report/in", 200), ("/report/on", 401), ("/x", 401)):
        assert guarded.ask(target)[0] == status, target
    guarded.nginx.says("would be refused")
    assert guarded.nginx.log().count("would be refused") == 2, guarded.nginx.log()


KEYS = f"fntoken_issuer {ISSUER}; fntoken_key_file HOME/keys.json;"
GUARDED = KEYS + " fntoken on; fntoken_function dev:env;"
CACHE = "proxy_cache_path HOME/cache keys_zone=cached:1m;"
FETCHED = "fntoken on; fntoken_function dev:env; fntoken_key_request /_keys/; "
CLOSED = "internal; proxy_pass http://unix:HOME/gateway:/;"

# (inside server, inside http, a word of what it says)
REFUSED = [
    ("", "fntoken report;", "report"),
    ("", GUARDED.replace("on;", "report;"), "report"),
    (GUARDED + "satisfy any;", "", "satisfy any"),
    (GUARDED + "location / { satisfy any; allow all; }", "", "satisfy any"),
    ("satisfy any; location / { " + GUARDED + "}", "", "satisfy any"),
    (GUARDED, "satisfy any;", "satisfy any"),
    ("satisfy any; location / { location /in { " + GUARDED + "} }", "", "satisfy any"),
    (GUARDED.replace("on;", "report;") + "satisfy any;", "", "satisfy any"),
    (GUARDED + "fntoken on;", "", "duplicate"),
    (GUARDED + "fntoken off;", "", "duplicate"),
    (GUARDED + "fntoken_function dev:other;", "", "duplicate"),
    (GUARDED + "location / { fntoken_function dev:other; }", "", "fntoken_function"),
    (GUARDED + "location / { fntoken_issuer https://other.example.com; }", "", "fntoken_issuer"),
    (GUARDED + "location / { fntoken_key_file HOME/key.json; }", "", "fntoken_key_file"),
    (GUARDED + "location / { location /in { fntoken_function path; } }", "", "fntoken_function"),
    (GUARDED, "fntoken_issuer https://other.example.com;", "fntoken_issuer"),
    (GUARDED, "fntoken_function dev:other;", "fntoken_function"),
    (GUARDED + "location / { if ($arg_a) { fntoken off; } }", "", "not allowed here"),
    (GUARDED + "location / { limit_except GET { fntoken off; } }", "", "not allowed here"),
    (GUARDED + "if ($arg_a) { fntoken off; }", "", "not allowed here"),
    (GUARDED + "location / { if ($arg_a) { fntoken_function dev:other; } }", "", "not allowed here"),
    (KEYS + "fntoken on; location / { }", "", "fntoken_function"),
    (KEYS + "location / { fntoken on; }", "", "fntoken_function"),
    ("fntoken on; fntoken_function dev:env; location / { }", "", "fntoken_key_file"),
    (GUARDED + "fntoken_key_request /_keys/; location / { }", "", "side by side"),
    (KEYS + "fntoken maybe; fntoken_function dev:env;", "", "maybe"),
    (FETCHED + "location ^~ /_keys/ { proxy_cache cached;" + CLOSED + " }", CACHE, "proxy_cache"),
    (FETCHED + "proxy_cache cached; location ^~ /_keys/ {" + CLOSED + " }", CACHE, "proxy_cache"),
    (FETCHED + "location ^~ /_keys/ {" + CLOSED + " }", CACHE + "proxy_cache cached;", "proxy_cache"),
    (FETCHED + "set $zone cached; location ^~ /_keys/ { proxy_cache $zone;" + CLOSED + " }", CACHE, "proxy_cache"),
    (FETCHED + "location ^~ /_keys/ {" + CLOSED + " location /_keys/.well-known/ { proxy_cache cached;" + CLOSED + "} }", CACHE, "proxy_cache"),
    (FETCHED + "location ^~ /_keys/ {" + CLOSED + "} location = /_keys/.well-known/jwks { proxy_cache cached;" + CLOSED + "}", CACHE, "proxy_cache"),
    (FETCHED + "location ^~ /_keys/ { proxy_pass http://unix:HOME/gateway:/; }", "", "internal"),
    (FETCHED + "location ^~ /_keys/ { internal; }", "", "proxy_pass"),
    (FETCHED + "location = /_keys/ {" + CLOSED + "}", "", "location"),
    (FETCHED, "", "location"),
    (FETCHED + "location ^~ /_keys/ {" + CLOSED + "location ~ jwks { internal; proxy_cache cached; proxy_pass http://unix:HOME/gateway; } }", CACHE, "regular expression"),
    (FETCHED + "location / { location ^~ /_keys/ {" + CLOSED + "} location ~ jwks { } }", "", "inside another location"),
    (FETCHED + "location /_keys/ {" + CLOSED + "} location ~ well-known { proxy_cache cached; proxy_pass http://unix:HOME/gateway; }", CACHE, "regular expression"),
    (FETCHED + "location ^~ /_keys/ { internal; uwsgi_cache cached; uwsgi_cache_key x; uwsgi_pass 127.0.0.1:1; }",
     "uwsgi_cache_path HOME/cache keys_zone=cached:1m;", "were withdrawn"),
    (FETCHED + "location ^~ /_keys/ { internal; fastcgi_cache cached; fastcgi_cache_key x; fastcgi_pass 127.0.0.1:1; }",
     "fastcgi_cache_path HOME/cache keys_zone=cached:1m;", "were withdrawn"),
    (FETCHED.replace("/;", "/ period=1s period=2s;") + "location ^~ /_keys/ {" + CLOSED + "}", "", "twice"),
    (FETCHED.replace("/;", "/ max_age=2d max_age=3d;") + "location ^~ /_keys/ {" + CLOSED + "}", "", "twice"),
    (FETCHED.replace("/;", "/ period=100s max_age=99s;") + "location ^~ /_keys/ {" + CLOSED + "}", "", "shorter than its period"),
    (FETCHED.replace("/;", "/ max_age=299s;") + "location ^~ /_keys/ {" + CLOSED + "}", "", "shorter than its period"),
    (FETCHED.replace("/;", "/ max_age=366d;") + "location ^~ /_keys/ {" + CLOSED + "}", "", "1s to 365d"),
    (FETCHED + 'fntoken_issuer ""; location ^~ /_keys/ {' + CLOSED + "}", "", '"fntoken_issuer" directive is empty'),
    (KEYS.replace("HOME/keys.json", '""'), "", '"fntoken_key_file" directive is empty'),
    (GUARDED + 'fntoken_revoked "";', "", '"fntoken_revoked" directive is empty'),
    (KEYS + "fntoken on; fntoken_function path namespace=Dev;", "", "a namespace that is none"),
    (KEYS + "fntoken on; fntoken_function path namespace=dev:env;", "", "a namespace that is none"),
    (KEYS + "fntoken on; fntoken_function header=X-Original-URI namespace=-dev;", "", "a namespace that is none"),
    (KEYS + "fntoken on; fntoken_function dev:env namespace=dev;", "", "alone"),
    (KEYS + "fntoken on; fntoken_function path dev;", "", "namespace=NAME, and nothing else"),
    (KEYS + "fntoken on; fntoken_function header=X_Original_URI;", "", "names no header"),
    (KEYS + "fntoken on; fntoken_function header=X-Original-URI:;", "", "names no header"),
    (KEYS + "fntoken on; fntoken_function header=$name;", "", "names no header"),
    (KEYS + "fntoken on; fntoken_function dev:*;", "", "names no function"),
    (KEYS + 'fntoken on; fntoken_function "";', "", "names no function"),
    (GUARDED + "location /a { fntoken_answer; proxy_pass http://127.0.0.1:1; }", "", "something else that answers"),
    (GUARDED + "location /a { proxy_pass http://127.0.0.1:1; fntoken_answer; }", "", "something else that answers"),
    ("location /a { fntoken_status; proxy_pass http://127.0.0.1:1; }", "", "something else that answers"),
    (GUARDED + "location /a { fntoken_answer; fntoken_status; }", "", "something else that answers"),
    (GUARDED + "location /a { fntoken_answer; fntoken_answer; }", "", "duplicate"),
    ("fntoken_answer;", "", "not allowed here"),
    ("fntoken_status;", "", "not allowed here"),
]

TAKEN = [
    (GUARDED + "satisfy any; fntoken_satisfy any; allow all;", ""),
    (GUARDED + "location / { satisfy any; fntoken off; }", ""),
    ("location / { satisfy any; } location /in { " + GUARDED + "}", ""),
    (GUARDED + "location / { limit_except GET { deny all; } if ($arg_a) { set $b 1; } }", ""),
    (FETCHED + "location ^~ /_keys/ {" + CLOSED + "}", CACHE),
    (FETCHED + "proxy_cache cached; location ^~ /_keys/ { proxy_cache off;" + CLOSED + "}", CACHE),
    (KEYS + "fntoken on; if ($arg_a) { return 404; } location / { fntoken_function dev:env; }", ""),
    (GUARDED + "location / { fntoken on; }", ""),
    (FETCHED + "location /_keys/ {" + CLOSED + "}", ""),
    (FETCHED + "location ^~ /_keys/ {" + CLOSED + "} location ~ well-known { proxy_cache cached; proxy_pass http://unix:HOME/gateway; }", CACHE),
    (FETCHED.replace("/;", "/ period=1d max_age=365d;") + "location ^~ /_keys/ {" + CLOSED + "}", ""),
    (FETCHED.replace("/;", "/ max_age=300s;") + "location ^~ /_keys/ {" + CLOSED + "}", ""),
    (KEYS + "fntoken on; fntoken_function header=X-Original-URI namespace=dev-2;", ""),
]


def told(home, server, http):
    """What nginx says to a configuration, and whether it takes it."""
    server, http = (text.replace("HOME", str(home.path)) for text in (server, http))
    try:
        return home.nginx(server, http, refused=True), False
    except AssertionError as taken:
        return str(taken), True


@test
def what_is_refused(home):
    if not guarding:
        raise Skipped("no module")
    wrong = []
    for server, http, word in REFUSED:
        said, taken = told(home, server, http)
        wrong += [(server, http, said)] if taken or word not in said else []
    assert not wrong, "\n".join(map(str, wrong))


@test
def what_is_taken(home):
    if not guarding:
        raise Skipped("no module")
    wrong = [(server, http, told(home, server, http)[0]) for server, http in TAKEN if not told(home, server, http)[1]]
    assert not wrong, "\n".join(map(str, wrong))


@test
def a_mistake_is_told_with_its_place(home):
    """The block that it is in, by name, file and line, whatever was read after it."""
    if not guarding:
        raise Skipped("no module")
    for more, place in (("location /in { satisfy any; }", 'location "/in": '), ("location /in { fntoken_issuer https://x.example.com; }", 'location "/in": '),
                        ("location /in { location /in/it { fntoken_function path; } }", 'location "/in/it": '), ("satisfy any; #", "server: "),
                        ("location /in { fntoken off; fntoken_answer; }", 'location "/in": ')):
        said, _ = told(home, f"{GUARDED}\n{more}\nlocation /after {{ }}\n", "")
        lines = (home / "nginx0/nginx.conf").read_text().splitlines()
        at = next(number for number, line in enumerate(lines, 1) if more in line)
        at -= place == "server: "
        assert place in said and f"nginx.conf:{at}\n" in said, (more, at, said)
    said, taken = told(home, f"{KEYS} fntoken_function dev:env;\nlocation /in {{ fntoken report; if ($arg_a) {{ set $b 1; }} }}\n", "")
    assert taken and said.count("lets everybody in") == 1 and 'location "/in": ' in said, said


@test
def satisfy_any_where_it_is_asked_for(home):
    """Whom another check lets in needs no token; whom it does not needs one."""
    if not guarding:
        raise Skipped("no module")
    _, guarded = both(home, """
        @issuer@ @on dev:env@ satisfy any; fntoken_satisfy any;
        location /allowed { allow all; proxy_pass http://@behind@; }
        location /denied { deny all; proxy_pass http://@behind@; }
        location / { proxy_pass http://@behind@; }
    """)
    for target, without in (("/allowed", 200), ("/denied", 401), ("/x", 401)):
        assert guarded.ask(target)[0] == without and guarded.ask(target, home.token("dev:env"))[0] == 200, target


@test
def answers_beside_satisfy_any(home):
    """Those of a watchdog, whichever check refused before; and nothing of a refusal in the answer to whom another check lets in."""
    any_of = home.guarded("satisfy any; fntoken_satisfy any; error_page 401 403 =200 /fine; location = /fine { fntoken off; return 200 fine; }"
                          "location /allowed { allow all; alias HOME/site/x; } location /basic { auth_basic x; auth_basic_user_file HOME/users; alias HOME/site/x; }"
                          "location /let { auth_request /yes; alias HOME/site/x; } location = /yes { fntoken off; internal; return 204; }"
                          .replace("HOME", str(home.path)), "deny all;")
    home.write("users", "ada:{PLAIN}secret\n")
    for more in ({"path": "/allowed"}, {"path": "/allowed", "token": forged(home, "dev:env")}, {"path": "/let"}, {"path": "/basic", "token": "Basic YWRhOnNlY3JldA=="}):
        answer = any_of.ask(**more)
        assert answer.status == 200 and answer.body == "the body of x\n", (more, answer)
        assert not {"WWW-Authenticate", "X-OpenFaaS-Internal", "Vary", "Cache-Control"} & set(answer.headers), (more, answer)
    for path, challenge in (("/x", ""), ("/basic", "Basic")):
        answer = any_of.ask(path)
        assert answer.status == 401 and answer.headers["X-OpenFaaS-Internal"] == "faas-middleware" and answer.body.startswith("No token"), answer
        told_how = answer.headers.get_all("WWW-Authenticate")
        assert told_how[-1].startswith("Bearer") and all(challenge in one for one in told_how[:-1]), told_how
        assert any_of.ask(path, home.token("dev:other")).body == "insufficient permissions\n"
        assert any_of.ask(path, home.token("dev:env")).status == 200
    # asked for, and not there: as without it
    every = home.guarded("fntoken_satisfy any; error_page 401 =200 /fine; location = /fine { fntoken off; return 200 fine; }", "")
    answer = every.ask("/x")
    assert answer.status == 401 and answer.body.startswith("No token"), answer


if __name__ == "__main__":
    main()

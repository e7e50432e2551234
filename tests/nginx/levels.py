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


if __name__ == "__main__":
    main()

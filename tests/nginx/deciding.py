#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ngx_http_fntoken_module: who is let in, and what others are answered."""
import itertools

from harness import ISSUER, Local, main, test


def headers_of_a_refusal(answer):
    return {name: answer.headers.get(name) for name in ("Cache-Control", "Vary", "X-OpenFaaS-Internal", "WWW-Authenticate", "Retry-After")}


@test
def answers_as_a_watchdog(home):
    nginx = home.guarded()
    assert nginx.ask(token=home.token()).body == "the body of x\n"
    always = {"Cache-Control": "no-store", "Vary": "Authorization", "X-OpenFaaS-Internal": "faas-middleware"}
    realm = 'Bearer realm="IAM function invoke"'
    for token, challenge in (None, realm), ("nonsense", f'{realm}, error="invalid_token"'), ("Basic eDp5", f'{realm}, error="invalid_request"'):
        refused = nginx.ask(token=token)
        assert refused.status == 401, (token, refused)
        assert headers_of_a_refusal(refused) == {**always, "WWW-Authenticate": challenge, "Retry-After": None}, refused
        assert refused.headers["Content-Type"] == "text/plain; charset=utf-8" and refused.body.endswith(".\n"), refused
    denied = nginx.ask(token=home.token("dev:figlet"))
    assert denied.status == 403 and denied.body == "insufficient permissions\n", denied
    assert headers_of_a_refusal(denied) == {**always, "WWW-Authenticate": None, "Retry-After": None}


@test
def one_table_for_every_method(home):
    nginx = home.guarded("location = /return { fntoken off; return 200 open; }", "if ($request_method = POST) { return 204; }")
    good, denied, dead = home.token(), home.token("dev:figlet"), home.token(exp=1_600_000_000)
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
        assert nginx.ask(token=None, method=method).status == 401, method
        assert nginx.ask(token=dead, method=method).status == 401, method
        assert nginx.ask(token=denied, method=method).status == 403, method
        assert nginx.ask(token=good, method=method).status == (200 if method in ("GET", "HEAD") else 405), method
    assert nginx.ask("/return").body == "open"
    assert nginx.raw("CONNECT x:80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").split(" ")[1] in ("400", "405")


@test
def every_order_of_four_on_one_worker(home):
    """What one request was answered changes nothing for the next."""
    nginx = home.guarded("fntoken_inline on;")
    good = home.token()
    forged = good[:-8] + ("A" * 8)
    wanted = {"good": (good, 200), "forged": (forged, 401), "none": (None, 401), "other": (home.token("dev:x"), 403)}
    for order in itertools.permutations(wanted):
        connection = Local(nginx.socket)
        for name in order:
            token, status = wanted[name]
            answer = nginx.ask(token=token, on=connection)
            assert answer.status == status, (order, name, answer)
        connection.close()


@test
def a_miss_is_verified_in_a_thread(home):
    nginx = home.guarded()
    for _ in range(3):
        token = home.token()
        assert [nginx.ask(token=token).status for _ in range(3)] == [200, 200, 200]
        assert nginx.ask(token=token[:-8] + "A" * 8).status == 401


@test
def two_headers(home):
    nginx = home.guarded()
    good = home.token()
    for one, two in ((good, good), (good, "x"), ("x", good)):
        got = nginx.raw(f"GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {one}\r\nAuthorization: Bearer {two}\r\n\r\n")
        assert got.split(" ")[1] in ("400", "401"), got


@test
def variables_are_escaped(home):
    home.token()
    nginx = home.guarded(http=f"""log_format decisions escape=json '{{"status":"$fntoken_status","sub":"$fntoken_subject","iss":"$fntoken_issuer","jti":"$fntoken_id",'
        '"kid":"$fntoken_key_id","resource":"$fntoken_resource","pattern":"$fntoken_pattern","reason":"$fntoken_reason","seconds":"$fntoken_seconds"}}';
        access_log {home / 'access.log'} decisions;""")
    import json
    evil = {"sub": "fed:a\nb\u202e\"%", "fed:iss": "https://idp.example.com/ü", "jti": "t 1"}
    token = home.token("dev:e*", **evil)
    for _ in range(2):  # out of the cache too
        assert nginx.ask(token=token).status == 200
    nginx.ask(token=home.token("dev:x"))
    nginx.ask()
    denied = home.token("dev:x", **evil)
    for _ in range(2):
        assert nginx.ask(token=denied).status == 403
    for refused in (home.token("dev:x", exp=1), denied[:-8] + "A" * 8, home.token("dev:env", iss="https://other.example.com")):
        assert nginx.ask(token=refused).status == 401
    nginx.end()
    lines = [json.loads(line) for line in (home / "access.log").read_text().splitlines()]
    assert len(lines) == 9, lines
    for line in lines[4:6]:  # a good token of somebody who may not
        assert line["status"] == "permission" and line["sub"] == "fed:a%0Ab%E2%80%AE\"%25" and line["jti"] == "t%201", line
        assert line["kid"] == lines[0]["kid"] and "dev:env" in line["reason"] and line["pattern"] == "", line
        assert line["iss"] == lines[0]["iss"], line
    for line in lines[6:]:  # and of whom no token says who it is, nobody is named
        assert line["status"] not in ("ok", "permission") and line["sub"] == line["jti"] == line["kid"] == line["iss"] == "", line
    for line in lines[:2]:
        assert line["status"] == "ok" and line["sub"] == "fed:a%0Ab%E2%80%AE\"%25" and line["jti"] == "t%201", line
        assert line["iss"] == "https://idp.example.com/%C3%BC" and line["resource"] == "dev:env" and line["pattern"] == "dev:e*", line
        assert line["kid"], line
    assert lines[2]["status"] == "permission" and "dev:env" in lines[2]["reason"], lines[2]
    assert lines[3]["status"] == "no-token" and lines[3]["sub"] == "", lines[3]


@test
def the_decision_outlives_a_redirect(home):
    """For the log of the request, wherever it ends; where it is decided anew, that counts."""
    home.file("down/file", "x")
    nginx = home.guarded(f"""location = /gone {{ error_page 502 /sorry; proxy_pass http://unix:{home / 'nothing'}; }}
        location = /sorry {{ fntoken off; return 200 "sorry, $fntoken_subject"; }}
        location = /named {{ error_page 404 = @else; }} location @else {{ fntoken off; return 204; }}
        location = /tried {{ try_files /nothing /down/file; }} location /down/ {{ fntoken off; }}
        location = /anew {{ fntoken report; error_page 404 = /x; }}
        location = /never {{ fntoken off; }}""",
                         http=f"log_format one '$request_uri $fntoken_status $fntoken_subject $fntoken_resource'; access_log {home / 'access.log'} one;")
    for path in ("/gone", "/named", "/tried"):
        assert nginx.ask(path, home.token()).status in (200, 204, 502)
    assert nginx.ask("/gone", home.token()).body == "sorry, fed:ada"
    assert nginx.ask("/anew").status == 401 and nginx.ask("/never").status == 404
    nginx.end()
    lines = (home / "access.log").read_text().splitlines()
    assert lines[:4] == [f"{path} ok fed:ada dev:env" for path in ("/gone", "/named", "/tried", "/gone")], lines
    assert lines[4:] == ["/anew no-token - dev:env", "/never - - -"], lines


@test
def forward_auth_answers_with_the_caller(home):
    nginx = home.nginx(f"""fntoken_issuer {ISSUER}; fntoken_key_file {home / 'keys.json'};
        location / {{ return 404; }}
        location = /authorize {{ fntoken on; fntoken_function header=X-Original-URI namespace=dev; fntoken_answer; }}""", http="underscores_in_headers on;")
    good = home.token("dev:env", **{"fed:iss": "https://idp.example.com"})
    allowed = nginx.ask("/authorize", good, X_Original_URI="/function/env/x?y")
    assert allowed.status == 200 and allowed.headers["Cache-Control"] == "no-store" and allowed.headers["Vary"] == "Authorization", allowed
    assert allowed.headers["X-Fntoken-Subject"] == "fed:ada" and allowed.headers["X-Fntoken-Resource"] == "dev:env", allowed
    for conditions in ({"If_Match": '"x"'}, {"If_None_Match": "*"}, {"If_Unmodified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, {"Range": "bytes=9-"}):
        for method in ("GET", "HEAD", "PUT"):  # meant for the function
            assert nginx.ask("/authorize", good, method, X_Original_URI="/function/env", **conditions).status == 200, (method, conditions)
    assert nginx.ask("/authorize", good, X_Original_URI="/function/env.other").status == 403
    assert nginx.ask("/authorize", None, X_Original_URI="/function/env").status == 401
    missing = nginx.ask("/authorize", good)
    assert missing.status == 400 and "proxy_set_header X-Original-URI" in missing.body, missing
    for name in ("/function/env%2e", "/x", "/function/../function/env", "//function/env", ""):
        assert nginx.ask("/authorize", good, X_Original_URI=name).status == 400, name


@test
def rule_41_one_header_names_the_request(home):
    nginx = home.nginx(f"""fntoken_issuer {ISSUER}; fntoken_key_file {home / 'keys.json'};
        location = /authorize {{ fntoken on; fntoken_function header=X-Original-URI namespace=dev; fntoken_answer; }}""", http="underscores_in_headers on;")
    good = home.token("dev:env")

    def ask(*lines):
        head = "".join(line + "\r\n" for line in lines)
        return int(nginx.raw(f"GET /authorize HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {good}\r\n{head}\r\n").split(" ")[1])
    one = "X-Original-URI: /function/env"
    assert ask(one) == ask("x-original-uri: /function/env") == 200
    for other in (one, "X_Original_URI: /function/env", "x-original_uri: /function/x", "X-Forwarded-Prefix: /", "X-Rewrite-URL: /function/env",
                  "X-Original-URL: /function/env", "X-HTTP-Method-Override: GET", "x_forwarded_prefix: /", "X-Http_Method-Override: GET"):
        assert ask(one, other) == ask(other, one) == 400, other
    assert ask("X_Original_URI: /function/env") == 400


@test
def what_is_not_a_configuration(home):
    keys = f"fntoken_issuer {ISSUER}; fntoken_key_file {home / 'keys.json'};"
    for server, words in {
        "location / { fntoken on; }": '"fntoken_function" is missing',
        "location / { fntoken on; fntoken_function dev:env; }": "which says where keys come from",
        f"location / {{ fntoken on; fntoken_function dev:env; fntoken_key_file {home / 'keys.json'}; }}": '"fntoken_issuer" is missing',
        f"location / {{ {keys} fntoken on; fntoken_function env; }}": "NAMESPACE:NAME is expected",
        f"location / {{ {keys} fntoken on; fntoken_function Dev:env; }}": "NAMESPACE:NAME is expected",
        f"location / {{ {keys} fntoken on; fntoken_function dev:env; satisfy any; }}": "satisfy any",
        f"satisfy any; fntoken on; {keys} fntoken_function dev:env; location / {{ }}": "satisfy any",
        f"fntoken on; {keys} fntoken_function dev:env; location / {{ fntoken_function dev:x; }}": "it has to stand at one level",
        f"fntoken on; {keys} fntoken_function dev:env; location / {{ fntoken_issuer https://x.example.com; }}": "it has to stand at one level",
        f"location / {{ {keys} fntoken report; fntoken_function dev:env; fntoken_answer; }}": "says yes for a token alone",
        f"location / {{ {keys} fntoken on; fntoken_preflight on; fntoken_function dev:env; fntoken_answer; }}": "says yes for a token alone",
        f"location / {{ {keys} fntoken_function dev:env; fntoken_answer; }}": "says yes for a token alone",
        "location / { fntoken maybe; }": "invalid value",
        "location / { fntoken on; fntoken_function dev:env; fntoken_issuer x; fntoken_key_file none.json; }": "No such file",
        "location / { fntoken on; fntoken_function dev:env; fntoken_key_request keys; }": "/NAME/ is expected",
        "location / { fntoken on; fntoken_function dev:env; fntoken_key_request /keys/; }": "there is no location of this name",
        "location / { fntoken on; fntoken_function dev:env; fntoken_key_request /keys/ every=3; }": "period=TIME and max_age=TIME",
        "location / { fntoken on; fntoken_function dev:env; fntoken_key_request /keys/ period=0; }": "out of range",
        "location / { fntoken on; fntoken_function dev:env; fntoken_key_request /keys/; } location /keys/ { proxy_pass http://127.0.0.1:1/; }": 'lacks "internal"',
        "location / { fntoken on; fntoken_function dev:env; fntoken_key_request /keys/; } location /keys/ { internal; }": 'lacks a "proxy_pass"',
    }.items():
        said = home.nginx(server, refused=True)
        assert words in said, (server, said)
    assert "in each server" in home.nginx("location / { }", http="fntoken report;", refused=True)
    cached = "location / { fntoken on; fntoken_function dev:env; fntoken_key_request /keys/; } location /keys/ { internal; %s proxy_pass http://127.0.0.1:1/; }"
    zone = f"proxy_cache_path {home / 'cache'} keys_zone=z:1m;"
    assert "would keep keys that were withdrawn" in home.nginx(cached % "proxy_cache z;", http=zone, refused=True)
    assert "would keep keys that were withdrawn" in home.nginx("proxy_cache z;" + cached % "", http=zone, refused=True)
    assert "would keep keys that were withdrawn" in home.nginx(cached % "proxy_cache $host;", http=zone, refused=True)


main()

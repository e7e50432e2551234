#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ngx_http_fntoken_module: preflights, HTTP/2, what stays a refusal, and what is counted."""
import shutil
import subprocess

from harness import ISSUER, main, test


@test
def a_refusal_is_not_turned_into_a_yes(home):
    nginx = home.guarded("""error_page 400 401 403 503 =200 /fine; location = /fine { fntoken off; return 200 fine; }
        location = /status { fntoken off; error_page 404 =200 /x; }""")
    for token, status in (None, 401), (home.token("dev:y"), 403), (home.token(exp=1), 401):
        for path in ("/x", "/status"):
            assert nginx.ask(path, token).status == status, (path, token)
    assert nginx.ask("/status", home.token()).status == 200


@test
def preflights(home):
    for inside, passes in (("", False), ("fntoken_preflight on;", True)):
        nginx = home.guarded(location=inside, more="")
        head = "OPTIONS /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        cors = "Origin: https://app.example.com\r\nAccess-Control-Request-Method: PUT\r\n"

        def ask(text):
            return int(nginx.raw(text).split(" ")[1])
        assert ask(head + cors + "\r\n") == (405 if passes else 401)  # a static file has no OPTIONS
        assert ask(head + cors + "Content-Length: 0\r\n\r\n") == (405 if passes else 401)
        for other in (head + "Origin: https://app.example.com\r\n\r\n", head + "Access-Control-Request-Method: PUT\r\n\r\n", head + "\r\n",
                      head + cors + "Content-Length: 1\r\n\r\nx", head + cors + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                      head.replace("OPTIONS", "GET") + cors + "\r\n", head.replace("OPTIONS", "options") + cors + "\r\n",
                      head + cors + "Origin: https://b.example.com\r\n\r\n"):
            assert ask(other) in (400, 401), other
        nginx.end()


@test
def report_is_loud(home):
    nginx = home.nginx(f"""fntoken_issuer {ISSUER}; fntoken_key_file {home / 'keys.json'}; fntoken_function dev:env;
        location /x {{ fntoken report; }} location = /metrics {{ fntoken_status; }}""")
    assert "lets everybody in" in (nginx.prefix / "stderr").read_text() + nginx.log()
    assert nginx.ask("/x").status == nginx.ask("/x", "nonsense").status == nginx.ask("/x", home.token("dev:y")).status == nginx.ask("/x", home.token()).status == 200
    numbers = nginx.ask("/metrics").body
    assert "fntoken_reporting_locations 1\n" in numbers and 'fntoken_reported_total{status="no-token"} 1\n' in numbers, numbers
    assert 'fntoken_reported_total{status="ok"} 1\n' in numbers and "fntoken_decisions_total{" not in numbers, numbers
    assert nginx.log().count("would be refused") == 3


@test
def numbers(home):
    nginx = home.guarded("location = /metrics { fntoken off; fntoken_status; }", workers=2)
    token = home.token()
    for _ in range(5):
        nginx.ask(token=token)
    nginx.ask()
    got = nginx.ask("/metrics")
    assert got.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8", got
    values = dict(line.rsplit(" ", 1) for line in got.body.splitlines() if not line.startswith("#"))
    assert values['fntoken_decisions_total{status="ok"}'] == "5" and values['fntoken_decisions_total{status="no-token"}'] == "1", values
    assert int(values["fntoken_cache_misses_total"]) in (1, 2), values
    assert int(values["fntoken_cache_hits_total"]) + int(values["fntoken_cache_misses_total"]) == 6, values
    assert int(values['fntoken_keys_age_seconds{source="0"}']) < 30 and values['fntoken_workers_without_keys{source="0"}'] == "0"


@test
def http_2(home):
    curl = shutil.which("curl")
    http2 = "listen unix:%s http2;" % (home / "h2")
    nginx = home.guarded(http2, "fntoken_preflight on;")

    def ask(*words):
        done = subprocess.run([curl, "-s", "--http2-prior-knowledge", "--unix-socket", str(home / "h2"), "-o", "/dev/null", "-w", "%{http_version} %{http_code}", *words,
                               "http://x/x"], capture_output=True, text=True, check=False)
        return done.stdout
    good = home.token()
    for token, status in (good, 200), (good, 200), (good[:-8] + "AAAAAAAA", 401), (home.token("dev:y"), 403):
        assert ask("-H", f"Authorization: Bearer {token}") == f"2 {status}"
    assert ask() == "2 401" and ask("-I") == "2 401" and ask("-X", "OPTIONS") == "2 401"
    assert ask("-H", f"Authorization: Bearer {good}", "-H", f"Authorization: Bearer {good}") == "2 400"
    cors = ["-X", "OPTIONS", "-H", "Origin: https://a", "-H", "Access-Control-Request-Method: PUT"]
    assert ask(*cors) == "2 405"
    assert ask(*cors, "-d", "x") in ("2 401", "0 000")  # curl may meet the end of the stream before it has sent the body
    assert "exited on signal" not in nginx.log()


main()

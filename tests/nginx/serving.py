#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ngx_http_fntoken_module: what stays a refusal, what is only reported, and what is counted."""
import time

from harness import ISSUER, eventually, main, test


@test
def a_refusal_is_not_turned_into_a_yes(home):
    nginx = home.guarded("""error_page 400 401 403 503 =200 /fine; location = /fine { fntoken off; return 200 fine; }
        location = /status { fntoken off; error_page 404 =200 /x; }""")
    for token, status in (None, 401), (home.token("dev:y"), 403), (home.token(exp=1), 401):
        for path in ("/x", "/status"):
            assert nginx.ask(path, token).status == status, (path, token)
    assert nginx.ask("/status", home.token()).status == 200


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
def report_of_what_is_within(home):
    """A subrequest that would be refused, and a preflight, which others may refuse."""
    home.file("page.html", '<!--# include virtual="/within/x" -->')
    home.file("within/x", "what is within")
    nginx = home.nginx(f"""fntoken_issuer {ISSUER}; fntoken_key_file {home / 'keys.json'}; fntoken_function dev:env; fntoken_preflight on;
        location / {{ ssi on; ssi_types *; }} location /within/ {{ fntoken report; }} location /denied {{ fntoken report; fntoken_satisfy any; satisfy any; deny all; }}
        location = /metrics {{ fntoken_status; }}""")
    assert nginx.ask("/page.html").body == "what is within"
    assert 'subrequest to "/within/x" would be refused' in nginx.log()
    assert 'fntoken_reported_total{status="permission"} 1\n' in nginx.ask("/metrics").body
    preflight = {"Origin": "https://a.example.com", "Access_Control_Request_Method": "POST"}
    assert nginx.ask("/denied").status == nginx.ask("/denied", method="OPTIONS", **preflight).status == nginx.ask("/denied", home.token()).status == 403


@test
def numbers(home):
    began = time.monotonic()
    nginx = home.guarded("location = /metrics { fntoken off; fntoken_status; }", workers=2)
    eventually(lambda: 'fntoken_workers_without_keys{source="0"} 0\n' in nginx.ask("/metrics").body)
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
    assert int(values['fntoken_keys_age_seconds{source="0"}']) <= time.monotonic() - began + 1 and values['fntoken_workers_without_keys{source="0"}'] == "0"


main()

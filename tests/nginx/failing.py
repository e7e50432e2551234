#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ngx_http_fntoken_module where memory runs out: each thing that it asks memory of fails, one after the other, and each allocation of the whole program.

Usage: failing.py FNTOKEN FAILING_MODULE [PART OF A TEST'S NAME]      FNT_HEAP_LIBRARY: failing_heap.so, for LD_PRELOAD"""
import concurrent.futures
import mmap
import os
import struct

from harness import ISSUER, Gateway, main, test
from tricks import forged

HEAP = os.environ["FNT_HEAP_LIBRARY"]
CLOSED = 0
MOST = 2000  # steps of a walk: more are an endless one


class Heap:
    """What failing_heap.c reads. fail(N): the Nth fails that is asked for from now on."""

    def __init__(self, home, name="heap"):
        self.path = home / name
        self.path.write_bytes(bytes(20))
        with open(self.path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 20)
        self.environment = {"LD_PRELOAD": HEAP, "FNT_HEAP": str(self.path)}

    def fail(self, number, of_all=False, after=False):
        struct.pack_into("4I", self.memory, 4, of_all, after, 0, 0)
        struct.pack_into("I", self.memory, 0, number)

    def asked(self):
        return struct.unpack_from("I", self.memory, 12)[0]

    def failed(self):
        return struct.unpack_from("I", self.memory, 16)[0]

    def stop(self):
        """How many did."""
        struct.pack_into("I", self.memory, 0, 0)
        return self.failed()


def asked(nginx, path, token, headers):
    """The status, CLOSED where there was no whole answer."""
    lines = [f"GET {path} HTTP/1.1", "Host: front", "Connection: close", *headers]
    lines += [f"Authorization: Bearer {token}"] if token else []
    try:
        said = nginx.raw("\r\n".join([*lines, "", ""]))
    except OSError:
        return CLOSED
    head, _, body = said.partition("\r\n\r\n")
    length = [line.split(": ")[1] for line in head.split("\r\n") if line.lower().startswith("content-length: ")]
    if not said.startswith("HTTP/1.1 ") or (length and len(body) < int(length[0])):
        return CLOSED
    return int(said[9:12])


def walk(heap, ask, right, may, of_all, after=False):
    """Fails the first, the second, and so on, until so many are not asked for. ask(): the status, of a new request each time."""
    for number in range(1, MOST):
        again = ask(number)
        heap.fail(number, of_all, after)
        status = again()
        if not heap.stop():
            assert status == right and number > 1, (status, right, number)
            return number - 1
        assert status in (right, *may), f"{status}, not {right}, where number {number} of {'all' if of_all else 'the module'} failed"
        after_that = again()
        assert after_that == right, f"{after_that}, not {right}, after number {number} of {'all' if of_all else 'the module'} failed"
    raise AssertionError("it does not end")


WAYS = """
    location / { fntoken_function dev:env; }
    location /inline { fntoken_function dev:env; fntoken_inline on; alias @site@/x; }
    location /told { fntoken_function dev:env; alias @site@/x;
        add_header X-Told "$fntoken_status $fntoken_reason $fntoken_resource $fntoken_pattern $fntoken_subject $fntoken_id $fntoken_seconds" always; }
    location /any { fntoken_function dev:env; satisfy any; deny all; fntoken_satisfy any; alias @site@/x; }
    location /ssi { fntoken_function dev:env; ssi on; ssi_types *; alias @site@/page; }
    location ~ ^/function/ { fntoken_function path namespace=dev; alias @site@/x; }
    location = /authorize { fntoken_function header=X-Original-URI namespace=dev; fntoken_answer; }
    location = /variable { fntoken_function dev:$arg_name; alias @site@/x; }
    location /proxied { fntoken_function dev:env; proxy_pass http://unix:@behind@; proxy_set_header X-Subject $fntoken_subject; proxy_set_header X-Id $fntoken_id;
        proxy_set_header X-Resource $fntoken_resource; }
    location = /status { fntoken off; fntoken_status; }
"""
# a target, and further lines
ASKED = [("/x", []), ("/inline", []), ("/told", []), ("/any", []), ("/ssi", []), ("/function/env/a%20b", []), ("/authorize", ["X-Original-URI: /function/env"]),
         ("/variable?name=env", []), ("/proxied", [])]


def configured(home, heap, start=True):
    home.file("page", '<!--#include virtual="/x" -->')
    home.write("revoked.jsonl", '{"jti":"nobody"}\n')
    server = f"""fntoken on; fntoken_issuer {ISSUER}; fntoken_key_file {home / 'keys.json'}; fntoken_revoked {home / 'revoked.jsonl'};
        {WAYS.replace('@site@', str(home / 'site')).replace('@behind@', str(home / 'behind'))}"""
    # a function that answers who is known alone
    http = f"""server {{ listen unix:{home.path}/behind; set $who $http_x_subject:$http_x_id:$http_x_resource; if ($who !~ "^fed:ada:t-[0-9]+:dev:env$") {{ return 402; }}
        location / {{ return 200 ok; }} }} log_format told '$fntoken_status $fntoken_reason $fntoken_subject $fntoken_key_id'; access_log {home.path}/told told;"""
    return (home.nginx if start else home.configured)(server, http, environment=heap.environment)


def fails(home, of_all, targets=ASKED, after=False):
    """Each kind of caller at each target; how many failed."""
    heap = Heap(home)
    nginx, failed = configured(home, heap), 0
    may = (503, 502, 500, CLOSED) if of_all else (503,)
    good, other = home.token(), home.token("dev:other")
    for target, lines in targets:
        def cold(_):
            token = home.token()
            return lambda: asked(nginx, target, token, lines)  # pylint: disable=cell-var-from-loop

        def same(token):
            return lambda _: lambda: asked(nginx, target, token, lines)  # pylint: disable=cell-var-from-loop

        # what an answer's headers hold is nginx's to ask for
        more = (CLOSED,) if target == "/told" else ()
        for ask, right in ((cold, 200), (same(good), 200), (same(None), 401), (same(forged(home, "dev:env")), 401), (same(other), 403)):
            failed += walk(heap, ask, right, may + more, of_all, after)
    assert "exited on signal" not in nginx.log() and "[alert]" not in nginx.log(), nginx.log()
    print(f"# vectors: {failed}")
    return failed


@test
def rule_44_in_a_request_503(home):
    assert fails(home, of_all=False) > 100


@test
def in_a_request_from_there_on(home):
    assert fails(home, of_all=False, targets=[ASKED[0], ASKED[1], ASKED[6]], after=True) > 100


@test
def rule_44_of_the_whole_program(home):
    """Whatever fails of nginx itself, and of the libraries: nobody gets in, and the next one is answered."""
    assert fails(home, of_all=True, targets=[ASKED[0], ASKED[1], *ASKED[4:7], ASKED[8]]) > 500


@test
def rule_44_while_configuring(home):
    """nginx says so and does not start."""
    heap, gateway = Heap(home), Gateway(home)
    nginx = configured(home, heap, start=False)
    keys = f"fntoken_key_request /_keys/; fntoken_revoked {home / 'more.jsonl'};"
    nginx.also(f"server {{ listen unix:{home.path}/also; location / {{ fntoken on; fntoken_function $host:env; {keys} }} {gateway.location()} }}")
    ended = []
    for number in range(1, MOST):
        heap.fail(number)
        done = nginx.tried()
        assert done.returncode in (0, 1) and ("test failed" in done.stderr) == done.returncode, (number, done)
        if not heap.stop():
            break
        ended.append(done.returncode)
    # a report never changes an answer: what it lacks is not told, and nginx starts
    assert done.returncode == 0 and len(ended) > 100 and 4 * ended.count(0) < len(ended), (ended, done)
    print(f"# vectors: {len(ended)}")


@test
def rule_44_while_reloading(home):
    """The workers that there are go on, and so do those that come in their place."""
    heap = Heap(home)
    nginx = configured(home, heap)
    token = home.token()
    for number in range(1, MOST):
        heap.fail(number)
        nginx.reload()
        if not heap.stop():
            assert number > 100
            break
        assert asked(nginx, "/x", token, []) == 200 and asked(nginx, "/x", None, []) == 401, number
    assert asked(nginx, "/x", token, []) == 200 and "exited on signal" not in nginx.log()
    print(f"# vectors: {number - 1}")


@test
def rule_44_while_keys_are_fetched(home):
    """The first keys of a worker: it tries again by itself."""
    gateway, token = Gateway(home).start(), home.token()
    server = f"fntoken on; fntoken_key_request /_keys/ period=1s; fntoken_function dev:env; location / {{ }} {gateway.location()}"

    def one(number):
        """Whether it failed, and how many were asked for until there were keys."""
        heap = Heap(home, f"heap{number}")
        nginx = home.configured(server, environment=heap.environment, prefix=f"fetching{number}")
        heap.fail(before + number)
        nginx.start()
        try:
            statuses = [asked(nginx, "/x", None, []) for _ in range(3)]
            assert set(statuses) <= {401, 503}, statuses
            nginx.says("keys were fetched through")  # requests would ask for memory too, the more the longer it takes
            failed, requested = heap.stop(), heap.asked() - before
            assert asked(nginx, "/x", token, []) == 200 and asked(nginx, "/x", None, []) == 401
            return failed, requested
        finally:
            nginx.end()

    heap = Heap(home)
    heap.fail(MOST)
    assert home.configured(server, environment=heap.environment).tried().returncode == 0
    before = heap.asked()
    _, most = one(MOST)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        failed = sum(ended for ended, _ in pool.map(one, range(1, most)))
    assert 60 < failed < 400, (failed, most)
    print(f"# vectors: {failed}")


main()

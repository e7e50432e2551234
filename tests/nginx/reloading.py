#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ngx_http_fntoken_module: reloads under load, new tokens in a line, and memory. FNT_RELOADS sets how many reloads; the script of the long stage sets 200
and has valgrind look at master and workers."""
import os
import re
import shutil
import signal
import threading
import time

from harness import ISSUER, Gateway, Local, Skipped, eventually, main, test

RELOADS = int(os.environ.get("FNT_RELOADS", "5"))


class Load:
    """Clients that ask until they are told to stop; what they were answered."""

    def __init__(self, nginx, token, clients=3, path="/x"):
        self.nginx, self.token, self.path, self.stopped, self.answers = nginx, token, path, False, []
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while not self.stopped:
            token = self.token() if callable(self.token) else self.token
            try:
                self.answers.append(self.nginx.ask(self.path, token, on=Local(self.nginx.socket, 300)).status)
            except OSError as lost:
                self.answers.append(repr(lost))

    def stop(self):
        self.stopped = True
        for thread in self.threads:
            thread.join()
        return self.answers


def reloaded(nginx, number, workers=2, generations=2):
    """Each reload starts workers. Of so many reloads they may be there at once: under valgrind a hundred would have no time left to answer."""
    nginx.signal(signal.SIGHUP)
    eventually(lambda: nginx.log().count("start worker processes") >= number + 1, 300)
    eventually(lambda: nginx.log().count("exited with code 0") >= workers * (number - generations), 300)


def reload_many(home, **options):
    gateway = Gateway(home).start()
    nginx = home.nginx(f"""fntoken on; fntoken_function dev:env; fntoken_key_request /_keys/ period=1s; fntoken_revoked {home / 'revoked'};
        location / {{ }} location = /inline {{ fntoken_inline on; alias {home.path}/site/x; }} {gateway.location()}""", workers=2, log="notice", **options)
    token = home.token()
    eventually(lambda: all(nginx.ask(token=token).status == 200 for _ in range(10)), 300)
    load = Load(nginx, token)
    forged = Load(nginx, token[:-8] + "AAAAAAAA", clients=1)
    for number in range(1, RELOADS + 1):
        reloaded(nginx, number)
        time.sleep(0.2)
    eventually(lambda: len(load.answers) > RELOADS and forged.answers, 300)
    answers, refused = load.stop(), forged.stop()
    # A new worker has the keys of those before it.
    assert set(answers) == {200}, {one: answers.count(one) for one in set(answers)}
    assert set(refused) == {401}, set(refused)
    eventually(lambda: all(nginx.ask(token=token).status == 200 for _ in range(10)), 300)
    return nginx


@test
def reloads_lose_no_request(home):
    """With a file of keys new workers know them from the start."""
    nginx = home.guarded(workers=2, log="notice")
    token = home.token()
    load = Load(nginx, token)
    refused = Load(nginx, token[:-8] + "AAAAAAAA", clients=1)
    for number in range(1, RELOADS + 1):
        reloaded(nginx, number)
        time.sleep(0.2)
    eventually(lambda: len(load.answers) > RELOADS and refused.answers)
    assert set(load.stop()) == {200} and set(refused.stop()) == {401}


@test
def reloads_with_keys_of_the_gateway(home):
    reload_many(home)


@test
def reloads_leak_nothing(home):
    if shutil.which("valgrind") is None:
        raise Skipped("there is no valgrind")
    nginx = reload_many(home, before=["valgrind", "--quiet", "--trace-children=yes", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
                                      f"--suppressions={os.path.dirname(os.path.abspath(__file__))}/nginx.supp", f"--log-file={home.path}/valgrind.%p"],
                        main="thread_pool default threads=2;")  # 32 would take most of what a worker under valgrind needs to start
    nginx.signal(signal.SIGQUIT)
    nginx.process.wait(600)
    reports = [path.read_text() for path in home.path.glob("valgrind.*")]
    assert len(reports) > 2 * RELOADS
    for report in reports:
        assert "ERROR" not in report and "definitely" not in report and "Invalid" not in report and "uninitialised" not in report, report


@test
def old_workers_end_with_the_old_keys(home):
    nginx = home.guarded("location = /slow { limit_rate 500; }", log="notice")
    home.file("slow", "x" * 3000)
    old, new = home.token(), home.token(key=home.new_key("next"))
    connection = Local(nginx.socket)
    connection.request("GET", "/slow", headers={"Authorization": f"Bearer {old}"})
    slow = connection.getresponse()  # begun by the worker that is old then
    home.write("keys.json", (home / "next.json").read_text())
    reloaded(nginx, 1, workers=1)
    eventually(lambda: nginx.ask(token=new).status == 200 and nginx.ask(token=old).status == 401)
    assert slow.status == 200 and slow.read() == b"x" * 3000


@test
def old_workers_hear_of_revocations(home):
    """A request that was begun before a reload, and ends after it, at the worker that was told to go: a list, and a file of keys."""
    home.write("revoked.jsonl", '{"jti":"nobody"}\n')
    nginx = home.guarded(f"fntoken_revoked {home / 'revoked.jsonl'}; client_header_timeout 1h;", log="notice")
    revoked, other = home.token(jti="t0"), home.token()
    begun = [nginx.connect() for _ in range(100)]
    for connection in begun:
        connection.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
    assert nginx.ask(token=revoked).status == nginx.ask(token=other).status == 200  # and so those were read
    reloaded(nginx, 1, workers=1)
    nginx.says("gracefully shutting down")

    def status(token):
        time.sleep(0.2)
        begun[-1].sendall(f"Authorization: Bearer {token}\r\n\r\n".encode())
        return begun.pop().makefile("rb").read()[9:12]

    assert status(revoked) == status(other) == b"200"
    home.write("revoked.jsonl", '{"jti":"t0"}\n')
    eventually(lambda: status(revoked) == b"401")
    home.write("keys.json", (home / f"{home.new_key('next')}.json").read_text())
    eventually(lambda: status(other) == b"401")
    for connection in begun:
        connection.close()
    eventually(lambda: nginx.log().count("exited with code 0") == 1)  # nothing keeps it


@test
def a_reload_that_fails_changes_nothing(home):
    """Also for a worker that is made anew after it, of the configuration before."""
    nginx = home.guarded("location = /status { fntoken off; fntoken_status; }", log="notice")
    token = home.token()
    assert nginx.ask(token=token).status == 200
    more = f"""server {{ listen unix:{home.path}/no-folder/socket; fntoken on; fntoken_issuer {ISSUER}; fntoken_key_file {home / 'key.json'};
        fntoken_function dev:env; location / {{ }} }}"""
    nginx.also(more)
    assert not nginx.reload() and "no-folder" in nginx.log()
    worker = int(re.findall(r"start worker process (\d+)", nginx.log())[-1])
    os.kill(worker, signal.SIGKILL)
    nginx.says(f"worker process {worker} exited on signal 9")
    eventually(lambda: nginx.log().count("start worker process ") == 2)
    assert nginx.ask(token=token).status == 200 and nginx.ask().status == 401
    assert 'decisions_total{status="ok"} 2\n' in nginx.ask("/status").body  # of the zone that there was
    assert nginx.log().count("exited on signal") == 1, nginx.log()
    (nginx.prefix / "error.log").write_text("")


def ask_and_wait(nginx, token, count):
    """So many connections on which a request was sent and no answer read."""
    connections = [Local(nginx.socket) for _ in range(count)]
    for connection in connections:
        connection.request("GET", "/x", headers={"Authorization": f"Bearer {token}"})
    return connections


@test
def a_line_for_verification(home):
    """Of many new tokens one is verified at a time: who leaves the line harms nobody, all others are answered, and a reload waits for them."""
    nginx = home.guarded(log="notice")
    forged = home.token()[:-8] + "AAAAAAAA"
    for round_ in range(3):
        leaving, staying, good = ask_and_wait(nginx, forged, 120), ask_and_wait(nginx, forged, 120), ask_and_wait(nginx, home.token(jti=f"new-{round_}"), 20)
        for connection in leaving:
            connection.close()
        if round_ == 1:
            reloaded(nginx, 1)
        assert [connection.getresponse().status for connection in staying] == [401] * 120
        assert [connection.getresponse().status for connection in good] == [200] * 20
        for connection in staying + good:
            connection.close()
    assert nginx.ask(token=home.token()).status == 200


main()

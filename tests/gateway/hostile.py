#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway and its keys among people and machines that mean no good. MEDDLER names what is preloaded for that (meddler.c)."""
import fcntl
import itertools
import json
import os
import re
import signal
import stat
import subprocess
import threading
import time

from harness import FNTOKEN, GATEWAY, PROVIDER, Provider, Skipped, Threads, claims, eventually, fntoken, main, role, test

PRELOAD = os.environ.get("MEDDLER")


def meddled(program, **more):
    """The environment in which it is meddled with."""
    with open(program, "rb") as file:
        if PRELOAD is None or b"__asan_init" in file.read():
            raise Skipped("nothing can be preloaded here")
    return {**os.environ, "LD_PRELOAD": PRELOAD, **more}


@test
def rule_40_a_resolver_that_hangs_is_one_issuers_trouble(home):
    provider = Provider(home, "one")
    home.write("iam/one.yaml", role("one", provider.iss, ["ada"]))
    home.write("iam/slow.yaml", role("slow", "https://idp.slow.example", ["ada"]))
    gateway = home.gateway("--refresh", "1s", env=meddled(GATEWAY))
    gateway.says("Resolving timed out")
    for _ in range(3):
        asked = provider.asked
        eventually(lambda asked=asked: provider.asked > asked, 40)
    assert gateway.issues(provider.token())
    assert gateway.end() == 0  # nor is it waited for then


@test
def a_resolver_that_hangs_holds_no_call_up(home):
    (home / "subject").write_text(home.token())
    words = [FNTOKEN, "token", "--gateway", "https://gw.slow.example", "--subject", str(home / "subject"), "--timeout", "1s"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, env=meddled(FNTOKEN))
    assert done.returncode == 2 and "Resolving timed out" in done.stderr, done


@test
def a_log_that_may_grow_no_more_stops_nothing(home):
    gateway = home.gateway("--log", home / "log", before=["sh", "-c", 'ulimit -f 4; exec "$0" "$@"'])
    token = home.token()
    for _ in range(20):
        assert gateway.issues(token)
    assert gateway.metric("fntoken_gateway_log_lost_total") > 0
    gateway.says("a line of the decision log could not be written")


@test
def a_fifo_without_a_reader_is_no_log(home):
    os.mkfifo(home / "fifo")
    assert "fifo: nobody reads from it" in home.refuses("--trust", f"{PROVIDER}={home / 'idp.json'}", "--log", home / "fifo")
    gateway = home.gateway("--log", home / "log")
    os.replace(home / "fifo", home / "log")
    gateway.signal(signal.SIGHUP)
    gateway.says("log: nobody reads from it: a FIFO needs its reader before the gateway; the old log goes on")
    # It goes on looking after all the rest.
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["bob"]))
    eventually(lambda: gateway.issues(home.token("bob")))


@test
def rule_42_tokens_that_are_refused_take_nothing_from_their_subject(home):
    """An old one that somebody found, or one that another service was sent, says whom to lock out."""
    gateway = home.gateway("--peer-rate", "0", "--subject-rate", "1", "--subject-burst", "2", limits=True)
    now = int(time.time())
    for refused in (home.token(iat=now - 2000, exp=now - 1000), home.token(aud="another-service")):
        seen = []

        def is_limited():
            seen.append(gateway.exchange(refused)[0])
            return seen[-1] == 429
        eventually(is_limited)
        assert set(seen) <= {400, 429}, seen
    assert gateway.metric('fntoken_gateway_limited_total{by="subject"}') == 2
    assert gateway.issues(home.token())


@test
def rule_56_a_list_that_is_written_to_without_an_end_is_in_force(home):
    home.write("revoked.jsonl", "")
    gateway = home.gateway("--revoked", home / "revoked.jsonl")
    token, ended = home.token(), threading.Event()

    def revoke():
        """ada, and then one token after another."""
        entry = {"fed_iss": PROVIDER, "sub": "ada"}
        with open(home / "revoked.jsonl", "a", encoding="ascii", buffering=1) as file:
            for number in itertools.count():
                file.write(json.dumps(entry) + "\n")
                entry = {"jti": f"t{number}"}
                if ended.wait(0.02):
                    return

    assert gateway.issues(token)
    revoking = threading.Thread(target=revoke)
    revoking.start()
    try:
        eventually(lambda: not gateway.issues(token))
    finally:
        ended.set()
        revoking.join()


@test
def a_line_names_the_rules_that_decided(home):
    """Though they change in the middle of an exchange."""
    rules = {name: role("invoke", PROVIDER, ["ada"], f"openfaas-fn:{name}") for name in "ab"}
    digests, granted = {}, {}
    for name, content in rules.items():
        home.write("iam/rules.yaml", content)
        digests[f"openfaas-fn:{name}"] = re.search(r"[0-9a-f]{64}", fntoken("iam", "--iam", home / "iam"))[0]
    gateway = home.gateway("--log", home / "log")
    token = home.token()

    class Asking(Threads):
        def run(self):
            while not self.ended:
                said = claims(gateway.exchange(token)[2]["access_token"])
                granted[said["jti"]] = said["function"]["permissions"]
    with Asking(8):
        changes = itertools.count()

        def changed_often_enough():
            number = next(changes)
            home.write("iam/rules.yaml", rules["ab"[number % 2]])
            gateway.signal(signal.SIGHUP)
            return number > 40 and len(granted) > 300
        eventually(changed_often_enough, 60)
    lines = map(json.loads, (home / "log").read_text().splitlines())
    wrong = [line for line in lines if line.get("jti") in granted and line["rules"] != digests[granted[line["jti"]][0]]]
    assert len({permissions[0] for permissions in granted.values()}) == 2 and not wrong, (len(granted), wrong[:2])


@test
def a_line_is_short_whatever_somebody_wrote(home):
    gateway = home.gateway()
    for issuer in ("x" * 2000, "\u202e" * 680, "e" + "\u00e4" * 1000, PROVIDER):
        gateway.exchange(home.token(iss=issuer, key="keys/current.pem", kid="k" * 1500))
        line = gateway.stderr().splitlines()[-1]
        assert len(line) < 4000 and json.loads(line)["verified"] is False, line
        assert not issuer.isascii() or json.loads(line)["issuer"].removesuffix("...") in issuer
    token = home.token(sub="a" * 3000)
    gateway.exchange(token)
    assert gateway.decisions()[-1]["sub"] == "a" * 3000 and gateway.decisions()[-1]["reason"].endswith("...")


@test
def keys_over_plain_http_are_told(home):
    home.write("iam/plain.yaml", role("plain", "http://idp.example.com", ["ada"]))
    gateway = home.gateway()
    gateway.says("JwtIssuer http://idp.example.com is plain http")
    assert gateway.stderr().count("is plain http") == 1, gateway.stderr()


@test
def rotating_gives_no_key_to_who_owns_the_folder(home):
    """As root, in the gateway's folder: of a key that is root's alone no copy becomes the gateway's."""
    if os.geteuid() != 0:
        raise Skipped("needs root")
    keys = home / "keys"
    fntoken("keygen", "--out", home / "secret.pem")
    fntoken("keygen", "--out", home / "theirs.pem")
    fntoken("keygen", "--rotate", keys)
    os.chown(home / "theirs.pem", 65534, 65534)
    os.chmod(home / "theirs.pem", 0o644)
    os.unlink(keys / "current.pem")
    os.symlink(home / "secret.pem", keys / "current.pem")
    done = subprocess.run([FNTOKEN, "keygen", "--rotate", str(keys), "--now"], capture_output=True, text=True, check=False,
                          env=meddled(FNTOKEN, SWAP_THIS=str(keys / "current.pem"), SWAP_FOR=str(home / "theirs.pem")))
    assert not (home / "theirs.pem").exists(), done.stderr
    secret = (home / "secret.pem").read_bytes()
    for path in keys.iterdir():
        if path.read_bytes() == secret:
            about = path.stat()
            assert about.st_uid == 0 and stat.S_IMODE(about.st_mode) == 0o600, (path, about)


@test
def a_folder_of_keys_that_everybody_writes_to_is_told(home):
    os.chmod(home / "keys", 0o1777)
    done = subprocess.run([FNTOKEN, "keygen", "--rotate", str(home / "keys")], capture_output=True, text=True, check=True)
    assert "keys: everybody can write to this folder of private keys (mode 1777)" in done.stderr, done
    gateway = home.gateway()
    assert "keys: everybody can write to this folder" in gateway.stderr()
    assert gateway.issues(home.token())


@test
def who_reads_a_list_keeps_nobody_from_revoking(home):
    """Without a word: a lock needs no more than that."""
    home.write("revoked.jsonl", "")
    words = [FNTOKEN, "revoke", "--file", str(home / "revoked.jsonl"), "--jti", "t1", "--for-ever"]
    with open(home / "revoked.jsonl", "rb") as list_of_others:
        fcntl.flock(list_of_others, fcntl.LOCK_EX)
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 2 and "another program has had it locked for 20 s" in done.stderr, done
        with subprocess.Popen(words, stdout=subprocess.PIPE) as waiting:
            time.sleep(0.5)
            fcntl.flock(list_of_others, fcntl.LOCK_UN)
            assert waiting.wait(60) == 0
    assert (home / "revoked.jsonl").read_text() == '{"jti":"t1"}\n'


@test
def rotating_waits_for_no_fifo(home):
    os.unlink(home / "keys/current.pem")
    os.mkfifo(home / "keys/current.pem")
    done = subprocess.run([FNTOKEN, "keygen", "--rotate", str(home / "keys")], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and "current.pem: is no regular file" in done.stderr, done


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken keygen --rotate: its steps, what it refuses, that it may be killed at any system call, and a gateway that runs meanwhile.
KILL_AT names the program that kills at a system call, TORN_LOOK what is preloaded to go on with one between two calls (torn_look.c)."""
import fcntl
import json
import os
import shutil
import signal
import subprocess
import time

from harness import FNTOKEN, GATEWAY, Skipped, eventually, fntoken, header, main, test

KILL_AT, TORN_LOOK = os.environ.get("KILL_AT"), os.environ.get("TORN_LOOK")
HOUR = 3600


def rotate(folder, *more, code=0):
    """What it prints, where it ends so."""
    done = subprocess.run([FNTOKEN, "keygen", "--rotate", folder, *more], capture_output=True, text=True, check=False)
    assert done.returncode == code, (done.returncode, done.stderr)
    return done.stdout.strip() if code == 0 else done.stderr


def age(path, seconds, **more):
    then = time.time() - seconds
    os.utime(path, (then, then), **more)


def names(folder):
    return sorted(os.listdir(folder))


def kid(path):
    return json.loads(fntoken("jwks", path))["keys"][0]["kid"]


@test
def rule_43_a_step_at_a_time(home):
    keys = home / "keys"
    first = kid(keys / "current.pem")
    second = rotate(keys)
    assert second == kid(keys / "next.pem") and kid(keys / "current.pem") == first
    assert os.stat(keys / "next.pem").st_mode & 0o777 == 0o600
    said = rotate(keys, code=2)
    assert "has not been published for long enough" in said and "--published-for" in said and "--now" in said, said
    age(keys / "next.pem", HOUR - 60)
    rotate(keys, code=2)
    age(keys / "next.pem", HOUR + 1)
    assert rotate(keys) == second
    assert names(keys) == ["current.pem", "previous.pem"]
    assert kid(keys / "current.pem") == second and kid(keys / "previous.pem") == first
    assert abs(os.stat(keys / "previous.pem").st_mtime - time.time()) < 600
    third = rotate(keys)
    age(keys / "next.pem", 2 * HOUR)
    said = rotate(keys, code=2)
    assert "previous.pem" in said and "--longest-life" in said, said
    age(keys / "previous.pem", 12 * HOUR - 60)
    rotate(keys, code=2)
    assert rotate(keys, "--longest-life", "11h") == third
    assert kid(keys / "previous.pem") == second


@test
def now_says_who_is_cut_off(home):
    keys = home / "keys"
    run = lambda: subprocess.run([FNTOKEN, "keygen", "--rotate", keys, "--now", "--json"], capture_output=True, text=True, check=True)
    assert json.loads(run().stdout) == {"step": "next", "kid": kid(keys / "next.pem")}
    done = run()
    assert json.loads(done.stdout) == {"step": "current", "kid": kid(keys / "current.pem")}
    assert done.stderr.count("--now cuts off") == 1 and "verifiers that have not fetched" in done.stderr
    run()
    age(keys / "next.pem", 2 * HOUR)
    done = run()
    assert done.stderr.count("--now cuts off") == 1 and "whoever has a token" in done.stderr and "previous.pem" in done.stderr


@test
def what_is_refused_changes_nothing(home):
    keys = home / "keys"
    def unchanged(words, change):
        copy = home / "copy"
        shutil.copytree(keys, copy, symlinks=True)
        change(copy)
        before = {name: (copy / name).read_bytes() for name in names(copy)}
        said = rotate(copy, code=2)
        assert words in said and said.count("\n") == 1, said
        assert before == {name: (copy / name).read_bytes() for name in names(copy)}
        shutil.rmtree(copy)
    fntoken("keygen", "--out", keys / "next.pem")
    age(keys / "next.pem", 2 * HOUR)
    unchanged("has no current.pem", lambda c: os.unlink(c / "current.pem"))
    unchanged("current.pem", lambda c: (c / "current.pem").write_text("no key"))
    unchanged("next.pem", lambda c: (c / "next.pem").write_text("no key"))
    unchanged("next.pem: is empty", lambda c: (c / "next.pem").write_text(""))
    unchanged("has both next.pem and next.json", lambda c: shutil.copy(c / "next.pem", c / "next.json"))
    unchanged("has both current.pem and current.json", lambda c: shutil.copy(c / "next.pem", c / "current.json"))
    unchanged("the key id of current", lambda c: (shutil.copy(c / "current.pem", c / "next.pem"), age(c / "next.pem", 2 * HOUR)))
    assert "is no folder" in rotate(keys / "current.pem", code=2)
    assert "No such file" in rotate(home / "nowhere", code=2)
    folder = os.open(keys, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    assert "another run" in rotate(keys, code=2)
    os.close(folder)
    for words in (["--rotate", keys, "--out", home / "x"], ["--rotate", keys, "--alg", "ES256"], ["--out", home / "x", "--now"], []):
        assert subprocess.run([FNTOKEN, "keygen", *words], capture_output=True, check=False).returncode == 2
    with open("/dev/full", "w", encoding="ascii") as full:
        assert subprocess.run([FNTOKEN, "keygen", "--rotate", keys], stdout=full, stderr=subprocess.DEVNULL, check=False).returncode == 2
    assert names(keys) == ["current.pem", "next.pem"]


@test
def what_links_lead_to_stays(home):
    keys, store = home / "keys", home / "store"
    store.mkdir()
    for name in ("current", "next"):
        fntoken("keygen", "--out", store / f"{name}-key")
        (keys / f"{name}.pem").unlink(missing_ok=True)
        os.symlink(f"../store/{name}-key", keys / f"{name}.pem")
    first, second = kid(store / "current-key"), kid(store / "next-key")
    # the key is old, the link to it is new
    age(store / "next-key", 9 * HOUR)
    rotate(keys, code=2)
    age(keys / "next.pem", 2 * HOUR, follow_symlinks=False)
    assert rotate(keys) == second
    assert kid(keys / "current.pem") == second and kid(keys / "previous.pem") == first
    assert kid(store / "current-key") == first and names(store) == ["current-key", "next-key"]


@test
def what_is_made_belongs_to_whom_current_does(home):
    if os.getuid() != 0:
        raise Skipped("not root")
    keys = home / "keys"
    os.chown(keys / "current.pem", 65534, 65533)
    os.chmod(keys / "current.pem", 0o640)
    rotate(keys)
    about = os.stat(keys / "next.pem")
    assert (about.st_uid, about.st_gid, about.st_mode & 0o777) == (65534, 65533, 0o640)
    rotate(keys, "--now")
    about = os.stat(keys / "previous.pem")
    assert (about.st_uid, about.st_gid, about.st_mode & 0o777) == (65534, 65533, 0o640)


def as_jwk(pem, out):
    """A private JWK, of what OpenSSL prints of a key."""
    import base64
    words = subprocess.run(["openssl", "ec", "-in", pem, "-text", "-noout"], capture_output=True, text=True, check=True).stdout
    parts = {}
    for line in words.splitlines():
        if line.startswith(("priv:", "pub:")):
            name = line.rstrip(":")
            parts[name] = ""
        elif line.startswith("    "):
            parts[name] += line.strip().replace(":", "")
    url = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    private, public = bytes.fromhex(parts["priv"])[-32:].rjust(32, b"\0"), bytes.fromhex(parts["pub"])[1:]
    out.write_text(json.dumps({"kty": "EC", "crv": "P-256", "kid": "a-jwk", "d": url(private), "x": url(public[:32]), "y": url(public[32:])}))


def killed_everywhere(home, folder, more, check):
    """Runs a step on a copy of a folder and kills it at each of its system calls; check sees what is there then, and after a second run."""
    if KILL_AT is None:
        raise Skipped("KILL_AT is not set")
    with open(FNTOKEN, "rb") as program:
        if b"__asan_init" in program.read():
            raise Skipped("leaks can't be looked for in a program that is traced")
    reached, at = 9, 0
    while reached == 9:
        at += 1
        copy = home / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)  # with its times
        done = subprocess.run([KILL_AT, str(at), FNTOKEN, "keygen", "--rotate", copy, *more], capture_output=True, check=False)
        if done.returncode == 77:
            raise Skipped("no tracing here")
        reached = done.returncode
        check(copy, None)
        again = subprocess.run([FNTOKEN, "keygen", "--rotate", copy, *more, "--json"], capture_output=True, text=True, check=False)
        assert again.returncode in (0, 2), again.stderr
        check(copy, json.loads(again.stdout)["step"] if again.returncode == 0 else "refused")
    assert reached == 0 and at > 20, (reached, at)


@test
def rule_43_killed_anywhere_there_is_a_current_and_nothing_is_lost(home):
    keys = home / "keys"
    fntoken("keygen", "--out", keys / "next.pem")
    fntoken("keygen", "--out", keys / "previous.pem")
    age(keys / "next.pem", 2 * HOUR)
    age(keys / "previous.pem", 13 * HOUR)
    first, second, over = ((keys / f"{name}.pem").read_bytes() for name in ("current", "next", "previous"))
    seen = set()

    def check(copy, again):
        has = {name: (copy / name).read_bytes() for name in names(copy)}
        moved = has["current.pem"] == second
        assert has["current.pem"] in (first, second)
        assert has["next.pem"] == second if not moved else has["previous.pem"] == first, has
        assert has["previous.pem"] in (first, over)
        if has["previous.pem"] == first:
            assert time.time() - os.stat(copy / "previous.pem").st_mtime < 600
        if again:
            assert moved and ".rotating" not in has, (again, has)
            seen.add(again)
    killed_everywhere(home, keys, [], check)
    assert seen == {"current", "next"}, seen


@test
def rule_43_killed_while_next_is_made(home):
    first = (home / "keys/current.pem").read_bytes()

    def check(copy, again):
        assert (copy / "current.pem").read_bytes() == first
        if (copy / "next.pem").exists():
            assert kid(copy / "next.pem") != kid(copy / "current.pem")
        assert not again or names(copy) == ["current.pem", "next.pem"]
    killed_everywhere(home, home / "keys", [], check)


@test
def rule_43_killed_anywhere_with_keys_of_two_forms(home):
    if shutil.which("openssl") is None:
        raise Skipped("no openssl")
    keys = home / "keys"
    fntoken("keygen", "--out", keys / "next.pem")
    fntoken("keygen", "--out", keys / "previous.pem")
    as_jwk(keys / "current.pem", keys / "current.json")
    os.unlink(keys / "current.pem")
    age(keys / "next.pem", 2 * HOUR)
    age(keys / "previous.pem", 13 * HOUR)
    first, second = (keys / "current.json").read_bytes(), (keys / "next.pem").read_bytes()
    states = {}

    def check(copy, again):
        has = {name: (copy / name).read_bytes() for name in names(copy) if name != ".rotating"}
        moved = has.get("current.pem") == second
        assert moved or has["current.json"] == first
        assert has["previous.json"] == first if moved else has["next.pem"] == second
        if again:
            assert moved and "current.json" not in has and ".rotating" not in names(copy)
        else:
            states[tuple(sorted(has))] = has
    killed_everywhere(home, keys, [], check)
    assert ("current.json", "current.pem", "previous.json") in states, states.keys()
    # a gateway starts from each of them, and publishes what is in the folder
    old, new = "a-jwk", kid_of(home, second)
    for has in states.values():
        shutil.rmtree(keys)
        keys.mkdir()
        for name, content in has.items():
            (keys / name).write_bytes(content)
            os.chmod(keys / name, 0o600)
            age(keys / name, 13 * HOUR if name == "previous.pem" else 0)
        gateway = home.gateway()
        assert header(gateway.exchange(home.token())[2]["access_token"])["kid"] == (new if has.get("current.pem") == second else old)
        assert {old, new} == gateway.kids() and len(gateway.jwks()["keys"]) == 2, has.keys()
        assert gateway.is_ready()
        gateway.end()


def kid_of(home, content):
    (home / "one.pem").write_bytes(content)
    os.chmod(home / "one.pem", 0o600)
    return kid(home / "one.pem")


@test
def rule_43_rotates_while_the_gateway_runs(home):
    keys = home / "keys"
    gateway = home.gateway()
    issued = []

    def signs():
        issued.append(gateway.exchange(home.token())[2]["access_token"])
        return header(issued[-1])["kid"]

    signs()
    for _ in range(3):
        new = rotate(keys)
        eventually(lambda new=new: new in gateway.kids())
        assert signs() != new
        age(keys / "next.pem", 2 * HOUR)
        if (keys / "previous.pem").exists():
            age(keys / "previous.pem", 13 * HOUR)
        assert rotate(keys) == new
        eventually(lambda new=new: signs() == new)
        # what was signed while that was under way is verified by what is published
        (home / "published.json").write_text(json.dumps(gateway.jwks()))
        recent = [token for token in issued if header(token)["kid"] in gateway.kids()][-8:]
        assert {header(token)["kid"] for token in recent} == gateway.kids()
        for token in recent:
            fntoken("verify", "--jwks", home / "published.json", "--issuer", "https://gw.example.com", input=token)
    eventually(gateway.is_ready)
    assert "stays in force" not in gateway.stderr(), gateway.stderr()


def instrumented():
    with open(GATEWAY, "rb") as program:
        return b"__asan_init" in program.read()


@test
def rule_43_a_look_in_the_middle_of_a_rotation_is_taken_once_more(home):
    """The look finds next.pem, which is current.pem by the time that it is opened."""
    if TORN_LOOK is None or instrumented():
        raise Skipped("nothing can be preloaded here")
    keys = home / "keys"
    gateway = home.gateway(env={**os.environ, "LD_PRELOAD": TORN_LOOK, "TORN_LOOK": str(keys)})
    good = 'fntoken_gateway_source_good{source="keys"'
    for how in (lambda: None, lambda: gateway.signal(signal.SIGHUP)):
        new = rotate(keys)
        (keys / ".armed").touch()
        eventually(lambda new=new: not (keys / ".armed").exists())
        how()
        while header(gateway.exchange(home.token())[2]["access_token"])["kid"] != new:
            assert gateway.is_ready() and gateway.metric(good) == 1
        eventually(lambda new=new: gateway.kids() == {new})
        assert "stays in force" not in gateway.stderr() and "No such file" not in gateway.stderr(), gateway.stderr()
    # What is gone for good is told all the same, also where it goes in the middle of a look.
    os.rename(keys / "current.pem", keys / "next.pem")
    fntoken("keygen", "--out", keys / "current.pem")
    (keys / ".armed").touch()
    eventually(lambda: not (keys / ".armed").exists())
    (keys / "current.pem").unlink()
    gateway.says("has no current.pem")
    eventually(lambda: not gateway.is_ready())


@test
def rule_43_a_start_in_the_middle_of_a_rotation_looks_once_more(home):
    if TORN_LOOK is None or instrumented():
        raise Skipped("nothing can be preloaded here")
    new = rotate(home / "keys")
    (home / "keys/.armed").touch()
    gateway = home.gateway(env={**os.environ, "LD_PRELOAD": TORN_LOOK, "TORN_LOOK": str(home / "keys")})
    assert not (home / "keys/.armed").exists() and gateway.kids() == {new} and "No such file" not in gateway.stderr(), gateway.stderr()


@test
def halves_of_two_keys_are_no_key(home):
    if shutil.which("openssl") is None:
        raise Skipped("no openssl")
    keys = home / "keys"
    fntoken("keygen", "--out", home / "other.pem")
    for name in (keys / "current.pem", home / "other.pem"):
        as_jwk(name, name.with_suffix(".jwk"))
    mixed = json.loads((keys / "current.jwk").read_text())
    mixed |= {name: json.loads((home / "other.jwk").read_text())[name] for name in ("x", "y")}
    gateway = home.gateway()
    signs = gateway.kids()
    for name in ("next", "current"):
        home.write(f"keys/{name}.json", json.dumps({**mixed, "kid": name}))
        (keys / f"{name}.pem").unlink(missing_ok=True)
        gateway.says(f"{name}.json: The key can't be used: its private and public halves do not belong together")
        eventually(lambda: not gateway.is_ready())
        assert gateway.issues(home.token()) and gateway.kids() == signs
        if name == "next":
            (keys / "next.json").unlink()
            eventually(gateway.is_ready)
    assert "halves do not belong together" in home.refuses()


@test
def a_key_that_is_there_twice_is_published_once(home):
    shutil.copy(home / "keys/current.pem", home / "keys/previous.pem")
    gateway = home.gateway()
    assert len(gateway.jwks()["keys"]) == 1 and gateway.issues(home.token())


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway: what changes on disk while it runs: rules, revocations, keys of issuers in files, signing keys."""
import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from harness import ISSUER, PROVIDER, Skipped, fntoken, eventually, header, in_time, main, role, test

WITHIN = 2.0  # seconds until a change is in force


def modes_count():
    """What to put before a command so that they do for root too."""
    if os.getuid() != 0:
        return []
    words = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if shutil.which("setpriv") is None or subprocess.run([*words, "true"], capture_output=True, check=False).returncode != 0:
        raise Skipped("root, and there is no setpriv that takes a capability from it")
    return words


@test
def rules_change_while_it_runs(home):
    gateway = home.gateway()
    bob, ada = home.token("bob"), home.token("ada")
    assert not gateway.issues(bob)
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["bob"]))
    eventually(lambda: gateway.issues(bob))
    assert not gateway.issues(ada)
    # in the place where it stands, as `cp` does
    (home / "iam/rules.yaml").write_text(role("invoke", PROVIDER, ["ada"]))
    eventually(lambda: gateway.issues(ada))
    # another file beside it
    home.write("iam/more.yaml", role("more", PROVIDER + "/more", ["x"]))
    gateway.says(f"rules {fntoken('iam', '--iam', home / 'iam').split()[-1]} are in force")
    eventually(gateway.is_ready)
    assert gateway.metric('fntoken_gateway_source_good{source="rules"') == 1


def check_times(home, gateway):
    """A change is in force within two seconds."""
    def change(number):
        home.write("iam/rules.yaml", role(f"change{number}", PROVIDER, ["bob"]))
        return f"rules {fntoken('iam', '--iam', home / 'iam').split()[-1]} are in force"
    in_time(WITHIN, lambda number: gateway.says(change(number)) or True)


@test
def a_change_is_in_force_within_two_seconds(home):
    check_times(home, home.gateway())


@test
def rule_53_bad_rules_change_nothing(home):
    gateway = home.gateway()
    token = home.token()
    good = (home / "iam/rules.yaml").read_text()
    changes = {
        "malformed": lambda: home.write("iam/rules.yaml", good + "---\nkind: [\n"),
        "empty": lambda: home.write("iam/rules.yaml", ""),
        "another kind": lambda: home.write("iam/rules.yaml", "kind: Nothing\n"),
        "without a condition's operator": lambda: home.write("iam/rules.yaml", good.replace("StringEqual", "StringEqul")),
        "no file": lambda: os.unlink(home / "iam/rules.yaml"),
        "a folder": lambda: (os.unlink(home / "iam/rules.yaml"), os.mkdir(home / "iam/rules.yaml")),
        "renamed": lambda: os.rename(home / "iam", home / "elsewhere"),
    }
    for name, change in changes.items():
        told = gateway.stderr().count("what was in force stays in force")
        change()
        eventually(lambda: not gateway.is_ready())
        eventually(lambda told=told: gateway.stderr().count("what was in force stays in force") > told)
        assert gateway.issues(token), name
        assert gateway.metric('fntoken_gateway_source_good{source="rules"') == 0, name
        if name == "malformed":
            gateway.says(f"{home / 'iam/rules.yaml'}:")
        if (home / "elsewhere").exists():
            os.rename(home / "elsewhere", home / "iam")
        elif (home / "iam/rules.yaml").is_dir():
            os.rmdir(home / "iam/rules.yaml")
        home.write("iam/rules.yaml", good)
        eventually(gateway.is_ready)
    assert gateway.issues(token)


@test
def rule_53_what_never_ends_is_not_waited_for(home):
    home.write("iam/one.yaml", role("one", PROVIDER, ["ada"]).split("---\n")[0].replace(PROVIDER, PROVIDER + "/one"))
    home.write("more.yaml", role("more", PROVIDER + "/more", ["ada"]))
    gateway = home.gateway("--iam", home / "more.yaml", "--revoked", home / "revoked.jsonl")
    token = home.token()
    for name in ("iam/one.yaml", "more.yaml", "idp.json", "revoked.jsonl", "keys/next.pem", "keys/current.pem"):
        there = (home / name).exists() and (home / name).read_text()
        os.mkfifo(home / "fifo")
        os.replace(home / "fifo", home / name)
        gateway.says(f"{home / name}: is no {'file' if name == 'iam/one.yaml' else 'regular file'}")
        eventually(lambda: not gateway.is_ready())
        assert gateway.issues(token), name
        os.unlink(home / name)
        if there:
            home.write(name, there)
            os.chmod(home / name, 0o600)
        eventually(gateway.is_ready)
    os.unlink(home / "keys/current.pem")
    os.mkfifo(home / "keys/current.pem")
    assert "current.pem: is no regular file" in home.refuses()


@test
def rule_53_bad_rules_stop_a_start(home):
    good = (home / "iam/rules.yaml").read_text()
    assert "rules.yaml:" in (home.write("iam/rules.yaml", "kind: [\n"), home.refuses())[1]
    home.write("iam/rules.yaml", "")
    home.refuses()
    os.unlink(home / "iam/rules.yaml")
    home.refuses()
    home.refuses(iam="nowhere")
    home.write("iam/rules.yaml", good)
    os.unlink(home / "keys/current.pem")
    assert "has no current.pem: fntoken keygen --out " in home.refuses()
    os.rename(home / "keys", home / "elsewhere")
    assert "keys: No such file or directory" in home.refuses()
    home.write("keys", "")
    assert "keys: is no folder, and one with current.pem in it is expected" in home.refuses()
    os.unlink(home / "keys")
    os.rename(home / "elsewhere", home / "keys")
    home.refuses("--trust", f"{PROVIDER}={home / 'none.json'}")


@test
def rule_53_modes_count(home):
    token, bob = home.token(), home.token("bob")
    home.write("revoked.jsonl", '{"fed_iss":"%s","sub":"eve"}\n' % PROVIDER)
    before = modes_count()
    gateway = home.gateway("--revoked", home / "revoked.jsonl", before=before)
    for name in ("iam/rules.yaml", "iam", "revoked.jsonl", "idp.json", "keys/current.pem", "keys"):
        mode = os.stat(home / name).st_mode & 0o777
        os.chmod(home / name, 0)
        eventually(lambda: not gateway.is_ready())
        gateway.says(f"{home / name}: Permission denied")
        assert gateway.issues(token), name
        assert not gateway.issues(bob) and not gateway.issues(home.token("eve") if before else bob), name
        os.chmod(home / name, mode)
        eventually(gateway.is_ready)
    os.chmod(home / "iam/rules.yaml", 0)
    gateway.end()
    if not before:
        assert "rules.yaml" in home.refuses()


@test
def a_configmap_is_switched_by_its_link(home):
    for version, who in (("one", "ada"), ("two", "bob")):
        (home / "map" / version).mkdir(parents=True)
        home.write(f"map/{version}/rules.yaml", role("invoke", PROVIDER, [who]))
    os.symlink("one", home / "map/..data")
    os.symlink("..data/rules.yaml", home / "map/rules.yaml")
    shutil.rmtree(home / "iam")
    os.symlink("map", home / "iam")
    gateway = home.gateway()
    token = home.token("bob")
    assert not gateway.issues(token)
    os.symlink("two", home / "map/..new")
    os.replace(home / "map/..new", home / "map/..data")
    eventually(lambda: gateway.issues(token))


@test
def a_signal_loads_everything(home):
    home.write("revoked.jsonl", '{"jti":"a"}\n')
    gateway = home.gateway("--revoked", home / "revoked.jsonl")
    ages = lambda: [float(line.split()[-1]) for line in gateway.admin("/metrics")[1].splitlines() if line.startswith("fntoken_gateway_source_age_seconds{")]  # noqa: E731
    eventually(lambda: min(ages()) >= 3)
    since = time.monotonic()
    gateway.signal(signal.SIGHUP)
    eventually(lambda: gateway.stderr().count("are in force") == 2)

    def all_are_new():
        """None is as old as what was there before must be by now; ages are whole seconds."""
        oldest = time.monotonic() - since + 2
        return len(ages()) == 4 and max(ages()) < oldest
    eventually(all_are_new)  # one source after the other


def watches(gateway):
    """Whether it has an inotify descriptor."""
    for one in pathlib.Path(f"/proc/{gateway.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            if "inotify" in os.readlink(one):
                return True
    return False


@test
def without_inotify_changes_are_seen_too(home):
    most = pathlib.Path("/proc/sys/fs/inotify/max_user_instances")
    if not most.exists() or int(most.read_text()) > 500:
        raise Skipped("there is no inotify, or too much of it to use it up")
    held, make = [], ctypes.CDLL(None).inotify_init1

    def started_without():
        """A gateway that found none left. Another program that ends gives its own back, which this one may get: again, then."""
        while (descriptor := make(os.O_CLOEXEC)) >= 0:
            held.append(descriptor)
        gateway = home.gateway()
        if not watches(gateway):
            return gateway
        gateway.end()
        return None

    try:
        gateway = eventually(started_without, 60)
    finally:
        for descriptor in held:
            os.close(descriptor)
    check_times(home, gateway)


@test
def rule_56_revocations_change_while_it_runs(home):
    home.write("revoked.jsonl", "")
    gateway = home.gateway("--revoked", home / "revoked.jsonl")
    gateway.says("holds no revocation")
    ada, eve = home.token("ada"), home.token("eve", jti="t1")
    assert gateway.issues(ada) and gateway.issues(eve)
    fntoken("revoke", "--file", home / "revoked.jsonl", "--subject", "ada", "--issuer", PROVIDER, "--for-ever")
    eventually(lambda: not gateway.issues(ada))
    assert gateway.issues(eve)
    fntoken("revoke", "--file", home / "revoked.jsonl", "--jti", "t1", "--for-ever")
    eventually(lambda: not gateway.issues(eve))
    assert not gateway.issues(ada)
    # A bad line, an empty list and none at all change nothing.
    list_of_two = (home / "revoked.jsonl").read_text()
    for change in (lambda: home.write("revoked.jsonl", list_of_two + '{"sub":"x"}\n'), lambda: home.write("revoked.jsonl", ""),
                   lambda: os.unlink(home / "revoked.jsonl"), lambda: (os.unlink(home / "revoked.jsonl"), os.mkdir(home / "revoked.jsonl"))):
        change()
        eventually(lambda: not gateway.is_ready())
        assert not gateway.issues(ada) and not gateway.issues(eve)
        if (home / "revoked.jsonl").is_dir():
            os.rmdir(home / "revoked.jsonl")
        home.write("revoked.jsonl", list_of_two)
        eventually(gateway.is_ready)
    assert "revoked.jsonl: Line 3" in gateway.stderr(), gateway.stderr()
    # A restart forgets none.
    assert gateway.end() == 0
    gateway = home.gateway("--revoked", home / "revoked.jsonl")
    assert not gateway.issues(ada) and not gateway.issues(eve)
    gateway.end()
    for other in ('{"sub":"x"}\n', "t1\nt2\n", '["t1"]\n', "# t1\n", "\x00"):
        home.write("revoked.jsonl", other)
        assert "revoked.jsonl: Line 1" in home.refuses("--revoked", home / "revoked.jsonl"), other


@test
def a_pruned_list_is_no_accident(home):
    home.write("revoked", '{"jti":"t0","until":1}\n{"jti":"t1","until":2}\n')
    gateway = home.gateway("--revoked", home / "revoked")
    assert fntoken("revoke", "--file", home / "revoked", "--prune") == "pruned 1, kept 1"
    gateway.signal(signal.SIGHUP)
    eventually(lambda: gateway.metric("fntoken_gateway_revocations") == 1)
    assert gateway.is_ready(), gateway.admin("/readyz")


@test
def rule_53_a_list_may_be_missing_at_the_start(home):
    gateway = home.gateway("--revoked", home / "revoked.jsonl")
    gateway.says("holds no revocation")
    assert gateway.is_ready()
    token = home.token()
    assert gateway.issues(token)
    fntoken("revoke", "--file", home / "revoked.jsonl", "--subject", "ada", "--issuer", PROVIDER, "--for-ever")
    eventually(lambda: not gateway.issues(token))


@test
def keys_of_an_issuer_in_a_file_change(home):
    gateway = home.gateway()
    old = home.token()
    fntoken("keygen", "--out", home / "idp.pem", "--public-out", home / "idp.json", "--force")
    new = home.token()
    eventually(lambda: gateway.issues(new))
    assert not gateway.issues(old)
    home.write("idp.json", "{}")
    eventually(lambda: not gateway.is_ready())
    assert gateway.issues(new)


@test
def keys_of_nobody_are_told(home):
    gateway = home.gateway("--trust", f"{PROVIDER}/={home / 'idp.json'}")
    words = f"--trust {PROVIDER}/={home / 'idp.json'}: no JwtIssuer has this iss"
    assert gateway.stderr().count("no JwtIssuer has this iss") == gateway.stderr().count(words) == 1, gateway.stderr()


@test
def rule_43_keys_are_published_before_and_after_they_sign(home):
    gateway = home.gateway("--longest-life", "1h")

    def signs():
        return header(gateway.exchange(home.token())[2]["access_token"])["kid"]
    first = signs()
    assert gateway.kids() == {first}
    fntoken("keygen", "--out", home / "keys/next.pem")
    eventually(lambda: len(gateway.kids()) == 2)
    assert signs() == first
    second = (gateway.kids() - {first}).pop()
    os.rename(home / "keys/current.pem", home / "keys/previous.pem")
    os.rename(home / "keys/next.pem", home / "keys/current.pem")
    os.utime(home / "keys/previous.pem")
    eventually(lambda: signs() == second)
    assert gateway.kids() == {first, second}
    # An API token of the previous key is taken for as long as that is published.
    old = time.time() - 3600 + 3
    os.utime(home / "keys/previous.pem", (old, old))
    eventually(lambda: gateway.kids() == {second})
    assert signs() == second and gateway.is_ready()


@test
def api_tokens_of_ones_own_are_taken_while_their_key_is_published(home):
    gateway = home.gateway()
    token = gateway.exchange(home.token(), scope=None)[2]["access_token"]
    assert gateway.issues(token)
    os.rename(home / "keys/current.pem", home / "keys/previous.pem")
    fntoken("keygen", "--out", home / "keys/current.pem")
    eventually(lambda: len(gateway.kids()) == 2)
    assert gateway.issues(token)
    os.unlink(home / "keys/previous.pem")
    eventually(lambda: len(gateway.kids()) == 1)
    assert not gateway.issues(token)


@test
def what_is_skipped_of_a_trusted_file_is_told(home):
    keys = json.loads((home / "idp.json").read_text())
    keys["keys"].append({"kty": "RSA", "use": "enc", "kid": "for-encryption", "n": "AQAB", "e": "AQAB"})
    (home / "idp.json").write_text(json.dumps(keys))
    gateway = home.gateway()
    assert gateway.issues(home.token())
    assert "idp.json: " in gateway.stderr() and "/keys/1 was skipped" in gateway.stderr(), gateway.stderr()


@test
def rule_43_a_folder_of_keys_is_switched_by_its_link(home):
    (home / "other").mkdir()
    fntoken("keygen", "--out", home / "other/current.pem")
    os.rename(home / "keys", home / "first")
    os.symlink("first", home / "keys")
    gateway = home.gateway()
    before = gateway.kids()
    os.symlink("other", home / "link")
    os.replace(home / "link", home / "keys")
    eventually(lambda: gateway.kids() and gateway.kids() != before)


@test
def rule_43_a_link_to_an_old_key_is_as_old_as_the_link(home):
    (home / "store").mkdir()
    fntoken("keygen", "--out", home / "store/old.pem")
    fntoken("keygen", "--out", home / "store/older.pem")
    then = time.time() - 30 * 86400
    for name in ("old", "older"):
        os.utime(home / f"store/{name}.pem", (then, then))
    os.symlink("../store/old.pem", home / "keys/previous.pem")
    gateway = home.gateway()
    assert len(gateway.kids()) == 2
    os.utime(home / "keys/previous.pem", (then, then), follow_symlinks=False)
    gateway.signal(signal.SIGHUP)
    eventually(lambda: len(gateway.kids()) == 1)


@test
def rule_43_previous_stays_for_as_long_as_tokens_may_live(home):
    home.write("iam/rules.yaml", (home / "iam/rules.yaml").read_text().replace("30m", "24h"))
    fntoken("keygen", "--out", home / "keys/previous.pem")
    then = time.time() - 23 * 3600
    os.utime(home / "keys/previous.pem", (then, then))
    gateway = home.gateway("--max-ttl", "24h")
    assert len(gateway.kids()) == 2 and "--longest-life" not in gateway.stderr()
    assert gateway.exchange(home.token())[2]["expires_in"] == 86400
    gateway.end()
    gateway = home.gateway("--max-ttl", "24h", "--longest-life", "12h")
    assert len(gateway.kids()) == 1 and "--longest-life" in gateway.stderr()


@test
def rule_43_a_previous_key_of_the_future_is_told(home):
    """As after a rotation while the clock was wrong: it would be published for that much longer."""
    fntoken("keygen", "--out", home / "keys/previous.pem")
    os.utime(home / "keys/previous.pem", (time.time() + 86400,) * 2)
    gateway = home.gateway()
    assert "previous.pem: its time lies ahead by 86" in gateway.stderr(), gateway.stderr()


@test
def at_no_moment_is_there_no_signing_key(home):
    gateway = home.gateway()
    kids = gateway.kids()
    token = home.token()
    good = (home / "keys/current.pem").read_text()
    for change in (lambda: home.write("keys/current.pem", "no key"), lambda: home.write("keys/current.pem", ""), lambda: os.unlink(home / "keys/current.pem"),
                   lambda: home.write("keys/next.pem", "no key"), lambda: shutil.copy(home / "keys/current.pem", home / "keys/current.json"),
                   lambda: home.write("keys/current.pem", (home / "idp.json").read_text())):
        change()
        eventually(lambda: not gateway.is_ready())
        assert gateway.kids() == kids and gateway.issues(token)
        for name in ("next.pem", "current.json"):
            (home / "keys" / name).unlink(missing_ok=True)
        home.write("keys/current.pem", good)
        os.chmod(home / "keys/current.pem", 0o600)
        eventually(gateway.is_ready)
    assert json.loads(gateway.ask("GET", "/.well-known/openid-configuration")[2])["issuer"] == ISSUER


main()

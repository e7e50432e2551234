#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A file system that is full, of blocks or of files, under the gateway's log, under its signing keys while they rotate, and under the folder
in which fntoken token keeps tokens. It is one of 64 KiB, mounted in a name space of the test's own, so this needs root."""
import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
import time

from harness import FNTOKEN, Skipped, claims, eventually, fntoken, header, main, test

PAGE, KIB, FILES = 4096, 64, 40
UNSHARED = "FNT_MOUNTS_ARE_OWN"
if os.getuid() == 0 and UNSHARED not in os.environ and shutil.which("unshare"):
    if subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        os.execvp("unshare", ["unshare", "--mount", "env", f"{UNSHARED}=1", sys.executable, "-B", *sys.argv])


class Disk:
    """A small file system, and what fills it."""

    def __init__(self, path):
        self.path, self.fillers = path, 0

    def __truediv__(self, name):
        return self.path / name

    def fill(self, kind, spare=0):
        """All but so many blocks, or files."""
        with contextlib.suppress(OSError):
            while True:
                filler = self / f"filler{self.fillers}"
                if kind == "files":
                    filler.touch()
                else:
                    with open(filler, "xb", buffering=0) as file:
                        if file.write(b"x" * PAGE) < PAGE:
                            break
                self.fillers += 1
        (self / f"filler{self.fillers}").unlink(missing_ok=True)
        self.give(spare)

    def give(self, count):
        for _ in range(count):
            self.fillers -= 1
            (self / f"filler{self.fillers}").unlink()

    def others(self, folder="."):
        return {one.name: one.read_bytes() for one in (self / folder).iterdir() if one.is_file() and not one.name.startswith("filler")}


@contextlib.contextmanager
def mounted(path):
    if UNSHARED not in os.environ:
        raise Skipped("a small file system can't be mounted here: root's rights and unshare are needed")
    path.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={KIB}k,nr_inodes={FILES}", "tmpfs", path], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Skipped(done.stderr.strip())
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


@test
def a_full_disk_under_the_log_stops_nothing(home):
    with mounted(home / "disk") as disk:
        gateway = home.gateway("--log", disk / "log")
        token, asked = home.token(), 1
        assert gateway.issues(token)
        disk.fill("blocks", spare=1)
        lost = lambda: gateway.metric("fntoken_gateway_log_lost_total")
        while lost() < 20:
            assert gateway.issues(token)
            asked += 1
        assert gateway.stderr().count("a line of the decision log could not be written") == 1 and gateway.is_ready()
        # There is room again: what was torn is ended, and no later line is.
        disk.give(2)
        assert gateway.issues(token)
        gateway.says("the decision log is written again")
        assert gateway.issues(token)
        lines = (disk / "log").read_bytes().split(b"\n")
        whole = [line for line in lines if line.endswith(b"}")]
        torn = [line for line in lines[:-1] if not line.endswith(b"}")]
        assert lines[-1] == b"" and len(torn) <= 1 and len({json.loads(line)["jti"] for line in whole}) == len(whole)
        assert len(whole) + lost() == asked + 2, (len(whole), lost(), asked)
        # A rotation of the log while it is full keeps the old one until the new one can be made.
        disk.fill("files")
        os.rename(disk / "log", disk / "log.1")
        gateway.signal(1)
        gateway.says("the old log goes on")
        assert gateway.issues(token)
        disk.give(1)
        gateway.signal(1)
        eventually((disk / "log").exists)
        assert gateway.issues(token)
        gateway.end()


@test
def rule_43_a_full_disk_loses_no_key(home):
    for kind in ("blocks", "files"):
        with mounted(home / "keys") as disk:
            fntoken("keygen", "--out", disk / "current.pem")
            gateway = home.gateway()
            rotate = lambda *more: subprocess.run([FNTOKEN, "keygen", "--rotate", disk.path, *more], capture_output=True, text=True, check=False)
            good = lambda: header(gateway.exchange(home.token())[2]["access_token"])["kid"]
            signer = good()

            def refused(*more):
                before = disk.others()
                done = rotate(*more)
                assert done.returncode == 2 and os.strerror(errno.ENOSPC) in done.stderr, (kind, done)
                assert disk.others() == before
                gateway.signal(1)
                assert good() == signer and gateway.is_ready()
            disk.fill(kind)
            refused()
            disk.give(1)
            assert rotate().returncode == 0
            assert sorted(disk.others()) == ["current.pem", "next.pem"]
            disk.fill(kind)
            refused("--now")
            disk.give(1)
            # One more for previous; current takes the name of next.
            assert rotate("--now").returncode == 0
            assert sorted(disk.others()) == ["current.pem", "previous.pem"]
            eventually(lambda: good() != signer)
            assert signer in gateway.kids() and gateway.is_ready()
            gateway.end()
        for name in ("public", "admin", "stderr"):
            (home / name).unlink(missing_ok=True)


@test
def a_full_disk_keeps_no_token_and_prints_it(home):
    address = f"127.0.0.1:{home.port()}"
    serving = home.gateway("--log", home / "log", listen=address)
    issued = lambda: serving.metric('fntoken_gateway_exchanges_total{outcome="issued"')
    (home / "subject").write_text(home.token())
    for kind in ("blocks", "files"):
        with mounted(home / "cache") as disk:
            def token(exchanges, *more):
                before = issued()
                done = subprocess.run([FNTOKEN, "token", "--gateway", f"http://{address}", "--subject", home / "subject", "--cache", *more], capture_output=True, text=True,
                                      check=False, env={"PATH": os.environ["PATH"], "HOME": str(home.path), "XDG_CACHE_HOME": str(disk.path)}, timeout=300)
                assert done.returncode == 0 and claims(done.stdout)["sub"], (kind, done)
                assert issued() - before == exchanges, (kind, done.stderr)
                assert ("is not kept" in done.stderr or "no token is kept" in done.stderr) == (disk_is_full and exchanges > 0), (kind, done.stderr)
                for name, content in disk.others("fntoken").items() if (disk / "fntoken").exists() else ():
                    assert name.endswith(".lock") or (name.endswith(".json") and json.loads(content)["token"]), (kind, name)
                return done.stdout
            disk_is_full = True
            disk.fill(kind)
            token(1)
            token(1)
            disk_is_full = False
            disk.give(4)
            kept = token(1)
            assert token(0) == kept
            # One that is there and has ended is not used again, however full it is.
            entry, = (disk / "fntoken").glob("*.json")
            ended = {**json.loads(entry.read_text()), "expires": int(time.time())}
            entry.write_text(json.dumps(ended))
            disk_is_full = True
            disk.fill(kind)
            assert token(1) != kept and json.loads(entry.read_text()) == ended
            token(1)
            disk_is_full = False
            disk.give(2)
            kept = token(1)
            assert token(0) == kept


main(at_once=1)

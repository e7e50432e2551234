#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fntoken-gateway: its systemd unit, as systemd reads it and as the program starts by it. A third argument: the folder of the built unit."""
import pathlib
import shutil
import subprocess
import sys

from harness import GATEWAY, PROVIDER, Gateway, Skipped, eventually, main, test

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = pathlib.Path(sys.argv.pop(3))


def with_program(home, add=""):
    """The unit with the program of this build: the installed one need not be there."""
    lines = UNIT.read_text().splitlines()
    assert sum(line.startswith("ExecStart=/") and line.endswith("/sbin/fntoken-gateway") for line in lines) == 1
    lines = [f"ExecStart={pathlib.Path(GATEWAY).resolve()}" if line.startswith("ExecStart=") else line for line in lines]
    at = lines.index("[Install]")
    home.write("fntoken-gateway.service", "\n".join(lines[:at] + [add] + lines[at:]) + "\n")
    return home / "fntoken-gateway.service"


def systemd(*words, program="systemd-analyze"):
    if shutil.which(program) is None:
        raise Skipped(f"there is no {program}")
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


@test
def the_unit_is_as_systemd_reads_units(home):
    verify = ("verify", "--man=no", "--recursive-errors=no")
    assert systemd(*verify, with_program(home)) == (0, "")
    # It is told what is no setting, so silence says something.
    assert "ProtectHom" in systemd(*verify, with_program(home, "ProtectHom=yes"))[1]


@test
def the_unit_is_hardened(home):
    # Tenths, of 10.0, which is everything; about 1.1 is the network, local sockets and the host's file system, which it needs.
    security = ("security", "--offline=true", "--no-pager", "--threshold=15")
    code, said = systemd(*security, with_program(home))
    assert code == 0, said
    assert systemd(*security, with_program(home, "PrivateUsers=no\nNoNewPrivileges=no\nProtectSystem=no"))[0] != 0


@test
def its_user_is_as_systemd_reads_users(home):
    code, said = systemd("--dry-run", "--root", home.path, ROOT / "tools/gateway/fntoken.sysusers", program="systemd-sysusers")
    assert code == 0 and "fntoken" in said, said


@test
def the_program_starts_by_the_unit(home):
    given = dict(line.split("=", 2)[1:] for line in UNIT.read_text().splitlines() if line.startswith("Environment="))
    assert all(name.startswith("FNTOKEN_GATEWAY_") for name in given), given
    (home / "run").mkdir()
    environment = {name: value.replace("/etc/fntoken", str(home.path)).replace("/run/fntoken", str(home / "run")) for name, value in given.items()}
    # What docs/gateway.md puts into gateway.env, for other paths.
    environment |= {"FNTOKEN_GATEWAY_ISSUER": "https://gw.example.com", "FNTOKEN_GATEWAY_ADMIN": f"unix:{home / 'admin'}",
                    "FNTOKEN_GATEWAY_TRUST": f"{PROVIDER}={home / 'idp.json'}"}
    with open(home / "stderr", "w", encoding="ascii") as stderr:
        process = subprocess.Popen([GATEWAY], env=environment, stderr=stderr)
    try:
        eventually(lambda: "serving https://gw.example.com at unix:" in (home / "stderr").read_text())
        (home / "public").symlink_to(home / "run/public")
        gateway = Gateway.__new__(Gateway)
        gateway.home = home
        assert gateway.exchange(home.token(), ["openfaas-fn:env"])[0] == 200
        assert gateway.is_ready()
    finally:
        process.terminate()
        assert process.wait(60) == 0


main()

# SPDX-License-Identifier: MIT
"""Running benchmark programs and reading what they say: "NAME VALUE" lines, or "NAME.KEY VALUE" for a table."""
import datetime
import os
import platform
import subprocess
import sys


def number(value):
    return int(value) if value == int(value) else round(value, 3)


def read_lines(text):
    """{"match_ns": {"10": 21.9}, "backend": "mbedtls-2.28.3"}"""
    found = {}
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        try:
            value = number(float(value))
        except ValueError:
            pass
        name, _, key = name.partition(".")
        if key:
            found.setdefault(name, {})[key] = value
        else:
            found[name] = value
    return found


def run(command):
    """What the command says; None if it failed, with its words on stderr."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        print("bench: %s ended with %d" % (" ".join(command), done.returncode), file=sys.stderr)
        return None
    return read_lines(done.stdout)


def load():
    return [round(x, 2) for x in os.getloadavg()]


def first_of(path, prefix):
    try:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line.startswith(prefix):
                    return line[len(prefix):].strip(' \t:="\n')
    except OSError:
        pass
    return "unknown"


def machine():
    return {
        "processor": first_of("/proc/cpuinfo", "model name"),
        "mhz": first_of("/proc/cpuinfo", "cpu MHz"),
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "system": first_of("/etc/os-release", "PRETTY_NAME"),
        "kernel": platform.release(),
        "compiler": subprocess.run(["cc", "--version"], stdout=subprocess.PIPE, text=True, check=False).stdout.split("\n")[0],
    }


def when():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

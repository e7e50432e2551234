# SPDX-License-Identifier: MIT
"""Building the peers in other languages and running them. A peer that cannot be had is left out, with the reason."""
import os
import shutil
import subprocess

import results

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")


class LeftOut(Exception):
    """Why a peer is not there."""


def tool(name, reason):
    if shutil.which(name) is None:
        raise LeftOut(reason)


def do(command, folder):
    with open(os.path.join(folder, "build.txt"), "w", encoding="utf-8") as log:
        done = subprocess.run(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise LeftOut("%s failed; see %s" % (" ".join(command[:3]), log.name))


def copy(language, build):
    folder = os.path.abspath(os.path.join(build, "peers-of", language))
    shutil.copytree(os.path.join(SOURCES, language), folder, dirs_exist_ok=True)
    return folder


def build_go(build):
    tool("go", "no Go here")
    folder = copy("go", build)
    do(["go", "build", "-o", "peer", "."], folder)
    return [os.path.join(folder, "peer")]


def build_rust(build):
    tool("cargo", "no Rust here")
    folder = copy("rust", build)
    do(["cargo", "build", "--release"], folder)
    return [os.path.join(folder, "target", "release", "peer")]


def build_node(build):
    tool("npm", "no Node.js here")
    folder = copy("node", build)
    do(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], folder)
    return ["node", folder]


def build_python(build):
    tool("python3", "no Python here")
    folder = copy("python", build)
    python = os.path.join(folder, "venv", "bin", "python")
    if not os.path.exists(python):
        do(["python3", "-m", "venv", "venv"], folder)
    do([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"], folder)
    return [python, os.path.join(folder, "peer.py")]


VERIFIERS = [
    ("golang-jwt, a regexp per pattern", build_go, lambda c, work: c + ["verify", work]),
    ("Rust jsonwebtoken", build_rust, lambda c, work: c + ["verify", work]),
    ("fast-jwt", build_node, lambda c, work: [c[0], c[1] + "/fast-jwt.js", work]),
    ("npm jose", build_node, lambda c, work: [c[0], c[1] + "/jose.js", work]),
    ("PyJWT", build_python, lambda c, work: c + [work]),
]
MATCHERS = [
    ("Go path.Match", build_go, lambda c, work, counts: c + ["match", work] + counts),
    ("Rust globset", build_rust, lambda c, work, counts: c + ["match", work] + counts),
]


def run_one(build, maker, command):
    try:
        made = maker(build)
    except (LeftOut, OSError) as reason:
        return {"left_out": str(reason)}
    found = results.run(command(made))
    return {"left_out": "it failed"} if found is None else found


def verifiers(build, work):
    return {name: run_one(build, maker, lambda c, command=command: command(c, work)) for name, maker, command in VERIFIERS}


def matchers(build, work, counts):
    return {name: run_one(build, maker, lambda c, command=command: command(c, work, counts)) for name, maker, command in MATCHERS}

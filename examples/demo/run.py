#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An identity provider, fntoken-gateway and a guarded function on loopback, until Ctrl-C: run.py FNTOKEN FNTOKEN_GATEWAY PYTHON PROVIDER

PYTHON has the package fntoken, PROVIDER is a folder with provider.mjs and oidc-provider. scripts/demo builds all of them and runs this."""

import contextlib
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

EXAMPLES = pathlib.Path(__file__).resolve().parents[1]
PLACEHOLDER = "https://keycloak.example.com/realms/openfaas"
TRY = """
In another terminal:

    cd {folder}

    # The function lets nobody in without a token: 401
    curl -i {function}/function/env

    # The identity provider's token for the client openfaas
    curl -sS -X POST {provider}/token \\
        --data-urlencode "client_id=openfaas" \\
        --data-urlencode "client_secret=$(cat client-secret.txt)" \\
        --data-urlencode "scope=email" \\
        --data-urlencode "grant_type=client_credentials" | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/' > token.txt

    # Exchanged for a Function Token, for two functions alone
    curl -sS -X POST {gateway}/oauth/token \\
        --data-urlencode "subject_token=$(cat token.txt)" \\
        --data-urlencode "subject_token_type=urn:ietf:params:oauth:token-type:id_token" \\
        --data-urlencode "grant_type=urn:ietf:params:oauth:grant-type:token-exchange" \\
        --data-urlencode "scope=function" \\
        --data-urlencode "audience=openfaas-fn:env" \\
        --data-urlencode "audience=openfaas-fn:figlet" | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/' > function-token.txt

    # With it the function answers: 200
    curl -i {function}/function/env -H "Authorization: Bearer $(cat function-token.txt)"

    # What is in it, and why it is or isn't let in
    {fntoken} inspect < function-token.txt
    curl -sS {gateway}/.well-known/jwks > jwks.json
    {fntoken} authorize --explain --jwks jwks.json --issuer {gateway} --resource openfaas-fn:env < function-token.txt

    # What the gateway decided
    cat decisions.log

The rules are in iam: change them, and the gateway follows within two seconds. Ctrl-C here ends all three and takes the folder away.
"""


def take_port(wanted):
    """The wanted one, or another that is free."""
    for port in (wanted, 0):
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
            return listener.getsockname()[1]
    sys.exit("no port of 127.0.0.1 is free")


class Demo:
    """Its processes, and their folder."""

    def __init__(self, folder):
        self.folder, self.running = folder, []

    def start(self, name, *words, **more):
        with open(self.folder / f"{name}.log", "wb") as log:
            # A session of its own: Ctrl-C is for this program, which ends them in order.
            process = subprocess.Popen([*map(str, words)], stderr=log, start_new_session=True, cwd=self.folder, **more)
        self.running.append((name, process))
        return process

    def fail(self, name):
        sys.exit(f"{name} ended, and this is what it said:\n{(self.folder / name).with_suffix('.log').read_text(errors='replace')}")

    def first_line(self, name, *words, **more):
        process = self.start(name, *words, stdout=subprocess.PIPE, text=True, **more)
        return process.stdout.readline().strip() or self.fail(name)

    def dead(self):
        return next((name for name, process in self.running if process.poll() is not None), None)

    def end(self):
        for _, process in reversed(self.running):
            process.terminate()
        for _, process in self.running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def write_rules(folder, issuer):
    """Those of the tutorial, for this provider."""
    (folder / "iam").mkdir()
    for file in (EXAMPLES / "walkthrough/iam").iterdir():
        (folder / "iam" / file.name).write_text(file.read_text().replace(PLACEHOLDER, issuer))


def start_all(demo, fntoken, gateway, python, provider):
    """What their addresses are, once each answers."""
    folder = demo.folder
    (folder / "client-secret.txt").write_text(secrets.token_urlsafe(24))
    issuer = demo.first_line("provider", "node", f"{provider}/provider.mjs", 0, folder / "client-secret.txt", stdin=subprocess.PIPE)
    write_rules(folder, issuer)
    (folder / "keys").mkdir()
    subprocess.run([fntoken, "keygen", "--out", folder / "keys/current.pem"], check=True, capture_output=True)
    port = take_port(8080)
    url = f"http://127.0.0.1:{port}"
    demo.start(
        "gateway",
        gateway,
        "--listen",
        f"127.0.0.1:{port}",
        "--admin",
        f"unix:{folder / 'admin'}",
        "--issuer",
        url,
        "--keys",
        folder / "keys",
        "--iam",
        folder / "iam",
        "--log",
        folder / "decisions.log",
    )
    until = time.monotonic() + 10
    while True:
        if demo.dead() or time.monotonic() > until:
            demo.fail("gateway")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/.well-known/jwks", timeout=2):
            break
        time.sleep(0.05)
    function = demo.first_line("function", python, "-B", EXAMPLES / "guarded.py", url, "openfaas-fn:env", take_port(8081))
    return {"provider": issuer, "gateway": url, "function": function, "folder": folder, "fntoken": fntoken}


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    programs = [pathlib.Path(shutil.which(program) or program).absolute() for program in sys.argv[1:]]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    demo = Demo(pathlib.Path(tempfile.mkdtemp(prefix="fntoken-demo-")))
    try:
        at = start_all(demo, *programs)
        print(
            "identity provider  {provider}\nfntoken-gateway    {gateway}\nfunction           {function}, which is openfaas-fn:env".format(
                **at
            )
        )
        print(TRY.format(**at), flush=True)
        while not demo.dead():
            time.sleep(0.5)
        demo.fail(demo.dead())
    except KeyboardInterrupt:
        print()
    finally:
        demo.end()
        shutil.rmtree(demo.folder, ignore_errors=True)


if __name__ == "__main__":
    main()

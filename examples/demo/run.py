#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An identity provider, fntoken-gateway and two functions on loopback, until Ctrl-C: run.py FNTOKEN FNTOKEN_GATEWAY PYTHON PROVIDER [MODULE]

PYTHON has the package fntoken, PROVIDER is a folder with provider.mjs and oidc-provider. The first function checks tokens itself; the other knows
nothing of them, and fntoken-guard stands in front of it: nginx with MODULE. scripts/demo builds all of them and runs this."""

import contextlib
import os
import pathlib
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

EXAMPLES = pathlib.Path(__file__).resolve().parents[1]
GUARD = EXAMPLES.parent / "nginx/fntoken-guard"
PLACEHOLDER = "https://keycloak.example.com/realms/openfaas"
HEAD = """\
identity provider  {provider}
fntoken-gateway    {gateway}
function           {function}, which is openfaas-fn:env
"""
HEAD_GUARD = """\
fntoken-guard      {guard}, in front of openfaas-fn:figlet
"""
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

    # All of it as one command
    {fntoken} invoke openfaas-fn:env --gateway {gateway} --url {function}/function/env \\
        --token-url {provider}/token --client-id openfaas --client-secret-file client-secret.txt

    # What the gateway decided
    cat decisions.log
"""
TRY_GUARD = """
    # The other function is a plain program behind fntoken-guard, and the guard lets nobody in without a token either: 401
    curl -i {guard}/

    # The same token is for it too: 200, and the guard tells the function who calls
    curl -i {guard}/ -H "Authorization: Bearer $(cat function-token.txt)"

    # What the guard decided, and its numbers for Prometheus
    grep '"function"' guard.log
    curl -sS {numbers}/metrics
"""
END = """
The rules are in iam: change them, and the gateway follows within two seconds. Ctrl-C here ends all of it and takes the folder away.
"""


HELD = []


def take_port(wanted):
    """The wanted one, or another that is free. It stays bound here, so that nobody else gets it before the program that is to listen there."""
    for port in (wanted, 0):
        holder = socket.socket()
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        HELD.append(holder)
        with contextlib.suppress(OSError):
            holder.bind(("127.0.0.1", port))
            return holder.getsockname()[1]
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

    def wait_for(self, name, url, wanted):
        """Until it gives the wanted answer: a guard has no keys at first."""
        until = time.monotonic() + 60
        while not self.dead() and time.monotonic() < until:
            try:
                with urllib.request.urlopen(url, timeout=10) as answer:
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
            except OSError:
                status = 0
            if status == wanted:
                return
            time.sleep(0.05)
        self.fail(name)

    def dead(self):
        return next((name for name, process in self.running if process.poll() is not None), None)

    def end(self):
        for _, process in reversed(self.running):
            process.terminate()
        for _, process in self.running:
            try:
                process.wait(30)
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
    own = ["--keys", folder / "keys", "--iam", folder / "iam", "--log", folder / "decisions.log", "--admin", f"unix:{folder / 'admin'}"]
    demo.start("gateway", gateway, "--listen", f"127.0.0.1:{port}", "--issuer", url, *own)
    demo.wait_for("gateway", f"{url}/.well-known/jwks", 200)
    function = demo.first_line("function", python, "-B", EXAMPLES / "guarded.py", url, "openfaas-fn:env", take_port(8081))
    return {"provider": issuer, "gateway": url, "function": function, "folder": folder, "fntoken": shlex.quote(str(fntoken))}


def start_guard(demo, gateway, module):
    """A function that knows nothing of tokens, and fntoken-guard in front of it."""
    plain = demo.first_line("plain", sys.executable, "-B", EXAMPLES / "demo/plain.py")
    port, numbers = take_port(8082), take_port(9100)
    # A name that fits into nginx's configuration, wherever the clone is.
    (demo.folder / "module.so").symlink_to(module)
    words = ["--upstream", plain, "--gateway", gateway, "--module", demo.folder / "module.so"]
    words += ["--listen", f"127.0.0.1:{port}", "--status", f"127.0.0.1:{numbers}"]
    # What this program was given may hold variables of a guard too.
    mine = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH")}
    demo.start("guard", GUARD, *words, env={**mine, "OPENFAAS_NAME": "figlet", "OPENFAAS_NAMESPACE": "openfaas-fn"})
    demo.wait_for("guard", f"http://127.0.0.1:{port}", 401)
    return {"guard": f"http://127.0.0.1:{port}", "numbers": f"http://127.0.0.1:{numbers}"}


def main():
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    programs = [pathlib.Path(shutil.which(program) or program).absolute() for program in sys.argv[1:]]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    demo = Demo(pathlib.Path(tempfile.mkdtemp(prefix="fntoken-demo-")))
    try:
        at = start_all(demo, *programs[:4])
        said = [HEAD, TRY, END]
        if programs[4:]:
            at.update(start_guard(demo, at["gateway"], programs[4]))
            said = [HEAD, HEAD_GUARD, TRY, TRY_GUARD, END]
        print("".join(said).format(**at), flush=True)
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

# SPDX-License-Identifier: MIT
"""For tests that shall see nothing arrive: the same nginx with a guard and without, where it must arrive, or they would show nothing.
What stands behind says SECRET in all its answers, and writes down what it was called with."""
import re

from harness import ISSUER, MODULE, MODULES

SECRET = "SECRET"
guarding = MODULE != "none"  # else the tricks alone are tried


def has_module(name):
    return (MODULES / f"ngx_http_{name}_module.so").exists()


class Tricked:
    """One of the two. In its configuration: @on RESOURCE@ where that function is guarded, @on@, @off@, @report@, @issuer@ where its keys are told, @behind@
    for the address of what stands behind, @self@ for paths of its own, @home@."""

    def __init__(self, home, name, server, http, behind, guarded, modules):
        self.home, self.name, self.guarded = home, name, guarded
        behind = f"""
            log_format target "$request_method $request_uri";
            server {{
                listen unix:@self@.behind; @off@
                access_log @self@.calls target;
                add_header X-Secret SECRET always;
                {behind}
                location / {{ return 200 "SECRET $request_uri\\n"; }}
            }}"""
        self.calls_file, self.looks = home / f"{name}.calls", 0
        self.read = len(self.calls_file.read_text(errors="replace").splitlines()) if self.calls_file.exists() else 0
        self.nginx = home.nginx(self.filled(server), self.filled(behind + http), modules=modules)

    def filled(self, text):
        issuer = f"fntoken_issuer {ISSUER}; fntoken_key_file {self.home / 'keys.json'};"
        text = re.sub(r"@on ([^@]+)@", r"fntoken on; fntoken_function \1;" if self.guarded else "", text)
        for mode in ("on", "off", "report"):
            text = text.replace(f"@{mode}@", f"fntoken {mode};" if self.guarded else "")
        text = text.replace("@issuer@", issuer if self.guarded else "").replace("@home@", str(self.home.path))
        return text.replace("@behind@", "unix:@self@.behind").replace("@self@", f"{self.home.path}/{self.name}")

    def ask(self, target, token=None, *lines, method="GET"):
        """Status and text of an answer. lines: of the header, whole."""
        lines = [f"{method} {target} HTTP/1.1", "Host: front", "Connection: close", *lines]
        lines += [f"Authorization: Bearer {token}"] if token else []
        said = self.nginx.raw("\r\n".join([*lines, "", ""]).encode("latin-1"))
        return (int(said.split(" ", 2)[1]) if said.startswith("HTTP/") else 0), said

    def calls(self):
        """METHOD TARGET of each request that came to what stands behind, since the last time. There is one worker, and it writes the line of a request
        before it closes the connection: once one more request is through, the lines of all before it are there."""
        self.looks += 1
        last = f"GET /looking/{self.looks}"
        self.nginx.raw(f"{last} HTTP/1.0\r\n\r\n", at=f"{self.home.path}/{self.name}.behind")
        lines = self.calls_file.read_text(errors="replace").splitlines()[self.read:]
        assert last in lines, (last, lines)
        self.read += len(lines)
        return [line for line in lines if line != last]

    def delivers(self, target, token=None, **more):
        """Whether a byte of what stands behind came, or it was called. With what was said."""
        _, said = self.ask(target, token, **more)
        calls = self.calls()
        return SECRET in said or bool(calls), (target, said, calls)


def both(home, server, http="", behind="", modules=("echo", "js")):
    """Without a guard, and with one (None where there is no module)."""
    modules = [f"ngx_http_{name}_module.so" for name in modules if has_module(name)]
    return (Tricked(home, "open", server, http, behind, False, modules),
            Tricked(home, "guarded", server, http, behind, True, modules) if guarding else None)


def forged(home, resource):
    """With the head and the claims of a good one, and a wrong signature."""
    head, claims, _ = home.token(resource).split(".")
    return f"{head}.{claims}." + "A" * 86

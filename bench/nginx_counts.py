#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Instructions of an nginx worker for a request of a static file: unguarded, and guarded with a token that it has seen before. By callgrind,
as the difference of two runs, so that start and end do not count.

Usage: nginx_counts.py FNTOKEN MODULE"""
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

FNTOKEN, MODULE = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
FEW, MANY = 200, 1200


def token(home):
    claims = {"iss": "https://gw.example.com", "aud": "https://gw.example.com", "sub": "fed:ada", "iat": int(time.time()), "exp": int(time.time()) + 3000,
              "jti": "6f1c0c6e1d2b4a55a0b1c2d3e4f50617", "function": {"permissions": ["openfaas-fn:*", "dev:env"]}}
    return subprocess.run([FNTOKEN, "sign", "--key", home / "key.pem", "--claims", "-"], input=json.dumps(claims), capture_output=True, text=True, check=True).stdout.strip()


def count(home, server, header, requests):
    """All instructions of an nginx that answers so many."""
    (home / "nginx.conf").write_text(f"""load_module {MODULE}; daemon off; master_process off; pid {home}/pid; error_log {home}/error.log error;
        events {{ }} http {{ access_log off; root {home}/site; client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f;
        uwsgi_temp_path {home}/u; scgi_temp_path {home}/s; keepalive_requests 100000; server {{ listen unix:{home}/socket; {server} }} }}""")
    (home / "socket").unlink(missing_ok=True)
    with subprocess.Popen(["valgrind", "--tool=callgrind", f"--callgrind-out-file={home}/out", NGINX, "-p", home, "-e", home / "error.log", "-c", home / "nginx.conf"],
                          stderr=subprocess.DEVNULL) as process:
        connection = socket.socket(socket.AF_UNIX)
        for _ in range(600):
            try:
                connection.connect(str(home / "socket"))
                break
            except OSError:
                time.sleep(0.1)
        request = f"GET /x HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode()
        for _ in range(requests):
            connection.sendall(request)
            answer = connection.recv(65536)
            while not answer.endswith(b"the body\n"):
                answer += connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 "), answer
        connection.close()
        process.terminate()
        process.wait(60)
    totals = [line for line in (home / "out").read_text().splitlines() if line.startswith(("summary:", "totals:"))]
    return int(totals[-1].split()[1])


def main():
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        (home / "site").mkdir()
        (home / "site/x").write_text("the body\n")
        subprocess.run([FNTOKEN, "keygen", "--out", home / "key.pem", "--public-out", home / "keys.json"], check=True, capture_output=True)
        header = f"Authorization: Bearer {token(home)}\r\n"
        guard = f"fntoken on; fntoken_issuer https://gw.example.com; fntoken_key_file {home}/keys.json; fntoken_function dev:env; fntoken_inline on;"
        by_path = guard.replace("dev:env", "$one:$two")
        each = {}
        for name, server in {"unguarded": "", "guarded": guard, "guarded, function of variables": f"set $one dev; set $two env; {by_path}"}.items():
            each[name] = (count(home, server, header, MANY) - count(home, server, header, FEW)) / (MANY - FEW)
            print(f"{name:34}{each[name]:9.0f}   {each[name] / each['unguarded']:.3f}", flush=True)
        if each["guarded"] > 1.05 * each["unguarded"]:
            sys.exit("guarded takes more than 1.05 of unguarded")


main()

# SPDX-License-Identifier: MIT
"""fntoken-guard: what it takes and what it refuses, how it starts and ends.

Usage: launcher.py FNTOKEN FNTOKEN_GATEWAY [PART OF A TEST'S NAME]      FNT_NGINX_MODULE: ngx_http_fntoken_module.so"""
import json
import os
import pathlib
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from serve import Backend, Guard, LAUNCHER, NGINX, Nginx, ask, eventually, exchanged, free_port, gateway_at, module, need, stop, unprivileged  # noqa: E402
from harness import PROVIDER, Skipped, main, role, test  # noqa: E402

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
GOOD = {"OPENFAAS_NAME": "env", "OPENFAAS_NAMESPACE": "dev", "upstream_url": "http://127.0.0.1:5000"}


def prints(*words, **environment):
    return subprocess.run([LAUNCHER, "--print-config", *words], capture_output=True, text=True, errors="replace", check=False, timeout=300,
                          env={"PATH": os.environ["PATH"], **environment})


def takes(*words, **environment):
    done = prints(*words, **environment)
    assert done.returncode == 0 and not done.stderr, (words, environment, done.stderr)
    return done.stdout


def refuses(*words, **environment):
    """With 2, one sentence, and no configuration."""
    done = prints(*words, **environment)
    assert done.returncode == 2 and not done.stdout and done.stderr.count("\n") == 1, (words, environment, done)
    assert re.match(r"fntoken-guard: [ -~]+\n$", done.stderr), done.stderr
    return done.stderr


# where a value comes in, what it is called, and a good one
VALUES = [
    ("OPENFAAS_NAME", {}, "env-2"), ("OPENFAAS_NAMESPACE", {}, "openfaas-fn"), ("upstream_url", {}, "http://localhost:3000"), ("port", {}, "8081"),
    ("gateway_url", {}, "https://gw.example.com"), ("jwt_auth", {}, "true"), ("jwt_auth_debug", {}, "true"), ("jwt_auth_local", {}, "false"),
    ("TMPDIR", {}, "/var/tmp"), ("--listen", {}, "127.0.0.1:9000"), ("--upstream", {}, "http://[::1]:4000"), ("--gateway", {}, "http://10.0.0.1:8080/"),
    ("--issuer", {}, "https://gw.example.com/a"), ("--revoked", {}, "/etc/fntoken/revoked.jsonl"), ("--status", {}, "9100"), ("--ca-file", {}, "/etc/ca.pem"),
    ("--resolver", {}, "[::1]:5353"), ("--tmp", {}, "/run/guard"), ("--module", {}, "/usr/lib/m.so"),
    ("--header", {"forward": True}, "X-Forwarded-Uri"), ("--namespace", {"forward": True}, "dev"), ("--trusted-proxy", {"forward": True}, "10.0.0.0/8"),
]


def given(name, value, forward=False):
    if name.startswith("--"):
        return [*(["--forward-auth"] if forward else []), name, value], GOOD
    return ["--forward-auth"] if forward else [], {**GOOD, name: value}


@test
def nothing_of_a_value_gets_into_the_configuration(_):
    """Each value, with each sign that means something to nginx or to a shell, at each end and inside."""
    tried = 0
    for name, more, good in VALUES:
        words, environment = given(name, good, **more)
        plain = takes(*words, **environment)
        assert plain.count("{") == plain.count("}")
        for sign in ["\n", ";", "}", "{", "$", "'", '"', "\\", " ", "#", "`", "*", "\t", "\r", "\x7f", "é", "$(id)", "; }\nload_module /x; #", "${IFS}", "\x1b[2J"]:
            for hostile in {good + sign, sign + good, good[:2] + sign + good[2:], sign}:
                words, environment = given(name, hostile, **more)
                said = refuses(*words, **environment)
                assert "load_module" not in said or "\n" not in said.strip()
                tried += 1
    assert tried > 1000, tried
    print(f"# vectors: {tried}")


@test
def values_that_are_none(_):
    rows = [
        ("jwt_auth", ["", "1", "TRUE", "yes", "True", "0", "off"]),
        ("jwt_auth_debug", ["", "1"]), ("jwt_auth_local", ["", "on"]),
        ("OPENFAAS_NAME", ["", "Env", "-a", "a-", "a.b", "a:b", "a/b", "x" * 64]),
        ("OPENFAAS_NAMESPACE", ["Dev", "a.b", "x" * 64]),
        ("upstream_url", ["", "http://127.0.0.1", "https://127.0.0.1:5000", "http://0.0.0.0:5000", "http://10.0.0.1:5000", "http://example.com:5000",
                          "http://127.0.0.1:5000/a", "http://127.0.0.1:0", "http://127.0.0.1:65536", "http://u@127.0.0.1:5000", "127.0.0.1:5000",
                          "http://127.0.0.1:8080", "http://127.evil.example:5000", "http://[::2]:5000", "http://127.0.0.1.nip.io:5000"]),
        ("port", ["", "0", "08080", "65536", "a", "-1", "1.2.3:80", "example.com:80", "unix:/a"]),
        ("gateway_url", ["", "gateway:8080", "ftp://gateway", "http://", "http://gateway:0", "http://gateway/path", "http://u:p@gateway", "http://gate way",
                         "http://gateway:8080:1", "http://[::1", "http://a..b", "HTTP://gateway", "http://gateway?x", "http://gateway:8080//",
                         "http://256.1.1.1", "http://1.2.3", "http://[1:2]", "http://gateway.9"]),
        ("--issuer", ["", "gw", "https://", "https://gw?x=1"]),
        ("--resolver", ["", "dns.example", "1.2.3.4:", "1.2.3.4:0"]),
        ("--header", ["", "X_Original_URI", "1X", "X Y"]), ("--namespace", ["", "A"]),
        ("--trusted-proxy", ["all", "localhost", "10.0.0.0/", "10.0.0.0/1234", "unix:", "0.0.0.0/0/0", "10.0.0.0/33", "fd00::/129", "256.0.0.1", "1.2.3",
                             "01.2.3.4", "1.2.3.4.", "fd00:::1", "1::2::3", ":1::2", "1::2:", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1.2.3.256",
                             "1:2:3:4:5:6:7:1.2.3.4", "[::1]"]),
        ("--tmp", ["", "tmp", "./tmp"]), ("--none", ["x"]),
    ]
    for name, values in rows:
        for value in values:
            forward = name in ("--header", "--namespace", "--trusted-proxy")
            words, environment = given(name, value, forward)
            said = refuses(*words, **environment)
            assert "is empty" in said or value, said
    for peer in ("::", "::1", "1::", "fd00::/8", "1:2:3:4:5:6:7:8/128", "1:2:3:4:5:6:7::", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "10.0.0.0/8", "10.255.0.9/32",
                 "fc00::/7", "::1/128", "::ffff:10.0.0.0/104", "2001:db8::/32"):
        assert f" {peer} 1;" in takes("--forward-auth", "--trusted-proxy", peer)
    for wide in ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/7", "10.0.0.0/007", "::/0", "::/64", "::ffff:0:0/96", "::ffff:128.0.0.0/97", "0:0:0:0:0:ffff:0:0/96",
                 "0000::/7", "64:ff9b::/96", "0064:ff9b::/96", "100::/7", "0100::/7", "2000::/3", "8000::/1", "fc00::/6"):
        said = refuses("--forward-auth", "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", wide)
        assert f'--trusted-proxy is "{wide}"; it is wider than any private network (/8, of IPv6 /7)' in said and "--trust-every-proxy" in said, said
        assert f" {wide} 1;" in takes("--forward-auth", "--trusted-proxy", wide, "--trust-every-proxy")
    assert "names another" in refuses(**GOOD, jwt_auth_local="true", gateway_url="http://a:1")
    assert "permit everything" in refuses("--forward-auth", jwt_auth="false")
    assert "takes a value" in refuses("--listen", **GOOD)
    for words in (["--status", "8080"], ["--status", "127.0.0.1:8080"], ["--listen", "127.0.0.1:9000", "--status", "9000"], ["--listen", "9000", "--status=[::1]:9000"],
                  ["--listen", "127.0.0.1:9000", "--status", "127.0.0.1:9000"], ["--status", "5000"], ["--status", "10.0.0.1:5000"]):
        assert "the guard listens on that port itself" in refuses(*words, **GOOD), words
    takes("--listen", "127.0.0.1:9000", "--status", "10.0.0.1:9000", **GOOD)
    refuses("-x", **GOOD)
    refuses("word", **GOOD)


@test
def what_it_makes_of_its_environment(_):
    plain = takes(**GOOD)
    assert "fntoken on;" in plain and "fntoken_function dev:env;" in plain and "proxy_pass http://127.0.0.1:5000;" in plain
    assert "$fntoken_gateway:8080;" in plain and "Host gateway.openfaas:8080;" in plain and "underscores_in_headers on;" in plain
    assert "proxy_pass http://127.0.0.1:8000/;" in takes(**GOOD, jwt_auth_local="true")
    assert "error_log stderr notice;" in plain and "access_log /dev/stderr keys;" not in plain
    off = takes(**GOOD, jwt_auth="false")
    assert "fntoken on" not in off and "fntoken_key_request" not in off and 'X-Fntoken-Subject ""' in off
    assert takes("--listen=9000", **GOOD) == takes(**GOOD, port="9000") == takes("--listen", "9000", **GOOD)
    secure = takes("--gateway", "https://gw.example.com", **GOOD)
    assert "proxy_ssl_verify on;" in secure and "proxy_ssl_name gw.example.com;" in secure and "https://$fntoken_gateway:443;" in secure
    # each spelling of a header that speaks of the caller is set or cleared
    for name in ("X-Fntoken-Subject", "X-Fntoken-Issuer", "X-Fntoken-Id", "X-Fntoken-Resource", "X-Auth-Seconds"):
        a, b, c = name.split("-")
        for spelling in (f"{a}{x}{b}{y}{c}" for x in "-_" for y in "-_"):
            assert len(re.findall(rf"proxy_set_header {spelling} ", plain)) == 1, spelling
    forward = takes("--forward-auth")
    assert "127.0.0.0/8 1;" in forward and "::1 1;" in forward and "proxy_pass http://127" not in forward and "fntoken on;" in forward
    named = takes("--forward-auth", "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy=fd00::/8")
    assert "10.0.0.0/8 1;" in named and "fd00::/8 1;" in named and "127.0.0.0/8" not in named
    assert " 1;\n" not in takes("--forward-auth", "--trusted-proxy", "").split("geo")[1].split("}")[0]
    assert "usage:" in subprocess.run([LAUNCHER, "--help"], capture_output=True, text=True, check=True).stdout


@test
def what_ends_it_before_nginx_runs(home):
    """With 2 and a sentence of its own; what nginx says afterwards is nginx's, and so is its status."""
    def runs(*words, **environment):
        return subprocess.run([LAUNCHER, *map(str, words)], capture_output=True, text=True, check=False, timeout=300,
                              env={"PATH": os.environ["PATH"], **GOOD, "gateway_url": "http://127.0.0.1:9", "TMPDIR": str(home.path), **environment})

    there = ["--module", module(), "--nginx", NGINX]
    (home / "locked").mkdir(mode=0o500)
    for words, said in ((["--module", "/none.so"], "it can't be read"), ([*there, "--nginx", "/none"], "it is no program"),
                        ([*there, "--tmp", home / "none"], "a folder that can be written to"),
                        ([*there, "--gateway", "https://gw.example.com", "--ca-file", "/none"], "it can't be read"),
                        ([*there, "--gateway", "https://127.0.0.1", "--ca-file", LAUNCHER], "give the gateway's name"),
                        ([*there, "--gateway", "https://[::1]:8443", "--ca-file", LAUNCHER], "give the gateway's name")):
        done = runs(*words)
        assert done.returncode == 2 and said in done.stderr and not done.stdout, (words, done)
    for variables in ({"jwt_auth": "yes"}, {"jwt_auth": ""}, {"OPENFAAS_NAME": "Env"}, {"port": "0"}):
        done = runs(*there, **variables)
        assert done.returncode == 2 and done.stderr.startswith(f"fntoken-guard: {next(iter(variables))} "), done
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = runs(*there, "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
        assert done.returncode == 1 and "bind()" in done.stderr and not list(home.path.glob("fntoken-guard.*")), done


@test
def the_namespace_is_the_pods(_):
    """Where none is said: the service account's, in a mount namespace of its own."""
    def made(text, **more):
        script = 'mount -t tmpfs none /var/run && mkdir -p "$AT" && printf "%s" "$TEXT" >"$AT/namespace" && exec "$0" --print-config'
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, LAUNCHER], capture_output=True, text=True, check=False,
                              env={"PATH": os.environ["PATH"], "OPENFAAS_NAME": "env", "upstream_url": "http://127.0.0.1:5000", "gateway_url": "http://127.0.0.1:9",
                                   "AT": "/var/run/secrets/kubernetes.io/serviceaccount", "TEXT": text, **more})
        if "unshare" in done.stderr or "mount" in done.stderr:
            raise Skipped("no mount namespace here")
        return done.stdout + done.stderr

    for text in ("staging", "staging\n"):
        assert "fntoken_function staging:env;" in made(text)
    assert "fntoken_function dev:env;" in made("staging", OPENFAAS_NAMESPACE="dev")
    assert "fntoken_function staging:env;" in made("staging", OPENFAAS_NAMESPACE="")
    for text in ("", "Staging", "a; }"):
        assert made(text).startswith("fntoken-guard: OPENFAAS_NAMESPACE "), text


@test
def health_is_answered_by_those_targets_alone(home):
    function = Backend("function")
    guard = Guard(home, function)
    for target in ("/_/health", "/_/ready", "/_/health?x", "/_/ready?"):
        for method in ("GET", "HEAD"):
            assert ask(guard.port, target, method).status == 200, target
    for target in ("/_/health/", "/_/healthz", "/_/Health", "//_/health", "/_//health", "/./_/health", "/_/x/../health", "/_%2fhealth", "/_/%68ealth", "/_/health;x",
                   "/_/health%00", "/_/health#x", "/_/health%3f", "/x/_/health", "/_/"):
        assert ask(guard.port, target).status in (400, 503), target
    assert not function.seen


@test
def kubernetes_search_list_is_gone_through(_):
    """nginx knows no search list. In a mount namespace of its own, with files of the test's."""
    def asked(gateway, resolv, hosts="127.0.0.1 localhost\n"):
        script = 'mount -t tmpfs none /mnt && printf "%s" "$RESOLV" >/mnt/resolv && printf "%s" "$HOSTS" >/mnt/hosts && ' \
                 'mount --bind /mnt/resolv /etc/resolv.conf && mount --bind /mnt/hosts /etc/hosts && exec "$0" --print-config'
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, LAUNCHER], capture_output=True, text=True, check=False,
                              env={"PATH": os.environ["PATH"], **GOOD, "gateway_url": gateway, "RESOLV": resolv, "HOSTS": hosts})
        if "unshare" in done.stderr or "mount" in done.stderr:
            raise Skipped("no mount namespace here")
        return done.stdout + done.stderr

    cluster = "nameserver 10.96.0.10\nnameserver fd00::a\nsearch dev.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5"
    said = asked("http://gateway.openfaas:8080", cluster)
    assert "$fntoken_gateway gateway.openfaas.svc.cluster.local;" in said and "resolver 10.96.0.10 [fd00::a] valid" in said, said
    assert "$fntoken_gateway gateway.dev.svc.cluster.local;" in asked("http://gateway", cluster)
    assert "$fntoken_gateway gw.example.com;" in asked("http://gw.example.com", cluster)
    assert "$fntoken_gateway gateway.openfaas;" in asked("http://gateway.openfaas.", cluster)
    assert "$fntoken_gateway gateway.openfaas;" in asked("http://gateway.openfaas", "nameserver 127.0.0.11\n")
    assert "proxy_pass http://10.62.0.1:8080/;" in asked("http://gateway.openfaas:8080", "", "10.62.0.1 gateway gateway.openfaas # x")
    assert "names no DNS server" in asked("http://gateway.openfaas:8080", "search a; }\nnameserver x; }\nnameserver 1.2.3.4}")
    assert "}" not in re.search("set .fntoken_gateway (.*);", asked("http://gateway", "nameserver 1.2.3.4\nsearch }a $b ;c"))[1]


@test
def it_starts_before_the_gateway(home):
    function = Backend("function")
    port = free_port()
    guard = Guard(home, function, gateway=f"http://127.0.0.1:{port}")
    answer = ask(guard.port, "/")
    assert answer.status == 503 and answer.header("Retry-After"), (answer.status, answer.headers)
    assert ask(guard.port, "/_/health").status == 200 == ask(guard.port, "/_/ready").status
    gateway_at(home, port)
    guard.ready()
    assert ask(guard.port, "/").status == 401 and not function.seen
    token = exchanged(port, home.token(), "openfaas-fn:env")
    assert ask(guard.port, "/", headers=[("Authorization", f"Bearer {token}")]).status == 403
    assert not function.seen
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], "dev:env"))
    answer = eventually(lambda: called(guard.port, exchanged(port, home.token(), None)))
    assert answer.body == b"function /a//b?c" and dict(function.seen[0][2])["X-Fntoken-Subject"] == "fed:ada"
    seconds = [value for name, value in function.seen[0][2] if name.lower().replace("_", "-") == "x-auth-seconds"]
    assert len(seconds) == 1 and re.fullmatch(r"0\.[0-9]{6}", seconds[0]), seconds


def called(port, token):
    answer = ask(port, "/a//b?c", headers=[("Authorization", f"Bearer {token}"), ("X_Fntoken_Subject", "root"), ("x-auth-seconds", "forged")])
    return answer if answer.status == 200 else None


def dns_server(names):
    """A DNS server on loopback: names to IPv4 addresses, as they are when it is asked."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve():
        while True:
            query, peer = server.recvfrom(1024)
            at, labels = 12, []
            while query[at]:
                labels.append(query[at + 1:at + 1 + query[at]].decode())
                at += query[at] + 1
            question, kind = query[12:at + 5], struct.unpack(">H", query[at + 1:at + 3])[0]
            address = names.get(".".join(labels))
            found = [address] if address and kind == 1 else []
            head = query[:2] + struct.pack(">HHHHH", 0x8180 if address else 0x8183, 1, len(found), 0, 0)
            body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 1, 4) + socket.inet_aton(one) for one in found)
            server.sendto(head + question + body, peer)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]


@test
def a_name_is_asked_for_again(home):
    """A gateway whose name is not there yet, as a Service that is made later."""
    names = {}
    issuer = Backend("issuer")
    documents = {"/.well-known/openid-configuration": b'{"issuer":"https://gw.example.com","jwks_uri":"https://gw.example.com/keys"}',
                 "/keys": (home / "idp.json").read_bytes()}
    issuer.answers = documents
    guard = Guard(home, Backend("function"), gateway=f"http://gateway.test.example:{issuer.port}", more=["--resolver", f"127.0.0.1:{dns_server(names)}"])
    assert ask(guard.port, "/").status == 503
    time.sleep(1)
    assert ask(guard.port, "/").status == 503 and not issuer.seen
    names["gateway.test.example"] = "127.0.0.1"
    guard.ready()
    assert ask(guard.port, "/").status == 401
    eventually(lambda: {path for _, path, _ in issuer.seen} == set(documents))
    assert dict(issuer.seen[0][2])["Host"] == f"gateway.test.example:{issuer.port}"


def certificate(home, name, issuer=None, names="DNS:gateway.test.example"):
    """NAME.pem and NAME.key, signed by another of them, or by itself."""
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", f"/CN={name}", "-addext", f"subjectAltName={names}",
             "-keyout", home / f"{name}.key", "-out", home / f"{name}.pem"]
    if issuer is not None:
        words += ["-CA", home / f"{issuer}.pem", "-CAkey", home / f"{issuer}.key"]
    subprocess.run([need("openssl"), *map(str, words)], check=True, capture_output=True)


@test
def an_https_gateway_is_who_it_says(home):
    """With its authority and under its name it has keys; every other is asked for nothing that counts, and nobody gets in."""
    at = free_port()
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], "dev:env"))
    gateway_at(home, at)
    good = [("Authorization", f"Bearer {exchanged(at, home.token(), None)}")]
    for name, issuer in (("ca", None), ("stranger", None), ("itself", None), ("right", "ca"), ("strangers", "stranger")):
        certificate(home, name, issuer)
    certificate(home, "another", "ca", "DNS:gateway.test.example.org,DNS:*.gateway.test.example,DNS:test.example")
    resolver = ["--resolver", f"127.0.0.1:{dns_server({'gateway.test.example': '127.0.0.1'})}"]
    function, guards = Backend("function"), {}
    for name in ("right", "another", "strangers", "itself", "none"):
        port = free_port()
        tls = f"ssl_certificate {home / name}.pem; ssl_certificate_key {home / name}.key;" if name != "none" else ""
        server = f"server {{ listen 127.0.0.1:{port} {'ssl' if tls else ''}; {tls} location / {{ proxy_pass http://127.0.0.1:{at}; }} }}"
        Nginx(home, server, port)
        guards[name] = Guard(home, function, gateway=f"https://gateway.test.example:{port}", more=["--ca-file", home / "ca.pem", *resolver])
    guards["right"].ready()
    assert ask(guards["right"].port, "/", headers=good).status == 200 and ask(guards["right"].port, "/").status == 401
    asked = len(function.seen)
    for name, words in (("another", "does not match"), ("strangers", "verify error"), ("itself", "verify error"), ("none", "wrong version number")):
        eventually(lambda: words in guards[name].stderr())  # pylint: disable=cell-var-from-loop
        for headers in ([], good):
            assert [ask(guards[name].port, "/", headers=headers).status for _ in range(4)] == [503] * 4, name
    assert len(function.seen) == asked


@test
def without_a_check_it_is_loud(home):
    function = Backend("function")
    guard = Guard(home, function, environment={"jwt_auth": "false"})
    answer = ask(guard.port, "/a", headers=[("X-Fntoken-Subject", "root"), ("X_Fntoken_Subject", "root"), ("x-fntoken_issuer", "root")])
    assert answer.status == 200 and answer.body == b"function /a"
    assert not [name for name, _ in function.seen[0][2] if "fntoken" in name.lower()]
    assert "WARNING: jwt_auth=false: NOTHING IS CHECKED" in guard.stderr()


@test
def an_answer_moves_nothing(home):
    """A function's headers for an nginx are the caller's: they lead to no other location of the guard's, and slow nothing down."""
    function, at = Backend("function"), free_port()
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], "dev:env"))
    gateway_at(home, at)
    guard = Guard(home, function, gateway=f"http://127.0.0.1:{at}")
    sent = [("Authorization", f"Bearer {exchanged(at, home.token(), None)}")]
    guard.ready()
    assert ask(guard.port, "/", headers=sent).status == 200
    for where in ("/_fntoken_gateway/.well-known/openid-configuration", "/elsewhere", "@none"):
        asked = len(function.seen)
        function.headers = list({"X-Accel-Redirect": where, "X-Accel-Limit-Rate": "1", "X-Accel-Buffering": "yes", "X-Accel-Charset": "x", "X-Accel-Expires": "9"}.items())
        answer = ask(guard.port, "/a", headers=sent)
        assert answer.status == 200 and answer.body == b"function /a" and len(function.seen) == asked + 1, (where, answer.body)
        assert [(name, answer.header(name)) for name, _ in function.headers] == function.headers, answer.headers


@test
def it_drains(home):
    """SIGTERM: a call that is under way ends, nobody new is let in, and nothing stays behind. A second one ends it at once."""
    function = Backend("function")
    function.held.clear()
    guard = Guard(home, function, environment={"jwt_auth": "false"})
    answers = []
    thread = threading.Thread(target=lambda: answers.append(ask(guard.port, "/slow")))
    thread.start()
    eventually(lambda: function.seen)
    folders = list(guard.tmp.iterdir())
    assert len(folders) == 1 and folders[0].stat().st_mode & 0o077 == 0o011
    guard.process.send_signal(signal.SIGTERM)
    eventually(lambda: not listens(guard.port))
    assert guard.process.poll() is None
    function.held.set()
    thread.join()
    assert answers[0].status == 200 and guard.process.wait(120) == 0 and not list(guard.tmp.iterdir())

    function.held.clear()
    guard = Guard(home, function, environment={"jwt_auth": "false"})
    thread = threading.Thread(target=lambda: answers.append(ask(guard.port, "/slow")))
    thread.start()
    eventually(lambda: len(function.seen) == 2)
    guard.process.send_signal(signal.SIGTERM)
    eventually(lambda: not listens(guard.port))
    guard.process.send_signal(signal.SIGTERM)
    assert guard.process.wait(120) == 0
    function.held.set()
    thread.join()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@test
def it_reads_anew_on_sighup(home):
    """Also as a user whom the system does not know; calls go on."""
    function, at = Backend("function"), free_port()
    home.write("iam/rules.yaml", role("invoke", PROVIDER, ["ada"], "dev:env"))
    gateway_at(home, at)
    token = exchanged(at, home.token(), None)
    guard = Guard(home, function, gateway=f"http://127.0.0.1:{at}", more=["--revoked", home / "revoked.jsonl"], user=4242)
    sent = [("Authorization", f"Bearer {token}")]
    guard.ready()

    def workers():
        master = next(guard.tmp.glob("*/pid")).read_text().strip()
        return set(pathlib.Path(f"/proc/{master}/task/{master}/children").read_text().split())

    def others():
        assert ask(guard.port, "/", headers=sent).status == 200
        return len(workers() - before) == 2

    before = workers()
    guard.process.send_signal(signal.SIGHUP)
    eventually(others)
    assert ask(guard.port, "/", headers=sent).status == 200 and guard.process.poll() is None and len(before) == 2


@test
def as_any_user_with_a_read_only_root(home):
    """One folder to write to, an unprivileged user, and standard error that is a socket."""
    function = Backend("function")
    port = free_port()
    folder = home / "only"
    folder.mkdir()
    script = 'mount -t tmpfs -o mode=1777 none "$FOLDER" && mount -o remount,ro,bind / && ! touch /x 2>/dev/null && exec "$@"'
    ours, theirs = socket.socketpair()
    os.chmod(home.path, 0o755)
    environment = {"PATH": os.environ["PATH"], **GOOD, "upstream_url": f"http://127.0.0.1:{function.port}", "port": str(port), "FOLDER": str(folder),
                   "gateway_url": "http://127.0.0.1:9"}
    need("unshare")
    process = subprocess.Popen(["unshare", "-m", "sh", "-c", script, "sh", *unprivileged(), LAUNCHER, "--tmp", str(folder), "--module",
                                module(), "--nginx", NGINX], env=environment, stdin=subprocess.DEVNULL, stderr=theirs)
    theirs.close()
    said = b""
    try:
        until = time.monotonic() + 120
        while not listens(port) and time.monotonic() < until and process.poll() is None:
            time.sleep(0.05)
        if process.poll() is not None and process.returncode in (1, 32):
            raise Skipped("no mount namespace here")
        assert ask(port, "/").status == 503
    finally:
        stop(process)
        while part := ours.recv(65536):
            said += part
    assert b'"status":503' in said, said[-2000:]


@test
def callers_who_never_end_their_request(home):
    """Anybody can open connections: thousands keep neither a call nor a probe out, and end after ten seconds."""
    if hard < 8192:
        raise Skipped(f"a program may open {hard} files alone")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    guard = Guard(home, Backend("function"), gateway="http://127.0.0.1:9")
    slow = []
    for _ in range(2500):
        slow.append(begun(guard.port))
    assert {ask(guard.port, "/_/health").status for _ in range(20)} == {200}
    took = [until_closed(slow)]
    while min(took) >= 30 and len(took) < 5:  # all of them may be late where others take the machine, and one not each time
        took.append(until_closed([begun(guard.port)]))
    assert min(took) < 30, took


def begun(port):
    connection = socket.create_connection(("127.0.0.1", port), 300)
    connection.sendall(b"GET /x HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    return connection


def until_closed(connections):
    began = time.monotonic()
    for connection in connections:
        assert connection.recv(1) == b""
        connection.close()
    return time.monotonic() - began


@test
def the_decision_log(home):
    guard = Guard(home, Backend("function"), gateway="http://127.0.0.1:9")
    ask(guard.port, '/a"b?secret=1')
    ask(guard.port, "/_/health")
    lines = eventually(lambda: [json.loads(line) for line in guard.stderr().splitlines() if line.startswith("{")])
    assert len(lines) == 1 and lines[0]["status"] == 503 and "secret=1" not in guard.stderr(), guard.stderr()
    assert lines[0]["decision"]


@test
def the_log_outlives_a_signal_to_all(home):
    """As systemd sends to each process of a service: lines of calls that are still under way come through."""
    guard = Guard(home, Backend("function"), mode="wb", user=0)

    def copying():
        children = pathlib.Path(f"/proc/{guard.process.pid}/task/{guard.process.pid}/children").read_text().split()
        return [int(pid) for pid in children if pathlib.Path(f"/proc/{pid}/comm").read_text() == "cat\n"]

    os.kill(eventually(copying)[0], signal.SIGTERM)
    ask(guard.port, "/last")
    eventually(lambda: '"decision"' in guard.stderr())


@test
def nothing_is_left_where_nginx_does_not_start(home):
    ours, theirs = socket.socketpair()  # which can't be opened by a name, so that another process copies the lines
    process = subprocess.Popen([LAUNCHER, "--module", module(), "--nginx", NGINX, "--gateway", "https://gw.example.com", "--ca-file", LAUNCHER, "--tmp", home.path],
                               env={"PATH": os.environ["PATH"], **GOOD}, stdin=subprocess.DEVNULL, stderr=theirs)
    theirs.close()
    assert process.wait(120) == 1 and not list(home.path.glob("fntoken-guard.*"))
    ours.settimeout(120)
    said = b""
    while part := ours.recv(65536):  # to its end: nobody has the other one any more
        said += part
    assert b"[emerg]" in said, said


@test
def no_token_gets_into_a_log(home):
    """Whatever nginx thinks of the header that it is in; with more to say, requests for keys are told."""
    secret = f"Bearer {'eyJhbGciOiJFUzI1NiJ9.' + 'SECRET' * 40}"
    for debug in ("false", "true"):
        guard = Guard(home, Backend("function"), gateway="http://127.0.0.1:9", environment={"jwt_auth_debug": debug})
        for headers in ([("Authorization", secret)], [("Authorization", secret)] * 2, [("Authorization ", secret)], [("Authorization\x01", secret)], [("Author(ization", secret)],
                        [("Authorization", secret + "\0")], [("Authorization", secret + "a" * 40000)], [("Host", secret)], [("Content-Length", secret)]):
            assert ask(guard.port, "/path?query=SECRET", headers=headers).status in (400, 503), headers
        told = ['"decision":"not-ready"', *(['"keys":'] if debug == "true" else [])]
        eventually(lambda: all(words in guard.stderr() for words in told))  # pylint: disable=cell-var-from-loop
        keys = [json.loads(line) for line in guard.stderr().splitlines() if line.startswith("{") and '"keys"' in line]
        assert "SECRET" not in guard.stderr(), guard.stderr()
        assert bool(keys) == (debug == "true") and all(line["keys"].endswith("/.well-known/openid-configuration") and line["status"] == 502 for line in keys), keys


@test
def a_file_as_standard_error_keeps_every_line(home):
    """Of 2>FILE, which has a place of its own to write to, where nginx would append by another."""
    guard = Guard(home, Backend("function"), mode="wb", user=0)
    for number in range(5):
        ask(guard.port, f"/{number}")
        guard.process.send_signal(signal.SIGHUP)  # the error log goes on too
        eventually(lambda: guard.stderr().count("(SIGHUP) received") > number)
    said = eventually(lambda: guard.stderr() if guard.stderr().count('"decision"') == 5 else "")
    assert "\0" not in said and [json.loads(line)["status"] for line in said.splitlines() if line.startswith("{")] == [503] * 5, said


main()

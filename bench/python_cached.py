# SPDX-License-Identifier: MIT
"""What a cached decision costs from a str to its answer: the package fntoken beside the same library through cffi, in one run.
Usage: python_cached.py BUILD [--check]     BUILD has src/libfntoken.so, of a release build; needs cffi, and fntoken installed
--check: exit status 1 where the package takes more than half of cffi."""

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import time

import cffi
import fntoken

ROUNDS, TIMES, BAR = 15, 100_000, 0.5
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def through_cffi(build, folder):
    """The header as it stands, compiled (cffi's API mode)."""
    include = os.path.join(ROOT, "include")
    command = ["cc", "-E", "-P", "-DFNT_NO_ATTRIBUTES", os.path.join(include, "fntoken", "fntoken.h")]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    builder = cffi.FFI()
    builder.cdef(text[re.search(r"typedef int32_t fnt_status;", text).start() :])
    builder.set_source(
        "_through_cffi",
        "#include <fntoken/fntoken.h>",
        include_dirs=[include],
        libraries=["fntoken"],
        library_dirs=[os.path.join(build, "src")],
        runtime_library_dirs=[os.path.join(build, "src")],
    )
    spec = importlib.util.spec_from_file_location("_through_cffi", builder.compile(tmpdir=folder))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ffi, module.lib


def cost(call):
    """Nanoseconds of CPU for a call, the best of all rounds; the loop's own is in it."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(TIMES):
            call()
        best = min(best, time.process_time() - began)
    return best / TIMES * 1e9


def calls(build, folder):
    ffi, lib = through_cffi(build, folder)
    issuer, key = "https://gateway.example.com", fntoken.Key.generate()
    permissions = ["openfaas-fn:*", "dev:env"]
    header = "Bearer " + fntoken.mint(key, issuer=issuer, subject="fed:ada", permissions=permissions, ttl=3600)
    resource, now, jwk = "dev:env", int(time.time()), key.public_jwk().encode()
    mine = fntoken.Verifier(issuer, fntoken.KeySet(jwk), cache_entries=16)
    keys, theirs = ffi.new("fnt_keyset **"), ffi.new("fnt_verifier **")
    assert lib.fnt_keyset_parse(jwk, len(jwk), 0, keys, ffi.NULL) == 0
    assert lib.fnt_verifier_new(issuer.encode(), len(issuer), ffi.NULL, 0, keys[0], theirs) == 0
    verifier, token = theirs[0], ffi.new("fnt_token **")
    assert lib.fnt_verifier_set(verifier, lib.FNT_OPT_CACHE_ENTRIES, 16) == 0
    encoded = header.encode()
    assert lib.fnt_authorize(verifier, encoded, len(encoded), resource.encode(), len(resource), now, ffi.NULL, ffi.NULL) == 0
    mine.authorize(header, resource, now)

    def cffi_answer():
        sent, asked = header.encode(), resource.encode()
        return lib.fnt_authorize_cached(verifier, sent, len(sent), asked, len(asked), now, ffi.NULL) == 0

    def cffi_token():
        sent, asked = header.encode(), resource.encode()
        status = lib.fnt_authorize_cached(verifier, sent, len(sent), asked, len(asked), now, token)
        return ffi.gc(token[0], lib.fnt_token_free) if status == 0 else None

    assert cffi_answer() and cffi_token()
    return [
        ("yes or no", lambda: mine.permits(header, resource, now), cffi_answer),
        ("who called", lambda: mine.authorize(header, resource, now), cffi_token),
    ]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        empty = cost(lambda: None)
        print("an empty call: %.0f ns" % empty)
        for what, package, other in calls(os.path.abspath(sys.argv[1]), folder):
            mine, theirs = cost(package), cost(other)
            worst = max(worst, mine / theirs)
            print("%s: fntoken %.0f ns, cffi %.0f ns, ratio %.2f" % (what, mine, theirs, mine / theirs))
    return 1 if "--check" in sys.argv and worst > BAR else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""Threads, fork, memory, interpreters."""

import os
import subprocess
import sys
import threading
import time

import fntoken
import pytest
from conftest import LONG, Minter


def test_fork_after_load(minter):
    verifier, header = minter.verifier(cache_entries=100), minter.header()
    verifier.authorize(header, "openfaas-fn:env")
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            good = all(verifier.permits(header, "openfaas-fn:env") for _ in range(1000)) and verifier.permits(
                minter.header(), "openfaas-fn:env"
            )
            os._exit(0 if good and not verifier.permits(header, "dev:env") else 1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4


def memory():
    """What is this process's own, wherever it lies: pages of files come and go with what others do."""
    with open("/proc/self/status", encoding="ascii") as file:
        return sum(int(line.split()[1]) << 10 for line in file if line.startswith(("RssAnon:", "VmSwap:")))


def test_calls_do_not_grow(minter):
    """Every kind of answer, of objects made and closed too."""
    verifier, plain, header, other = minter.verifier(cache_entries=8), minter.verifier(), minter.header(), minter.header()
    iam, token = fntoken.Iam("[]"), minter.token()

    def once(i):
        verifier.authorize(header, "openfaas-fn:env").permissions  # noqa: B018
        verifier.permits(header, "dev:env")
        try:
            verifier.authorize("Bearer \ud800", "openfaas-fn:env")
        except fntoken.Refused as error:
            error.report  # noqa: B018
        if i % 50 == 0:
            plain.verify(token).expires  # noqa: B018
            fntoken.KeySet(minter.key.public_jwk()).jwks()
            fntoken.Patterns(["a:*"], ["a:b"]).permits("a:c")
            iam.simulate("{}")
            try:
                fntoken.Iam('[{"kind":1}]')
            except fntoken.Fault as error:
                error.report  # noqa: B018
        if i % 500 == 0:
            minter.verifier(cache_entries=8).permits(other, "openfaas-fn:env")

    for i in range(5000):
        once(i)
    before = memory()
    for i in range(1_000_000 if LONG else 100_000):
        once(i)
    assert memory() - before < 2 << 20


def test_keysets_are_swapped_under_threads():
    minter, stranger = Minter(), fntoken.KeySet(fntoken.Key.generate().public_jwk())
    verifier, header = minter.verifier(cache_entries=100), minter.header()
    stop, wrong = threading.Event(), []

    def ask():
        while not stop.is_set():
            try:
                if verifier.authorize(header, "openfaas-fn:env").subject != "fed:ada":
                    wrong.append("another subject")
            except (fntoken.KeyUnknown, fntoken.NotReady):
                pass
            except BaseException as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 1
    while time.monotonic() < end:
        for keys in (stranger, None, minter.keys):
            verifier.set_keys(keys)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    verifier.set_keys(stranger)
    assert not verifier.permits(header, "openfaas-fn:env")
    verifier.set_keys(minter.keys)
    assert verifier.permits(header, "openfaas-fn:env")


def test_closing_under_calls():
    minter = Minter()
    header = minter.header()
    for _ in range(50):
        verifier = minter.verifier()
        said = []

        def ask(verifier=verifier, said=said):
            try:
                said.append(verifier.permits(header, "openfaas-fn:env"))
            except ValueError:
                said.append("closed")

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        verifier.close()
        for thread in threads:
            thread.join()
        assert set(said) <= {True, "closed"}


def another_runs_during(call, times):
    """Whether another thread ran while call was called by this one, at most so many times."""
    ran, stop = [0], threading.Event()

    def count():
        while not stop.is_set():
            ran[0] += 1
            time.sleep(0)

    other = threading.Thread(target=count)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)  # nobody gives the GIL up but who wants to
    try:
        other.start()
        before = ran[0]
        for _ in range(times):
            call()
            if ran[0] != before:
                return True
        return False
    finally:
        stop.set()
        sys.setswitchinterval(interval)
        other.join()


def test_the_gil_is_kept_for_a_hit_and_given_up_for_a_verification(minter):
    header = minter.header()
    cached, plain = minter.verifier(cache_entries=10), minter.verifier()
    cached.permits(header, "openfaas-fn:env")
    assert not another_runs_during(lambda: cached.permits(header, "openfaas-fn:env"), 1000)
    assert not another_runs_during(lambda: cached.authorize(header, "openfaas-fn:env"), 1000)
    # The other one has to be given a processor before this one takes the GIL back: on a busy machine not at the first times.
    assert another_runs_during(lambda: plain.permits(header, "openfaas-fn:env"), 50000)


def processors():
    """How many processors two processes that do nothing but count are given."""
    children, clock = [], time.monotonic()
    for _ in range(2):
        child = os.fork()
        if child == 0:
            end = time.process_time() + 0.05
            while time.process_time() < end:
                pass
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return 0.1 / (time.monotonic() - clock)


def test_threads_on_misses_scale(minter):
    """CPU seconds for each second on the clock, where two processes could have them before and after."""
    header, plain = minter.header(), minter.verifier()

    def work():
        for _ in range(200):
            plain.permits(header, "openfaas-fn:env")

    best, refuted = 0.0, 0
    for _ in range(12):
        free = processors()
        threads = [threading.Thread(target=work) for _ in range(2)]
        cpu, clock = time.process_time(), time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = max(best, (time.process_time() - cpu) / (time.monotonic() - clock))
        if best > 1.3:
            return
        refuted += min(free, processors()) > 1.7
        assert refuted < 5, f"{best:.2f} of two free processors were used"
    pytest.skip(f"no two processors are free: {best:.2f} of one were used")


SUB_INTERPRETER = """
import sys
try:
    import _interpreters as interpreters
    made = interpreters.create("legacy" if sys.argv[1] == "shared" else "isolated")
    run = lambda text: interpreters.exec(made, text)
except ImportError:
    import _xxsubinterpreters as interpreters
    made = interpreters.create(isolated=False) if sys.argv[1] == "shared" else interpreters.create()
    run = lambda text: interpreters.run_string(made, text)
import fntoken
said = run(sys.argv[2])
if said is not None:
    sys.exit(str(said))
interpreters.destroy(made)
print(fntoken.match("*", "a:b"))
"""

IN_IT = """
import sys
sys.path[:] = {path!r}
import fntoken
key = fntoken.Key.generate()
token = fntoken.mint(key, issuer="i", subject="s", permissions=["*"], ttl=60)
assert fntoken.Verifier("i", fntoken.KeySet(key.public_jwk())).authorize("Bearer " + token, "a:b").subject == "s"
try:
    fntoken.Verifier("i").verify("x")
except fntoken.NotReady:
    pass
"""


def run_in(kind):
    text = IN_IT.format(path=sys.path)
    return subprocess.run([sys.executable, "-c", SUB_INTERPRETER, kind, text], capture_output=True, text=True, check=False)


def test_a_sub_interpreter_that_shares_the_gil_has_a_module_of_its_own():
    done = run_in("shared")
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


@pytest.mark.skipif(sys.version_info < (3, 12), reason="all sub-interpreters share the GIL before 3.12")
def test_a_sub_interpreter_with_a_gil_of_its_own_is_refused_in_words():
    done = run_in("isolated")
    assert done.returncode != 0
    assert "does not support loading in subinterpreters" in done.stderr


def test_the_extension_exports_its_init_alone():
    done = subprocess.run(["nm", "-D", "--defined-only", fntoken._native.__file__], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("no nm")
    assert [line.split()[-1] for line in done.stdout.splitlines()] == ["PyInit__native"]

# SPDX-License-Identifier: MIT
"""What the tests of the programs share: functions with @test, run in a folder of their own, and their lines of TAP."""
import concurrent.futures
import sys
import threading
import time
import traceback

tests = []


class Skipped(Exception):
    pass


def test(function):
    tests.append(function)
    return function


def run(function, home):
    """Its line of TAP. home: makes what the function is given, and takes it away."""
    try:
        with home() as made:
            function(made)
        return f"ok - {function.__name__}"
    except Skipped as why:
        return f"ok - {function.__name__} # SKIP {why}\n# skipped: {why}"
    except Exception:  # pylint: disable=broad-except
        return f"not ok - {function.__name__}\n" + "\n".join("# " + line for line in traceback.format_exc().splitlines())


def run_all(home, at_once=4):
    """They mostly wait, so some are run side by side."""
    wanted = sys.argv[3] if len(sys.argv) > 3 else ""
    chosen = [function for function in tests if wanted in function.__name__]
    print(f"1..{len(chosen)}")
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        said = list(pool.map(lambda function: run(function, home), chosen))
    for number, lines in enumerate(said, 1):
        print(lines.replace("ok -", f"ok {number} -", 1), flush=True)
        if lines.startswith("not ok"):
            print(lines, file=sys.stderr, flush=True)  # meson shows this, and no comment of TAP
    sys.exit(any(lines.startswith("not ok") for lines in said))


def eventually(condition, seconds=60.0):
    """What the condition says once that is true. It is looked at once more after the time: this program may have stood still for as long."""
    until = time.monotonic() + seconds
    while True:
        late = time.monotonic() >= until
        said = condition()
        if said:
            return said
        assert not late, f"not within {seconds} s"
        time.sleep(0.05)


def in_time(seconds, attempt, before=lambda number: number, tries=20):
    """What attempt(before(number)) says where the attempt took less time. What the program does within a time can't be seen on a machine that does
    much besides, and took longer: then nothing is shown, whatever came of it, and it is tried again; so it is where the attempt says None."""
    for number in range(tries):
        given, since = before(number), time.monotonic()
        try:
            said = attempt(given)
        except Exception:  # pylint: disable=broad-except
            if time.monotonic() - since < seconds:
                raise
            continue
        if said is not None and time.monotonic() - since < seconds:
            return said
    raise AssertionError(f"each of {tries} times it took {seconds} s and more")


class Threads:
    """Threads in each of which self.run goes on until self.ended."""

    def __init__(self, count):
        self.ended = False
        self.threads = [threading.Thread(target=self.run) for _ in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended = True
        for thread in self.threads:
            thread.join()

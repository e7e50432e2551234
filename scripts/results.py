# SPDX-License-Identifier: MIT
"""What scripts/test found: results.py FAILED_STEPS LOG...     steps: a line each; the logs are meson's testlog.json. Each test of
Criterion, and each line of TAP, counts one, other programs one. A step that failed without a failed test counts as one. Exit status 1 if
anything failed.
results.py --of-pytest STATUS OUTPUT     writes such a log of what pytest -rA printed, --of-go of what go test -v did."""
import collections
import json
import os
import re
import sys

passed = failed = vectors = 0
skipped = collections.Counter()
names = []


def count(name, run):
    global passed, failed, vectors
    text = (run.get("stdout") or "") + "\n" + (run.get("stderr") or "")
    vectors += sum(int(n) for n in re.findall(r"^# vectors: (\d+)", text, re.M))
    good = len(re.findall(r"^(?:ok \d+ -(?!.*# SKIP)|\[PASS\] |PASSED )", text, re.M))
    bad = re.findall(r"^(?:not ok \d+ - |\[FAIL\] |(?:FAILED|ERROR) (?=\S+\.py))(.*)", text, re.M)
    reasons = re.findall(r"^(?:# skipped:|\[SKIP\] [^:]*::[^:]*:|SKIPPED \[\d+\] [^:]*:\d+:) *(.*)", text, re.M)
    if run["result"] in ("FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS") and not bad:
        bad = ["by " + run["result"]]
    elif run["result"] == "SKIP" and not reasons:
        reasons = [run["name"]]
    elif run["result"] == "OK" and not good and not reasons:
        good = 1
    passed += good
    failed += len(bad)
    names.extend("%s: %s: %s" % (name, run["name"], one) for one in bad)
    skipped.update(reasons)


def of_go(text):
    """Its lines as those that are counted: a test's are indented, and the reason of a skip is the last of them."""
    text = re.sub(r"^\s*\w+\.go:\d+: (.*)\n--- SKIP: .*", r"# skipped: \1", text, flags=re.M)
    text = re.sub(r"^\s*\w+\.go:\d+: (?=vectors: )", "# ", text, flags=re.M)
    return re.sub(r"^--- (PASS|FAIL): ", r"[\1] ", text, flags=re.M)


if sys.argv[1] in ("--of-pytest", "--of-go"):
    with open(sys.argv[3], encoding="utf-8") as output:
        text = output.read() if sys.argv[1] == "--of-pytest" else of_go(output.read())
        print(json.dumps({"name": sys.argv[1][5:], "result": "OK" if sys.argv[2] == "0" else "FAIL", "stdout": text}))
    sys.exit(int(sys.argv[2] != "0"))
for path in filter(os.path.exists, sys.argv[2:]): # none where no build came so far
    with open(path, encoding="utf-8") as log:
        for line in log:
            count(re.sub(r".*/|\.json", "", path), json.loads(line))
steps = sys.argv[1].splitlines()
if failed == 0:
    failed = len(steps)
names.extend("the step " + step for step in steps)
for one in names:
    print("failed: " + one)
for reason, times in sorted(skipped.items()):
    print("skipped: %d, %s" % (times, reason))
print("vectors: %d%s" % (vectors, "" if vectors else ", because there are none in FNT_SHARED"))
print("%d passed, %d failed, %d skipped" % (passed, failed, sum(skipped.values())))
sys.exit(failed > 0)

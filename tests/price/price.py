# SPDX-License-Identifier: MIT
"""The dearest exchange that the limits allow costs at most 10 times an ordinary one, by instructions outside the crypto library (rule 42).

usage: price.py PROGRAM, with FNT_PRICE_ROUNDS and FNT_PRICE_SEED at will

Searches at random: first recipes from everywhere, then changes of the dearest. PROGRAM is price.c, run under callgrind. The
ordinary one: Keycloak's access token as it comes, one policy, 300 Roles, of which one is for this user."""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

MOST = 10
ORDINARY = {"roles": 300, "match": 1, "policies": 1, "statements": 1, "resources": 1}
# What an ingredient may be; the last is the most that matters.
CHOICES = {
    "api": [0, 1], "encoded": [0, 1], "roles": [1, 2, 30, 300, 3000, 6000, 20000], "tests": [0, 1, 2, 10, 100], "values": [1, 2, 10, 100, 2000],
    "operator": range(8), "claim": range(8), "match": [0, 1, 2, 30, 1000], "policies": [1, 2, 30, 300],
    "statements": [1, 2, 30], "resources": [1, 10, 300, 500, 700, 900, 1300, 4000, 20000], "resource": range(8), "audiences": [0, 1, 10, 50, 100, 240],
    "audience": range(8), "stars": [0, 1, 900], "groups": [0, 1, 30, 200, 1000, 1800], "group": range(8), "filling": [0, 100, 3000, 4500, 6000, 9000, 10900],
    "fill": range(10), "names": [0, 10, 200, 300, 400, 500, 900], "name": range(8), "parameters": [0, 10, 240], "long_parameters": [0, 100, 2600, 8000],
}


def random_recipe():
    return {name: random.choice(choices) if random.random() < 0.6 else choices[0] for name, choices in CHOICES.items()}


def changed(recipe):
    other = dict(recipe)
    for name in random.sample(sorted(CHOICES), random.choice([1, 1, 2, 3])):
        other[name] = random.choice(CHOICES[name])
    return other


def is_loadable(recipe):
    """Rules of millions of values take long to load, and have nothing to do with exchanges."""
    values = recipe["roles"] * max(1, recipe["tests"]) * recipe["values"]
    return values <= 100000 and recipe["policies"] * recipe["statements"] * recipe["resources"] <= 65536 and recipe["roles"] * recipe["policies"] <= 100000


def line(recipe):
    return " ".join("%s=%d" % item for item in sorted(recipe.items()))


def prices(program, recipes):
    """Of each recipe the instructions and the status; those that no rules allow are left out."""
    folder = tempfile.mkdtemp()
    # "rep stosb" is one instruction for the machine and one for each byte to callgrind.
    tunables = "glibc.cpu.x86_rep_stosb_threshold=1000000000:glibc.cpu.x86_rep_movsb_threshold=1000000000"
    done = subprocess.run(["valgrind", "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=" + os.path.join(folder, "out"), program],
                          input="".join(line(r) + "\n" for r in recipes), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, "GLIBC_TUNABLES": tunables}, check=False)
    if done.returncode != 0:
        sys.exit("price: " + done.stderr[-2000:])
    if "no callgrind" in done.stdout:
        sys.exit(77)
    status = dict(answer.split() for answer in done.stdout.splitlines())
    found = []
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding="ascii") as dump:
            said = dump.read()
        number = re.search(r"^desc: Trigger: Client Request: (\d+)$", said, re.M)
        if number is not None:
            counted = int(re.search(r"^(?:totals|summary): (\d+)", said, re.M).group(1))
            found.append((counted, status[number.group(1)], recipes[int(number.group(1)) - 1]))
    shutil.rmtree(folder)
    if len(found) != len(status):
        sys.exit("price: %d exchanges, and %d were counted" % (len(status), len(found)))
    return sorted(found, key=lambda one: one[0], reverse=True)


def main():
    program, rounds = sys.argv[1], int(os.environ.get("FNT_PRICE_ROUNDS", "2"))
    if shutil.which("valgrind") is None:
        sys.exit(77)
    seed = int(os.environ.get("FNT_PRICE_SEED", "1"))
    random.seed(seed)
    ordinary, status, _ = prices(program, [ORDINARY])[0]
    if status != "ok":
        sys.exit("price: the ordinary exchange is refused: " + status)
    dearest = []
    for turn in range(rounds):
        fresh = [random_recipe() for _ in range(30)] if turn == 0 else [changed(random.choice(dearest)[2]) for _ in range(20)] + [random_recipe() for _ in range(5)]
        dearest = sorted(dearest + prices(program, [r for r in fresh if is_loadable(r)]), key=lambda one: one[0], reverse=True)[:6]
        print("# round %d: %.1f ordinary exchanges" % (turn + 1, dearest[0][0] / ordinary), flush=True)
    print("# ordinary: %d instructions (%s); seed %d" % (ordinary, status, seed))
    for counted, status, recipe in dearest[:3]:
        print("# %.1f times: %s: %s" % (counted / ordinary, status, line(recipe)))
    if dearest[0][0] < 2 * ordinary:
        sys.exit("price: the search is blind: nothing is dearer than two ordinary exchanges")
    if dearest[0][0] > MOST * ordinary:
        sys.exit("price: an exchange costs more than %d ordinary ones" % MOST)


if __name__ == "__main__":
    main()

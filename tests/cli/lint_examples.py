#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What docs/iam.md says of lint's rules is true: "fntoken lint" finds exactly the rule in each bad example and nothing in the good one,
and every rule stands there, with its kind and sentence. The Roles of docs/identity-providers.md, each with its JwtIssuer and Policy,
load and bring no finding.
Usage: lint_examples.py FNTOKEN SOURCE_ROOT"""
import json
import os
import re
import subprocess
import sys
import tempfile

fntoken, root = os.path.abspath(sys.argv[1]), sys.argv[2]
bad = 0


def complain(what):
    global bad
    bad += 1
    print(what)


def read(name):
    with open(os.path.join(root, name), encoding="utf-8") as file:
        return file.read()


def lint(files):
    """The findings of a folder with these files; notes are none."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        run = subprocess.run([fntoken, "lint", "--json", "--all-namespaces", "--iam", folder], capture_output=True, text=True, check=False)
        if run.returncode == 2:
            return ["exit status 2: " + run.stderr]
        return [f["rule"] for f in json.loads(run.stdout) if f["kind"] != "note"]


# ---- changes of the set ------------------------------------------------------

KINDS = ("JwtIssuer", "Policy", "Role")


def first_line(lines, key, kind):
    """The line with that key, in the object of that kind where one is named."""
    inside = kind is None
    for i, line in enumerate(lines):
        if kind is not None and line.startswith("kind: "):
            inside = line == "kind: " + kind
        if inside and re.match(r"[ -]*" + re.escape(key) + ":", line):
            return i
        # apiVersion stands above kind
        if kind is not None and key == "apiVersion" and line == "kind: " + kind:
            return i - 1
    return None


def indented(line):
    return re.match(r"[ -]*", line).group(0)


def change(text, spans):
    """KEY: VALUE takes the place of the line with that key, and stands behind the change before it, or at the end, where there is none;
    "no KEY" takes a line out; "- ..." is one more statement; a comment or an array is a file of its own; what has no key is one more document."""
    lines, files, documents, last, done = text.rstrip("\n").split("\n"), {}, [], None, set()
    for span in spans:
        words = span.split(" ", 1)
        kind, span = (words[0], words[1]) if words[0] in KINDS else (None, span)
        key = re.match(r"(?:no )?([A-Za-z]+)(?::|$)", span)
        if span[0] in "#[":
            files["b.yaml" if span[0] == "#" else "b.json"] = span + "\n"
        elif span.startswith("- "):
            at = first_line(lines, "resource", None)
            lines.insert(at + 1, "    " + span)
        elif key is None or not (span.startswith("no ") or ":" in span):
            documents.append(span)
        elif span.startswith("no "):
            del lines[first_line(lines, key.group(1), kind)]
        else:
            at = None if key.group(1) in done else first_line(lines, key.group(1), kind)
            if at is not None:
                lines[at] = indented(lines[at]) + span
            else:
                at = last + 1 if last is not None else len(lines)
                lines.insert(at, indented(lines[at - 1]).replace("-", " ") + span)
            last = at
            done.add(key.group(1))
    files["a.yaml"] = "\n---\n".join(["\n".join(lines)] + documents) + "\n"
    return files


# ---- docs/iam.md -------------------------------------------------------------

def check_rules(doc):
    base = re.search(r"<!-- lint examples: .*?```yaml\n(.*?)```", doc, re.S).group(1)
    part = doc[doc.index("<!-- lint rules:"):doc.index("<!-- lint rules end -->")]
    entries = re.findall(r"^- \*\*`([a-z-]+)`\*\*, ([a-z]+): (.*)\n  Bad: (.*)\n  Good: (.*)$", part, re.M)
    if len(entries) != part.count("\n- **"):
        complain("docs/iam.md: %d entries of lint's rules, of which %d can be read" % (part.count("\n- **"), len(entries)))
    if lint({"a.yaml": base}):
        complain("docs/iam.md: the set of the examples is not clean: %s" % lint({"a.yaml": base}))
    for rule, _, _, *both in entries:
        for example, wanted in zip(both, ([rule], [])):
            spans = re.findall(r"`([^`]+)`", example)
            found = lint(change(base, spans))
            if not spans or found != wanted:
                complain("docs/iam.md: %s: %s: found %s" % (rule, example, found))
    listed = {r["rule"]: (r["kind"], r["sentence"]) for r in json.loads(
        subprocess.run([fntoken, "lint", "--rules", "--json"], capture_output=True, text=True, check=True).stdout)}
    written = {rule: (kind, sentence.rstrip(".")) for rule, kind, sentence, *_ in entries}
    for rule in sorted(set(listed) | set(written)):
        if listed.get(rule) != written.get(rule):
            complain("docs/iam.md: %s: written is %s, fntoken says %s" % (rule, written.get(rule), listed.get(rule)))
    return len(entries)


# ---- docs/identity-providers.md ----------------------------------------------

def check_providers(doc):
    sets = [block for block in re.findall(r"```yaml\n(.*?)```", doc, re.S) if "kind: JwtIssuer" in block]
    for block in sets:
        for kind in KINDS:
            if "kind: " + kind not in block:
                complain("docs/identity-providers.md: a JwtIssuer without its %s:\n%s" % (kind, block))
        found = lint({"a.yaml": block})
        if found:
            complain("docs/identity-providers.md: %s in\n%s" % (found, block))
    return len(sets)


rules, providers = check_rules(read("docs/iam.md")), check_providers(read("docs/identity-providers.md"))
print("%d rules, %d providers" % (rules, providers))
if rules < 60 or providers < 10:
    complain("that is too few")
sys.exit(bad > 0)

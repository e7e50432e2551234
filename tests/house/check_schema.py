#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/revoked.schema.json takes the lines that the library takes, and no others: those of docs/revocation.md, those that
`fntoken revoke` writes, and the rows below.

Usage: check_schema.py ROOT FNTOKEN"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("skipped: there is no python3-jsonschema")
    sys.exit(77)

root, fntoken = pathlib.Path(sys.argv[1]), sys.argv[2]
schema = json.loads((root / "docs/revoked.schema.json").read_text())
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
work = pathlib.Path(tempfile.mkdtemp())
failures = []
looked_at = 0


def is_read(line):
    """Whether the library takes a list of this line: --prune reads it first."""
    (work / "one.jsonl").write_text(line + "\n")
    done = subprocess.run([fntoken, "revoke", "--file", work / "one.jsonl", "--prune", "--now", "1"], capture_output=True)
    return done.returncode == 0


def expect(line, good, where):
    global looked_at
    looked_at += 1
    valid = validator.is_valid(json.loads(line))
    read = is_read(line)
    if valid != good or read != good:
        failures.append(f"{where}: {line}: expected {good}, schema: {valid}, library: {read}")


GOOD = [
    '{"jti":"a"}', '{"kid":"a"}', '{"fed_iss":"a","sub":"b"}', '{"jti":"a","iss":"b"}', '{"kid":"a","iss":"b"}',
    '{"jti":"a","until":0}', '{"jti":"a","until":99999999999}', '{"fed_iss":"a","sub":"b","before":0}',
    '{"fed_iss":"a","sub":"b","before":1,"until":2,"why":""}', '{"jti":"a","why":"because"}', '{"jti":"fed:a"}',
    '{"fed_iss":"a","sub":"xfed:"}',
]
BAD = [
    '{}', '[]', '"a"', 'null', '1', '{"jti":""}', '{"jti":1}', '{"jti":null}', '{"jti":["a"]}', '{"kid":""}', '{"kid":{}}',
    '{"jti":"a","kid":"b"}', '{"sub":"a"}', '{"fed_iss":"a"}', '{"fed_iss":"a","sub":""}', '{"fed_iss":"","sub":"a"}',
    '{"fed_iss":"a","sub":"fed:b"}', '{"jti":"a","fed_iss":"b","sub":"c"}', '{"jti":"a","sub":"c"}', '{"iss":"a"}',
    '{"fed_iss":"a","sub":"b","iss":"c"}', '{"jti":"a","iss":""}', '{"jti":"a","iss":1}', '{"jti":"a","before":1}',
    '{"fed_iss":"a","sub":"b","before":-1}', '{"fed_iss":"a","sub":"b","before":"1"}', '{"fed_iss":"a","sub":"b","before":1.5}',
    '{"jti":"a","until":-1}', '{"jti":"a","until":100000000000}', '{"jti":"a","until":"1"}', '{"jti":"a","until":null}',
    '{"jti":"a","until":0.5}', '{"jti":"a","why":1}', '{"jti":"a","why":null}', '{"jti":"a","more":1}', '{"JTI":"a"}',
]
for line in GOOD:
    expect(line, True, "a row")
for line in BAD:
    expect(line, False, "a row")

blocks = re.findall(r"```json\n(.*?)```", (root / "docs/revocation.md").read_text(), re.S)
for line in "".join(blocks).splitlines():
    expect(line, True, "docs/revocation.md")
if not blocks:
    failures.append("docs/revocation.md has no block of json")

USES = [
    ["--jti", "a"], ["--kid", "a"], ["--jti", "a", "--issuer", "b"], ["--kid", "a", "--issuer", "b"],
    ["--subject", "a", "--issuer", "b"], ["--subject", "a", "--issuer", "b", "--before", "now"],
    ["--subject", "a", "--issuer", "b", "--before", "1"], ["--jti", 'quote " \\ \u00e9 and tab \t'],
]
for use in USES:
    for end in (["--for-ever"], ["--until", "1h"], ["--until", "1800000000", "--why", "a \u00df"]):
        lines = work / "written.jsonl"
        lines.unlink(missing_ok=True)
        command = [fntoken, "revoke", "--file", lines, "--now", "1715848921", *use, *end]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            failures.append(f"{command}: {done.stderr}")
            continue
        for line in lines.read_text().splitlines():
            expect(line, True, "fntoken revoke")

print(f"{looked_at} lines looked at")
print("\n".join(failures))
sys.exit(1 if failures else 0)

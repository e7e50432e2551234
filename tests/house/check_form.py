# SPDX-License-Identifier: MIT
"""What .editorconfig says of every text: one line break at its end, no blanks at the end of a line, no tabs but where they must be,
100 columns in C (clang-format leaves comments as they are).
Usage: check_form.py SOURCE_ROOT     prints FILE:LINE: what it found; exit status 1 if there is any, 77 where there is no git."""
import os
import subprocess
import sys

os.chdir(sys.argv[1])
listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True, check=False)
files = [f for f in listed.stdout.splitlines() if os.path.isfile(f) and not f.startswith("fuzz/seeds/") and not f.endswith(".svg")]
found = []
for name in files:
    with open(name, "rb") as file:
        text = file.read()
    in_go = name.endswith((".go", ".mod", ".sum"))
    for number, line in enumerate(text.split(b"\n"), 1):
        if name.endswith(".md") and line.startswith(b"```"):
            in_go = line == b"```go"
        if line != line.rstrip(b" \t\r"):
            found.append("%s:%d: blanks at the end of the line" % (name, number))
        if name.endswith((".c", ".h", ".cpp", ".cc")) and len(line.decode("utf-8", "replace")) > 100:
            found.append("%s:%d: more than 100 columns" % (name, number))
        if b"\t" in line and not in_go:
            found.append("%s:%d: a tab" % (name, number))
    if text and (not text.endswith(b"\n") or text.endswith(b"\n\n")):
        found.append("%s: ends not with one line break" % name)
print("\n".join(found) if found else "form: %d files" % len(files))
sys.exit(1 if found else 0 if files else 77)

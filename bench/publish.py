# SPDX-License-Identifier: MIT
"""Puts figures into docs/performance.md, between "<!-- NAME -->" and "<!-- end -->", and draws the pictures beside it.
Also alone, over figures that bench/compare wrote: publish.py FILE."""
import json
import os
import re
import sys

import plot
import tables

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs")
BLOCKS = {"where": tables.where, "verification": tables.verification, "parts": tables.parts, "cached": tables.cached,
          "matching": tables.matching, "refusals": tables.refusals}
GATEWAY_BLOCKS = {"where-gateway": tables.where, "gateway": tables.gateway, "gateway-memory": tables.gateway_memory}

# What is measured, and the block that shows it.
GUARD_BLOCKS = {"instructions": "guard-counts", "rates": "guard", "floods": "guard-floods"}


def fill(text, name, content):
    block = re.compile(r"(<!-- %s -->\n).*?(<!-- end -->)" % name, re.DOTALL)
    if not block.search(text):
        sys.exit("bench: docs/performance.md has no block named " + name)
    return block.sub(lambda found: found.group(1) + content + "\n" + found.group(2), text)


def write(name, text):
    with open(os.path.join(DOCS, name), "w", encoding="utf-8") as to:
        to.write(text)


def fill_all(blocks, found):
    with open(os.path.join(DOCS, "performance.md"), encoding="utf-8") as page:
        text = page.read()
    for name, make in blocks.items():
        text = fill(text, name, make(found))
    write("performance.md", text)


def publish_gateway(found):
    fill_all(GATEWAY_BLOCKS, found)


def publish_guard(found):
    measured = {GUARD_BLOCKS[name]: make for name, make in tables.GUARD.items() if name in found["guard"]}
    if "rates" in found["guard"]:
        measured["where-guard"] = tables.where
        write("performance-guard.svg", plot.guard(found))
    fill_all(measured, found)


def publish(found):
    fill_all(BLOCKS, found)
    write("performance-tokens.svg", plot.tokens(found))
    write("performance-matching.svg", plot.matching(found))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as figures:
        publish(json.load(figures))

# SPDX-License-Identifier: MIT
"""Three pictures as SVG, without any library. They have a white ground, so that they read on dark pages too."""
import math
from xml.sax.saxutils import escape

import tables

OURS, PEER, INK, FAINT = "#0b6e4f", "#8d99ae", "#222222", "#dddddd"
COLOURS = ["#0b6e4f", "#7fb69e", "#d1495b", "#edae49", "#b8860b", "#30638e", "#6a4c93", "#8d6e63", "#3d348b"]


def text(x, y, words, size=12, anchor="start", colour=INK, weight="normal"):
    return '<text x="%.1f" y="%.1f" font-size="%d" text-anchor="%s" fill="%s" font-weight="%s">%s</text>' % (
        x, y, size, anchor, colour, weight, escape(words))


def line(x1, y1, x2, y2, colour=FAINT):
    return '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>' % (x1, y1, x2, y2, colour)


def picture(width, height, title, parts):
    return "\n".join(["<!-- SPDX-License-Identifier: MIT -->", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" role="img">' % (width, height),
                      "<title>%s</title>" % escape(title), '<rect width="100%" height="100%" fill="white"/>',
                      text(20, 26, title, 15, weight="bold")] + parts + ["</svg>", ""])


def ns_words(ns):
    for unit, size in (("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            return "%s %s" % (tables.short(ns / size), unit)
    return tables.short(ns) + " ns"


class Log:
    """A logarithmic axis."""

    def __init__(self, low, high, start, end):
        self.low, self.high = math.floor(math.log10(low)), math.ceil(math.log10(high))
        self.start, self.end = start, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def decades(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]


# ---- a dot for each way to check a token --------------------------------------------------------------------------------

def versioned(name, found):
    """golang-jwt has a remark behind its name: the version goes between them."""
    head, comma, remark = name.partition(", ")
    version = str(found.get("version", ""))
    return " ".join(filter(None, [head, version.split(",")[0]])) + comma + remark


def token_dots(found):
    dots = []
    for backend, f in found["own"].items():
        if not dots:
            dots.append(("libfntoken, seen before", f["cached_hot_ns"], True))
            dots.append(("libfntoken, seen before, of 1,000", f["cached_1000_ns"], True))
        dots.append(("libfntoken, new, " + backend, f["uncached_us"] * 1e3, True))
    for name, f in found["verifiers"].items():
        if "left_out" in f:
            continue
        label = versioned(name, f)
        dots.append((label + (", new" if "cached_hot_ns" in f else ""), f["uncached_us"] * 1e3, False))
        if "cached_hot_ns" in f:
            dots.append((label + ", seen before", f["cached_hot_ns"], False))
    return sorted(dots, key=lambda dot: dot[1])


def tokens(found):
    """Dots, not bars: on a logarithmic axis the length of a bar says nothing."""
    dots, parts = token_dots(found), []
    left, right, top, step = 290, 800, 50, 26
    axis = Log(min(d[1] for d in dots) / 2, max(d[1] for d in dots), left, right)
    bottom = top + step * len(dots)
    for value in axis.decades():
        parts += [line(axis.at(value), top, axis.at(value), bottom), text(axis.at(value), bottom + 16, ns_words(value), 11, "middle")]
    for i, (name, ns, ours) in enumerate(dots):
        y = top + step * i + 14
        parts += [line(left, y, right, y), '<circle cx="%.1f" cy="%d" r="5" fill="%s"/>' % (axis.at(ns), y, OURS if ours else PEER)]
        parts += [text(left - 8, y + 4, name, 12, "end"), text(axis.at(ns) + 9, y - 3, ns_words(ns), 11)]
    return picture(900, bottom + 32, "May this token call this function? Time for one answer (logarithmic)", parts)


# ---- a line for each matcher ----------------------------------------------------------------------------------------------

def curves(found):
    return [(tables.label(name, f), [(int(n), f["match_ns"][n]) for n in tables.match_counts(found) if n in f["match_ns"]])
            for name, f in tables.matchers(found).items() if "left_out" not in f]


def apart(labels, gap):
    """Labels moved down where they would lie on each other: (y, ...) sorted by y."""
    placed = []
    for y, words, colour in sorted(labels):
        placed.append((max(y, placed[-1][0] + gap) if placed else y, words, colour))
    return placed


def matching(found):
    all_of_them, parts, labels = curves(found), [], []
    values = [ns for _, points in all_of_them for _, ns in points]
    x, y = Log(1.01, 10000, 80, 620), Log(min(values), max(values), 440, 50)
    for value in y.decades():
        parts += [line(80, y.at(value), 620, y.at(value)), text(72, y.at(value) + 4, ns_words(value), 11, "end")]
    for value in x.decades():
        parts += [line(x.at(value), 50, x.at(value), 440), text(x.at(value), 458, "{:,.0f}".format(value), 11, "middle")]
    for (name, points), colour in zip(all_of_them, COLOURS):
        path = " ".join("%.1f,%.1f" % (x.at(n), y.at(ns)) for n, ns in points)
        parts.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="%s"/>' % (path, colour, 3.5 if colour == OURS else 1.8))
        labels.append((y.at(points[-1][1]) + 4, name, colour))
    parts += [text(630, at, words, 12, colour=colour) for at, words, colour in apart(labels, 15)]
    parts.append(text(350, 480, "patterns in the set", 12, "middle"))
    return picture(840, 496, "Does one of N patterns match? The average over 1,000 resources (logarithmic)", parts)


# ---- a bar for each way to guard a request ----------------------------------------------------------------------------------

def guard(found):
    """Bars, from nought: the axis is linear, and a length says what it is."""
    rates, parts = found["guard"]["rates"], []
    left, right, top, step = 290, 720, 50, 34
    most = max(f["cpu_us"] for f in rates.values())
    for i, (name, words) in enumerate(tables.WAYS.items()):
        f, y = rates[name], top + step * i
        width = f["cpu_us"] / most * (right - left)
        parts += [text(left - 8, y + 16, words, 12, "end"),
                  '<rect x="%d" y="%d" width="%.1f" height="22" fill="%s"/>' % (left, y, width, OURS if name.endswith("guarded") else PEER),
                  text(left + width + 8, y + 16, "%s µs, %s a second" % (tables.short(f["cpu_us"]), tables.short(f["requests_a_second"])), 11)]
    bottom = top + step * len(rates)
    parts.append(line(left, top - 6, left, bottom - 6, INK))
    return picture(900, bottom + 8, "CPU time of nginx for a request, and requests a second of one worker", parts)

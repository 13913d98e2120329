"""overlap.py TRACE.json: the pairs of engines that work in the same cycle."""

import itertools
import json
import sys

events = json.load(open(sys.argv[1]))["traceEvents"]
names = {e["tid"]: e["args"]["name"] for e in events if e["ph"] == "M"}
spans = {
    tid: [
        (e["ts"], e["ts"] + e["dur"])
        for e in events
        if e["ph"] == "X" and e["cat"] == "work" and e["tid"] == tid
    ]
    for tid in names
}
for a, b in itertools.combinations(sorted(names), 2):
    if any(x < v and u < y for x, y in spans[a] for u, v in spans[b]):
        print(f"{names[a]} and {names[b]}")

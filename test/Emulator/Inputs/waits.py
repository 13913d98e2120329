"""waits.py TRACE.json: what engines wait for, and whether spans leave gaps or overlap."""

import json
import sys

events = json.load(open(sys.argv[1]))["traceEvents"]
names = {e["tid"]: e["args"]["name"] for e in events if e["ph"] == "M"}
for tid in sorted(names):
    spans = [e for e in events if e["ph"] == "X" and e["tid"] == tid]
    end = 0
    for span in spans:
        if span["ts"] != end:
            print(f"{names[tid]}: {span['name']} starts at {span['ts']}, not {end}")
        end = span["ts"] + span["dur"]
    layers = {e["args"]["layer"] for e in spans if e["cat"] == "work"}
    print(f"{names[tid]} works for {', '.join(sorted(layers))}")
    for wait in sorted({e["name"] for e in spans if e["cat"] == "wait"}):
        print(f"{names[tid]} {wait}")

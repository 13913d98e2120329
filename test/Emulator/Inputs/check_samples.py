"""Whether a report is the sum of those of its samples, which zeros made different, and
whether each of them lies within the prediction."""
import json
import sys

total, *samples, predicted = [json.load(open(path))["total"] for path in sys.argv[1:]]
for key in ("macs", "macs_skipped", "dense_cycles", "cycles", "dram_bytes"):
    assert total[key] == sum(sample[key] for sample in samples), key
for engine in total["busy_cycles"]:
    assert total["busy_cycles"][engine] == sum(s["busy_cycles"][engine] for s in samples)
skipped = [sample["macs_skipped"] for sample in samples]
least, most = predicted["macs_skipped"]
fewest, longest = predicted["busy_cycles"]["matrix"]
for sample in samples:
    assert least <= sample["macs_skipped"] <= most
    assert fewest <= sample["busy_cycles"]["matrix"] <= longest
    assert sample["busy_cycles"]["matrix"] < sample["dense_cycles"]
assert len(set(skipped)) > 1
print(f"{len(samples)} samples add up; macs_skipped differs among them and lies in "
      f"[{least}, {most}]")

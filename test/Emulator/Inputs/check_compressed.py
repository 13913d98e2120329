"""Whether a report is the sum of those of its samples, each of which lies within the
prediction; and whether leaving zeros out made a difference to each."""
import json
import sys

total, *samples, predicted = [json.load(open(path))["total"] for path in sys.argv[1:]]


def at(report, path):
    for key in path:
        report = report[key]
    return report


paths = [[key] for key in ("activations_raw_bytes", "activations_stored_bytes", "dram_read_bytes",
                           "dram_written_bytes", "dram_bytes", "dram_burst_bytes", "cycles")]
paths += [["dram_bytes_by", "activations"], ["busy_cycles", "load"], ["busy_cycles", "store"]]
for path in paths:
    assert at(total, path) == sum(at(sample, path) for sample in samples), path
ranges = [path for path in paths if path != ["cycles"] and isinstance(at(predicted, path), list)]
for path in ranges + [["energy_pj", "dram"], ["energy_pj", "total"]]:
    least, most = at(predicted, path)
    assert all(least <= at(sample, path) <= most for sample in samples), path
assert ["dram_bytes_by", "activations"] in ranges and ["dram_burst_bytes"] in ranges
stored = [sample["activations_stored_bytes"] for sample in samples]
assert len(set(stored)) > 1 and max(stored) < samples[0]["activations_raw_bytes"]
print(f"{len(samples)} samples add up; stored bytes differ and lie in "
      f"{predicted['activations_stored_bytes']}")

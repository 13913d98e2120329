#!/usr/bin/env python3
"""How fast the emulator is: CPU time of one more sample, as ratios to LiteRT.

usage: emulator.py [--shared DIR] [--tools DIR] [--rounds N] [--machine NAME]
                   [--litert PYTHON] [--profile]

Each round runs `lacuna run --each` on many samples and on one, counters on, whole
processes, one thread (the difference, over the number of samples more, is one
sample's CPU time), and then LiteRT's default kernels (XNNPACK) and its reference
kernels on the same model and inputs, one thread. Ratios are of figures of the same
round; what is printed is their median, with the lowest and the highest. LiteRT
(ai-edge-litert from the Python index) is installed into build/peers unless --litert
names a Python that has it. --profile adds where the time goes, by perf.
"""

import argparse
import filecmp
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy

from processes import HERE, install_peer, measure

# Name, folder of the TFLite file, samples: as many as make the difference of two
# processes long against what a clock can tell.
MODELS = [
    ("mobilenet_v2_1.0_224_quant", "mobilenet", 21),
    ("kws_int8", "mlperf-tiny", 1001),
    ("resnet8_int8", "mlperf-tiny", 401),
    ("digits_int8", None, 2001),
]
LITERT = """
import sys, time, numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType
model, inputs, kernels, runs = sys.argv[1:]
resolver = OpResolverType.BUILTIN_REF if kernels == "reference" else OpResolverType.AUTO
interpreter = Interpreter(model, num_threads=1, experimental_op_resolver_type=resolver)
interpreter.allocate_tensors()
port = interpreter.get_input_details()[0]["index"]
samples = numpy.load(inputs)
def run(i):
    interpreter.set_tensor(port, samples[i % len(samples)])
    interpreter.invoke()
run(0)
start = time.process_time()
for i in range(int(runs)):
    run(i)
print((time.process_time() - start) / int(runs))
"""


def run_litert(python, model, inputs, kernels, runs):
    """CPU seconds of one sample."""
    return float(subprocess.run(
        [python, "-c", LITERT, model, inputs, kernels, str(runs)], check=True,
        capture_output=True, text=True).stdout)


def show(values, digits=2):
    return (f"{statistics.median(values):.{digits}f} "
            f"({min(values):.{digits}f} to {max(values):.{digits}f})")


class Model:
    """A compiled model and inputs for it: `many` samples, and one."""

    def __init__(self, arguments, scratch, name, folder, samples):
        self.name, self.samples = name, samples
        self.lacuna = arguments.tools / "lacuna"
        self.program = scratch / f"{name}.elf"
        self.flatbuffer = folder and arguments.shared / "models" / folder / f"{name}.tflite"
        if folder:
            text = arguments.shared / "models" / "tosa" / f"{name}.mlir"
            stored = numpy.load(arguments.shared / "golden" / name / "input.npy")
        else:
            text = HERE / "test" / "models" / "digits" / f"{name}.mlir"
            stored = numpy.load(HERE / "test" / "models" / "digits" / "test_images_i8.npy")
        subprocess.run([self.lacuna, "compile", text, "--machine", arguments.machine,
                        "-o", self.program], check=True)
        self.many, self.one = scratch / f"{name}.many.npy", scratch / f"{name}.one.npy"
        numpy.save(self.many, numpy.resize(stored, (samples, *stored.shape[1:])))
        numpy.save(self.one, stored[:1])
        self.output, self.report = scratch / f"{name}.out.npy", scratch / f"{name}.json"

    def run(self, inputs, *options):
        return measure([self.lacuna, "run", self.program, "--each", "--input", inputs,
                        "--output", self.output, "--report", self.report, *options])

    def get_sample_time(self):
        return (self.run(self.many).cpu - self.run(self.one).cpu) / (self.samples - 1)

    def get_macs(self):
        total = json.loads(self.report.read_text())
        return total["total"]["macs"] / total["samples"]


def against_litert(model, python, rounds):
    ours, default, reference = [], [], []
    for _ in range(rounds):
        ours.append(model.get_sample_time())
        if model.flatbuffer:
            default.append(run_litert(python, model.flatbuffer, model.many, "default",
                                      2 * model.samples))
            reference.append(run_litert(python, model.flatbuffer, model.many, "reference",
                                        max(5, model.samples // 10)))
    seconds = statistics.median(ours)
    ratios = [""] * 4
    if default:
        ratios = [f"{1000 * statistics.median(default):.3f}",
                  show([a / b for a, b in zip(ours, default)]),
                  f"{1000 * statistics.median(reference):.2f}",
                  show([a / b for a, b in zip(ours, reference)], 3)]
    print(f"| {model.name} | {1000 * seconds:.3f} | {model.get_macs() / seconds / 1e9:.2f} | "
          f"{' | '.join(ratios)} |", flush=True)


def start_up(model, rounds):
    times = [1000 * model.run(model.one).cpu for _ in range(4 * rounds)]
    print(f"start-up: `lacuna run` on {model.name}, one sample, whole process: "
          f"{show(times, 1)} ms CPU")


def two_threads(model, rounds, scratch):
    ratios = []
    for _ in range(rounds):
        elapsed = []
        for threads in (1, 2):
            trace = scratch / f"trace{threads}.json"
            elapsed.append(model.run(model.many, "--threads", str(threads), "--trace", trace).elapsed)
            for kind, file in (("output", model.output), ("report", model.report)):
                file.rename(scratch / f"{kind}{threads}")
        ratios.append(elapsed[0] / elapsed[1])
        for kind in ("output", "report", "trace"):
            pair = [scratch / (f"{kind}{n}.json" if kind == "trace" else f"{kind}{n}")
                    for n in (1, 2)]
            if not filecmp.cmp(*pair, shallow=False):
                sys.exit(f"two threads give another {kind}")
    print(f"two threads over {model.samples} samples of {model.name}: elapsed time "
          f"{show(ratios)} x shorter; output, report and trace the same bytes")


def profile(model, scratch):
    data = scratch / "perf.data"
    measure(["perf", "record", "-q", "-o", data, model.lacuna, "run", model.program, "--each",
             "--input", model.many, "--output", model.output])
    report = subprocess.run(["perf", "report", "-q", "--stdio", "--no-demangle", "-i", data],
                            capture_output=True, text=True, check=True).stdout
    print(f"where the time goes, {model.name}:")
    for line in report.splitlines()[:16]:
        print("  " + " ".join(line.split())[:100])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path,
                        default=pathlib.Path(os.environ.get("LACUNA_SHARED", HERE.parent / "shared")))
    parser.add_argument("--tools", type=pathlib.Path, default=HERE / "build" / "bin")
    parser.add_argument("--machine", default="edge")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--litert", type=pathlib.Path)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    python = arguments.litert or (
        install_peer("ai_edge_litert", "ai-edge-litert", "numpy") / "python")
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        models = [Model(arguments, scratch, *model) for model in MODELS]
        print("| model | ms a sample | GMAC/s | LiteRT default (ms) | ratio"
              " | LiteRT reference (ms) | ratio |\n|-|-|-|-|-|-|-|")
        for model in models:
            against_litert(model, python, arguments.rounds)
        start_up(models[-1], arguments.rounds)
        # As many samples as a data set has, for start-up is not shared.
        many = Model(arguments, scratch, *MODELS[0][:2], samples=101)
        two_threads(many, arguments.rounds, scratch)
        if arguments.profile:
            profile(models[0], scratch)


if __name__ == "__main__":
    main()

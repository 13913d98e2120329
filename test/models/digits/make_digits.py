#!/usr/bin/env python3
"""Makes the digits model and its test data, beside this file or elsewhere.

    python make_digits.py             write the files beside this script
    python make_digits.py --out DIR   write them into DIR
    python make_digits.py --check     make them anew, compare with those beside

Needs numpy and scikit-learn, whose package holds the 1,797 images of 8x8 pixels.
The first 1,437 train, the last 360 test. Fails if int8 is more than half a point
less accurate than float, or, with --check, if a file would differ.
"""

import argparse
import filecmp
import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

import quantize
import readme
import tosa_text
import train
from network import IMAGE

TRAINING = 1437  # images; the 360 after them test
LARGEST_LOSS = 0.005  # of accuracy, from float to int8
HERE = Path(__file__).resolve().parent


def accuracy(logits, labels):
    """Share of images whose largest logit is the label's; logits [n, 10]."""
    return float((logits.argmax(axis=1) == labels).mean())


def make(out):
    """Write every file into the folder `out`; returns (their names, accuracies)."""
    digits = load_digits()
    images = digits.images.reshape(-1, 8, 8, 1) / 16  # pixels are 0 to 16
    labels = digits.target.astype(np.uint8)
    x = images / train.ACTIVATION
    params = train.train(x[:TRAINING], labels[:TRAINING])
    q = quantize.quantise(params, train.forward(x[:TRAINING], params))

    test, test_labels = images[TRAINING:], labels[TRAINING:]
    test_i8 = quantize.to_int8(test, q.scale[IMAGE], q.zero_point[IMAGE])
    expected = quantize.run(q, test_i8)
    logits = train.forward(x[TRAINING:], params)["fc"].reshape(-1, 10)
    accuracies = {"float": accuracy(logits, test_labels), "int8": accuracy(expected, test_labels)}

    texts = {
        "digits_float.mlir": tosa_text.float_text(params),
        "digits_int8.mlir": tosa_text.int8_text(q),
        "README.md": readme.text(params, q, accuracies),
    }
    arrays = {
        "test_images_f32.npy": test[:, None].astype(np.float32),
        "test_images_i8.npy": test_i8[:, None],
        "test_labels.npy": test_labels,
        "expected_int8.npy": expected[:, None],
    }
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    for name, array in arrays.items():
        np.save(out / name, np.ascontiguousarray(array))
    return [*texts, *arrays], accuracies


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write into")
    parser.add_argument("--check", action="store_true", help="compare, write nothing here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) if args.check else args.out
        out.mkdir(parents=True, exist_ok=True)
        names, accuracies = make(out)
        for kind, value in accuracies.items():
            print(f"{kind:5} {100 * value:.2f} % of {readme.TESTS} test images")
        if accuracies["float"] - accuracies["int8"] > LARGEST_LOSS:
            sys.exit("int8 is more than half a point below float")
        if args.check:
            same, differ, missing = filecmp.cmpfiles(scratch, HERE, names, shallow=False)
            for name in differ + missing:
                print(f"{name} differs from what this script makes", file=sys.stderr)
            if len(same) != len(names):
                sys.exit(1)
            print(f"{len(same)} files are the same, byte for byte")


if __name__ == "__main__":
    main()

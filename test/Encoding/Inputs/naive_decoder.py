#!/usr/bin/env python3
"""Decodes stored weights, written from docs/formats.md alone and as plainly.

usage: naive_decoder.py FORMAT PREFIX X.npy [--bits B] [--zero Z] [--rows K]
                        [--nonzeros N] [--group M]

Decodes PREFIX.index, PREFIX.table and PREFIX.stream and says whether that gives
the bytes of X.npy, cut into units of K rows of its first axis.
"""

import argparse
import math
import sys

import numpy as np


class Bits:
    """A string of bits, lowest bit of each byte first."""

    def __init__(self, data):
        self.bits = [byte >> i & 1 for byte in data for i in range(8)]
        self.position = 0

    def take(self, count):
        taken = self.bits[self.position:self.position + count]
        assert len(taken) == count, "cut off"
        self.position += count
        return sum(bit << i for i, bit in enumerate(taken))

    def fill(self):
        """What fills up a byte."""
        while self.position % 8:
            assert self.take(1) == 0, "filling is not zero"

    def finish(self):
        self.fill()
        assert self.position == len(self.bits), "too long"


def decode_nm(bits, count, options, _):
    b, zero = options.bits, options.zero % 2**options.bits
    row = options.row or count
    groups = []  # first element, elements
    for begin in range(0, count, row):
        end = min(begin + row, count)
        groups += [(first, min(options.group, end - first))
                   for first in range(begin, end, options.group)]
    values = [[bits.take(b) for _ in range(options.nonzeros)] for _ in groups]
    bits.fill()
    elements = [zero] * count
    width = math.ceil(math.log2(options.group))
    for (first, size), slots in zip(groups, values):
        last = -1
        for slot, value in enumerate(slots):
            position = bits.take(width)
            assert last < position < options.group, "position out of order"
            assert value == zero or position < size, "beyond the row"
            assert value != zero or position == slot, "not the first one free"
            if position < size:
                elements[first + position] = value
            last = position
    return elements


def decode_bitmap(bits, count, options, _):
    zero = options.zero % 2**options.bits
    bitmap = [bits.take(1) for _ in range(count)]
    bits.fill()
    elements = [bits.take(options.bits) if bit else zero for bit in bitmap]
    assert sum(bitmap) == sum(e != zero for e in elements), "a zero in the bitmap"
    return elements


def decode_zero_runs(bits, count, options, table):
    zero = options.zero % 2**options.bits
    (k,) = table
    assert 1 <= k <= 8, "bits of a length"
    elements = []
    while len(elements) < count:
        length = bits.take(k)
        elements += [zero] * length
        assert len(elements) <= count, "run beyond the unit"
        if length < 2**k - 1 and len(elements) < count:
            elements.append(bits.take(options.bits))
            assert elements[-1] != zero, "zero after a run"
    return elements


def decode_palette(bits, count, options, table):
    values = Bits(table[1:])
    palette = [values.take(options.bits) for _ in range(table[0] + 1)]
    values.finish()
    assert palette == sorted(set(palette)) and len(palette) <= 16, "palette"
    width = max(1, math.ceil(math.log2(len(palette))))
    return [palette[bits.take(width)] for _ in range(count)]


def floor_log2(number):
    return number.bit_length() - 1


def read_tree(bits, first, w, mass, precision, bins):
    """Adds (first place, w, mass) of each bin."""
    if w == 0 or bits.take(1) == 0:
        bins.append((first, w, mass))
        return
    middle = first + 2**(w - 1)
    if bits.take(1):
        upper_empty = bits.take(1)
        read_tree(bits, first if upper_empty else middle, w - 1, mass, precision, bins)
        return
    assert mass >= 2, "a mass of 1 is divided"
    p = max(1, (floor_log2(mass) + precision) // 2)
    if 2**p >= mass - 1:
        code = bits.take(math.ceil(math.log2(mass - 1)))
        assert code <= mass - 2, "divided beyond the end"
        lower = code + 1
    else:
        code = bits.take(p)
        lower = max(1, mass * (2 * code + 1) // 2**(p + 1))
    read_tree(bits, first, w - 1, lower, precision, bins)
    read_tree(bits, middle, w - 1, mass - lower, precision, bins)


def read_entropy_table(table, b):
    bits = Bits(table)
    R = bits.take(3) + 5
    folded = bits.take(1)
    precision = bits.take(4)
    bins = []
    read_tree(bits, 0, b, 2**R, precision, bins)
    bits.finish()
    states = [None] * 2**R
    x = 0
    for number, (_, _, mass) in enumerate(bins):
        for _ in range(mass):
            assert states[x] is None
            states[x] = number
            x = (x + 2**R // 2 + 2**R // 8 + 3) % 2**R
    rank = [mass for _, _, mass in bins]
    for x, number in enumerate(states):
        states[x] = (bins[number], rank[number])
        rank[number] += 1
    return R, folded, states


def to_element(place, b, zero, folded):
    if not folded:
        d = place ^ 2**(b - 1)
    elif place == 1:
        d = 2**(b - 1)
    else:
        d = -(place // 2) if place % 2 else place // 2
    return (d + zero) % 2**b


def decode_entropy(bits, count, options, table):
    R, folded, states = read_entropy_table(table, options.bits)
    current = [bits.take(R) for _ in range(min(count, 2))]
    elements = []
    for i in range(count):
        (first, w, _), rank = states[current[i % 2]]
        if i < count - 2:
            n = R - floor_log2(rank)
            current[i % 2] = rank * 2**n - 2**R + bits.take(n)
        place = first + bits.take(w)
        elements.append(to_element(place, options.bits, options.zero, folded))
    return elements


DECODERS = {
    "nm": decode_nm,
    "bitmap": decode_bitmap,
    "zero-run": decode_zero_runs,
    "palette": decode_palette,
    "entropy": decode_entropy,
}


def pack(elements, b):
    if b == 4:
        return bytes(low | high << 4 for low, high in zip(elements[::2], elements[1::2]))
    return b"".join(e.to_bytes(b // 8, "little") for e in elements)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("format", choices=DECODERS)
    parser.add_argument("prefix")
    parser.add_argument("tensor")
    for name, default in [("bits", 0), ("zero", 0), ("rows", 16), ("nonzeros", 2), ("group", 4)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()

    tensor = np.load(options.tensor)
    raw = tensor.tobytes()
    options.bits = options.bits or tensor.itemsize * 8
    row_bytes = len(raw) // tensor.shape[0]
    options.row = row_bytes * 8 // options.bits
    index, table, stream = (
        open(f"{options.prefix}.{end}", "rb").read() for end in ("index", "table", "stream"))
    index = [int.from_bytes(index[i:i + 4], "little") for i in range(0, len(index), 4)]
    unit_bytes = row_bytes * options.rows
    units = [raw[i:i + unit_bytes] for i in range(0, len(raw), unit_bytes)]
    assert len(index) == len(units) + 1 and index[0] == 0 and index[-1] == len(stream)
    for unit, begin, end in zip(units, index, index[1:]):
        bits = Bits(stream[begin:end])
        elements = DECODERS[options.format](bits, len(unit) * 8 // options.bits, options, table)
        bits.finish()
        assert pack(elements, options.bits) == unit, "another unit"
    print(f"{options.format}: {len(units)} units are equal")


if __name__ == "__main__":
    sys.exit(main())

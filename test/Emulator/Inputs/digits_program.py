"""Writes digits-edge.s and digits-nano.s, the digits network as programs.

    python3 digits_program.py [FOLDER]

No compiler is at work: the schedule of each layer stands below, by hand, and the
constants come from test/models/digits/digits_int8.mlir. Engines overlap: constants
are loaded while the layers before compute, and the sums of one tile are rescaled
while the next is multiplied (two tiles in a ring of accumulators). Tiles are ragged
on purpose; extents clip them. The programs of the two machines differ in their tiles;
that for nano also stores the result of every layer.
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE.parents[1] / "models" / "digits" / "digits_int8.mlir"

# Semaphores, and who gives to whom.
CONSTANTS_TO_MATRIX, CONSTANTS_TO_VECTOR, SUMS, FREE, RESULTS, STORABLE = range(6)


def read_constants():
    """All constants of the model, as nested lists by name."""
    text = MODEL.read_text()
    pattern = r'%(\w+) = "tosa.const"\(\) <\{values = dense<([^>]*)> : tensor<([^>]*)>'
    return {name: json.loads(values) for name, values, _ in re.findall(pattern, text)}


def flatten(value):
    if not isinstance(value, list):
        return [value]
    return [x for part in value for x in flatten(part)]


class Program:
    """Addresses, and the lines of the program."""

    def __init__(self, machine):
        self.machine = machine
        self.tensors = []
        self.constants = []  # lines
        self.constant_bytes = 0
        self.outputs = []
        self.output_bytes = 0
        self.pad = 0
        self.code = []

    def take(self, size):
        """Bytes in the scratchpad."""
        start = self.pad
        self.pad += (size + 15) // 16 * 16
        return start

    def line(self, text):
        self.code.append("  " + text)

    def constant(self, kind, name, type, shape, lines, size):
        where = 4096 + self.constant_bytes
        extra = f", stored_bytes={size}" if kind == "parameters" else ""
        self.tensors.append(
            f'.tensor {kind} "{name}", type={type}, shape={shape}, address={where}{extra}'
        )
        self.constants += lines
        self.constant_bytes += size
        return where

    def output(self, name, shape, pad):
        """Stores what is at `pad` as an output."""
        size = 1
        for extent in shape:
            size *= extent
        where = 16384 + self.output_bytes
        self.output_bytes += (size + 63) // 64 * 64
        self.tensors.append(
            f'.tensor output "{name}", type=i8, shape={shape}, address={where}'
        )
        self.outputs.append(name)
        self.line(f"signal engine=vector, semaphore={STORABLE}")
        self.line(f"wait engine=store, semaphore={STORABLE}")
        self.line(f"store dram={where}, pad=pad[{pad}], run={size}")

    def text(self):
        lines = [f'.machine "{self.machine}"', ""]
        lines += self.tensors + ["", ".region text"] + self.code
        lines += ["", ".region constants address=4096"] + self.constants
        lines += ["", ".region input address=12288, size=64"]
        lines += ["", f".region output address=16384, size={self.output_bytes}"]
        return "\n".join(lines) + "\n"


def load_layer(program, constants, name, weights_shape):
    """Weights and parameter records of a layer, in one transfer."""
    weights = flatten(constants[name + "_weights"])
    bias = constants[name + "_bias"]
    multiplier = constants[name + "_multiplier"]
    shift = constants[name + "_shift"]
    records = [
        line
        for b, m, s in zip(bias, multiplier, shift)
        for line in (f"  .i32 {b}, {m}", f"  .i8 {s}")
    ]
    count = len(weights)
    rows = [weights[i : i + 18] for i in range(0, count, 18)]
    lines = ["  .i8 " + ", ".join(map(str, row)) for row in rows]
    dram = program.constant("weights", name + ".weights", "i8", weights_shape, lines, count)
    size = 9 * len(bias)
    program.constant(
        "parameters", name + ".parameters", "i8", [len(bias), 9], records, size
    )
    pad = program.take(count + size)
    program.line(f"load dram={dram}, pad=pad[{pad}], run={count + size}")
    program.line(f"signal engine=load, semaphore={CONSTANTS_TO_MATRIX}")
    program.line(f"signal engine=load, semaphore={CONSTANTS_TO_VECTOR}")
    return pad, pad + count


def tile(step, bound):
    return f"({step}*i0 : {step} of {bound})"


def matrix_layer(program, name, op, rescale, tiles, wait_results, depth_steps=1,
                 last=False):
    """A loop over tiles: multiply, then rescale the tile before."""
    program.code.append(f'.layer "{name}"')
    program.line(f"wait engine=matrix, semaphore={CONSTANTS_TO_MATRIX}")
    if wait_results:
        program.line(f"wait engine=matrix, semaphore={RESULTS}, count={wait_results}")
    program.line(f"wait engine=vector, semaphore={CONSTANTS_TO_VECTOR}")
    program.line(f"loop count={tiles}")
    program.line(f"  wait engine=matrix, semaphore={FREE}")
    if depth_steps > 1:
        program.line(f"  loop count={depth_steps}")
        program.line(f"    {op}")
        program.line("  end_loop")
    else:
        program.line(f"  {op}")
    program.line(f"  signal engine=matrix, semaphore={SUMS}")
    program.line(f"  wait engine=vector, semaphore={SUMS}")
    program.line(f"  {rescale}")
    program.line(f"  signal engine=vector, semaphore={FREE}")
    if not last:
        program.line(f"  signal engine=vector, semaphore={RESULTS}")
    program.line("end_loop")


def rescale_text(dst, dst_strides, src, src_strides, dims, parameters, zero_point):
    return (
        f"rescale dims={dims}, dst=pad[{dst}], dst_strides={dst_strides}, "
        f"src={src}, src_strides={src_strides}, src_type=i32, dst_type=i8, "
        f"parameter_format=bias_scale, parameters=pad[{parameters}], "
        f"rounding=double, dst_zero_point={zero_point}"
    )


def spatial(program, name, op, src, channels, tile_rows, places, wait, zero, fields,
            rows, depth_steps=1):
    """A layer of `rows` x `rows` x `channels` outputs, tiled along its rows."""
    weights, parameters = places[name]
    row = rows * channels
    dst = program.take(rows * row)
    sums = f"acc[0 ring {2 * tile_rows * row * 4}]"
    extent = tile(tile_rows, rows)
    text = (
        f"{op} dst={sums}, dst_strides=[{row}, {channels}, 1], src=pad[{src}], "
        f"weights=pad[{weights}], src_type=i8, weight_type=i8, dst_type=i32, "
        f"rows={extent}, columns={rows}, channels={channels}, src_zero_point=-128, {fields}"
    )
    matrix_layer(
        program, name, text,
        rescale_text(dst, f"[{row}, {channels}, 1]", sums, f"[{row}, {channels}, 1]",
                     f"[{extent}, {rows}, {channels}]", parameters, zero),
        -(-rows // tile_rows), wait, depth_steps,
    )
    return dst


def write_program(machine, tile_rows, channel_step, store_layers):
    constants = read_constants()
    program = Program(machine)
    program.tensors.append('.tensor input "image", type=i8, shape=[1, 8, 8, 1], address=12288')

    # All transfers first: LOAD works through them while the layers compute.
    image = program.take(64)
    program.code.append('.layer "conv1"')
    program.line(f"load dram=12288, pad=pad[{image}], run=64")
    shapes = {
        "conv1": [8, 3, 3, 1], "dw": [3, 3, 8, 1], "conv2": [16, 3, 3, 8],
        "res_conv": [16, 3, 3, 16], "fc": [10, 1, 1, 16],
    }
    places = {}
    for name, shape in shapes.items():
        program.code.append(f'.layer "{name}"')
        places[name] = load_layer(program, constants, name, shape)
    # Two tiles of accumulators are free.
    program.line(f"signal engine=vector, semaphore={FREE}, count=2")

    def stored(name, shape, pad):
        if store_layers:
            program.output(name, shape, pad)

    around = ("kernel_rows=3, kernel_columns=3, padding_top=1, padding_left=1, "
              "src_rows={n}, src_columns={n}")
    conv1 = spatial(
        program, "conv1", "conv", image, 8, tile_rows, places, 0, -128,
        "src_strides=[8, 1, 1], weight_strides=[9, 3, 1, 1], " + around.format(n=8), 8)
    stored("conv1", [1, 8, 8, 8], conv1)
    tiles = -(-8 // tile_rows)
    dw = spatial(
        program, "dw", "depthwise", conv1, 8, tile_rows, places, tiles, -128,
        "src_strides=[64, 8, 1], weight_strides=[1, 24, 8], " + around.format(n=8), 8)
    stored("dw", [1, 8, 8, 8], dw)

    # conv2: tiled along its channels, which are outermost in the accumulators.
    weights, parameters = places["conv2"]
    conv2 = program.take(256)
    sums = f"acc[0 ring {2 * channel_step * 16 * 4}]"
    extent = tile(channel_step, 16)
    channel_tiles = -(-16 // channel_step)
    matrix_layer(
        program, "conv2",
        f"conv dst={sums}, dst_strides=[4, 1, 16], src=pad[{dw}], src_strides=[64, 8, 1], "
        f"weights=pad[{weights}], weight_strides=[72, 24, 8, 1], src_type=i8, "
        f"weight_type=i8, dst_type=i32, rows=4, columns=4, channels={extent}, "
        "kernel_rows=3, kernel_columns=3, depth=8, stride_rows=2, stride_columns=2, "
        "src_rows=8, src_columns=8, src_zero_point=-128",
        rescale_text(conv2, "[64, 16, 1]", sums, "[4, 1, 16]", f"[4, 4, {extent}]",
                     parameters, -128),
        channel_tiles, tiles)
    stored("conv2", [1, 4, 4, 16], conv2)

    # res_conv: the sums of a tile in two steps of the depth.
    residual_rows = min(tile_rows, 4)
    residual = spatial(
        program, "res_conv", "conv", conv2, 16, residual_rows, places,
        channel_tiles, 63,
        "src_strides=[64, 16, 1], weight_strides=[144, 48, 16, 1], "
        "depth=(8*i1 : 8 of 16), accumulate=first, " + around.format(n=4), 4, 2)
    stored("res_conv", [1, 4, 4, 16], residual)

    program.code.append('.layer "add"')
    total = program.take(256)
    program.line(
        f"map operation=add, dims=[256], dst=pad[{total}], dst_strides=[1], dst_type=i8, "
        f"a=pad[{conv2}], a_strides=[1], a_type=i8, use_b, b=pad[{residual}], b_strides=[1], "
        f"a_zero_point=-128, a_multiplier=2018827476, "
        "a_shift=15, b_zero_point=63, b_multiplier=1073741824, b_shift=11, "
        "multiplier=1894578198, shift=48, dst_zero_point=-128")
    stored("add", [1, 4, 4, 16], total)

    program.code.append('.layer "pool"')
    pooled = program.take(16)
    program.line(
        f"pool operation=average, dst=pad[{pooled}], dst_strides=[0, 0, 1], src=pad[{total}], "
        "src_strides=[64, 16, 1], type=i8, channels=16, kernel_rows=4, kernel_columns=4, "
        "src_rows=4, src_columns=4, src_zero_point=-128, dst_zero_point=-128")
    program.line(f"signal engine=vector, semaphore={RESULTS}")
    stored("pool", [1, 1, 1, 16], pooled)

    # The results of res_conv's tiles were signalled too: nobody else takes them.
    waits = -(-4 // residual_rows) + 1
    weights, parameters = places["fc"]
    logits = program.take(10)
    matrix_layer(
        program, "fc",
        f"conv dst=acc[0], dst_strides=[0, 0, 1], src=pad[{pooled}], src_strides=[0, 0, 1], "
        f"weights=pad[{weights}], weight_strides=[16, 0, 0, 1], src_type=i8, weight_type=i8, "
        "dst_type=i32, channels=10, depth=16, src_zero_point=-128",
        rescale_text(logits, "[1]", "acc[0]", "[1]", "[10]", parameters, -18),
        1, waits, last=True)
    program.line(f"wait engine=matrix, semaphore={FREE}, count=2")
    program.output("logits", [1, 10], logits)
    program.code.append(".layer")
    program.line("halt")
    return program.text()


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    (folder / "digits-edge.s").write_text(write_program("edge", 3, 5, False))
    (folder / "digits-nano.s").write_text(write_program("nano", 2, 7, True))


if __name__ == "__main__":
    main()

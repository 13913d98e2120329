"""Small TFLite files, written field by field, true or lying."""

import struct

UINT8, INT8 = 3, 9
AVERAGE_POOL, RELU, LOG_SOFTMAX, SIN = 1, 19, 50, 66


def numbers(form, *values):
    """A vector of scalars."""
    return ("vector", form, values)


def text(string):
    return ("vector", "s", string.encode())


def build(model):
    """The file of a table: a dict from field numbers to (form, scalar), dicts and lists."""
    out = bytearray(8)
    out[4:8] = b"TFL3"
    struct.pack_into("<I", out, 0, place(out, model))
    return bytes(out)


def place(out, thing):
    """Appends an object and returns where it begins."""
    if isinstance(thing, dict):
        fields = 1 + max(thing, default=-1)
        out.extend(bytes(-(len(out) + 4 + 2 * fields) % 8))
        index = len(out)
        slots = {field: 8 * (k + 1) for k, field in enumerate(sorted(thing))}
        sizes = (4 + 2 * fields, 8 * (len(thing) + 1))
        out.extend(struct.pack("<HH", *sizes))
        out.extend(struct.pack(f"<{fields}H", *(slots.get(f, 0) for f in range(fields))))
        at = len(out)
        out.extend(struct.pack("<i", at - index).ljust(sizes[1], b"\0"))
        for field, value in thing.items():
            where = at + slots[field]
            if isinstance(value, tuple) and value[0] != "vector":
                struct.pack_into("<" + value[0], out, where, value[1])
            else:
                struct.pack_into("<I", out, where, place(out, value) - where)
        return at
    out.extend(bytes((4 - len(out)) % 8))
    at = len(out)
    if isinstance(thing, tuple):
        _, form, values = thing
        if form == "s":  # a string ends with a zero that its length leaves out
            out.extend(struct.pack("<I", len(values)) + values + b"\0")
            return at
        out.extend(struct.pack(f"<I{len(values)}{form}", len(values), *values))
        return at
    out.extend(struct.pack("<I", len(thing)) + bytes(4 * len(thing)))
    for k, one in enumerate(thing):
        where = at + 4 + 4 * k
        struct.pack_into("<I", out, where, place(out, one) - where)
    return at


def tensor(name, shape=(1, 4), kind=INT8, buffer=0, scale=(0.5,), **fields):
    """A tensor; `fields`: axis, signature, variable, sparsity."""
    table = {
        0: numbers("i", *shape),
        1: ("b", kind),
        2: ("I", buffer),
        3: text(name),
        4: {2: numbers("f", *scale), 3: numbers("q", *[0] * len(scale))},
    }
    table[4][6] = ("i", fields.get("axis", 0))
    if "signature" in fields:
        table[7] = numbers("i", *fields["signature"])
    if "variable" in fields:
        table[5] = ("b", 1)
    if "sparsity" in fields:
        table[6] = {}
    return table


def chain(*codes, tensors=None, data=(), inputs=(0,), outputs=None):
    """A model of operators in a row, each from tensor k to tensor k + 1.

    `data`: the bytes of buffers 1, 2, ...
    """
    tensors = tensors or [tensor(f"t{k}") for k in range(len(codes) + 1)]
    operators = [
        {0: ("I", k), 1: numbers("i", k), 2: numbers("i", k + 1)} for k in range(len(codes))
    ]
    graph = {
        0: tensors,
        1: numbers("i", *inputs),
        2: numbers("i", *(outputs or (len(codes),))),
        3: operators,
        4: text("main"),
    }
    return {
        0: ("I", 3),
        1: [{0: ("b", min(code, 127)), 2: ("i", 1), 3: ("i", code)} for code in codes],
        2: [graph],
        3: text("made by a test"),
        4: [{}, *({0: numbers("B", *one)} for one in data)],
    }

"""f64 and i64 in graphs that need neither.

PyTorch computes variances, means and masks of f32 in f64, and counts in i64; TOSA has
neither. Where the model's inputs, outputs and constants allow it, f64 becomes f32 and i64
becomes i32; what is real is refused.
"""

from __future__ import annotations

import re
import struct

from lacuna.errors import LacunaError
from lacuna.importing.graph import Graph, Operation
from lacuna.importing.rewrite import element_type

_NARROW = {"f64": "f32", "i64": "i32"}
_WIDE_TYPE = re.compile(r"(tensor<(?:\d+x)*)(f64|i64)>")
_HEX = re.compile(r"dense<\"0x([0-9A-Fa-f]*)\">")
_NUMBERS = re.compile(r"dense<([^\"<>]*)>")
_BITS64 = re.compile(r"0x([0-9A-Fa-f]{16})")
# Of wide integers: operations whose results fit wherever their operands do.
_FITTING = (
    "cast const reshape concat slice reverse transpose tile pad select equal greater "
    "greater_equal maximum minimum clamp gather scatter identity argmax reduce_max reduce_min"
)
_SAFE = {f"tosa.{name}" for name in _FITTING.split()}


def narrow(graph: Graph, path: str) -> None:
    """Changes the graph in place; a LacunaError names the wide types that are real."""
    wide = [
        f"{kind} '{port.name or port.value}' is {element_type(port.type)}"
        for kind, ports in (("input", graph.arguments), ("output", graph.results))
        for port in ports
        if element_type(port.type) == "f64"
    ]
    for op in graph.operations:
        types = op.operand_types + op.result_types
        if any(_is(type_, "i64") for type_ in types) and op.name not in _SAFE:
            wide.append(f"layer '{op.label or op.name}' computes with i64 ({op.name})")
        if op.name == "tosa.const" and any(element_type(t) in _NARROW for t in op.result_types):
            try:
                op.attributes = _constant(op.attributes, element_type(op.result_types[0]))
            except OverflowError:
                wide.append(f"layer '{op.label or op.name}' has a constant beyond 32 bits")
    if wide:
        raise LacunaError.at(path, "64-bit numbers, which TOSA lacks: " + "; ".join(wide))
    for kind, ports in (("input", graph.arguments), ("output", graph.results)):
        for port in ports:
            if _is(port.type, "i64"):
                graph.comments.append(f"{kind} '{port.name}' is i64 in the model and i32 here")
    for port in graph.arguments + graph.results:
        port.type = _type(port.type)
    for op in graph.operations:
        op.operand_types = [_type(type_) for type_ in op.operand_types]
        op.result_types = [_type(type_) for type_ in op.result_types]
        if op.name != "tosa.const":
            op.attributes = _attributes(op)
    _drop_casts(graph)


def _is(type_: str, element: str) -> bool:
    return type_.startswith("tensor<") and element_type(type_) == element


def _type(type_: str) -> str:
    return _WIDE_TYPE.sub(lambda match: f"{match[1]}{_NARROW[match[2]]}>", type_)


def _attributes(op: Operation) -> str:
    """Attributes without wide numbers: limits of a clamp."""
    if op.name != "tosa.clamp":
        return op.attributes

    def limit(match: re.Match[str]) -> str:
        low, high = -(1 << 31), (1 << 31) - 1
        return f"{min(max(int(match[1]), low), high)} : i32"

    return re.sub(r"(-?\d+) : i64", limit, op.attributes).replace(" : f64", " : f32")


def _constant(attributes: str, element: str) -> str:
    """A constant's attributes with narrow data; OverflowError where an integer is too large."""
    wide, small = ("d", "f") if element == "f64" else ("q", "i")

    def pack(values: tuple[float, ...]) -> str:
        try:
            return struct.pack(f"<{len(values)}{small}", *values).hex().upper()
        except struct.error:
            raise OverflowError from None

    def from_hex(match: re.Match[str]) -> str:
        data = bytes.fromhex(match[1])
        return f'dense<"0x{pack(struct.unpack(f"<{len(data) // 8}{wide}", data))}">'

    def from_numbers(match: re.Match[str]) -> str:
        text = match[1]
        if element == "i64":
            pack(tuple(int(number) for number in re.findall(r"-?\d+", text)))
            return match[0]

        def bits(value: re.Match[str]) -> str:
            (number,) = struct.unpack(">d", bytes.fromhex(value[1]))
            return f"0x{struct.pack('>f', number).hex().upper()}"

        return f"dense<{_BITS64.sub(bits, text)}>"

    changed = _HEX.sub(from_hex, attributes)
    if changed == attributes:
        changed = _NUMBERS.sub(from_numbers, attributes)
    return _WIDE_TYPE.sub(lambda match: f"{match[1]}{_NARROW[match[2]]}>", changed)


def _drop_casts(graph: Graph) -> None:
    """Removes casts from a type to itself."""
    same = {
        op.results[0]: op.operands[0]
        for op in graph.operations
        if op.name == "tosa.cast" and op.operand_types == op.result_types
    }
    resolved = {}
    for value in same:
        target = value
        while target in same:
            target = same[target]
        resolved[value] = target
    graph.replace_uses(resolved)
    graph.operations = [
        op for op in graph.operations if not (op.results and op.results[0] in resolved)
    ]

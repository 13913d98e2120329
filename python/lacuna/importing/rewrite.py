"""What is changed in converted graphs: shapes, rounding, pools of unsigned bytes.

Each function takes a graph and changes it in place.
"""

from __future__ import annotations

import re

from lacuna.errors import Diagnostic, LacunaError
from lacuna.importing.graph import Graph, Operation

ROUNDINGS = ("double", "single", "litert")

_SHAPE_VALUES = re.compile(r"values? = dense<(.*?)> : tensor<(\d+)xindex>")


def shape_constant(value: str, extents: list[int]) -> Operation:
    """`value` = a constant of TOSA's shape type."""
    text = "" if not extents else f"[{', '.join(map(str, extents))}]"
    rank = len(extents)
    return Operation(
        [value],
        "tosa.const_shape",
        [],
        f"{{values = dense<{text}> : tensor<{rank}xindex>}}",
        [],
        [f"!tosa.shape<{rank}>"],
    )


def constant(value: str, data: str, type_: str) -> Operation:
    """`value` = a constant of `type_`; `data` is what stands inside `dense<...>`."""
    attributes = f"<{{values = dense<{data}> : {type_}}}>"
    return Operation([value], "tosa.const", [], attributes, [], [type_], quoted=True)


def read_shape(op: Operation) -> list[int] | None:
    """The numbers of a `tosa.const_shape`, or None if it is something else."""
    match = _SHAPE_VALUES.search(op.attributes)
    if op.name != "tosa.const_shape" or match is None:
        return None
    numbers = [int(number) for number in re.findall(r"-?\d+", match[1])]
    return numbers if match[1].startswith("[") else numbers * int(match[2])


def tensor_shape(type_: str) -> list[int] | None:
    """The extents of a tensor type, or None where one is not known."""
    match = re.fullmatch(r"tensor<((?:\d+x)*)[a-z]\w*>", type_)
    return None if match is None else [int(e) for e in match[1].split("x") if e]


def element_type(type_: str) -> str:
    """The element type of a tensor type."""
    return type_[type_.rfind("x") + 1 : -1] if "x" in type_ else type_[len("tensor<") : -1]


def resolve_shapes(graph: Graph) -> None:
    """Gives reshapes and slices whose shape operand holds -1 the extents of their result."""
    defined = graph.definitions()
    made: dict[tuple[int, ...], str] = {}
    changed: list[Operation] = []
    for op in graph.operations:
        place = {"tosa.reshape": 1, "tosa.slice": 2}.get(op.name)
        if place is not None and len(op.operands) > place:
            source = defined.get(op.operands[place])
            numbers = read_shape(source) if source else None
            extents = tensor_shape(op.result_types[0])
            if numbers and min(numbers) < 0 and extents:
                key = tuple(extents)
                if key not in made:
                    made[key] = graph.fresh("shape")
                    changed.append(shape_constant(made[key], extents))
                op.operands[place] = made[key]
        changed.append(op)
    graph.operations = changed
    graph.drop_unused()


def check(graph: Graph, path: str) -> None:
    """Refuses what is not static TOSA, all of it in one error, by the names of the layers."""
    strange: dict[str, list[str]] = {}
    dynamic = []
    for op in graph.operations:
        if not op.name.startswith("tosa.") or op.name in ("tosa.custom", "tosa.variable"):
            strange.setdefault(op.name, []).append(op.label or "a layer without a name")
        elif any("?" in type_ for type_ in op.result_types):
            dynamic.append(op.label or op.name)
    problems = []
    if strange:
        kinds = "; ".join(
            f"{name} ({', '.join(sorted(set(labels)))})" for name, labels in strange.items()
        )
        problems.append(Diagnostic(f"operators that have no form in TOSA: {kinds}", path))
    open_ports = [p.name for p in graph.arguments + graph.results if "?" in p.type]
    if open_ports:
        problems.append(
            Diagnostic(
                f"inputs or outputs without a static shape: {', '.join(open_ports)}",
                path,
                notes=("give the shapes of the inputs with --shape NAME=1,3,224,224",),
            )
        )
    elif dynamic and not strange:
        some = ", ".join(dict.fromkeys(dynamic))
        problems.append(Diagnostic(f"layers without a static shape: {some}", path))
    if problems:
        raise LacunaError(problems)


def set_rounding(graph: Graph, rounding: str) -> None:
    """The rounding of the rescale after each layer.

    double: as the converter writes it, twice after every layer. single: once everywhere, as
    LiteRT's default kernels. litert: once after fully connected layers, twice elsewhere, as
    LiteRT's reference kernels.
    """
    defined = graph.definitions()

    def is_dense(op: Operation | None) -> bool:
        """The converter writes a fully connected layer as a convolution of reshaped weights."""
        if op is None or op.name == "tosa.matmul":
            return op is not None
        weights = defined.get(op.operands[1]) if op.name == "tosa.conv2d" else None
        return weights is not None and weights.name == "tosa.reshape"

    for op in graph.operations:
        if op.name == "tosa.rescale" and (
            rounding == "single" or (rounding == "litert" and is_dense(defined.get(op.operands[0])))
        ):
            op.attributes = op.attributes.replace("DOUBLE_ROUND", "SINGLE_ROUND")


def average_unsigned(graph: Graph) -> None:
    """Pools of unsigned bytes average the unsigned values.

    The converter moves the bytes to i8 by subtracting 128 and leaves the pool's zero points
    at 0, so that ties would be rounded the other way.
    """
    changed = []
    for op in graph.operations:
        if op.name == "tosa.avg_pool2d" and element_type(op.result_types[0]) == "i8":
            zero = graph.fresh("pool_zero")
            changed.append(constant(zero, "-128", "tensor<1xi8>"))
            op.operands[1:3] = [zero, zero]
        changed.append(op)
    graph.operations = changed


def square(graph: Graph) -> None:
    """x to the power of 2 becomes x times x: TOSA's power is undefined for negative x."""
    defined = graph.definitions()
    changed = []
    for op in graph.operations:
        exponent = defined.get(op.operands[1]) if op.name == "tosa.pow" else None
        if (
            exponent is not None
            and exponent.name == "tosa.const"
            and re.search(r"dense<2\.0+e\+00> ", exponent.attributes)
            and op.operand_types[0] == op.result_types[0]
        ):
            shift = graph.fresh("shift")
            changed.append(constant(shift, "0", "tensor<1xi8>"))
            op.name = "tosa.mul"
            op.operands = [op.operands[0], op.operands[0], shift]
            op.operand_types = [op.operand_types[0], op.operand_types[0], "tensor<1xi8>"]
        changed.append(op)
    graph.operations = changed

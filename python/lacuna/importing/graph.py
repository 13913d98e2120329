"""TOSA text as a list of operations: read from a converter's output, changed, written.

The converters print one operation a line, in MLIR's own form; this reads just that, and
refuses what it doesn't know (regions, several functions).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lacuna.importing import names

_VALUE = r"%[\w$.#-]+"
_HEAD = re.compile(
    rf"\s*(?:(?P<results>{_VALUE}(?:, {_VALUE})*) = )?(?:\"(?P<quoted>[\w.$]+)\"|(?P<bare>[\w.$]+))"
    rf"\s*(?P<operands>\((?:{_VALUE}(?:, {_VALUE})*)?\)|{_VALUE}(?:, {_VALUE})*)?"
)
_PLAIN_CONSTANT = re.compile(rf"({_VALUE}) = arith\.constant (dense<.*>) : (tensor<[^<>]*>)\s*$")
_LOCATION = re.compile(r" loc\((#loc\d*|unknown|\"(?:[^\"\\]|\\.)*\"(?:\(.*\))?)\)\s*$")
_ARGUMENT = re.compile(r"(%\w+): ([\w!.]*(?:<[^<>]*(?:<[^<>]*>[^<>]*)*>)?)")
_TYPE = re.compile(r"(?:tensor|!tosa\.shape|!torch\.\w+|!tfl?\.?\w*)<[^<>]*>|!?\w[\w.]*")


class Unreadable(Exception):
    """The text is not of the form that the converters write."""


@dataclass
class Operation:
    """`results = name operands attributes : operand types -> result types`.

    `attributes` is text, braces and all; `label` the name of the layer in the model.
    """

    results: list[str]
    name: str
    operands: list[str]
    attributes: str = ""
    operand_types: list[str] = field(default_factory=list)
    result_types: list[str] = field(default_factory=list)
    label: str = ""
    quoted: bool = False

    def text(self) -> str:
        parts = [f"{', '.join(self.results)} = "] if self.results else []
        operands = ", ".join(self.operands)
        if self.quoted:
            parts.append(f'"{self.name}"({operands})')
        else:
            parts.append(self.name + (f" {operands}" if operands else ""))
        if self.attributes:
            parts.append(f" {self.attributes}")
        results = ", ".join(self.result_types)
        if len(self.result_types) != 1:
            results = f"({results})"
        parts.append(f" : ({', '.join(self.operand_types)}) -> {results}")
        return "".join(parts)


@dataclass
class Port:
    """An argument or result of the function: its value, type and name in the model; of a
    quantised ONNX model, real value = scale x (element - zero)."""

    value: str
    type: str
    name: str = ""
    scale: float | None = None
    zero: int = 0


@dataclass
class Graph:
    """One function, `main`: its arguments, operations in order, and results."""

    arguments: list[Port] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    results: list[Port] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    _made: int = 0

    def definitions(self) -> dict[str, Operation]:
        """The operation that makes each value."""
        return {value: op for op in self.operations for value in op.results}

    def fresh(self, stem: str) -> str:
        """A value name that is not taken: converters number theirs."""
        self._made += 1
        return f"%{stem}_{self._made}"

    def replace_uses(self, renamed: dict[str, str]) -> None:
        """Puts other values in the place of values, wherever they are used."""
        for op in self.operations:
            op.operands = [renamed.get(value, value) for value in op.operands]
        for port in self.results:
            port.value = renamed.get(port.value, port.value)

    def drop_unused(self, keep: Iterable[str] = ()) -> None:
        """Removes the operations whose results nothing uses."""
        used = {port.value for port in self.results} | set(keep)
        kept = []
        for op in reversed(self.operations):
            if not op.results or any(value in used for value in op.results):
                used.update(op.operands)
                kept.append(op)
        self.operations = kept[::-1]

    def text(self, file: str) -> str:
        """The module. Each operation's location is its layer's name, at its own line of
        `file`, the file that the text will be in."""
        lines = [f"// {names.printable(comment)}" for comment in self.comments]
        file = names.quote(file)
        arguments = ", ".join(f"{port.value}: {port.type}{_named(port)}" for port in self.arguments)
        results = ", ".join(f"{port.type}{_named(port)}" for port in self.results)
        lines.append("module {")
        lines.append(f"  func.func @main({arguments}) -> ({results}) {{")
        for op in self.operations:
            place = f"{file}:{len(lines) + 1}:5"
            location = f"{names.quote(op.label)}({place})" if op.label else place
            lines.append(f"    {op.text()} loc({location})")
        values = ", ".join(port.value for port in self.results)
        types = ", ".join(port.type for port in self.results)
        lines.append(f"    return {values} : {types}")
        return "\n".join([*lines, "  }", "}", ""])


def from_dictionary(fields: Mapping[str, Any]) -> Graph:
    """The graph that `dataclasses.asdict` took apart."""
    return Graph(
        [Port(**port) for port in fields["arguments"]],
        [Operation(**op) for op in fields["operations"]],
        [Port(**port) for port in fields["results"]],
        list(fields["comments"]),
    )


def _named(port: Port) -> str:
    return f" {{tosa.tensor_name = {names.quote(port.name)}}}" if port.name else ""


def read_graph(text: str) -> Graph:
    """The graph in a converter's text; raises Unreadable."""
    labels = names.read_locations(text)
    graph: Graph | None = None
    returned = False
    for number, line in enumerate(text.split("\n"), 1):
        body = line.strip()
        if body.startswith("func.func "):
            if graph is not None:
                raise Unreadable("the model holds several graphs; one is imported")
            graph = Graph()
            _read_signature(body, graph, labels)
        elif not body or body[0] in "#}" or body.startswith(("module", "loc(")):
            continue
        elif body.startswith("{-#"):
            break
        elif graph is None or returned:
            raise Unreadable(f"line {number} of the converter's text lies outside a function")
        elif body.startswith("return"):
            returned = True
            values = re.findall(_VALUE, body.split(" : ")[0])
            if len(values) != len(graph.results):
                raise Unreadable("a result of the function is missing")
            for port, value in zip(graph.results, values, strict=True):
                port.value = value
        else:
            graph.operations.append(_read_operation(body, number, labels))
    if graph is None or not returned:
        raise Unreadable("the converter's text holds no function")
    return graph


def _read_signature(line: str, graph: Graph, labels: dict[str, str]) -> None:
    head, _, tail = line.partition(" -> ")
    graph.arguments = [Port(value, kind) for value, kind in _ARGUMENT.findall(head)]
    tail = re.split(r"\s*(?:attributes\s*)?\{|\s+loc\(", tail)[0] if tail[:1] != "(" else tail
    if tail.startswith("("):
        tail = tail[1 : tail.index(")")]
    graph.results = [Port("", kind) for kind in _TYPE.findall(re.sub(r"\{[^}]*\}", "", tail))]


def _read_operation(line: str, number: int, labels: dict[str, str]) -> Operation:
    label = ""
    location = _LOCATION.search(line)
    if location:
        label = labels.get(location[1], "") if location[1][0] == "#" else names.first(location[1])
        line = line[: location.start()]
    plain = _PLAIN_CONSTANT.match(line)
    if plain:  # torch-mlir leaves some; in TOSA they are constants like others
        data = f"<{{values = {plain[2]} : {plain[3]}}}>"
        return Operation([plain[1]], "tosa.const", [], data, [], [plain[3]], label, quoted=True)
    head = _HEAD.match(line)
    at = line.rfind(" : (")
    arrow = line.find(") -> ", at)
    if head is None or at < 0 or arrow < 0 or line.rstrip().endswith("{"):
        name = head and (head["quoted"] or head["bare"])
        raise Unreadable(
            f"operation '{name}' (line {number} of the converter's text) has a form that is not "
            "imported: control flow, state or another dialect"
        )
    return Operation(
        head["results"].split(", ") if head["results"] else [],
        head["quoted"] or head["bare"],
        re.findall(_VALUE, head["operands"] or ""),
        line[head.end() : at].strip(),
        _TYPE.findall(line[at + 4 : arrow]),
        _TYPE.findall(line[arrow + 5 :]),
        label,
        head["quoted"] is not None,
    )

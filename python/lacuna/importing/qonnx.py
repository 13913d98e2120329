"""QONNX: Quant and BipolarQuant nodes (of Brevitas and qonnx), which round real numbers to
any number of bits. Up to 8 bits they become QuantizeLinear and DequantizeLinear in place:
constants as integers of 4 or 8 bits; others with a Clip before, to the fewer bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from lacuna.importing.onnx_file import QONNX, Refused

_KINDS = ("Quant", "BipolarQuant", "IntQuant")


def is_quantiser(node: Any) -> bool:
    """Whether a node is one of these."""
    return node.op_type in _KINDS and node.domain in QONNX


def rewrite(model: Any) -> None:
    """Changes the model in place; Refused names all nodes that have no such form."""
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].name == "value":
            constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    nodes: list[Any] = []
    problems: list[str] = []
    for node in model.graph.node:
        if not is_quantiser(node):
            nodes.append(node)
            continue
        try:
            nodes += _Quantiser(model, node, constants).nodes
        except ValueError as error:
            problems.append(f"{node.op_type} {error} ({node.name})")
    if problems:
        raise Refused("operators that have no integer form: " + "; ".join(problems))
    nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


class _Quantiser:
    """The nodes that stand for one. ValueError says why there are none."""

    def __init__(self, model: Any, node: Any, constants: dict[str, Any]):
        self.model, self.node = model, node
        self.nodes: list[Any] = []
        numbers = []
        for name in node.input[1:]:
            if name not in constants:
                raise ValueError("whose scale, zero point or bits are not constant")
            numbers.append(np.asarray(constants[name], np.float32))
        weights = constants.get(node.input[0])
        self.scale = numbers[0] if numbers else np.ones((), np.float32)
        if not (np.isfinite(self.scale).all() and (self.scale > 0).all()):
            raise ValueError("whose scale is not a positive number")
        if node.op_type == "BipolarQuant":
            if weights is None:
                raise ValueError("of activations (a Quant of 2 bits has an integer form)")
            signs = np.where(weights >= 0, 1, -1)
            self._constant(signs, 4, 0)
            return
        self._quant(numbers[1:], weights)

    def _quant(self, numbers: list[Any], weights: Any) -> None:
        given = {one.name: helper.get_attribute_value(one) for one in self.node.attribute}
        mode = given.get("rounding_mode", b"ROUND").decode().upper()
        if mode not in ("ROUND", "HALF_EVEN", "ROUND_TO_EVEN"):
            raise ValueError(f"of rounding mode {mode} (ROUND has an integer form)")
        if len(numbers) != 2 or any(one.size != 1 for one in numbers):
            raise ValueError("with several zero points or numbers of bits")
        zero, bits = (float(one.reshape(())) for one in numbers)
        if bits != int(bits) or not 1 <= bits <= 8 or zero != int(zero):
            raise ValueError(f"of {bits:g} bits with zero point {zero:g} (whole ones up to 8 bits)")
        signed, narrow = given.get("signed", 1), given.get("narrow", 0)
        low = -(1 << (int(bits) - 1)) + narrow if signed else 0
        high = (1 << (int(bits) - 1)) - 1 if signed else (1 << int(bits)) - 1 - narrow
        if weights is not None:
            elements = np.clip(np.rint(weights / self.scale + np.float32(zero)), low, high)
            four = low >= -8 and high <= 7 and zero == 0
            self._constant(elements, 4 if four else 8, int(zero), bool(signed))
            return
        if self.scale.size != 1:
            raise ValueError("of activations with a scale a channel")
        if not (-128 if signed else 0) <= zero <= (127 if signed else 255):
            raise ValueError(f"of activations with zero point {zero:g}")
        source, name = self.node.input[0], self.node.name
        scale = self._initializer("scale", self.scale.reshape(()))
        kind = np.int8 if signed else np.uint8
        point = self._initializer("zero", np.array(zero, kind))
        if (low, high) != (np.iinfo(kind).min, np.iinfo(kind).max):
            ends = [
                self._initializer(text, (self.scale.reshape(()) * np.float32(end - zero)))
                for text, end in (("low", low), ("high", high))
            ]
            self.nodes.append(
                helper.make_node("Clip", [source, *ends], [f"{name}/in"], f"{name}/clip")
            )
            source = f"{name}/in"
        self.nodes.append(
            helper.make_node("QuantizeLinear", [source, scale, point], [f"{name}/q"], name)
        )
        self.nodes.append(
            helper.make_node(
                "DequantizeLinear", [f"{name}/q", scale, point], self.node.output, f"{name}/real"
            )
        )

    def _initializer(self, what: str, array: Any) -> str:
        name = f"{self.node.name}/{what}"
        self.model.graph.initializer.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def _constant(self, elements: Any, bits: int, zero: int, signed: bool = True) -> None:
        """Integers as the operand of a DequantizeLinear."""
        name, kind = self.node.name, np.dtype(np.int8 if signed else np.uint8)
        integers = elements.astype(kind)
        if bits == 4 and signed:
            tensor = helper.make_tensor(
                f"{name}/q", onnx.TensorProto.INT4, integers.shape, integers.ravel()
            )
        else:
            tensor = numpy_helper.from_array(integers, f"{name}/q")
        self.model.graph.initializer.append(tensor)
        axes = [axis for axis, extent in enumerate(self.scale.shape) if extent != 1]
        if len(axes) > 1:
            raise ValueError("with scales along several axes")
        axis = axes[0] + integers.ndim - self.scale.ndim if axes else 0
        flat = self.scale.reshape(-1) if axes else self.scale.reshape(())
        operands = [f"{name}/q", self._initializer("scale", flat)]
        if zero:
            operands.append(self._initializer("zero", np.full(flat.shape, zero, kind)))
        made = helper.make_node("DequantizeLinear", operands, self.node.output, name)
        made.attribute.append(helper.make_attribute("axis", axis))
        self.nodes.append(made)

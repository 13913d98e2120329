"""Windows along height and width, of convolutions and pools."""

from __future__ import annotations

from collections.abc import Sequence

from lacuna.importing.qdq_operators import Node, Unsupported
from lacuna.importing.quantised import Value, Writer


def array(name: str, numbers: Sequence[int]) -> str:
    """An attribute that holds numbers."""
    return f"{name} = array<i64: {', '.join(map(str, numbers))}>"


class Window:
    """Kernel, strides, dilations and padding of a node along height and width.

    ONNX rounds the number of steps down and TOSA wants it whole: what is left over is taken
    from the padding behind, and then from the input.
    """

    def __init__(self, node: Node, source: Value, kernel: Sequence[int]):
        if len(source.shape) != 4 or len(kernel) != 2:
            raise Unsupported(f"of rank {len(source.shape)}")
        self.kernel = list(kernel)
        self.strides = node.integers("strides", (1, 1))
        self.dilations = node.integers("dilations", (1, 1))
        before, behind = self._padding(node, source)
        self.before, self.behind = before, list(behind)  # as the node says
        if node.integer("ceil_mode", 0):
            for axis in range(2):
                steps = node.shape[2 + axis] - 1
                reach = steps * self.strides[axis] + self.dilations[axis] * (kernel[axis] - 1) + 1
                extra = reach - source.shape[2 + axis] - before[axis] - behind[axis]
                behind[axis] += max(extra, 0)
        self.kept = []
        self.pads: list[int] = []
        for axis in range(2):
            extent = source.shape[2 + axis]
            reach = self.dilations[axis] * (self.kernel[axis] - 1) + 1
            rest = (extent + before[axis] + behind[axis] - reach) % self.strides[axis]
            less = min(rest, behind[axis])
            self.pads += [before[axis], behind[axis] - less]
            self.kept.append(extent - (rest - less))

    def _padding(self, node: Node, source: Value) -> tuple[list[int], list[int]]:
        auto = node.text("auto_pad", "NOTSET")
        if auto in ("NOTSET", "VALID"):
            pads = node.integers("pads", (0, 0, 0, 0)) if auto == "NOTSET" else [0] * 4
            if min(pads) < 0:
                raise Unsupported("with negative padding")
            return pads[:2], pads[2:]
        small, large = [], []
        for axis in range(2):
            extent, stride = source.shape[2 + axis], self.strides[axis]
            reach = self.dilations[axis] * (self.kernel[axis] - 1) + 1
            total = max((-(-extent // stride) - 1) * stride + reach - extent, 0)
            small.append(total // 2)
            large.append(total - total // 2)
        return (small, large) if auto == "SAME_UPPER" else (large, small)

    def source(self, writer: Writer, value: Value) -> tuple[str, str]:
        """The input with channels last, without what no window reaches."""
        n, c, h, w = value.shape
        value = writer.channels(value, True)
        if self.kept == [h, w]:
            return value.name, value.type
        extents = [n, *self.kept, c]
        name, type_ = writer.slice((value.name, value.type), [0] * 4, extents)
        return name, type_

    def attributes(self, *more: str) -> str:
        """Padding and strides, after other attributes."""
        given = [*more, array("pad", self.pads), array("stride", self.strides)]
        return f"{{{', '.join(given)}}}"

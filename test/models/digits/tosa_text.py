"""Writes the digits network as TOSA text (MLIR 22), float and int8.

Every op of a layer carries the layer's name as its location, as an importer
does it, so that reports speak of `conv1` and not of an ordinal.
"""

from network import IMAGE, IMAGE_SHAPE, NETWORK
from train import PER_WEIGHT

WIDTH = 100  # a list that fits is written on one line
MAX_F32 = "3.40282347E+38"


def decimal(thousandths):
    """Exact decimal text of a parameter: 120 -> 0.12."""
    text = f"{thousandths / PER_WEIGHT:.3f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def nested(values, form, indent):
    """A dense list of an array or a list, one level a line where it is too wide."""
    if not hasattr(values, "__len__"):
        return form(values)
    items = [nested(v, form, indent + 1) for v in values]
    line = f"[{', '.join(items)}]"
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    if not hasattr(values[0], "__len__"):
        return wrapped(items, indent)
    return "[" + (",\n" + " " * (indent + 1)).join(items) + "]"


def wrapped(items, indent):
    """A flat list over as many lines as it needs."""
    lines, line = [], ""
    for item in items:
        if line and indent + len(line) + len(item) + 3 > WIDTH:
            lines.append(line + ",")
            line = ""
        line += f", {item}" if line else item
    return "[" + ("\n" + " " * (indent + 1)).join([*lines, line]) + "]"


def tensor(shape, element):
    return "tensor<" + "x".join(map(str, shape)) + f"x{element}>"


class Writer:
    """Collects one module: shared scalars on top, then a section for each layer."""

    def __init__(self, element, accumulator):
        self.element, self.accumulator = element, accumulator
        self.scalars, self.body = {}, []
        self.types = {}  # SSA name -> type
        self.current = {}  # tensor's name in the network -> SSA name
        self.layer = None

    def constant(self, name, values, shape, element, form=str):
        kind = tensor(shape, element)
        text = nested(values, form, 8)
        gap = "\n        " if "\n" in text else ""
        self.types[name] = kind
        line = f'{name} = "tosa.const"() <{{values = dense<{gap}{text}> : {kind}}}> : () -> {kind}'
        self.body.append(line)
        return name

    def scalar(self, value, element):
        """A one-element constant (zero point, shift, multiplier), written once."""
        name = f"%{element}_{value}".replace("-", "m").replace(".", "_")
        self.types[name] = kind = tensor((1,), element)
        self.scalars[name] = (
            f'{name} = "tosa.const"() <{{values = dense<{value}> : {kind}}}> : () -> {kind}'
        )
        return name

    def op(self, result, op, operands, attributes, shape, element):
        """Append `result = tosa.op operands {attributes}`, located at the layer."""
        kinds = ", ".join(self.types[o] for o in operands)
        self.types[result] = kind = tensor(shape, element)
        attributes = f" {{{attributes}}}" if attributes else ""
        self.body.append(
            f"{result} = tosa.{op} {', '.join(operands)}{attributes}\n"
            f'        : ({kinds}) -> {kind} loc("{self.layer.name}")'
        )
        return result

    def window(self, layer, x, operands, extra, element):
        """A convolution or a pooling: the ops with a pad and a stride."""
        pad = ", ".join(map(str, layer.pad))
        attributes = (
            f"acc_type = {self.accumulator}, {extra}, "
            f"pad = array<i64: {pad}>, stride = array<i64: {layer.stride}, {layer.stride}>"
        )
        result = f"%{layer.name}_acc" if element == "i32" else f"%{layer.name}"
        return self.op(result, layer.op, [x, *operands], attributes, (1, *layer.shape), element)

    def convolve(self, layer, weights, bias, zero_points, form):
        name, x = f"%{layer.name}", self.current[layer.inputs[0]]
        w = self.constant(f"{name}_weights", weights, layer.weights, self.element, form)
        b = self.constant(f"{name}_bias", bias, layer.shape[-1:], self.accumulator, form)
        operands = [w, b, *zero_points]
        return self.window(layer, x, operands, "dilation = array<i64: 1, 1>", self.accumulator)

    def pool(self, layer, zero_point):
        kernel = f"kernel = array<i64: {layer.kernel[0]}, {layer.kernel[1]}>"
        x = self.current[layer.inputs[0]]
        return self.window(layer, x, [zero_point] * 2, kernel, self.element)

    def clamp(self, layer, x, low, high):
        kind = self.element
        attributes = f"max_val = {high} : {kind}, min_val = {low} : {kind}"
        return self.op(f"%{layer.name}_relu", "clamp", [x], attributes, (1, *layer.shape), kind)

    def module(self, write_layer):
        """The text, with write_layer(layer) appending a layer and naming its result."""
        image = tensor((1, *IMAGE_SHAPE), self.element)
        self.current[IMAGE], self.types[f"%{IMAGE}"] = f"%{IMAGE}", image
        for layer in NETWORK:
            self.layer = layer
            self.body.append(f"\n    // {layer.name}")
            self.current[layer.name] = write_layer(layer)
        last = self.current[layer.name]
        kind = tensor((1, 10), self.element)
        self.types["%shape"] = "!tosa.shape<2>"
        self.body.append(
            "%shape = tosa.const_shape {values = dense<[1, 10]> : tensor<2xindex>}"
            " : () -> !tosa.shape<2>"
        )
        self.op("%logits", "reshape", [last, "%shape"], "", (1, 10), self.element)
        self.body.append(f"return %logits : {kind}")
        lines = "\n".join(
            line if line.startswith("\n") else f"    {line}"
            for line in [*self.scalars.values(), *self.body]
        )
        head = f"  func.func @main(%{IMAGE}: {image}) -> {kind} {{"
        return f"module {{\n{head}\n{lines}\n  }}\n}}\n"


def float_text(params):
    """The float network; params: layer name -> (weights, bias) in train.WEIGHT."""
    w = Writer("f32", "f32")
    zero = w.scalar("0.0", "f32")

    def write(layer):
        if layer.op == "avg_pool2d":
            return w.pool(layer, zero)
        if layer.op == "add":
            operands = [w.current[i] for i in layer.inputs]
            y = w.op(f"%{layer.name}", "add", operands, "", (1, *layer.shape), "f32")
        else:
            y = w.convolve(layer, *params[layer.name], [zero, zero], decimal)
        return w.clamp(layer, y, "0.0", MAX_F32) if layer.relu else y

    return w.module(write)


def int8_text(q):
    """The int8 network; q: quantize.Quantised."""
    w = Writer("i8", "i32")

    def rescale(result, x, r, shape, x_element):
        element, name = f"i{r.bits}", result
        channels = len(r.multiplier)
        if channels > 1:
            multiplier = w.constant(f"{name}_multiplier", r.multiplier, (channels,), "i32")
            shift = w.constant(f"{name}_shift", r.shift, (channels,), "i8")
        else:
            multiplier = w.scalar(r.multiplier[0], "i32")
            shift = w.scalar(r.shift[0], "i8")
        zero_points = [w.scalar(r.input_zp, x_element), w.scalar(r.output_zp, element)]
        attributes = (
            "input_unsigned = false, output_unsigned = false, "
            f"per_channel = {str(channels > 1).lower()}, "
            f"rounding_mode = {'DOUBLE' if r.double_round else 'SINGLE'}_ROUND, scale32 = true"
        )
        return w.op(
            result, "rescale", [x, multiplier, shift, *zero_points], attributes, shape, element
        )

    def write(layer):
        name, shape = layer.name, (1, *layer.shape)
        zero_point = w.scalar(q.zero_point[layer.inputs[0]], "i8")
        if layer.op == "avg_pool2d":
            return w.pool(layer, zero_point)
        if layer.op == "add":
            terms = [
                rescale(f"%{name}_{i}", w.current[i], r, (1, *layer.shape), "i8")
                for i, r in zip(layer.inputs, q.operands[name], strict=True)
            ]
            acc = w.op(f"%{name}_acc", "add", terms, "", shape, "i32")
        else:
            zero_points = [zero_point, w.scalar(0, "i8")]
            acc = w.convolve(layer, q.weights[name], q.bias[name], zero_points, str)
        y = rescale(f"%{name}", acc, q.rescale[name], shape, "i32")
        return w.clamp(layer, y, q.zero_point[name], 127) if layer.relu else y

    return w.module(write)

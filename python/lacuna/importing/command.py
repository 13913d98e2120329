"""The command `lacuna-import`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from lacuna.errors import LacunaError
from lacuna.importing.model import import_model
from lacuna.importing.quantisation import Quantisation
from lacuna.importing.rewrite import ROUNDINGS


def _shape(text: str) -> tuple[str, list[int]]:
    name, separator, extents = text.rpartition("=")
    try:
        shape = [int(extent) for extent in extents.split(",")] if extents else []
    except ValueError:
        shape = [0]
    if not separator or not name or any(extent < 1 for extent in shape):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=1,3,224,224")
    return name, shape


def _quantised(text: str) -> tuple[str, Quantisation]:
    name, separator, rest = text.rpartition("=")
    try:
        if separator and name:
            return name, Quantisation.parse(rest)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    raise argparse.ArgumentTypeError(f"'{text}' is not NAME=SCALE,ZERO,TYPE")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="lacuna-import",
        description="Imports a model as TOSA text of static shapes, which 'lacuna compile' reads.",
    )
    parser.add_argument("model", metavar="MODEL", help="a .tflite, .onnx or .pt2 file")
    parser.add_argument("-o", dest="output", metavar="MODEL.mlir", required=True)
    parser.add_argument(
        "--shape",
        metavar="NAME=1,3,224,224",
        type=_shape,
        action="append",
        default=[],
        help="the shape of an input whose shape the model leaves open",
    )
    parser.add_argument(
        "--quantised",
        metavar="NAME=SCALE,ZERO,u8",
        type=_quantised,
        action="append",
        default=[],
        help="how an input of a quantised ONNX model is quantised that it takes as real "
        "numbers (i8, u8, i16 or u16)",
    )
    parser.add_argument(
        "--rounding",
        choices=ROUNDINGS,
        default="double",
        help="of quantised TFLite layers: double as the converter writes it (the default), single "
        "as LiteRT's default kernels, litert as its reference kernels",
    )
    parser.add_argument(
        "--weights",
        metavar="FILE.npz",
        help="where to write constants of 1 KiB and more, for 'lacuna compile --weights FILE.npz'; "
        "without it they are in the text",
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; its exit code."""
    options = _parse(arguments)
    try:
        for written in filter(None, (options.output, options.weights)):
            if os.path.exists(written) and os.path.samefile(options.model, written):
                raise LacunaError.at(written, "is the model itself")
        imported = import_model(
            options.model,
            shapes=dict(options.shape),
            rounding=options.rounding,
            quantised=dict(options.quantised),
        )
        imported.save(options.output, options.weights)
    except LacunaError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

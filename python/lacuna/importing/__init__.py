"""From model files to static TOSA text: TFLite, ONNX and PyTorch's exported programs.

`import_model` is what the command `lacuna-import` calls; docs/importing.md says what comes
through and what is mended on the way.
"""

from lacuna.importing.model import Imported, import_model

__all__ = ["Imported", "import_model"]

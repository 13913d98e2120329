# The tests of tools, passes and diagnostics: RUN lines, checked by FileCheck.
#
# Features:  shared  the folder with real models exists; %shared is its path
#            numpy   %python is a Python with NumPy
#            import-tflite, import-torch  %import-python is a Python with the
#                    package's extras of these names
#            ml-dtypes  %ml-dtypes-python is a Python with that package
#            long    the run may take long (scripts/test.sh --long)
#            asan    the tools are built with the sanitizers
import os

import lit.formats

config.name = "Lacuna"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".test", ".mlir", ".s", ".yaml", ".td", ".py"]
config.excludes = ["Unit", "Inputs", "models", "lit.cfg.py", "lit.common.cfg.py"]
config.test_source_root = os.path.dirname(__file__)
lit_config.load_config(
    config, os.path.join(os.path.dirname(__file__), "lit.common.cfg.py")
)

config.substitutions += [
    ("%shared", config.shared_dir),
    ("%machines", os.path.join(config.source_root, "accel-isa", "machines")),
    ("%models", os.path.join(config.source_root, "test", "models")),
    ("%source", config.source_root),
    ("%build", config.build_root),
    ("%cmake", config.cmake),
    ("%cc", config.c_compiler),
    ("%cxx", config.cxx_compiler),
    ("%import-python", config.import_python),
    ("%ml-dtypes-python", config.ml_dtypes_python),
    ("%python", config.python or "python3"),
]
if "ml-dtypes" not in config.available_features:
    lit_config.note("no Python has ml_dtypes: Reference/ml-dtypes.py is left out")

# Shared by both suites: the environment of a test and what it may rely on.
import os
import shutil
import subprocess

config.test_exec_root = os.path.join(config.build_root, "test")
config.tools_dir = os.path.join(config.build_root, "bin")
config.environment["PATH"] = os.pathsep.join(
    [config.tools_dir, config.llvm_tools_dir, config.environment["PATH"]]
)
config.environment["LACUNA_MACHINES"] = ""

if config.sanitize:
    config.available_features.add("asan")
    # LLVM's and MLIR's shared libraries are not instrumented: vectors that they
    # grow look overflowed to our code, and so does memory of a bump allocator,
    # which our inlined copy of it poisons and theirs hands out.
    config.environment["ASAN_OPTIONS"] = ":".join(
        ["detect_container_overflow=0", "allow_user_poisoning=0", "detect_leaks=1"]
    )
    config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"
    config.environment["LLVM_SYMBOLIZER_PATH"] = os.path.join(
        config.llvm_tools_dir, "llvm-symbolizer"
    )

# A test that hangs fails instead of holding up the rest. lit needs psutil for
# that.
if lit_config.maxIndividualTestTimeIsSupported[0]:
    lit_config.maxIndividualTestTime = 900 if config.sanitize else 300

# The folder with real models and expected outputs is not part of the
# repository.
shared = os.environ.get(
    "LACUNA_SHARED", os.path.join(os.path.dirname(config.source_root), "shared")
)
if os.path.isdir(os.path.join(shared, "models")):
    config.available_features.add("shared")
    config.environment["LACUNA_SHARED"] = os.path.realpath(shared)
config.shared_dir = os.path.realpath(shared)

if lit_config.params.get("long") == "1":
    config.available_features.add("long")
    config.environment["LACUNA_LONG"] = "1"

# The first Python on the path that has NumPy.
config.python = None
for name in ["python3", "/usr/bin/python3"]:
    python = shutil.which(name)
    probe = [python, "-c", "import numpy"]
    if python and subprocess.run(probe, capture_output=True).returncode == 0:
        config.python = python
        config.available_features.add("numpy")
        break

# The Python package calls the tools under test; its importers need packages
# that scripts/quickstart.sh --with-import installs.
config.environment["LACUNA_TOOLS"] = config.tools_dir
config.environment["PYTHONPATH"] = os.path.join(config.source_root, "python")
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"
config.import_python = os.path.join(
    config.source_root, "build", "python", "bin", "python"
)
for feature, package in [
    ("import-tflite", "tosa_converter_for_tflite"),
    ("import-torch", "torch_mlir"),
]:
    probe = f"import importlib.util as u, sys; sys.exit(u.find_spec('{package}') is None)"
    if (
        os.access(config.import_python, os.X_OK)
        and subprocess.run([config.import_python, "-c", probe]).returncode == 0
    ):
        config.available_features.add(feature)

# The first Python that has the package with which conversions of floats are
# compared; among quickstart.sh's, onnx brings it.
config.ml_dtypes_python = "python3"
for python in [*map(shutil.which, ["python3", "/usr/bin/python3"]), config.import_python]:
    probe = [python, "-c", "import ml_dtypes"]
    if (
        python
        and os.access(python, os.X_OK)
        and subprocess.run(probe, capture_output=True).returncode == 0
    ):
        config.ml_dtypes_python = python
        config.available_features.add("ml-dtypes")
        break

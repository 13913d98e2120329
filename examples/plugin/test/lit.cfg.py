# Runs the tests beside this file with the tools of the Lacuna that was found;
# %plugin is the library that was built.
import os

import lit.formats

config.name = "MarkMemoryBound"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.environment["PATH"] = os.pathsep.join(
    [config.lacuna_tools, config.llvm_tools, config.environment["PATH"]]
)
config.substitutions.append(("%plugin", config.plugin))

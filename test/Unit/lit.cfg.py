# The GoogleTest binaries in build/unit, each of their tests counted.
import os

import lit.formats

config.name = "Lacuna-Unit"
config.suffixes = []
config.test_source_root = os.path.join(config.build_root, "unit")
config.test_format = lit.formats.GoogleTest(".", "Tests")
lit_config.load_config(
    config,
    os.path.join(config.source_root, "test", "lit.common.cfg.py"),
)
config.test_exec_root = os.path.join(config.build_root, "unit")

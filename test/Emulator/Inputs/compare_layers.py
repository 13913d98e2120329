"""compare_layers.py FOLDER PREFIX: the last result that the reference interpreter
dumped for each layer against PREFIX.LAYER.npy."""

import pathlib
import re
import subprocess
import sys

folder, prefix = sys.argv[1:]
compare = pathlib.Path(__file__).with_name("compare.py")
for layer in ["conv1", "dw", "conv2", "res_conv", "add", "pool", "fc"]:
    dumps = [
        path
        for path in sorted(pathlib.Path(folder).iterdir())
        if re.fullmatch(rf"\d+-{layer}(_\d+)?\.npy", path.name)
    ]
    subprocess.run(
        [sys.executable, compare, f"{prefix}.{layer}.npy", dumps[-1]], check=True
    )

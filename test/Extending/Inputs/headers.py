"""Every header of ours that an installed header includes is installed too."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
missing = []
for header in sorted(root.rglob("*")):
    if header.suffix not in (".h", ".td", ".inc"):
        continue
    text = header.read_text()
    for included in re.findall(r'^#?include "(lacuna/[^"]+)"', text, re.MULTILINE):
        if not (root / included).exists():
            missing.append(f"{header.relative_to(root)} includes {included}")
sys.exit("\n".join(missing) or 0)

"""Every link of the documentation leads somewhere, and the index lists every page."""
# RUN: python3 %s %source
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
pages = [root / "README.md", *sorted((root / "docs").glob("*.md"))]
index = (root / "docs" / "index.md").read_text()
problems = []
for page in pages:
    # What stands in a fence is no link, whatever it looks like.
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" in target:
            continue
        if not (page.parent / target).exists():
            problems.append(f"{page}: no such file: {target}")
    if page.parent.name == "docs" and page.name != "index.md":
        if f"({page.name})" not in index:
            problems.append(f"docs/index.md does not list {page.name}")
sys.exit("\n".join(problems) or 0)

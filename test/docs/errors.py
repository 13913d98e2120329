"""Each message in docs/errors.md is one that the named test expects, and each limit
stands where the page says."""
# RUN: python3 %s %source
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
page = (root / "docs" / "errors.md").read_text()
problems, cases, limits = [], 0, 0
for case, message, test in re.findall(r"^\| (.+?) \| `(.+?)` \| `(.+?)` \|$", page, re.M):
    cases += 1
    text = re.sub(r"\[\[#.*?\]\]|\{\{.*?\}\}", "", (root / test).read_text())
    if message not in text:
        problems.append(f"{case}: {test} does not hold '{message}'")
for names, file in re.findall(r"((?:`\w+`, )+)`([\w/]+\.(?:h|cpp))`", page):
    for name in re.findall(r"\w+", names):
        limits += 1
        if not re.search(rf"\b{name}\b", (root / file).read_text()):
            problems.append(f"{file} does not define {name}")
if cases < 20 or limits < 15:
    problems.append(f"only {cases} cases and {limits} limits were found")
sys.exit("\n".join(problems) or 0)

#!/bin/bash
# Says which lines and branches of lib/ the tests run, by folder: builds the
# preset `coverage`, runs the tests (but for those of --long) and prints the
# table; build-coverage/html/index.html shows the lines.

case ${1-} in
"") ;;
*)
  echo "usage: scripts/coverage.sh"
  [[ $1 == --help || $1 == -h ]]
  exit
  ;;
esac

# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
build coverage all
folder=$(build_folder coverage)
llvm=/usr/lib/llvm-22/bin

say "testing $folder"
rm -rf "$folder/profiles"
# A file for each of a few processes at a time, whose counts are added up.
LLVM_PROFILE_FILE=$PWD/$folder/profiles/%4m.profraw \
  "$llvm/lit" -sv "$folder/test" "$folder/test/Unit" ||
  say "tests failed: what they did not run counts as not covered"
"$llvm/llvm-profdata" merge -sparse "$folder"/profiles/*.profraw \
  -o "$folder/tests.profdata" || die "no profiles"

objects=("$folder/bin/lacuna")
for program in "$folder"/bin/lacuna-* "$folder"/unit/*Tests; do
  [[ $program == *-tblgen ]] || objects+=(-object "$program")
done
from=(-instr-profile "$folder/tests.profdata" "${objects[@]}" "$PWD/lib")
"$llvm/llvm-cov" export -summary-only "${from[@]}" >"$folder/coverage.json" ||
  die "llvm-cov failed"
"$llvm/llvm-cov" show -format=html -output-dir="$folder/html" "${from[@]}"
python3 - "$folder/coverage.json" "$PWD" <<'END'
import collections, json, pathlib, sys
kinds = ["functions", "lines", "branches"]
folders = collections.defaultdict(lambda: {kind: [0, 0] for kind in kinds})
for file in json.load(open(sys.argv[1]))["data"][0]["files"]:
    parent = pathlib.Path(file["filename"]).relative_to(sys.argv[2]).parent
    if parent.name in ("IR", "Transforms"):
        parent = parent.parent
    for name in [parent.as_posix(), "all"]:
        for kind in kinds:
            folders[name][kind][0] += file["summary"][kind]["covered"]
            folders[name][kind][1] += file["summary"][kind]["count"]
print("| folder | " + " | ".join(kinds) + " |")
print("|-" * (len(kinds) + 1) + "|")
for name in sorted(folders, key=lambda name: (name == "all", name)):
    cells = [f"{100 * c / n:.1f} % of {n:,}" if n else "-" for c, n in folders[name].values()]
    print(f"| {name} | " + " | ".join(cells) + " |")
END

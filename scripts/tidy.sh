#!/bin/bash
# Runs clang-tidy, with the checks of .clang-tidy, on what was built in build/.

usage() {
  cat <<'EOF'
usage: scripts/tidy.sh [--all | FILE...]
  Checks the C++ files that differ from the branch main, committed or not; a
  header by way of one source that includes it. A clean tree on main has none.
  --all     all sources
  FILE...   these sources
EOF
}

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

all=false
files=()
while [[ $# -gt 0 ]]; do
  case $1 in
  --all) all=true ;;
  --help | -h) usage; exit 0 ;;
  -*) echo "error: unknown option '$1'; try --help" >&2; exit 1 ;;
  *) files+=("$1") ;;
  esac
  shift
done

database=build/compile_commands.json
[[ -f $database ]] || {
  echo "error: $database is missing: build first (cmake --preset release," \
    "ninja -C build)" >&2
  exit 1
}

# Names that may not exist any more are dropped.
existing() {
  local file
  while read -r file; do [[ -f $file ]] && echo "$file"; done
  return 0
}

changed() {
  local base
  base=$(git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)
  git diff --name-only "$base" -- '*.h' '*.cpp'
  git ls-files --others --exclude-standard -- '*.h' '*.cpp'
}

# A source that includes the header $1: that of its own name where there is one.
includer() {
  local name sources
  name=$(basename "$1")
  sources=$(git grep -l --untracked -F "${name}\"" -- 'lib/*.cpp' \
    'tools/*.cpp' 'unit/*.cpp' || true)
  { grep "/${name%.h}.cpp\$" <<<"$sources" || head -n 1 <<<"$sources"; } |
    head -n 1
}

if $all; then
  mapfile -t files < <(git ls-files --cached --others --exclude-standard \
    -- 'lib/*.cpp' 'tools/*.cpp' 'unit/*.cpp' | existing)
elif [[ ${#files[@]} -eq 0 ]]; then
  mapfile -t files < <(changed | existing | while read -r file; do
    case $file in
    cmake/* | benchmark/*) ;;
    *.h) includer "$file" ;;
    *) echo "$file" ;;
    esac
  done | sort -u | sed '/^$/d')
fi
if [[ ${#files[@]} -eq 0 ]]; then
  echo "no C++ file differs from main (--all checks all)"
  exit 0
fi

# Only what the build compiles: a file of a switched-off option has no command.
mapfile -t known < <(for file in "${files[@]}"; do
  grep -qF "/$file\"" "$database" && echo "$file" || true
done)
echo "clang-tidy on ${#known[@]} of ${#files[@]} files"
[[ ${#known[@]} -gt 0 ]] || exit 0
printf '%s\0' "${known[@]}" |
  xargs -0 -P "$(nproc)" -n 1 clang-tidy-22 --quiet -p build

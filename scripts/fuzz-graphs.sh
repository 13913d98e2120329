#!/bin/bash
# Runs random networks on random machines, with the reference interpreter, the
# emulator and MLIR's own lowering: docs/testing.md says what a case is. The
# tests run the cases from seed 1 on.

usage() {
  cat <<'EOF'
usage: scripts/fuzz-graphs.sh [--jobs N] [COUNT [SEED]]
  COUNT     cases to run (default: 20000)
  SEED      of the first one (default: taken from the clock, and printed)
  --jobs N  processes (default: one a core)
EOF
}

jobs=$(nproc)
numbers=()
while [[ $# -gt 0 ]]; do
  case $1 in
  --jobs) jobs=${2:-} && shift ;;
  --help | -h) usage && exit 0 ;;
  *) numbers+=("$1") ;;
  esac
  shift
done
count=${numbers[0]:-20000}
seed=${numbers[1]:-$(date +%s)}
for number in "$count" "$seed" "$jobs"; do
  if [[ ! $number =~ ^[1-9][0-9]*$ || ${#numbers[@]} -gt 2 ]]; then
    usage >&2
    exit 1
  fi
done

# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
build release lacuna-differential
tool=$(build_folder release)/bin/lacuna-differential
chunk=250
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
say "seeds $seed to $((seed + count - 1)), $jobs at once"

# A chunk of cases: what it prints goes to a file, failures to standard output,
# too. That it failed is in its tally.
run_chunk() {
  local first=$1 cases=$2
  "$tool" --seed="$first" --count="$cases" --max-failures=5 --fit-share=0 \
    --upstream-share=0 >"$results/$first" 2>"$results/$first.errors" || {
    sed '/^[0-9]* layers: /,$d' "$results/$first"
    cat "$results/$first.errors"
    grep -q ' cases: ' "$results/$first" ||
      echo "no tally of the cases from seed $first on" | tee "$results/lost"
  }
  [[ ! -t 2 ]] || printf '\r%d of %d ' \
    "$(sed -n 's/ cases: .*//p' "$results"/* | awk '{ n += $1 } END { print n }')" \
    "$count" >&2
}
export -f run_chunk
export tool results count

for ((first = seed; first < seed + count; first += chunk)); do
  rest=$((seed + count - first))
  echo "$first $((rest < chunk ? rest : chunk))"
done | xargs -P "$jobs" -L 1 bash -c 'run_chunk "$@"' run_chunk
[[ ! -t 2 ]] || echo >&2

# The sums of the chunks' last lines.
awk '
  / not run by upstream: / { n = $1; $1 = ""; reasons[$0] += n }
  / cases: / { cases += $1; same += $3; small += $5; differ += $9; three += $11 }
  END {
    for (reason in reasons) print reasons[reason] reason
    printf "%d cases: %d agree, %d do not fit, %d differ; ", cases, same, small, differ
    printf "%d run by upstream, too\n", three
    exit differ != 0 || cases == 0
  }' "$results"/*
[[ ! -e $results/lost ]]

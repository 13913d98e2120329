#!/bin/bash
# Runs random networks on random machines: scripts/fuzz-graphs.sh [COUNT [SEED]].
# Without a seed it takes one from the clock, and prints it. The tests run the
# cases from seed 1 on; docs/testing.md says what a case is.

count=${1:-20000}
seed=${2:-$(date +%s)}
if [[ $count == -* || $# -gt 2 ]]; then
  echo "usage: scripts/fuzz-graphs.sh [COUNT [SEED]]"
  exit 1
fi

# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
build release lacuna-differential
say "seeds $seed to $((seed + count - 1))"
"$(build_folder release)/bin/lacuna-differential" --seed="$seed" \
  --count="$count" --max-failures=5

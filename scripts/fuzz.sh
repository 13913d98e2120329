#!/bin/bash
# Builds the libFuzzer targets and runs them: docs/testing.md says what each is.

usage() {
  cat <<'END'
usage: scripts/fuzz.sh [SECONDS [TARGET...]]
  SECONDS  for each target; 60 if not given
  TARGET   program, assembly, tensor, weights, encoding, machine, model,
           arguments; all if none is given
What a target finds is left in build-fuzz/finds, what it has learnt in
build-fuzz/corpus.
END
}

case ${1-} in --help | -h) usage; exit 0 ;; esac
seconds=${1:-60}
shift || true
if [[ ! $seconds =~ ^[1-9][0-9]*$ ]]; then
  echo "error: '$seconds' is no number of seconds; try --help" >&2
  exit 1
fi
targets=("$@")
[[ $# -gt 0 ]] ||
  targets=(program assembly tensor weights encoding machine model arguments)

# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
build release lacuna lacuna-compiler
build fuzz fuzz-targets
for target in "${targets[@]}"; do
  [[ -x build-fuzz/bin/fuzz-$target ]] || die "no target '$target'; try --help"
done
say "collecting seeds"
python3 fuzz/seeds.py build/bin build-fuzz/seeds >/dev/null || die "no seeds"

export LLVM_SYMBOLIZER_PATH=/usr/lib/llvm-22/bin/llvm-symbolizer
export UBSAN_OPTIONS=print_stacktrace=1
mkdir -p build-fuzz/finds
failed=0
for target in "${targets[@]}"; do
  program=build-fuzz/bin/fuzz-$target corpus=build-fuzz/corpus/$target
  log=build-fuzz/$target.log options=()
  mkdir -p "$corpus"
  [[ ! -f build-fuzz/seeds/$target.dict ]] ||
    options+=(-dict="build-fuzz/seeds/$target.dict")
  mkdir -p "build-fuzz/seeds/$target"
  touch build-fuzz/since
  status=0
  "$program" "$corpus" "build-fuzz/seeds/$target" "${options[@]}" \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 \
    -len_control=0 -print_final_stats=1 -artifact_prefix="build-fuzz/finds/$target-" \
    >"$log" 2>&1 || status=$?
  sed -nE -e 's/.*cov: ([0-9]+) .*/\1 edges/p' "$log" | tail -n 1 >build-fuzz/edges
  echo "$target: $(sed -n 's/stat::number_of_executed_units: *//p' "$log")" \
    "inputs, $(cat build-fuzz/edges)"
  [[ $status -eq 0 ]] && continue
  failed=1
  echo "FAIL: $target (the log is $log)" >&2
  find build-fuzz/finds -newer build-fuzz/since -name "$target-*" \
    -printf "  shown again by: $program %p\n" >&2
done
exit $failed

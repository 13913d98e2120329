#!/bin/bash
# Builds everything and runs all tests. The last line is
# "N passed, N failed, N skipped"; the exit code says the same.

usage() {
  cat <<'EOF'
usage: scripts/test.sh [--asan] [--format] [--tidy] [--long] [--filter REGEX]
  --asan          run the tests again under AddressSanitizer and UBSan
  --format        check the formatting of all C++ sources
  --tidy          --format, and clang-tidy on all sources
  --long          include the tests that take minutes, and each fuzz target for
                  a minute
  --filter REGEX  only the tests whose names match
EOF
}

presets=(release)
check_format=false
check_tidy=false
long=false
lit_options=()
while [[ $# -gt 0 ]]; do
  case $1 in
  --asan) presets+=(asan) ;;
  --format) check_format=true ;;
  --tidy) check_format=true check_tidy=true ;;
  --long) long=true lit_options+=(--param long=1) ;;
  --filter)
    [[ $# -ge 2 ]] || { echo "error: --filter needs a value" >&2; exit 1; }
    lit_options+=(--filter "$2")
    shift
    ;;
  --help | -h) usage; exit 0 ;;
  *) echo "error: unknown option '$1'; try --help" >&2; exit 1 ;;
  esac
  shift
done

# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

passed=0 failed=0 skipped=0

# Counts one check that is not lit's: check NAME COMMAND...
check() {
  local name=$1
  shift
  say "$name"
  if "$@"; then
    passed=$((passed + 1))
  else
    echo "FAIL: $name" >&2
    failed=$((failed + 1))
  fi
}

# Adds the outcomes of a lit run to the counts.
count_results() {
  local counts
  counts=$(python3 - "$1" <<'EOF'
import collections, json, sys
codes = collections.Counter(t["code"] for t in json.load(open(sys.argv[1]))["tests"])
good = codes["PASS"] + codes["XFAIL"] + codes["FLAKYPASS"]
skipped = codes["UNSUPPORTED"] + codes["SKIPPED"]
print(good, sum(codes.values()) - good - skipped - codes["EXCLUDED"], skipped)
EOF
  ) || die "lit left no readable results in $1"
  read -r good bad left_out <<<"$counts"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left_out))
}

run_tests() {
  local folder results status=0
  folder=$(build_folder "$1")
  results=$folder/test-results.json
  rm -f "$results"
  say "testing $folder"
  /usr/lib/llvm-22/bin/lit -sv "${lit_options[@]}" -o "$results" \
    "$folder/test" "$folder/test/Unit" || status=$?
  count_results "$results"
  # lit can fail without a failed test, for example when it finds none.
  if [[ $status -ne 0 && $bad -eq 0 ]]; then
    failed=$((failed + 1))
  fi
}

sources() { git ls-files --cached --others --exclude-standard -- "$@"; }

formatted() {
  sources '*.h' '*.cpp' | xargs -r clang-format-22 --dry-run -Werror
}

[[ -d ${LACUNA_SHARED:-../shared}/models ]] ||
  say "../shared is not here: the tests with its models are skipped"
for preset in "${presets[@]}"; do
  build "$preset" all
done
# What is there is kept current; where nothing is, the small part: half a minute.
extras=$(head -n 1 build/python/installed 2>/dev/null) ||
  extras=import-tflite,check-tflite
# shellcheck disable=SC2086
python_environment ${extras//,/ } ||
  say "no Python packages: the tests of lacuna-import are skipped"
build/python/bin/python -c 'import torch_mlir' 2>/dev/null ||
  say "the tests of importing ONNX and PyTorch are skipped: to have them," \
    "scripts/quickstart.sh --with-import"
if $check_format; then check "clang-format" formatted; fi
if $check_tidy; then check "clang-tidy" scripts/tidy.sh --all; fi
for preset in "${presets[@]}"; do
  run_tests "$preset"
done
if $long; then check "fuzz targets, a minute each" scripts/fuzz.sh 60; fi

echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 && $passed -gt 0 ]]

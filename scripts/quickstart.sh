#!/bin/bash
# From a fresh Debian 12 to a first result: installs what is missing, builds the
# tools into build/bin and does the main job.

with_import=false
for argument in "$@"; do
  case $argument in
  --with-import) with_import=true ;;
  --help | -h)
    cat <<'EOF'
usage: scripts/quickstart.sh [--with-import]
Installs missing packages (apt), builds the tools and runs a first job.
  --with-import  also installs the Python package, with lacuna-import and all that
                 it converts models with (1.7 GB), into build/python
EOF
    exit 0
    ;;
  *) echo "error: unknown argument '$argument'; try --help" >&2; exit 1 ;;
  esac
done

# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# A real network, from text to a validated result: 360 images of handwritten
# digits that it was not trained on.
main_job() {
  local model=test/models/digits out=build/quickstart
  mkdir -p "$out"
  say "compiling $model/digits_int8.mlir for the machine 'edge'"
  build/bin/lacuna compile "$model/digits_int8.mlir" --machine edge \
    -o "$out/digits.elf"
  say "running it on the emulator, once for each of 360 images"
  build/bin/lacuna run "$out/digits.elf" --each \
    --input "$model/test_images_i8.npy" --output "$out/emulator.npy" \
    --report "$out/report.json"
  say "the same on the reference interpreter"
  build/bin/lacuna reference "$model/digits_int8.mlir" --each \
    --input "$model/test_images_i8.npy" --output "$out/reference.npy"
  cmp "$out/emulator.npy" "$out/reference.npy" ||
    die "the emulator's outputs differ from the reference's"
  cmp "$out/emulator.npy" "$model/expected_int8.npy" ||
    die "the outputs differ from $model/expected_int8.npy"
  say "validated: emulator, reference and $model/expected_int8.npy are equal"
  echo "accuracy: $(python3 scripts/accuracy.py "$out/emulator.npy" \
    "$model/test_labels.npy"); the float network: see $model/README.md"
  echo "report: $out/report.json"
}

build release lacuna-tools
main_job
if $with_import; then
  python_environment import-tflite import-torch check-tflite ||
    die "the Python packages could not be installed"
  say "build/python/bin/lacuna-import is there: docs/importing.md"
fi

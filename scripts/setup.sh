# Sourced by quickstart.sh and test.sh: installs what is missing, configures,
# builds. A second run finds everything in place and takes seconds.
# shellcheck shell=bash

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(
  build-essential cmake ninja-build ccache file git
  clang-22 lld-22 clang-format-22 clang-tidy-22 libclang-rt-22-dev
  llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools
  libgtest-dev libgmock-dev libbenchmark-dev libhwy-dev libzstd-dev
  python3 python3-numpy python3-psutil python3-venv
)

say() { printf '== %s\n' "$*"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

missing_packages() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" \
    2>/dev/null | sed -n 's/^installed //p' || true)
  comm -23 <(printf '%s\n' "$@" | sort) <(sort <<<"$installed")
}

install_packages() {
  local missing as_root=()
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
    die "this is not a Debian-like system (no apt-get): install by hand what" \
      "these Debian packages hold: ${packages[*]}"
  mapfile -t missing < <(missing_packages "${packages[@]}")
  [[ ${#missing[@]} -gt 0 ]] || return 0

  say "installing ${missing[*]}"
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null ||
      die "not root and no sudo; as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
  "${apt[@]}" update || die "apt-get update failed"
  local absent=()
  for package in "${missing[@]}"; do
    apt-cache show "$package" >/dev/null 2>&1 || absent+=("$package")
  done
  [[ ${#absent[@]} -eq 0 ]] ||
    die "this system's apt sources have no package for: ${absent[*]}" \
      "(Lacuna is built on Debian 12 with its security updates)"
  "${apt[@]}" install --no-install-recommends "${missing[@]}" ||
    die "apt-get install failed"
}

# Presets of this version need CMake 3.25; an older one may come first in PATH.
find_cmake() {
  local candidate version
  for candidate in cmake /usr/bin/cmake; do
    version=$("$candidate" --version 2>/dev/null |
      sed -n '1s/cmake version //p') || continue
    if [[ $(printf '%s\n' 3.25 "$version" | sort -V | head -n 1) == 3.25 ]]; then
      cmake=$candidate
      return 0
    fi
  done
  die "CMake 3.25 or newer is needed"
}

# The build folder of a preset.
build_folder() { if [[ $1 == release ]]; then echo build; else echo "build-$1"; fi; }

# build PRESET TARGET...
build() {
  local preset=$1 folder log
  folder=$(build_folder "$preset")
  shift
  if [[ ! -f $folder/build.ninja ]]; then
    say "configuring $folder"
    log=$(mktemp)
    if ! "$cmake" --preset "$preset" >"$log" 2>&1; then
      cat "$log" >&2
      rm -f "$log" "$folder/CMakeCache.txt"
      die "the configuration of $folder failed"
    fi
    rm -f "$log"
  fi
  say "building $folder"
  "$cmake" --build "$folder" --target "$@" || die "the build of $folder failed"
}

# python_environment EXTRA...: the Python package and these extras of it (see
# python/pyproject.toml) in a virtual environment, build/python.
python_environment() {
  local extras stamp=build/python/installed wanted
  extras=$(IFS=,; echo "$*")
  wanted=$(echo "$extras"; cat python/pyproject.toml)
  [[ $(cat "$stamp" 2>/dev/null) != "$wanted" ]] || return 0
  say "installing Python packages into build/python: $extras"
  python3 -m venv build/python || return 1
  local pip=(build/python/bin/python -m pip -q --disable-pip-version-check install)
  "${pip[@]}" -e "python[$extras]" || return 1
  if [[ ,$extras, == *,import-torch,* ]]; then
    # Its requirements contradict onnx's on paper alone.
    "${pip[@]}" --no-deps "$(build/python/bin/python - <<'EOF'
import re
text = open("python/pyproject.toml").read()
print(re.search(r'check-float = \["(.*)"\]', text)[1])
EOF
    )" || return 1
  fi
  echo "$wanted" >"$stamp"
}

install_packages
find_cmake

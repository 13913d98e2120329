#!/bin/bash
# From a fresh Debian 12 to a first result: installs what is missing, builds the
# tools into build/bin and does the main job.

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  echo "usage: scripts/quickstart.sh"
  echo "Installs missing packages (apt), builds the tools and runs a first job."
  exit 0
fi
[[ $# -eq 0 ]] || { echo "error: unknown argument '$1'; try --help" >&2; exit 1; }

# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

main_job() {
  say "the machines"
  build/bin/lacuna machine list
}

build release lacuna-tools
main_job

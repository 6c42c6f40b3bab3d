#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds Orrery, and opens it. See --help.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

usage() {
    cat <<'TEXT'
packaging/run.sh [OPTION…] [-- ARGUMENT…]

Installs what is missing (Debian 12), builds Orrery and opens it on its built-in model and pictures. Without a display
it names the built-in pictures in the terminal instead. The first start takes a while; later ones take seconds and
need no network.

  --cpu          LibTorch for the processor
  --cuda         LibTorch for an NVIDIA GPU as well; the default when a driver is found
  --build-only   stop after building
  --training     also install what 'orrery-cli dataset' needs to draw the training material
  --no-packages  never call apt-get; packaging/dependencies/debian.txt lists what has to be there
  --help         this text

ARGUMENTs go to the program: packaging/run.sh -- picture.png
ORRERY_BUILD_JOBS sets how many compilers run at once.
TEXT
}

torch_set=
build_only=0
lists=(debian.txt)
export NO_PACKAGES=0
while [ $# -gt 0 ]; do
    case $1 in
    --cpu | --cuda) torch_set=${1#--} ;;
    --build-only) build_only=1 ;;
    --training) lists+=(debian-training.txt) ;;
    --no-packages) NO_PACKAGES=1 ;;
    --help | -h) usage && exit 0 ;;
    --) shift && break ;;
    *)
        say "'$1' is not an option of packaging/run.sh; --help lists them."
        exit 2
        ;;
    esac
    shift
done

set_up "$torch_set" "${lists[@]}"
configure release
[ -x "$ORRERY_ROOT/build/release/bin/orrery-cli" ] || say "Building; the first time takes about ten minutes …"
build release orrery_programs
[ "$build_only" -eq 0 ] || exit 0

bin=$ORRERY_ROOT/build/release/bin
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$bin/orrery" "$@"
fi
"$bin/orrery-cli" classify --labels-file "$ORRERY_ROOT/resources/labels/everyday_101.txt" --top 3 \
    "$ORRERY_ROOT"/resources/examples/*.png
say "There is no display here, so the built-in pictures were named in the terminal." \
    "To open the window, run packaging/run.sh in a desktop session, or from elsewhere with 'ssh -X'."

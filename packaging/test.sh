#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up like run.sh, builds everything and runs every test. See --help.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

usage() {
    cat <<'TEXT'
packaging/test.sh [OPTION…]

Installs what is missing (Debian 12), builds Orrery with its tests, runs all of them, side by side and on virtual
screens, then runs the scheduler's and the ring's tests under ThreadSanitizer and builds the engine with LibTorch alone.
The last line counts: "N passed, N failed". The exit status is 0 when none failed.

  --filter REGEX  only the tests whose names match, and no other build
  --cpu, --cuda   as for packaging/run.sh
  --no-packages   never call apt-get; packaging/dependencies lists what has to be there
  --help          this text

ORRERY_TEST_JOBS sets how many tests run at once, ORRERY_BUILD_JOBS how many compilers.
TEXT
}

filter=
torch_set=
export NO_PACKAGES=0
while [ $# -gt 0 ]; do
    case $1 in
    --filter)
        [ -n "${2:-}" ] || { say "--filter wants a regular expression." && exit 2; }
        filter=$2
        shift
        ;;
    --cpu | --cuda) torch_set=${1#--} ;;
    --no-packages) NO_PACKAGES=1 ;;
    --help | -h) usage && exit 0 ;;
    *)
        say "'$1' is not an option of packaging/test.sh; --help lists them."
        exit 2
        ;;
    esac
    shift
done

results=$ORRERY_ROOT/build/test-results
rm -rf "$results"
mkdir -p "$results"
failed_builds=0
expected=()

# run_tests FOLDER CTEST_ARGUMENT…: leaves build/test-results/PRESET.xml; test.sh goes on after a failure.
run_tests() {
    local folder=$1 file=$results/${1%%/*}.xml
    shift
    expected+=("$file")
    say "Testing build/$folder …"
    # ctest cuts the output of passed tests at 1 kB otherwise, and the counts with it.
    "${runner[@]}" ctest --test-dir "$ORRERY_ROOT/build/$folder" --output-on-failure --no-tests=error --timeout 300 \
        --test-output-size-passed 4000000 --test-output-size-failed 4000000 \
        --output-junit "$file" "$@" </dev/null || true
}

# As many tests as there are cores, but some take more than 2 GB.
test_jobs() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable/ { print int($2 / 2500000) }' /proc/meminfo)
    [ "${memory:-1}" -ge 1 ] || memory=1
    echo "${ORRERY_TEST_JOBS:-$((cores < memory ? cores : memory))}"
}

# try_build PRESET TARGET…: counts as a failed test when it does not build.
try_build() {
    if ! (build "$@"); then
        failed_builds=$((failed_builds + 1))
    fi
}

set_up "$torch_set" debian.txt debian-training.txt debian-test.txt
configure release
say "Building the programs and the tests …"
build release all

if [ -n "$filter" ]; then
    matches=$(ctest --test-dir "$ORRERY_ROOT/build/release" -N -R "$filter" 2>/dev/null | grep -c ' #[0-9]') || true
    if [ "$matches" -eq 0 ]; then
        say "No test's name matches '$filter'; 'ctest --test-dir build/release -N' lists them."
        exit 2
    fi
fi

# Software OpenGL gives the same pictures on every machine.
XDG_RUNTIME_DIR=$ORRERY_ROOT/build/test-results/runtime
mkdir -m 700 "$XDG_RUNTIME_DIR"
export XDG_RUNTIME_DIR LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb
unset WAYLAND_DISPLAY
runner=()
jobs=$(test_jobs)
# Threads that wait for each other wait long when another test has their core.
threads=$(($(nproc) / jobs))
export OMP_NUM_THREADS=$((threads > 0 ? threads : 1))
run_tests release -j "$jobs" ${filter:+-R "$filter"}

if [ -z "$filter" ]; then
    # Scheduler and ring (tests/engine/core) know no LibTorch, so ThreadSanitizer sees all of them.
    configure tsan -DORRERY_BUILD_GUI=OFF -DORRERY_BUILD_MEDIA=OFF
    mapfile -t scheduler_tests < <(ctest --test-dir "$ORRERY_ROOT/build/tsan/tests/engine/core" -N 2>/dev/null |
        sed -n 's/^ *Test *#[0-9]*: //p')
    [ ${#scheduler_tests[@]} -gt 0 ] || stop "tests/engine/core holds no test: ThreadSanitizer has nothing to look at."
    try_build tsan "${scheduler_tests[@]}"
    runner=(env "TSAN_OPTIONS=halt_on_error=1 second_deadlock_stack=1 ${TSAN_OPTIONS:-}")
    # GCC 12's ThreadSanitizer cannot place its shadow under the address randomisation of recent kernels.
    if setarch "$(uname -m)" -R true 2>/dev/null; then
        runner+=(setarch "$(uname -m)" -R)
    fi
    run_tests tsan/tests/engine/core

    # The engine needs LibTorch and nothing else of Qt, OpenCV or Debian's libraries of pictures and sound.
    configure engine-only
    try_build engine-only all
fi

"$(find_python)" "$ORRERY_ROOT/packaging/count_tests.py" --failed-builds "$failed_builds" "${expected[@]}"

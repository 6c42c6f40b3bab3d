# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What packaging/run.sh and packaging/test.sh share: packages, LibTorch, configure, build. Sourced, never run.
#
# Every step looks first whether it is needed, so that a second start takes seconds and touches no network. Every bad
# state ends in `stop`: one sentence that says what to do.

ORRERY_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DEPENDENCIES=$ORRERY_ROOT/packaging/dependencies
DEPS=$ORRERY_ROOT/build/deps
VENV=$DEPS/venv
TORCH_STAMP=$DEPS/libtorch.stamp
: "${ORRERY_OS_RELEASE:=/etc/os-release}" # the tests point it elsewhere
# One compilation serves every preset and every checkout: paths below the checkout count as relative.
export CCACHE_BASEDIR=$ORRERY_ROOT CCACHE_NOHASHDIR=1
PATH=$PATH:/usr/sbin:/sbin                # ldconfig, for people who are not root

say() { printf '%s\n' "orrery: $*" >&2; }

stop() {
    say "$*"
    exit 1
}

# --- the machine --------------------------------------------------------------------------------------------------

check_machine() {
    local machine id version
    machine=$(uname -m)
    [ "$machine" = x86_64 ] ||
        stop "This machine is $machine, but LibTorch is pinned for x86_64 only: use a 64-bit Intel or AMD machine."
    if [ "${NO_PACKAGES:-0}" = 1 ]; then
        return
    fi
    # shellcheck disable=SC1090 # the system's own file
    id=$(. "$ORRERY_OS_RELEASE" 2>/dev/null && printf '%s' "${ID:-}") || id=
    # shellcheck disable=SC1090
    version=$(. "$ORRERY_OS_RELEASE" 2>/dev/null && printf '%s' "${VERSION_ID:-}") || version=
    [ "$id $version" = "debian 12" ] ||
        stop "This system is ${id:-unknown} ${version:-}, but the set-up installs packages of Debian 12:" \
            "install what packaging/dependencies/debian.txt lists yourself and add --no-packages."
}

# Words of a list in packaging/dependencies, without comments.
packages_in() { sed 's/#.*//' "$DEPENDENCIES/$1" | tr '\n' ' '; }

missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s\n' "$package"
    done
}

# No `grep -q`: it stops reading at the first match, and under pipefail the rest of the pipe's complaint would say "no".
has_nvidia_driver() { ldconfig -p 2>/dev/null | grep 'libcuda\.so\.1' >/dev/null; }

# --- disk ---------------------------------------------------------------------------------------------------------

require_disk_mb() { # require_disk_mb FOLDER MEGABYTES
    local free mount
    read -r free mount < <(df -Pm "$1" | awk 'NR == 2 { print $4, $6 }') || true
    [ "${free:-0}" -ge "$2" ] ||
        stop "Setting up and building Orrery needs $(gigabytes "$2") GB on ${mount:-the disk}," \
            "where $(gigabytes "${free:-0}") GB are free: free some space and start again."
}

device_of() { df -Pm "$1" | awk 'NR == 2 { print $1 }'; }
gigabytes() { awk -v mb="$1" 'BEGIN { printf "%.1f", mb / 1000 }'; }

# Before anything is fetched: is there room for all that is still to come?
check_disk() { # check_disk NUMBER_OF_MISSING_PACKAGES TORCH_SET BUILD_MB
    local system_mb=0 tree_mb=$3
    [ "$1" -eq 0 ] || system_mb=$((200 + 68 * $1)) # all of debian.txt: 1.8 GB of packages, 0.4 GB of downloads
    if ! torch_installed "$2"; then
        case $2 in
        cuda) tree_mb=$((tree_mb + 7500)) ;; # unpacked, and the largest download beside it
        *) tree_mb=$((tree_mb + 2000)) ;;
        esac
    fi
    if [ "$(device_of /usr)" = "$(device_of "$ORRERY_ROOT")" ]; then
        tree_mb=$((tree_mb + system_mb))
    else
        [ "$system_mb" -eq 0 ] || require_disk_mb /usr "$system_mb"
    fi
    [ "$tree_mb" -eq 0 ] || require_disk_mb "$ORRERY_ROOT" "$tree_mb"
}

# --- Debian packages ----------------------------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

install_packages() { # install_packages NAME…
    local log=$DEPS/apt.log
    mkdir -p "$DEPS"
    command -v apt-get >/dev/null || stop "apt-get was not found: install $* yourself and add --no-packages."
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            stop "Packages are missing and there is no sudo: run as root 'apt-get install $*' and start again."
        if ! sudo -n true 2>/dev/null; then
            [ -t 0 ] || stop "Packages are missing and sudo wants a password: run 'sudo apt-get install $*' and start again."
            say "sudo may ask for your password."
            sudo true || stop "sudo refused: run as root 'apt-get install $*' and start again."
        fi
    fi
    say "Installing $# packages of Debian (log: build/deps/apt.log) …"
    local apt=(env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -y -q -o DPkg::Lock::Timeout="${ORRERY_LOCK_WAIT:-60}"
        -o Dpkg::Use-Pty=0)
    : >"$log"
    # A failed update alone is no reason to stop: the lists at hand may do.
    as_root "${apt[@]}" update >>"$log" 2>&1 </dev/null || true
    if as_root "${apt[@]}" install --no-install-recommends "$@" >>"$log" 2>&1 </dev/null; then
        return
    fi
    tail -n 15 "$log" >&2
    if grep -qiE 'could not get lock|unable to (acquire|lock)|is another process using it' "$log"; then
        stop "Another program is installing packages (apt is locked): wait until it has ended and start again."
    elif grep -qi 'no space left\|enough free space' "$log"; then
        stop "The disk became full while installing packages: free 2 GB and start again."
    elif grep -qiE 'could not resolve|temporary failure|could not connect|unable to connect|failed to fetch|network is unreachable|connection (failed|timed out)' "$log"; then
        stop "Debian's packages could not be fetched: connect this machine to the network (once is enough) and start again."
    elif grep -qi 'unable to locate package\|has no installation candidate' "$log"; then
        stop "apt does not know one of the packages: let its sources name Debian 12 (bookworm, main), run 'apt-get update', and start again."
    elif grep -qi 'dpkg was interrupted' "$log"; then
        stop "An earlier installation was interrupted: run 'sudo dpkg --configure -a' and start again."
    fi
    stop "apt-get could not install the packages: read build/deps/apt.log, put right what it names, and start again."
}

# --- LibTorch -----------------------------------------------------------------------------------------------------

# The set that is asked for: flag, else what is installed already, else what the machine has.
choose_torch_set() { # choose_torch_set "" | cpu | cuda
    if [ -n "$1" ]; then
        printf '%s' "$1"
    elif [ -f "$TORCH_STAMP" ]; then
        cut -d' ' -f1 "$TORCH_STAMP"
    elif has_nvidia_driver; then
        printf cuda
    else
        printf cpu
    fi
}

torch_stamp() { # the set and what it is made of
    case $1 in
    cuda) printf 'cuda %s\n' "$(cat "$DEPENDENCIES"/libtorch-cpu.txt "$DEPENDENCIES"/libtorch-cuda.txt | sha256sum | cut -c1-64)" ;;
    *) printf 'cpu %s\n' "$(sha256sum <"$DEPENDENCIES/libtorch-cpu.txt" | cut -c1-64)" ;;
    esac
}

torch_installed() {
    [ -f "$TORCH_STAMP" ] || return 1
    # The CUDA set holds the CPU set.
    [ "$(cat "$TORCH_STAMP")" = "$(torch_stamp "$1")" ] || [ "$(cat "$TORCH_STAMP")" = "$(torch_stamp cuda)" ]
}

find_python() {
    local candidate
    for candidate in ${ORRERY_PYTHON:-/usr/bin/python3 python3.11 python3}; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    stop "Python 3.11 with venv was not found: install it ('apt-get install python3 python3-venv') and start again."
}

install_torch() { # install_torch cpu|cuda
    local set=$1 log=$DEPS/pip.log python size
    mkdir -p "$DEPS"
    if [ ! -x "$VENV/bin/python" ] || ! "$VENV/bin/python" -c 'import pip' 2>/dev/null; then
        python=$(find_python) || exit 1
        rm -rf "$VENV"
        "$python" -m venv "$VENV" >"$log" 2>&1 || {
            tail -n 5 "$log" >&2
            stop "The virtual environment build/deps/venv could not be made: run 'apt-get install python3-venv' and start again."
        }
    fi
    [ "$set" = cuda ] && size='about 2.5 GB' || size='about 0.6 GB'
    say "Fetching LibTorch for $set ($size, once) …"
    rm -f "$TORCH_STAMP"
    local progress=off
    [ ! -t 1 ] || progress=on
    if ! "$VENV/bin/python" -m pip --no-input --disable-pip-version-check install --no-cache-dir --no-deps --require-hashes \
        --only-binary :all: --progress-bar "$progress" -r "$DEPENDENCIES/libtorch-$set.txt" 2>"$log" >&2 </dev/null; then
        tail -n 8 "$log" >&2
        if grep -qi 'no space left' "$log"; then
            stop "The disk became full while unpacking LibTorch: free some space and start again."
        elif grep -qi 'do not match the hashes' "$log"; then
            stop "A downloaded file of LibTorch is not the one that is pinned: start again, and if it stays so, ask whoever runs your package mirror."
        elif grep -qiE 'connection|resolve|timed out|unreachable|network|no matching distribution' "$log"; then
            stop "LibTorch could not be fetched: connect this machine to the network (once is enough) and start again."
        fi
        stop "LibTorch could not be installed: read build/deps/pip.log, put right what it names, and start again."
    fi
    torch_stamp "$set" >"$TORCH_STAMP"
}

# --- configure and build ------------------------------------------------------------------------------------------

check_cmake() {
    local version
    command -v cmake >/dev/null || stop "CMake was not found: install it ('apt-get install cmake') and start again."
    version=$(cmake --version | sed -n 's/^cmake version \([0-9.]*\).*/\1/p')
    [ "$(printf '3.25\n%s\n' "${version:-0}" | sort -V | head -n 1)" = 3.25 ] ||
        stop "CMake ${version:-of unknown version} at $(command -v cmake) is too old, 3.25 is needed:" \
            "remove it or put /usr/bin, where Debian's own lies, before it in PATH."
}

# As many compilers as there are cores, but each file that includes LibTorch takes 1.5 GB.
build_jobs() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable/ { print int($2 / 1500000) }' /proc/meminfo)
    [ "${memory:-1}" -ge 1 ] || memory=1
    echo "${ORRERY_BUILD_JOBS:-$((cores < memory ? cores : memory))}"
}

configure() { # configure PRESET [-DOPTION…]
    local preset=$1 folder=$ORRERY_ROOT/build/$1 wanted
    wanted="$* $(cat "$TORCH_STAMP" 2>/dev/null)"
    # Ninja configures again by itself when a CMakeLists.txt has changed.
    if [ -f "$folder/build.ninja" ] && [ "$(cat "$folder/orrery.stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    mkdir -p "$folder"
    say "Configuring build/$preset …"
    (cd "$ORRERY_ROOT" && cmake --preset "$@") >"$folder/configure.log" 2>&1 </dev/null || {
        tail -n 20 "$folder/configure.log" >&2
        stop "Configuring failed: read build/$preset/configure.log; if the tree was moved or another compiler is in use, remove build/$preset and start again."
    }
    printf '%s' "$wanted" >"$folder/orrery.stamp"
}

build() { # build PRESET [TARGET…]
    local preset=$1 folder=$ORRERY_ROOT/build/$1 jobs
    shift
    jobs=$(build_jobs)
    if [ -t 2 ]; then
        ninja -C "$folder" -j "$jobs" "$@" >&2 && return
    else
        # A line now and then shows a log's reader that it goes on.
        ninja -C "$folder" -j "$jobs" "$@" 2>&1 </dev/null | tee "$folder/build.log" | sed -un '0~25p' >&2 && return
        tail -n 40 "$folder/build.log" >&2
    fi
    df -Pm "$folder" | awk 'NR == 2 { exit $4 < 50 }' || stop "The disk became full while building: free 2 GB and start again."
    stop "Building build/$preset failed: the messages above say where; if a compiler was killed, start again with ORRERY_BUILD_JOBS=1."
}

# set_up FLAG PRESET_TO_BUILD PACKAGE_LIST…: everything up to a configured build/release.
set_up() {
    local flag=$1 build_mb=0 missing=() lists=() list set
    shift
    check_machine
    for list in "$@"; do
        lists+=("$(packages_in "$list")")
    done
    if [ "${NO_PACKAGES:-0}" != 1 ]; then
        # shellcheck disable=SC2068 # package names are words
        mapfile -t missing < <(missing_packages ${lists[@]})
    fi
    set=$(choose_torch_set "$flag")
    [ -d "$ORRERY_ROOT/build/release/bin" ] || build_mb=2000
    check_disk ${#missing[@]} "$set" "$build_mb"
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
    check_cmake
    command -v ninja >/dev/null || stop "Ninja was not found: install it ('apt-get install ninja-build') and start again."
    torch_installed "$set" || install_torch "$set"
    if [ "$flag" = cuda ] && ! has_nvidia_driver; then
        say "No NVIDIA driver was found; Orrery will run on the CPU until one is installed."
    fi
}

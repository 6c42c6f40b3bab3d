#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# install_test.sh BUILD_FOLDER: an installation runs from wherever it lies, and finds all it needs inside itself.
# shellcheck disable=SC2317,SC2016 # functions are called by name; $ORIGIN is meant literally
set -uo pipefail

build=$1
prefix=$(mktemp -d)/somewhere/else
any_failed=0
trap 'rm -rf "${prefix%/somewhere/else}"' EXIT
unset ORRERY_MODELS # set for other tests; an installation has its own
cd / || exit 1

fail() {
    echo "FAIL!  : InstallTest::$name() $*"
    test_failed=1
    any_failed=1
}

installs() {
    output=$(cmake --install "$build" --prefix "$prefix" 2>&1) || fail "$(tail -n 3 <<<"$output")"
}

runPathsStayInside() {
    local file paths
    for file in "$prefix"/bin/* "$prefix"/lib/orrery/*orrery*.so "$prefix"/lib/orrery/plugins/*.so; do
        [ -f "$file" ] || { fail "is missing: $file" && continue; }
        paths=$(readelf -d "$file" | sed -n 's/.*R.*PATH.*\[\(.*\)\]/\1/p')
        # Relative to itself, and no empty entry, which would mean the current folder.
        grep -qE '^\$ORIGIN(/[a-z./]*)?(:\$ORIGIN(/[a-z./]*)?)*$' <<<"$paths" || fail "${file#"$prefix"/} looks in '$paths'"
    done
}

everyLibraryIsFound() {
    local file
    for file in "$prefix"/bin/* "$prefix"/lib/orrery/*.so* "$prefix"/lib/orrery/plugins/*.so; do
        output=$(ldd "$file" 2>/dev/null | grep -F 'not found')
        [ -z "$output" ] || fail "${file#"$prefix"/}: $output"
        output=$(ldd "$file" 2>/dev/null | grep -F "$build")
        [ -z "$output" ] || fail "${file#"$prefix"/} uses the build folder: $output"
    done
}

theCommandLineNamesAPicture() {
    output=$("$prefix/bin/orrery-cli" classify --device cpu --labels 'fox,guitar,cloud,key' --json \
        "$prefix/share/orrery/examples/fox.png" 2>&1) || fail "$output"
    grep -q '"label": *"fox"' <<<"$output" || fail "the answer lacks the labels: $output"
}

theDesktopFindsTheProgram() {
    local entry=$prefix/share/applications/orrery.desktop
    [ -f "$entry" ] || { fail 'there is no desktop entry' && return; }
    [ -x "$prefix/bin/$(sed -n 's/^Exec=\([^ ]*\).*/\1/p' "$entry")" ] || fail 'Exec names no program'
    [ -f "$prefix/share/icons/hicolor/scalable/apps/$(sed -n 's/^Icon=//p' "$entry").svg" ] || fail 'Icon names no icon'
    if command -v desktop-file-validate >/dev/null; then
        output=$(desktop-file-validate "$entry") || fail "$output"
    fi
}

aPluginOfOnesOwnIsBuiltWithIt() {
    local home=${prefix%/somewhere/else}/home made library
    mkdir -p "$home"
    command -v c++ >/dev/null || { echo "SKIP   : InstallTest::$name() there is no compiler" && return; }
    output=$(cd "$home" && env -u DISPLAY -u WAYLAND_DISPLAY "$prefix/bin/orrery" --new-plugin 'Edge finder' "$home/edges" 2>&1) ||
        { fail "$output" && return; }
    made=$home/edges
    output=$(cd "$made" && env -u ORRERY_PLUGINS XDG_DATA_HOME="$home/data" cmake --preset default 2>&1 && cmake --build build 2>&1) ||
        { fail "$(grep -m 5 -i error <<<"$output")" && return; }
    library=$home/data/orrery/plugins/orrery_plugin_edge_finder.so
    [ -f "$library" ] || { fail "is missing: $library" && return; }
    # A view knows neither LibTorch nor where it was built.
    output=$(grep -rnE 'torch/|libtorch|libc10' "$made"/build/*/*/flags.make "$made"/build/*/*/link.txt "$made/build/build.ninja" 2>/dev/null | head -n 3)
    [ -z "$output" ] || fail "uses LibTorch: $output"
    output=$(grep -rnF "$build" "$made"/build --include=CMakeCache.txt --include=build.ninja --include=flags.make --include=link.txt | head -n 3)
    [ -z "$output" ] || fail "uses the build folder: $output"
    output=$(readelf -d "$library" | grep -E 'R(UN)?PATH')
    [ -z "$output" ] || fail "has a run path: $output"
    # Everything it asks for is in the libraries of the installation.
    output=$(LD_LIBRARY_PATH=$prefix/lib/orrery ldd -r "$library" 2>&1 | grep -E 'not found|undefined')
    [ -z "$output" ] || fail "$output"
    # Nor does what it includes ask for OpenGL or Dear ImGui, which it need not have.
    output=$(grep -rlE 'imgui|QOpenGL' "$prefix/include/orrery-sdk" | head -n 3)
    [ -z "$output" ] || fail "shows a library that plugins need not have: $output"
    # An existing folder is never written over.
    if output=$("$prefix/bin/orrery" --new-plugin 'Edge finder' "$made" 2>&1); then fail 'wrote over a folder'; fi
    grep -q 'stays as it is' <<<"$output" || fail "says: $output"
    # A computer without Qt's headers hears what to do.
    output=$(cmake -S "$made" -B "$home/poor" -DOrrery_DIR="$prefix/lib/cmake/Orrery" -DCMAKE_DISABLE_FIND_PACKAGE_Qt6=ON 2>&1) &&
        fail 'was configured without Qt'
    tr -s ' \n' ' ' <<<"$output" | grep -q "Qt's headers were not found; install them with 'sudo apt-get install qt6-base-dev'" || fail "$output"
}

for name in installs runPathsStayInside everyLibraryIsFound theCommandLineNamesAPicture theDesktopFindsTheProgram \
    aPluginOfOnesOwnIsBuiltWithIt; do
    test_failed=0
    "$name"
    [ "$test_failed" -ne 0 ] || echo "PASS   : InstallTest::$name()"
done
exit "$any_failed"

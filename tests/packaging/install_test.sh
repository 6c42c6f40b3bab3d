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

for name in installs runPathsStayInside everyLibraryIsFound theCommandLineNamesAPicture theDesktopFindsTheProgram; do
    test_failed=0
    "$name"
    [ "$test_failed" -ne 0 ] || echo "PASS   : InstallTest::$name()"
done
exit "$any_failed"

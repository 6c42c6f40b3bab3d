#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# own_screen.sh COMMAND…: runs it on a virtual screen of its own. Tests that run side by side on one screen would take
# the keyboard from each other. Without Xvfb: on the screen at hand.
set -uo pipefail

command -v Xvfb >/dev/null || exec "$@"

folder=$(mktemp -d) || exit 1
server=
cleanup() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null
    rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 143' TERM HUP INT

# The server chooses a number that is free and tells it when it is ready: no race between two that start at once.
mkfifo "$folder/number" || exit 1
Xvfb -displayfd 3 -screen 0 1600x1200x24 -nolisten tcp -noreset 3>"$folder/number" </dev/null >"$folder/log" 2>&1 &
server=$!
if ! read -r -t 60 number <"$folder/number"; then
    cat "$folder/log" >&2
    echo "own_screen.sh: Xvfb did not start" >&2
    exit 1
fi
DISPLAY=:$number "$@"

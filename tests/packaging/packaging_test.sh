#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317,SC2016 # functions are called by name; stand-ins are quoted scripts
#
# The set-up scripts on simulated machines: every program that would change or ask the real one (apt-get, sudo, df, pip,
# cmake, ninja …) is a small stand-in here, so the test needs no network, no root and a second. It prints QtTest's lines.
set -uo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
test_failed=0
any_failed=0

# A stand-in: stub NAME reads its body from standard input.
stub() {
    { echo '#!/usr/bin/env bash' && cat; } >"$machine/bin/$1"
    chmod +x "$machine/bin/$1"
}

# A fresh Debian 12 with a checkout of Orrery on it. FAKE_… variables make it worse.
new_machine() {
    machine=$(mktemp -d "$work/machine.XXXX")
    export machine
    tree=$machine/checkout
    mkdir -p "$machine/bin" "$tree/resources"
    cp -r "$source_dir/packaging" "$tree/packaging"
    ln -s "$source_dir/resources/labels" "$source_dir/resources/examples" "$tree/resources/"
    local tool
    for tool in awk bash cat chmod cp cut dirname env grep head mkdir mktemp nproc rm sed sh sha256sum sort tail tee touch tr true; do
        ln -s "$(command -v "$tool")" "$machine/bin/$tool"
    done
    printf 'ID=debian\nVERSION_ID="12"\n' >"$machine/os-release"
    : >"$machine/calls"

    stub apt-get <<'STUB'
echo "apt-get $*" >>"$machine/calls"
case "$* ${FAKE_APT:-}" in
*update*offline) echo "W: Failed to fetch InRelease  Temporary failure resolving 'mirror'" ;;
*install*offline) echo "E: Failed to fetch archives  Temporary failure resolving 'mirror'"; exit 100 ;;
*install*locked) echo "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt)"; exit 100 ;;
*install*unknown) echo "E: Unable to locate package mold"; exit 100 ;;
*install*full) echo "E: You don't have enough free space in /var/cache/apt/archives/."; exit 100 ;;
*install*interrupted) echo "E: dpkg was interrupted, you must manually run 'dpkg --configure -a'"; exit 100 ;;
*install*broken) echo "E: Sub-process /usr/bin/dpkg returned an error code (1)"; exit 100 ;;
*install*) touch "$machine/installed" ;;
esac
STUB
    stub dpkg-query <<'STUB'
[ -e "$machine/installed" ] && printf installed
STUB
    stub id <<<'echo "${FAKE_UID:-0}"'
    stub uname <<<'echo "${FAKE_MACHINE:-x86_64}"'
    stub df <<'STUB'
printf 'Filesystem 1048576-blocks Used Available Capacity Mounted on\n/dev/disk 900000 1 %s 1%% /\n' "${FAKE_FREE_MB:-100000}"
STUB
    stub ldconfig <<'STUB'
[ -z "${FAKE_DRIVER:-}" ] || echo '	libcuda.so.1 (libc6,x86-64) => /lib/libcuda.so.1'
STUB
    stub cmake <<'STUB'
if [ "$1" = --version ]; then echo "cmake version ${FAKE_CMAKE:-3.25.1}"; exit; fi
echo "cmake $*" >>"$machine/calls"
[ -z "${FAKE_CONFIGURE_FAILS:-}" ] || { echo "CMake Error: no compiler"; exit 1; }
touch "build/$2/build.ninja"
STUB
    stub ninja <<'STUB'
echo "ninja $*" >>"$machine/calls"
[[ "$2" != *"${FAKE_BUILD_FAILS:-nothing}" ]] || { echo "FAILED: scheduler.cpp.o"; exit 1; }
mkdir -p "$2/bin"
printf '#!/usr/bin/env bash\necho "orrery-cli $*" >>"$machine/calls"; echo "1  fox  0.9"\n' >"$2/bin/orrery-cli"
printf '#!/usr/bin/env bash\necho "orrery $*" >>"$machine/calls"\n' >"$2/bin/orrery"
chmod +x "$2/bin/orrery-cli" "$2/bin/orrery"
STUB
    stub ctest <<'STUB'
case " $* " in
*" -N -R nothing "*) echo 'Total Tests: 0' && exit ;;
*" -N "*) echo '  Test #1: scheduler_test' && exit ;;
esac
echo "ctest $*" >>"$machine/calls"
while [ "$1" != --output-junit ]; do shift; done
[ "${FAKE_CTEST:-}" != dies ] || exit 3
[ "${FAKE_CTEST:-}" != fails ] || outcome='FAIL!  : ATest::two() Compared values are not the same'
printf '<testsuite><testcase name="a" status="%s"><system-out>PASS   : ATest::one()\n%s\n</system-out></testcase></testsuite>' \
    "${outcome:+fail}" "${outcome:-SKIP   : ATest::two() no pictures}" >"$2"
[ "${FAKE_CTEST:-}" != fails ]
STUB
    stub setarch <<'STUB'
shift 2
exec "$@"
STUB
    stub python <<'STUB'
case "$*" in
*count_tests.py*) exec "$real_python" "$@" ;;
-c*ensurepip*) [ -z "${FAKE_NO_VENV:-}" ] ;;
-c*) exit 0 ;;
"-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
"-m pip "*)
    echo "pip $*" >>"$machine/calls"
    case ${FAKE_PIP:-} in
    offline) echo "ERROR: Could not find a version that satisfies the requirement torch (connection broken: Temporary failure in name resolution)" >&2; exit 1 ;;
    hash) echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE." >&2; exit 1 ;;
    full) echo "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device" >&2; exit 1 ;;
    esac ;;
esac
STUB
}

# Starts a script of the simulated checkout; status and output are kept.
start() {
    local script=$1
    shift
    output=$(cd / && env -i HOME="$machine" PATH="$machine/bin" machine="$machine" ORRERY_OS_RELEASE="$machine/os-release" \
        real_python="$python" ORRERY_PYTHON="$machine/bin/python" ORRERY_LOCK_WAIT=0 "${settings[@]}" \
        "$machine/bin/bash" "$tree/packaging/$script" "$@" </dev/null 2>&1)
    status=$?
}

fail() {
    echo "FAIL!  : PackagingTest::$name() $*"
    printf '%s\n' "$output" | sed 's/^/    /'
    test_failed=1
    any_failed=1
}
expect_status() { [ "$status" -eq "$1" ] || fail "exit status $status, expected $1"; }
expect_output() { grep -qF -- "$1" <<<"$output" || fail "output lacks: $1"; }
expect_call() { grep -qE -- "$1" "$machine/calls" || fail "was not called: $1"; }
expect_no_call() { ! grep -qE -- "$1" "$machine/calls" || fail "was called: $1"; }
# The last line is one sentence of ours that says what to do.
expect_remedy() {
    expect_status 1
    local last
    last=$(tail -n 1 <<<"$output")
    case $last in
    "orrery: "*.) ;;
    *) fail "the last line is not a sentence of ours: $last" ;;
    esac
    case $last in *"$1"*) ;; *) fail "the last line lacks: $1" ;; esac
}

freshMachineIsSetUpAndNamesThePictures() {
    start run.sh
    expect_status 0
    expect_call '^apt-get .*install.* qt6-base-dev'
    expect_no_call '^apt-get .*install.* (xvfb|unicode-cldr-core)'
    expect_call '^pip .*--no-deps --require-hashes.*libtorch-cpu\.txt'
    expect_call '^cmake --preset release'
    expect_call '^orrery-cli classify --labels-file .*everyday_101\.txt .*/resources/examples/fox\.png'
    expect_output '1  fox'
    expect_output 'To open the window'
}

secondStartTouchesNoNetwork() {
    start run.sh
    : >"$machine/calls"
    start run.sh
    expect_status 0
    expect_no_call '^apt-get'
    expect_no_call '^pip'
    expect_no_call '^cmake --preset'
    expect_call '^orrery-cli classify'
}

withADisplayTheWindowOpens() {
    settings=(DISPLAY=:7)
    start run.sh -- picture.png
    expect_status 0
    expect_call '^orrery picture\.png$'
    expect_no_call '^orrery-cli'
}

buildOnlyStartsNothing() {
    start run.sh --build-only
    expect_status 0
    expect_call '^ninja'
    expect_no_call '^orrery'
}

aDriverChoosesTheCudaSet() {
    settings=(FAKE_DRIVER=1)
    start run.sh --build-only
    expect_call '^pip .*libtorch-cuda\.txt'
}

flagOverridesTheDriver() {
    settings=(FAKE_DRIVER=1)
    start run.sh --build-only --cpu
    expect_call '^pip .*libtorch-cpu\.txt'
    # … and stays chosen.
    start run.sh --build-only
    expect_no_call '^pip .*libtorch-cuda\.txt'
}

cudaFlagAddsToTheCpuSet() {
    start run.sh --build-only
    start run.sh --build-only --cuda
    expect_call '^pip .*libtorch-cuda\.txt'
    expect_output 'No NVIDIA driver was found'
    : >"$machine/calls"
    start run.sh --build-only --cpu # the larger set holds the smaller
    expect_no_call '^pip'
}

changedPinsAreInstalledAgain() {
    start run.sh --build-only
    : >"$machine/calls"
    echo '# another pin' >>"$tree/packaging/dependencies/libtorch-cpu.txt"
    start run.sh --build-only
    expect_call '^pip'
}

trainingAddsItsPackages() {
    start run.sh --build-only --training
    expect_call '^apt-get .*install.* unicode-cldr-core'
}

helpNamesTheFlags() {
    start run.sh --help
    expect_status 0
    expect_output '--build-only'
    start test.sh --help
    expect_status 0
    expect_output '--filter'
}

unknownOptionIsWrongUsage() {
    start run.sh --gpu
    expect_status 2
    expect_output "'--gpu' is not an option"
    start test.sh --everything
    expect_status 2
}

noNetworkForPackages() { settings=(FAKE_APT=offline) && start run.sh && expect_remedy 'connect this machine to the network'; }
aptIsLocked() { settings=(FAKE_APT=locked) && start run.sh && expect_remedy 'wait until it has ended and start again'; }
aptDoesNotKnowAPackage() { settings=(FAKE_APT=unknown) && start run.sh && expect_remedy 'let its sources name Debian 12'; }
aptFillsTheDisk() { settings=(FAKE_APT=full) && start run.sh && expect_remedy 'free 2 GB'; }
dpkgWasInterrupted() { settings=(FAKE_APT=interrupted) && start run.sh && expect_remedy 'dpkg --configure -a'; }
aptFailsOtherwise() { settings=(FAKE_APT=broken) && start run.sh && expect_remedy 'read build/deps/apt.log'; }

noNetworkForLibTorch() {
    settings=(FAKE_PIP=offline)
    start run.sh
    expect_remedy 'connect this machine to the network'
    expect_no_call '^ninja'
    # Once the network is back the same command goes on.
    settings=()
    start run.sh
    expect_status 0
}

damagedDownloadIsNotUsed() { settings=(FAKE_PIP=hash) && start run.sh && expect_remedy 'not the one that is pinned'; }
libTorchFillsTheDisk() { settings=(FAKE_PIP=full) && start run.sh && expect_remedy 'free some space'; }

tooLittleDiskIsSaidBeforeAnythingIsFetched() {
    settings=(FAKE_FREE_MB=3000)
    start run.sh
    expect_remedy 'GB on /, where 3.0 GB are free'
    expect_no_call '^apt-get'
    expect_no_call '^pip'
}

cudaNeedsMoreDisk() {
    settings=(FAKE_FREE_MB=7000)
    start run.sh --build-only
    expect_status 0
    start run.sh --cuda
    expect_remedy '7.5 GB'
}

oldCMake() { settings=(FAKE_CMAKE=3.18.4) && start run.sh && expect_remedy '3.25 is needed'; }
newerCMakeIsFine() { settings=(FAKE_CMAKE=3.31.0) && start run.sh && expect_status 0; }

anotherDebian() {
    printf 'ID=debian\nVERSION_ID="11"\n' >"$machine/os-release"
    start run.sh
    expect_remedy 'add --no-packages'
    expect_no_call '^apt-get'
    # … where somebody who installed the packages goes on.
    start run.sh --no-packages
    expect_status 0
    expect_no_call '^apt-get'
}

anotherProcessor() { settings=(FAKE_MACHINE=aarch64) && start run.sh && expect_remedy 'x86_64 only'; }

noSudo() {
    settings=(FAKE_UID=1000)
    start run.sh
    expect_remedy "run as root 'apt-get install"
}

sudoWantsAPasswordWithoutATerminal() {
    settings=(FAKE_UID=1000)
    stub sudo <<<'exit 1'
    start run.sh
    expect_remedy "run 'sudo apt-get install"
}

sudoIsUsedForPackagesAlone() {
    settings=(FAKE_UID=1000)
    stub sudo <<'STUB'
[ "$1" = -n ] && exit 0
echo "sudo $*" >>"$machine/calls"
exec "$@"
STUB
    start run.sh --build-only
    expect_status 0
    expect_call '^sudo env .*apt-get .*install'
    output=$(grep '^sudo' "$machine/calls" | grep -v 'apt-get -y')
    [ -z "$output" ] || fail 'sudo was used for something else'
}

noVenv() { settings=(FAKE_NO_VENV=1) && start run.sh && expect_remedy 'python3-venv'; }
configuringFails() { settings=(FAKE_CONFIGURE_FAILS=1) && start run.sh && expect_remedy 'build/release/configure.log'; }
buildingFails() { settings=(FAKE_BUILD_FAILS=/release) && start run.sh && expect_remedy 'ORRERY_BUILD_JOBS=1'; }
testScriptStopsAtABrokenBuild() { settings=(FAKE_BUILD_FAILS=/release) && start test.sh && expect_remedy 'Building build/release failed'; }

testScriptInstallsTheScreenToo() {
    settings=(FAKE_BUILD_FAILS=/release) # far enough
    start test.sh
    expect_call '^apt-get .*install.* xvfb'
}

testScriptRunsEverything() {
    start test.sh
    expect_status 0
    expect_call '^ctest --test-dir .*/build/release .* -j [1-9]'
    expect_call '^ninja .*/build/tsan .*scheduler_test'
    expect_call '^ctest --test-dir .*/build/tsan/tests/engine/core '
    expect_call '^ninja .*/build/engine-only '
    [ "$(tail -n 1 <<<"$output")" = '2 passed, 0 failed, 2 skipped' ] || fail 'the last line does not count'
}

testScriptFailsWhenATestFails() {
    settings=(FAKE_CTEST=fails)
    start test.sh
    expect_status 1
    [ "$(tail -n 1 <<<"$output")" = '2 passed, 2 failed' ] || fail 'the last line does not count'
}

testScriptFailsWhenATestProgramCannotBeRun() {
    settings=(FAKE_CTEST=dies)
    start test.sh
    expect_status 1
    [ "$(tail -n 1 <<<"$output")" = '0 passed, 2 failed' ] || fail 'the last line does not count'
}

testScriptFailsWhenTheEngineAloneDoesNotBuild() {
    settings=(FAKE_BUILD_FAILS=/engine-only)
    start test.sh
    expect_status 1
    [ "$(tail -n 1 <<<"$output")" = '2 passed, 1 failed, 2 skipped' ] || fail 'the last line does not count'
}

filteredTestsRunAlone() {
    start test.sh --filter clip
    expect_status 0
    expect_call '^ctest .* -R clip$'
    expect_no_call '(tsan|engine-only)'
}

aFilterThatMatchesNothingIsWrongUsage() {
    start test.sh --filter nothing
    expect_status 2
    grep -q "No test's name matches 'nothing'" <<<"$output" || fail "it does not say so: $output"
    expect_no_call '^ctest'
    start test.sh --filter ''
    expect_status 2
}

countsFunctionsNotPrograms() {
    cat >"$machine/results.xml" <<'XML'
<testsuite><testcase name="a" status="run"><system-out>PASS   : orrery::ATest::initTestCase()
PASS   : orrery::ATest::one(first row)
PASS   : orrery::ATest::one(second row)
SKIP   : orrery::ATest::two() no data
PASS   : orrery::ATest::cleanupTestCase()
</system-out></testcase><testcase name="b" status="fail"><failure message=""/><system-out>PASS   : BTest::one()
FAIL!  : BTest::two() Compared values are not the same
</system-out></testcase><testcase name="crashed" status="fail"><system-out>PASS   : CTest::one()
</system-out></testcase><testcase name="plain" status="run"><system-out></system-out></testcase><testcase
name="missing" status="notrun"><skipped message="Unable to find executable"/></testcase></testsuite>
XML
    output=$("$python" "$source_dir/packaging/count_tests.py" "$machine/results.xml")
    status=$?
    expect_status 1
    [ "$(tail -n 1 <<<"$output")" = '5 passed, 3 failed, 1 skipped' ] || fail 'the counts are wrong'
    expect_output 'failed in results: crashed'
}

countsOfGoodTestsAreSuccess() {
    printf '<testsuite><testcase name="a" status="run"><system-out>PASS   : ATest::one()\n</system-out></testcase></testsuite>' >"$machine/good.xml"
    output=$("$python" "$source_dir/packaging/count_tests.py" "$machine/good.xml")
    status=$?
    expect_status 0
    [ "$output" = '1 passed, 0 failed' ] || fail 'the counts are wrong'
    # A step that did not build is a failure although every test passed; so is a file that is not XML.
    "$python" "$source_dir/packaging/count_tests.py" --failed-builds 1 "$machine/good.xml" >/dev/null && fail 'a failed build passed'
    echo 'not XML' >"$machine/bad.xml"
    "$python" "$source_dir/packaging/count_tests.py" "$machine/good.xml" "$machine/bad.xml" >/dev/null && fail 'a damaged file passed'
}

dependenciesArePinnedAndListedOnce() {
    output=$(cat "$source_dir"/packaging/dependencies/libtorch-*.txt | grep -vE '^#|^-r|^[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}$')
    [ -z "$output" ] || fail 'a requirement without an exact version and a hash'
    output=$(cat "$source_dir"/packaging/dependencies/*.txt | sed 's/[#=].*//; s/^-r.*//' | xargs -n1 | sort | uniq -d)
    [ -z "$output" ] || fail 'listed twice'
}

documentsNameWhatExists() {
    local document link test command
    while read -r document link; do
        [ -e "$source_dir/$link" ] || fail "$document links to $link"
    done < <(cd "$source_dir" && grep -oE '\]\([^): #]+\)' ./*.md | sed 's/^\.\/\([^:]*\):](\(.*\))$/\1 \2/')
    while IFS=: read -r document test; do
        grep -rqE "^ *(void )?([A-Za-z]+::)?${test##*::}\(\)" "$source_dir/tests" || fail "$document names $test"
    done < <(cd "$source_dir" && grep -oE '[A-Za-z]+Test::[a-zA-Z0-9]+' ./*.md)
    while IFS=: read -r document command; do
        cat "$source_dir"/app/cli/*_command.cpp | tr -d ' \n' | grep -q "return{\"$command\"," || fail "$document names orrery-cli $command"
    done < <(cd "$source_dir" && grep -ohE '^orrery-cli [a-z]+' README.md | sed 's/orrery-cli /README.md:/')
}

python=$(command -v /usr/bin/python3 || command -v python3)
tests=$(declare -F | awk '{ print $3 }' |
    grep -vxE 'stub|new_machine|start|fail|expect_(status|output|call|no_call|remedy)')
for name in $tests; do
    if [ $# -gt 0 ] && ! grep -qw -- "$name" <<<"$*"; then
        continue
    fi
    test_failed=0
    settings=()
    output=
    new_machine
    "$name" || true
    [ "$test_failed" -ne 0 ] || echo "PASS   : PackagingTest::$name()"
done
exit "$any_failed"

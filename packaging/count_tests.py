#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts test functions in the JUnit files that CTest writes, and prints "N passed, N failed[, N skipped]".

A QtTest program is one test for CTest; its own lines ("PASS   : ThingTest::does()") say what its functions did. A
program that prints no such line counts as one. Exit status 1 when anything failed or nothing ran.
"""
import argparse
import re
import sys
import xml.etree.ElementTree as ElementTree

LINE = re.compile(r"^(PASS|FAIL!|XPASS|XFAIL|BPASS|BFAIL|SKIP) +: +[\w:]+::(\w+)\(", re.MULTILINE)
HOUSEKEEPING = {"initTestCase", "cleanupTestCase"}


def count(case):
    """(passed, failed, skipped) of one <testcase>."""
    output = "\n".join(part.text or "" for part in case.iter("system-out"))
    passed = failed = skipped = 0
    for outcome, function in LINE.findall(output):
        if outcome in ("FAIL!", "XPASS"):
            failed += 1
        elif outcome == "SKIP":
            skipped += 1
        elif outcome == "PASS" and function not in HOUSEKEEPING:
            passed += 1
    status = case.get("status")
    if status == "fail" and failed == 0:  # crashed, ran out of time, or is no QtTest program
        failed = 1
    elif status in ("notrun", "disabled"):
        reason = case.find("skipped")
        if reason is not None and reason.get("message", "").startswith("Unable to find"):  # it was not built
            failed += 1
        else:
            skipped += 1
    elif passed + failed + skipped == 0:
        passed = 1
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failed-builds", type=int, default=0)
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()

    passed, failed, skipped = 0, arguments.failed_builds, 0
    bad = ["a build that test.sh tried; see above"] * failed
    for name in arguments.files:
        try:
            cases = list(ElementTree.parse(name).getroot().iter("testcase"))
        except (OSError, ElementTree.ParseError) as error:
            failed += 1
            bad.append(f"{name}: {error}")
            continue
        for case in cases:
            counts = count(case)
            passed, failed, skipped = (a + b for a, b in zip((passed, failed, skipped), counts))
            if counts[1]:
                bad.append(f"{name.rsplit('/', 1)[-1].removesuffix('.xml')}: {case.get('name')}")
    for line in bad:
        print(f"failed in {line}")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

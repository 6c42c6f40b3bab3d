// SPDX-License-Identifier: Apache-2.0
// Qt is not built with ThreadSanitizer, so the hand-over between QtTest and its own watchdog thread looks like a race.
// Named function by function: a suppression of the whole library would hide ours, which Qt calls.

extern "C" const char *__tsan_default_suppressions()
{
    return "race:QWaitCondition::~QWaitCondition\n"
           "race:QTest::qRun\n";
}

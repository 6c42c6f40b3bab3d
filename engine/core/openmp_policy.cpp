// SPDX-License-Identifier: Apache-2.0
// How LibTorch's OpenMP threads wait for each other: asleep, not spinning.
//
// GNU OpenMP by default spins for up to 300,000 rounds at every barrier. When anything else wants the processors (the
// window's painting, a compiler, a neighbour on a virtual machine), the thread that is waited for cannot run while the
// other one spins. Measured on two busy virtual cores: 9 to 92 transformer layers a second spinning, 440 to 670 asleep.
#include <cstdlib>

namespace {

// Before main and before any thread: setenv races with getenv, and OpenMP reads the variable when LibTorch is loaded.
// A policy that the user has set stays.
__attribute__((constructor)) void chooseWaitPolicy()
{
    ::setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace orrery::test {

/// While it lives, counts what the thread that made it calls of malloc, free and their kin, locks, and writes to files
/// and streams: by functions of these names in the test program, which the whole process uses instead of the C
/// library's.
class ForbiddenCalls
{
public:
    ForbiddenCalls();
    ~ForbiddenCalls();
    int count() const;
    /// False in builds with a sanitizer, which stands in the same place.
    static bool available();
};

} // namespace orrery::test

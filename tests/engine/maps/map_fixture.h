// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/files/npz.h"
#include "tests/engine/largest_difference.h"

#include <string>

namespace orrery::test {

/// An array that tests/reference/make_map_fixtures.py computed.
inline NpyMatrix mapFixture(const std::string &file, const std::string &array)
{
    return readNpz(ORRERY_SOURCE_DIR "/tests/data/maps/" + file + ".npz", array);
}

} // namespace orrery::test

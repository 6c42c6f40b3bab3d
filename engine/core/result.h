// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/error.h"

#include <tl/expected.hpp>

namespace orrery {

/// Answer or error, for everything outside the engine thread. (std::expected is C++23.)
template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(ErrorCode code, std::string message, std::string context = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(context)});
}

} // namespace orrery

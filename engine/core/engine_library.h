// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/runtime.h"

#include <memory>
#include <string>

namespace orrery {

/// Where Orrery's shared libraries lie: the folder of liborrery_core itself, so that it holds in the build folder, in
/// an installation and in an archive. Thread: any.
std::string libraryFolder();

/// Opens liborrery_engine.so (and with it LibTorch) and makes its runtime. Never closed again.
/// @throws Exception{Unsupported} with the loader's sentence. Thread: engine.
std::unique_ptr<Runtime> loadEngineLibrary(const EngineSettings &settings);

} // namespace orrery

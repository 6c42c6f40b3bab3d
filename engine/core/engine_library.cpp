// SPDX-License-Identifier: Apache-2.0
#include "engine/core/engine_library.h"

#include <climits>
#include <cstdlib>
#include <unistd.h>

#include <dlfcn.h>

namespace orrery {

std::string libraryFolder()
{
    Dl_info info{};
    if (!::dladdr(reinterpret_cast<const void *>(&libraryFolder), &info) || !info.dli_fname)
        return "."; // cannot happen in a shared library
    char resolved[PATH_MAX];
    const std::string path = ::realpath(info.dli_fname, resolved) ? resolved : info.dli_fname;
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::unique_ptr<Runtime> loadEngineLibrary(const EngineSettings &settings)
{
    std::string path = libraryFolder() + "/liborrery_engine.so";
    if (::access(path.c_str(), R_OK) != 0)
        path = libraryFolder() + "/../lib/liborrery_engine.so"; // a core that was linked into a program
    // RTLD_LOCAL: LibTorch's BLAS symbols must not reach libraries that bring their own, nor the other way round; job
    // libraries find LibTorch through their own dependencies. RTLD_NOW: a missing symbol is a sentence here instead of
    // a crash in a job. RTLD_NODELETE: LibTorch cannot be unloaded.
    void *library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library)
        throw Exception(ErrorCode::Unsupported, "The engine could not be loaded; a reinstallation may help",
                        ::dlerror());
    const auto create = reinterpret_cast<CreateRuntime>(::dlsym(library, "orreryCreateRuntime"));
    if (!create)
        throw Exception(ErrorCode::Unsupported, "The engine's library belongs to another version of Orrery", path);
    return std::unique_ptr<Runtime>(create(settings));
}

} // namespace orrery

// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/media_gateway.h"

#include "engine/core/engine_library.h"
#include "engine/core/error.h"

#include <dlfcn.h>
#include <unistd.h>

namespace orrery {
namespace {

MediaServices *openMedia()
{
    const std::string path = libraryFolder() + "/liborrery_media.so";
    if (::access(path.c_str(), R_OK) != 0)
        throw Exception(ErrorCode::Unsupported,
                        "This copy of Orrery was built without support for picture and sound files", path);
    // This code lies in a library that links LibTorch, so LibTorch is loaded by now: its BLAS stays in use.
    void *library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library)
        throw Exception(ErrorCode::Unsupported,
                        "Support for picture and sound files could not be loaded; is a library of theirs missing?",
                        ::dlerror());
    const auto create = reinterpret_cast<CreateMedia>(::dlsym(library, "orreryCreateMedia"));
    if (!create)
        throw Exception(ErrorCode::Unsupported,
                        "Support for picture and sound files belongs to another version of Orrery", path);
    return create();
}

} // namespace

MediaServices &mediaServices()
{
    // A failure throws and is tried again at the next call; success is for the life of the process.
    static MediaServices *const services = openMedia();
    return *services;
}

Task<Picture> loadPicture(EngineScope &scope, PictureSource source)
{
    if (!source.pixels.empty())
        co_return std::move(source.pixels);
    if (source.path.empty())
        throw Exception(ErrorCode::BadInput, "A picture has neither a file nor pixels");
    Picture picture;
    // Named, because GCC 12 destroys temporaries of a co_await expression twice.
    std::function<void()> decode = [&] { picture = mediaServices().pictures().decode(source.path); };
    co_await scope.outside(std::move(decode));
    co_return picture;
}

} // namespace orrery

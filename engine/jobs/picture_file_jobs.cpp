// SPDX-License-Identifier: Apache-2.0
// Bodies of the jobs of engine/api/picture_files.h; all of it on helper threads.
#include "engine/api/picture_files.h"
#include "engine/core/job_registry.h"
#include "engine/files/atomic_file.h"
#include "engine/runtime/media_gateway.h"

#include <span>

namespace orrery {

namespace {

Task<WritePictureResult> write(EngineScope &scope, WritePictureRequest request)
{
    std::function<void()> writing = [&request] {
        const std::vector<std::uint8_t> bytes = mediaServices().pictures().encodePng(request.picture, request.texts);
        AtomicFile file(request.path);
        file.write(std::as_bytes(std::span(bytes)));
        file.commit();
    };
    co_await scope.outside(std::move(writing));
    co_return WritePictureResult{std::move(request.path)};
}

Task<ReadTextsResult> readTexts(EngineScope &scope, ReadTextsRequest request)
{
    ReadTextsResult result;
    std::function<void()> reading = [&] { result.texts = mediaServices().pictures().texts(request.path); };
    co_await scope.outside(std::move(reading));
    co_return result;
}

} // namespace

ORRERY_JOB(kWritePicture, write)
ORRERY_JOB(kReadTexts, readTexts)

} // namespace orrery

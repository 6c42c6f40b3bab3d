// SPDX-License-Identifier: Apache-2.0
// Bodies of `generate.decode` and `generate.encode`.
#include "engine/api/generate.h"
#include "engine/core/job_registry.h"
#include "engine/models/text_to_image.h"
#include "engine/runtime/media_gateway.h"

namespace orrery::generate {

namespace {

Task<DecodeTokensResult> decode(EngineScope &scope, DecodeTokensRequest request)
{
    Task<std::shared_ptr<TextToImageModel>> open = loadTextToImageModel(scope, request.model);
    const std::shared_ptr<TextToImageModel> model = co_await std::move(open);
    StepPacer pace(scope);
    Task<std::vector<Picture>> decoding = model->decodeTokens(pace, std::move(request.grids));
    DecodeTokensResult result;
    result.pictures = co_await std::move(decoding);
    co_return result;
}

Task<EncodeTokensResult> encode(EngineScope &scope, EncodeTokensRequest request)
{
    Task<std::shared_ptr<TextToImageModel>> open = loadTextToImageModel(scope, request.model);
    const std::shared_ptr<TextToImageModel> model = co_await std::move(open);
    Task<Picture> reading = loadPicture(scope, std::move(request.picture));
    Picture picture = co_await std::move(reading);
    StepPacer pace(scope);
    Task<std::vector<int>> encoding = model->encodeTokens(pace, std::move(picture));
    EncodeTokensResult result;
    result.tokens = co_await std::move(encoding);
    const DescribeResult description = model->describe();
    result.width = description.gridWidth;
    result.height = description.gridHeight;
    co_return result;
}

} // namespace

ORRERY_JOB(kDecodeTokens, decode)
ORRERY_JOB(kEncodeTokens, encode)

} // namespace orrery::generate

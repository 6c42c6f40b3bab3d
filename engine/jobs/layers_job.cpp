// SPDX-License-Identifier: Apache-2.0
// clip.layers: what every layer of a model makes of a collection of pictures.
#include "engine/api/clip.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/clip_embedding.h"
#include "engine/models/registry.h"

#include <algorithm>

namespace orrery::clip {
namespace {

/// A row of pixels is at most this wide and high: a thousand pictures of 224 × 224 would be 600 MB, and a map of them
/// looks no different.
constexpr int kPixelEdge = 32;

void append(NpyMatrix &matrix, const std::vector<float> &row)
{
    matrix.columns = std::int64_t(row.size());
    matrix.values.insert(matrix.values.end(), row.begin(), row.end());
    ++matrix.rows;
}

/// Means over a grid of at most kPixelEdge × kPixelEdge. [3 × h × w]
std::vector<float> pixelRow(const PreparedPicture &picture)
{
    const int width = picture.size.width, height = picture.size.height;
    const int columns = std::min(width, kPixelEdge), rows = std::min(height, kPixelEdge);
    std::vector<float> row;
    row.reserve(std::size_t(3 * rows * columns));
    for (int c = 0; c < 3; ++c)
        for (int y = 0; y < rows; ++y)
            for (int x = 0; x < columns; ++x) {
                const int top = y * height / rows, bottom = (y + 1) * height / rows;
                const int left = x * width / columns, right = (x + 1) * width / columns;
                double sum = 0;
                for (int py = top; py < bottom; ++py)
                    for (int px = left; px < right; ++px)
                        sum += double(picture.values[std::size_t((c * height + py) * width + px)]);
                row.push_back(float(sum / double((bottom - top) * (right - left))));
            }
    return row;
}

Task<LayersResult> layers(EngineScope &scope, LayersRequest request)
{
    if (request.pictures.empty())
        throw Exception(ErrorCode::BadInput, "There is no picture, expected at least one");
    scope.progress(-1, "Opening the model");
    Task<std::shared_ptr<ImageTextModel>> open = loadImageTextModel(scope, request.model);
    const std::shared_ptr<ImageTextModel> model = co_await std::move(open);
    StepPacer pace(scope);
    LayersResult result;
    Layer pixels{"Pixels", {}}, embedding{"Embedding", {}};
    std::vector<Layer> between;
    for (std::size_t i = 0; i < request.pictures.size(); ++i) {
        scope.progress(double(i) / double(request.pictures.size()),
                       "Picture " + std::to_string(i + 1) + " of " + std::to_string(request.pictures.size()));
        Task<LayersAnswer> see = layersOfPicture(pace, model, request.pictures[i]);
        LayersAnswer seen = co_await std::move(see);
        PictureAnswer known;
        if (seen.error.empty() && request.embedding) {
            Task<PictureAnswer> embed = embedPicture(pace, model, std::move(request.pictures[i]));
            known = co_await std::move(embed);
        }
        result.errors.push_back(seen.error.empty() ? known.error : seen.error);
        if (result.errors.back().empty()) {
            append(pixels.values, pixelRow(seen.picture));
            between.resize(seen.layers.size());
            for (std::size_t layer = 0; layer < between.size(); ++layer) {
                between[layer].name = std::move(seen.layers[layer].name);
                append(between[layer].values, seen.layers[layer].values);
            }
            if (request.embedding)
                append(embedding.values, known.embedding);
        }
        if (pace.due())
            co_await pace.step();
    }
    result.layers.push_back(std::move(pixels));
    std::move(between.begin(), between.end(), std::back_inserter(result.layers));
    if (request.embedding)
        result.layers.push_back(std::move(embedding));
    scope.progress(1, "Done");
    co_return result;
}

} // namespace

ORRERY_JOB(kLayers, layers)

} // namespace orrery::clip

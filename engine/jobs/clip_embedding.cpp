// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/clip_embedding.h"

#include "engine/core/error.h"
#include "engine/files/sha256.h"
#include "engine/runtime/media_gateway.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>

namespace orrery::clip {
namespace {

/// Ends the keys of looks in the cache of pictures; no path ends so.
const std::string kLook("\0look", 5);
/// Begins the keys of what embedQuickly saw.
const std::string kQuick("quick:");

/// Names the file and its state, or the pixels themselves.
std::string keyOf(const PictureSource &source)
{
    if (source.pixels.empty()) {
        std::error_code failed, ignored;
        const auto time = std::filesystem::last_write_time(source.path, failed);
        const auto size = std::filesystem::file_size(source.path, ignored);
        return failed ? std::string()
                      : "file:" + std::to_string(time.time_since_epoch().count()) + ":" + std::to_string(size) + ":" +
                            std::filesystem::absolute(source.path, ignored).string();
    }
    Sha256 hash;
    hash.add(std::as_bytes(std::span(source.pixels.rgb)));
    return "pixels:" + std::to_string(source.pixels.width) + ":" + std::to_string(source.pixels.height) + ":" +
           hash.finish();
}

/// What decides between "this picture" and "this job".
bool endsTheJob(ErrorCode code)
{
    return code == ErrorCode::Cancelled || code == ErrorCode::OutOfMemory || code == ErrorCode::ModelFile ||
           code == ErrorCode::Shape;
}

Embedding unit(Embedding sum)
{
    double squares = 0;
    for (const float value : sum)
        squares += double(value) * value;
    const double length = std::max(std::sqrt(squares), 1e-12);
    for (float &value : sum)
        value = float(value / length);
    return sum;
}

/// @param picture  stays until the task has ended    @param path  for the message; may be empty
Task<PreparedPicture> prepareOutside(StepPacer &pace, std::shared_ptr<ImageTextModel> model, const Picture &picture,
                                     double view, std::string path)
{
    PreparedPicture prepared;
    std::function<void()> prepare = [&] {
        try {
            prepared = preprocess(picture, model->preprocessing(), view);
        } catch (const Exception &error) {
            throw path.empty() ? error : Exception(error.code(), path + ": " + error.what(), error.context());
        }
    };
    co_await pace.scope().outside(std::move(prepare));
    co_return prepared;
}

} // namespace

Task<Embedding> embedCached(StepPacer &pace, std::shared_ptr<ImageTextModel> model, std::string text)
{
    if (const Embedding *known = model->texts.find(text)) {
        const Embedding copy = *known;
        if (pace.due()) // ten thousand of them take a while, too
            co_await pace.step();
        co_return copy;
    }
    Task<Embedding> task = model->embedText(pace, text);
    Embedding embedding = co_await std::move(task);
    model->texts.put(std::move(text), embedding);
    co_return embedding;
}

Task<PictureAnswer> embedPicture(StepPacer &pace, std::shared_ptr<ImageTextModel> model, PictureSource source)
{
    PictureAnswer answer;
    try {
        std::string key;
        std::function<void()> name = [&] { key = keyOf(source); };
        co_await pace.scope().outside(std::move(name));
        const Embedding *known = key.empty() ? nullptr : model->pictures.find(key);
        const Embedding *look = known ? model->pictures.find(key + kLook) : nullptr;
        if (known && (look || !model->notes.familiarity)) { // a full cache may have lost one of the two
            answer.embedding = *known;
            answer.look = look ? *look : answer.embedding;
            co_return answer;
        }
        const std::string path = source.path;
        Task<Picture> load = loadPicture(pace.scope(), std::move(source));
        const Picture picture = co_await std::move(load);
        Embedding sum;
        for (const double view : model->preprocessing().views) {
            Task<PreparedPicture> prepare = prepareOutside(pace, model, picture, view, path);
            Task<ImageTextModel::Seen> task = model->seePicture(pace, co_await std::move(prepare));
            ImageTextModel::Seen seen = co_await std::move(task);
            if (sum.empty()) {
                answer.look = seen.look.empty() ? seen.embedding : std::move(seen.look);
                sum = std::move(seen.embedding);
            } else {
                for (std::size_t i = 0; i < sum.size(); ++i)
                    sum[i] += seen.embedding[i];
            }
        }
        answer.embedding = model->preprocessing().views.size() == 1 ? std::move(sum) : unit(std::move(sum));
        if (!key.empty()) {
            model->pictures.put(key, answer.embedding);
            model->pictures.put(key + kLook, answer.look);
        }
    } catch (const Exception &error) {
        if (endsTheJob(error.code()))
            throw;
        answer.error = error.what();
    }
    co_return answer;
}

Task<std::vector<PictureAnswer>> embedQuickly(StepPacer &pace, std::shared_ptr<ImageTextModel> model,
                                              std::vector<PictureSource> sources)
{
    std::vector<PictureAnswer> answers(sources.size());
    std::vector<std::string> keys(sources.size());
    std::vector<PreparedPicture> prepared;
    std::vector<std::size_t> places; // of what was prepared
    for (std::size_t i = 0; i < sources.size(); ++i) {
        try {
            std::function<void()> name = [&] { keys[i] = keyOf(sources[i]); };
            co_await pace.scope().outside(std::move(name));
            if (!keys[i].empty())
                keys[i] = kQuick + keys[i];
            if (const Embedding *known = keys[i].empty() ? nullptr : model->pictures.find(keys[i])) {
                answers[i].embedding = *known;
                continue;
            }
            const std::string path = sources[i].path;
            Task<Picture> load = loadPicture(pace.scope(), std::move(sources[i]));
            const Picture picture = co_await std::move(load);
            Task<PreparedPicture> prepare = prepareOutside(pace, model, picture, 1, path);
            prepared.push_back(co_await std::move(prepare));
            places.push_back(i);
        } catch (const Exception &error) {
            if (endsTheJob(error.code()))
                throw;
            answers[i].error = error.what();
        }
    }
    if (prepared.empty())
        co_return answers;
    Task<std::vector<Embedding>> see = model->seePictures(pace, std::move(prepared));
    std::vector<Embedding> seen = co_await std::move(see);
    for (std::size_t k = 0; k < places.size(); ++k) {
        answers[places[k]].embedding = std::move(seen[k]);
        if (!keys[places[k]].empty())
            model->pictures.put(keys[places[k]], answers[places[k]].embedding);
    }
    co_return answers;
}

Task<LayersAnswer> layersOfPicture(StepPacer &pace, std::shared_ptr<ImageTextModel> model, PictureSource source)
{
    LayersAnswer answer;
    try {
        const std::string path = source.path;
        Task<Picture> load = loadPicture(pace.scope(), std::move(source));
        const Picture picture = co_await std::move(load);
        Task<PreparedPicture> prepare = prepareOutside(pace, model, picture, 1, path);
        answer.picture = co_await std::move(prepare);
        Task<std::vector<ImageTextModel::LayerSeen>> see = model->seeLayers(pace, answer.picture);
        answer.layers = co_await std::move(see);
    } catch (const Exception &error) {
        if (endsTheJob(error.code()))
            throw;
        answer.error = error.what();
    }
    co_return answer;
}

} // namespace orrery::clip

// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/fake_host.h"

#include "engine/core/job_registry.h"
#include "tests/engine/core/plain_runtime.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <sstream>
#include <thread>

namespace orrery::test {

namespace {

double inkOf(const PictureSource &picture)
{
    const std::vector<std::uint8_t> &rgb = picture.pixels.rgb;
    if (rgb.empty())
        return 0;
    const double sum = std::accumulate(rgb.begin(), rgb.end(), 0.0);
    return 1 - sum / (255.0 * static_cast<double>(rgb.size()));
}

Task<clip::ClassifyResult> classify(EngineScope &scope, clip::ClassifyRequest request)
{
    FakeClip &fake = FakeClip::instance();
    ++fake.classified;
    {
        const std::lock_guard lock(fake.mutex);
        fake.last = request;
    }
    int waited = 0;
    while (fake.hold) {
        scope.progress(std::min(0.9, ++waited / 1000.0), "Picture 1 of 1");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        co_await scope.step();
    }
    if (fake.fail)
        throw Exception(ErrorCode::ModelFile, "model.safetensors of picture-clip is damaged", "test");
    clip::ClassifyResult result;
    result.model = request.model;
    result.logitScale = 20;
    result.familiarThreshold = 0.5;
    for (const std::string &label : request.labels) {
        std::istringstream words(label);
        for (std::string word; words >> word;)
            if (word.starts_with("zor")) {
                result.unknownWords.push_back(word);
                result.nearestKnown.push_back({"zebra", "lion"});
            }
    }
    const double temperature = request.temperature > 0 ? request.temperature : 1 / result.logitScale;
    for (const PictureSource &picture : request.pictures) {
        clip::ClassifiedPicture classified;
        classified.name = picture.path;
        if (picture.path.find("broken") != std::string::npos) {
            classified.error = "broken.png: the file ends before the picture does";
            result.pictures.push_back(classified);
            continue;
        }
        classified.familiarity = picture.path.find("photo") != std::string::npos ? 0.1 : 0.9;
        std::vector<double> shares;
        for (const std::string &label : request.labels)
            shares.push_back(std::exp(fakeCosine(picture, label) / temperature));
        const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
        for (std::size_t i = 0; i < request.labels.size(); ++i)
            classified.ranking.push_back(
                {static_cast<int>(i), shares[i] / sum, fakeCosine(picture, request.labels[i])});
        if (request.perTemplate)
            for (std::size_t t = 0; t < request.templates.size(); ++t) {
                std::vector<double> own(shares);
                for (double &share : own)
                    share = share / sum * (1 - 0.1 * static_cast<double>(t));
                classified.perTemplate.push_back(own);
            }
        std::ranges::stable_sort(classified.ranking, std::greater<>(), &clip::RankedLabel::cosine);
        result.pictures.push_back(std::move(classified));
    }
    co_return result;
}

Task<clip::MatrixResult> matrix(EngineScope &, clip::MatrixRequest request)
{
    clip::MatrixResult result;
    for (const PictureSource &picture : request.pictures) {
        std::vector<double> row;
        const bool broken = picture.path.find("broken") != std::string::npos;
        for (const std::string &text : request.texts)
            if (!broken)
                row.push_back(fakeCosine(picture, text));
        result.cosine.push_back(row);
        result.errors.push_back(broken ? "the file ends before the picture does" : "");
    }
    co_return result;
}

} // namespace

FakeClip &FakeClip::instance()
{
    static FakeClip fake;
    return fake;
}

double fakeCosine(const PictureSource &picture, const std::string &label)
{
    if (std::filesystem::path(picture.path).stem() == label)
        return 0.8;
    // FNV-1a: any fixed hash would do.
    std::uint32_t hash = 2166136261u;
    for (const char c : label)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    const double own = (hash % 1000) / 1000.0;
    return 0.5 * std::sin(6.28 * own + 40 * inkOf(picture));
}

void registerFakeClip()
{
    registerJob(clip::kClassify, classify);
    registerJob(clip::kMatrix, matrix);
}

FakeHost::FakeHost(bool realEngine) : m_engine(std::make_unique<EngineThread>())
{
    ModelCard card;
    card.id = "picture-clip";
    card.name = "Picture CLIP";
    card.task = "image and text";
    m_cards.push_back(card);
    m_engine->setExecutor(
        [this](std::function<void()> work) { QMetaObject::invokeMethod(this, std::move(work), Qt::QueuedConnection); });
    if (realEngine)
        m_engine->start({});
    else
        m_engine->start({}, [](const EngineSettings &) { return std::make_unique<PlainRuntime>(); });
    m_engine->onReady([this](Result<RuntimeInfo> info) {
        m_state = std::move(info);
        Q_EMIT engineReady();
    });
}

FakeHost::~FakeHost()
{
    FakeClip::instance().hold = false;
    m_engine.reset();
}

} // namespace orrery::test

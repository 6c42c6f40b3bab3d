// SPDX-License-Identifier: Apache-2.0
#include "engine/training/babble/world_units.h"

#include "engine/core/error.h"
#include "engine/files/safetensors.h"
#include "engine/models/step_pacer.h"

#include <ATen/ATen.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <map>
#include <span>

namespace orrery::training {

namespace {

constexpr std::chrono::minutes kKeepEvery{1};
using Facts = std::map<std::string, std::string>;

/// What a cache must agree in. The world is told apart by its size and its texts' number: hashing it takes as long as
/// reading it.
Facts factsOf(const SpeechWorld &world, const UnitSource &source, const speech::Listener &listener,
              const speech::Codebook &codebook)
{
    std::error_code ignored;
    return {{"world_bytes", std::to_string(std::filesystem::file_size(world.file(), ignored))},
            {"world_utterances", std::to_string(world.utterances())},
            {"model", listener.hash.empty() ? source.model : listener.hash},
            {"codebook", std::to_string(codebook.size())},
            {"centres_sha256", speech::UnitOrigin::of(listener, codebook).sha256}};
}

/// Utterances until there are `hours` of them.
std::int64_t utterancesFor(const SpeechWorld &world, double hours)
{
    if (hours <= 0)
        return world.utterances();
    std::int64_t count = 0;
    double seconds = 0;
    while (count < world.utterances() && seconds < 3600 * hours)
        seconds += double(world.samples(count++).size()) / SpeechWorld::kRate;
    return count;
}

/// What an older run heard, when it was the same; else nothing.
std::vector<std::vector<int>> readCache(const std::string &file, const Facts &facts)
{
    std::error_code ignored;
    if (file.empty() || !std::filesystem::exists(file, ignored))
        return {};
    const auto data = Safetensors::open(file);
    for (const auto &[name, value] : facts)
        if (const auto found = data->metadata().find(name); found == data->metadata().end() || found->second != value)
            return {};
    const SafetensorsEntry *units = data->find("units"), *first = data->find("first");
    if (!units || !first || units->dtype != Dtype::I32 || first->dtype != Dtype::I64 || units->shape.size() != 1 ||
        first->shape.size() != 1 || first->shape[0] < 1)
        throw Exception(ErrorCode::ModelFile, file + ": expected rows of numbers \"units\" and \"first\"");
    std::vector<std::int32_t> all(std::size_t(units->shape[0]));
    std::vector<std::int64_t> begin(std::size_t(first->shape[0]));
    std::memcpy(all.data(), units->bytes.data(), units->bytes.size());
    std::memcpy(begin.data(), first->bytes.data(), first->bytes.size());
    std::vector<std::vector<int>> frames;
    for (std::size_t i = 0; i + 1 < begin.size(); ++i) {
        if (begin[i] < 0 || begin[i + 1] < begin[i] || begin[i + 1] > std::int64_t(all.size()))
            throw Exception(ErrorCode::ModelFile, file + ": \"first\" does not rise");
        frames.emplace_back(all.begin() + begin[i], all.begin() + begin[i + 1]);
    }
    const int size = std::stoi(facts.at("codebook"));
    for (const std::int32_t unit : all)
        if (unit < 0 || unit >= size)
            throw Exception(ErrorCode::ModelFile, file + ": holds a unit " + std::to_string(unit));
    return frames;
}

void writeCache(const std::string &file, const Facts &facts, const std::vector<std::vector<int>> &frames)
{
    if (file.empty())
        return;
    std::vector<std::int32_t> all;
    std::vector<std::int64_t> begin{0};
    for (const std::vector<int> &one : frames) {
        all.insert(all.end(), one.begin(), one.end());
        begin.push_back(std::int64_t(all.size()));
    }
    writeSafetensors(file,
                     {{"units", Dtype::I32, {std::int64_t(all.size())}, std::as_bytes(std::span(all))},
                      {"first", Dtype::I64, {std::int64_t(begin.size())}, std::as_bytes(std::span(begin))}},
                     facts);
}

} // namespace

std::vector<float> soundOf(const SpeechWorld &world, std::int64_t utterance)
{
    const std::span<const std::int16_t> samples = world.samples(utterance);
    std::vector<float> sound(samples.size());
    for (std::size_t i = 0; i < sound.size(); ++i)
        sound[i] = float(samples[i]) / 32768.0F;
    return sound;
}

UnitSentences WorldUnits::sentences(const SpeechWorld &world, bool heldOut) const
{
    UnitSentences all;
    for (std::size_t u = 0; u < frames.size(); ++u)
        if (world.isHeldOut(std::int64_t(u)) == heldOut && !frames[u].empty())
            all.push_back(speech::heldUnits(frames[u]));
    return all;
}

Task<std::shared_ptr<const WorldUnits>> unitsOf(EngineScope &scope, std::shared_ptr<const SpeechWorld> world,
                                                UnitSource source, std::string cache)
{
    Task<std::shared_ptr<speech::Listener>> opening = speech::loadListener(scope, source.model);
    const std::shared_ptr<speech::Listener> listener = co_await std::move(opening);
    const std::shared_ptr<const speech::Codebook> codebook = listener->codebook(source.codebook, source.codebookFile);
    const Facts facts = factsOf(*world, source, *listener, *codebook);
    const std::int64_t wanted = utterancesFor(*world, source.hours);
    auto units = std::make_shared<WorldUnits>();
    units->codebook = codebook->size();
    units->origin = speech::UnitOrigin::of(*listener, *codebook);
    units->reach = listener->facts().reach;
    units->frames = readCache(cache, facts);
    const auto known = std::int64_t(units->frames.size());
    StepPacer pace(scope);
    auto kept = std::chrono::steady_clock::now();
    for (std::int64_t u = known; u < wanted; ++u) {
        scope.progress(double(u) / double(wanted),
                       "Listening to utterance " + std::to_string(u + 1) + " of " + std::to_string(wanted));
        speech::Stretch stretch;
        stretch.samples = soundOf(*world, u);
        stretch.loudness.add(stretch.samples.data(), stretch.samples.size());
        units->frames.emplace_back();
        if (listener->facts().frames(std::int64_t(stretch.samples.size())) < 1)
            continue;
        Task<std::vector<at::Tensor>> hearing = listener->hear(pace, std::move(stretch), {codebook->layer()});
        const std::vector<at::Tensor> heard = co_await std::move(hearing);
        units->frames.back() = codebook->nearest(heard[0]);
        if (const auto now = std::chrono::steady_clock::now(); now - kept >= kKeepEvery) {
            writeCache(cache, facts, units->frames); // a run that is stopped while it listens goes on there
            kept = now;
        }
        co_await pace.step();
    }
    if (known < wanted)
        writeCache(cache, facts, units->frames);
    units->frames.resize(std::size_t(wanted));
    co_return units;
}

} // namespace orrery::training

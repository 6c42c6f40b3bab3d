// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/text_to_image/fake_generate.h"

#include "engine/core/job_registry.h"
#include "engine/files/sample_recipe.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <sstream>
#include <thread>

namespace orrery::test {

namespace {

using namespace generate;

std::uint32_t hashOf(const std::string &text)
{
    std::uint32_t hash = 2166136261u;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash;
}

void put(Picture &picture, int x, int y, const QColor &colour)
{
    const std::size_t at = std::size_t(y * picture.width + x) * 3;
    picture.rgb[at] = std::uint8_t(colour.red());
    picture.rgb[at + 1] = std::uint8_t(colour.green());
    picture.rgb[at + 2] = std::uint8_t(colour.blue());
}

Picture blank(const QColor &colour)
{
    Picture picture;
    picture.width = picture.height = 64;
    picture.rgb.resize(64 * 64 * 3);
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x)
            put(picture, x, y, colour);
    return picture;
}

/// A disc on white, `noise` of it hidden under specks.
Picture discWith(const QColor &colour, std::uint64_t seed, double noise)
{
    Picture picture = blank(Qt::white);
    std::uint32_t state = std::uint32_t(seed) * 747796405u + 1;
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x) {
            const bool inside = std::hypot(x - 31.5, y - 31.5) < 20 + double(seed % 5);
            if (inside)
                put(picture, x, y, colour);
            state = state * 1664525u + 1013904223u;
            if ((state >> 8 & 1023) < noise * 1023)
                put(picture, x, y, QColor::fromHsv(int(state >> 18) % 360, 120, 200));
        }
    return picture;
}

QColor colourOfToken(int token)
{
    return QColor::fromHsv((token * 37) % 360, 160, 230);
}

Picture pictureOf(const std::vector<int> &tokens)
{
    Picture picture = blank(QColor(230, 230, 230));
    constexpr int cell = 64 / kFakeGrid;
    for (std::size_t i = 0; i < tokens.size(); ++i)
        for (int y = 0; y < cell; ++y)
            for (int x = 0; x < cell; ++x)
                put(picture, int(i % kFakeGrid) * cell + x, int(i / kFakeGrid) * cell + y, colourOfToken(tokens[i]));
    return picture;
}

int tokenOf(const GenerateRequest &request, std::uint64_t seed, int place)
{
    return int((hashOf(request.prompt) / 7 + seed * 13 + std::uint64_t(place) * 5) % 512);
}

void addWords(const GenerateRequest &request, Sample &sample)
{
    std::istringstream words(request.prompt);
    int number = 0;
    for (std::string word; words >> word; ++number) {
        WordMap map{word, 8, 8, std::vector<float>(64, 0.05f)};
        map.share[std::size_t(number * 9 % 64)] = 1;
        sample.words.push_back(map);
    }
}

bool cuts(const std::string &prompt)
{
    std::istringstream words(prompt);
    int count = 0;
    for (std::string word; words >> word;)
        ++count;
    return count > 60;
}

Task<GenerateResult> sample(EngineScope &scope, GenerateRequest request)
{
    FakeGenerate &fake = FakeGenerate::instance();
    {
        const std::lock_guard lock(fake.mutex);
        fake.requests.push_back(request);
    }
    if (fake.fail)
        throw Exception(ErrorCode::ModelFile, "model.safetensors of picture-diffusion is damaged", "test");
    GenerateResult result;
    if (cuts(request.prompt))
        result.notes.emplace_back(kPromptCut);
    result.model = request.model;
    result.method = request.model == kTokensModel ? Method::Tokens : Method::Diffusion;
    const bool tokens = result.method == Method::Tokens;
    result.steps = tokens ? kFakeGrid * kFakeGrid : request.steps > 0 ? request.steps : kFakeSteps;
    for (int k = 0; k < request.count; ++k) {
        Sample sample;
        sample.index = k;
        sample.seed = request.seed + std::uint64_t(k);
        if (tokens)
            sample.gridWidth = sample.gridHeight = kFakeGrid;
        result.samples.push_back(std::make_shared<const Sample>(sample));
        for (int step = 0; step < result.steps; ++step) {
            if (fake.stepMs > 0)
                std::this_thread::sleep_for(std::chrono::milliseconds(fake.stepMs));
            if (tokens) {
                const bool kept = std::size_t(step) < request.keepTokens.size();
                TokenLook look;
                look.kept = kept;
                look.token = kept ? request.keepTokens[std::size_t(step)] : tokenOf(request, sample.seed, step);
                look.entropy = kept ? 0 : 1 + 5.0 * step / result.steps;
                for (int i = 0; i < 5; ++i)
                    look.alternatives.push_back({(look.token + i * 11) % 512, 0.4 / (1 << i)});
                sample.tokens.push_back(look);
                std::vector<int> so;
                for (const TokenLook &one : sample.tokens)
                    so.push_back(one.token);
                sample.picture = pictureOf(so);
            } else {
                const bool branched = request.branch && step >= request.branch->step;
                const std::uint64_t seed = branched ? request.branch->seed : sample.seed;
                const std::string &prompt =
                    branched && !request.branch->prompt.empty() ? request.branch->prompt : request.prompt;
                StepLook look;
                look.noise = 1 - double(step + 1) / result.steps;
                look.picture = discWith(fakeColour(prompt, seed), seed, look.noise * 0.8);
                if (request.scoreSteps)
                    look.clipScore = 0.1 + (0.1 + 0.05 * int(request.guidance)) * (1 - look.noise);
                look.milliseconds = 12;
                look.evaluations = request.guidance == Guidance::None ? 1 : 2;
                sample.picture = look.picture;
                sample.looks.push_back(std::move(look));
            }
            result.samples.back() = std::make_shared<const Sample>(sample);
            scope.progress(double(k * result.steps + step + 1) / (request.count * result.steps),
                           "Picture " + std::to_string(k + 1) + " of " + std::to_string(request.count), result);
            co_await scope.step();
            while (fake.hold && k + 1 == request.count && step + 2 >= result.steps) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                co_await scope.step();
            }
        }
        sample.finished = true;
        sample.recipe = recipeOf(request, sample.seed, "", "cpu");
        if (request.rerank)
            sample.clipScore = fakeScore(sample.seed);
        if (tokens)
            sample.logProbability = -100 - 2 * double(sample.seed % 4);
        if (request.attention)
            addWords(request, sample);
        result.samples.back() = std::make_shared<const Sample>(sample);
    }
    result.seconds = 0.5;
    ++fake.drawn;
    co_return result;
}

Task<ReadPromptResult> read(EngineScope &, ReadPromptRequest request)
{
    ReadPromptResult result;
    std::istringstream words(request.prompt);
    for (std::string word; words >> word;)
        if (word.starts_with("zor")) {
            result.unknownWords.push_back(word);
            result.nearestKnown.push_back({"zebra", "lion"});
        }
    if (request.prompt.find("red fox") != std::string::npos)
        result.absent.push_back("red fox");
    result.cut = cuts(request.prompt);
    co_return result;
}

Task<DecodeTokensResult> decode(EngineScope &, DecodeTokensRequest request)
{
    DecodeTokensResult result;
    for (const std::vector<int> &grid : request.grids)
        result.pictures.push_back(pictureOf(grid));
    co_return result;
}

Task<EncodeTokensResult> encode(EngineScope &, EncodeTokensRequest)
{
    EncodeTokensResult result{kFakeGrid, kFakeGrid, std::vector<int>(kFakeGrid * kFakeGrid, 3)};
    co_return result;
}

Task<DescribeResult> describe(EngineScope &, DescribeRequest request)
{
    DescribeResult result;
    result.model = request.model;
    result.method = request.model == kTokensModel ? Method::Tokens : Method::Diffusion;
    if (result.method == Method::Tokens)
        result.gridWidth = result.gridHeight = kFakeGrid;
    result.nouns = {"apple", "bear", "bell", "cat",        "cherry", "dog",  "fish",     "fox",  "house",
                    "key",   "lion", "owl",  "polar bear", "star",   "tree", "umbrella", "zebra"};
    result.colours = {"red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "grey", "black", "white"};
    result.counts = {"two", "three", "four"};
    result.relations = {"left of", "right of", "above", "below", "in the shape of", "made of"};
    result.styles = {"line drawing", "silhouette", "greyscale", "pixelated", "mirrored"};
    result.sizes = {"small", "big"};
    if (result.method == Method::Diffusion) {
        result.schedulers = {"ddpm", "ddim", "dpmpp_2m"};
        result.scheduler = "dpmpp_2m";
        result.steps = kFakeSteps;
        result.clipGuidance = result.inpainting = true;
    }
    result.scale = 3;
    result.fast = result.method == Method::Tokens;
    co_return result;
}

} // namespace

FakeGenerate &FakeGenerate::instance()
{
    static FakeGenerate fake;
    return fake;
}

void FakeGenerate::reset()
{
    hold = false;
    fail = false;
    stepMs = 0;
    drawn = 0;
    const std::lock_guard lock(mutex);
    requests.clear();
}

generate::GenerateRequest FakeGenerate::last()
{
    const std::lock_guard lock(mutex);
    return requests.empty() ? generate::GenerateRequest() : requests.back();
}

int FakeGenerate::asked()
{
    const std::lock_guard lock(mutex);
    return int(requests.size());
}

double fakeScore(std::uint64_t seed)
{
    return 0.2 + 0.01 * double(seed % 7) + 0.0001 * double(seed % 100);
}

QColor fakeColour(const std::string &prompt, std::uint64_t seed)
{
    return QColor::fromHsv(int((hashOf(prompt) + seed * 40) % 360), 200, 220);
}

void registerFakeGenerate()
{
    registerJob(generate::kGenerate, sample);
    registerJob(generate::kReadPrompt, read);
    registerJob(generate::kDecodeTokens, decode);
    registerJob(generate::kEncodeTokens, encode);
    registerJob(generate::kDescribe, describe);
}

} // namespace orrery::test

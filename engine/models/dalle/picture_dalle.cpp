// SPDX-License-Identifier: Apache-2.0
#include "engine/models/dalle/picture_dalle.h"

#include "engine/core/error.h"
#include "engine/files/sha256.h"
#include "engine/models/dalle/token_drafts.h"
#include "engine/models/half_products.h"
#include "engine/models/one_thread.h"
#include "engine/models/picture_pixels.h"
#include "engine/models/registry.h"
#include "engine/models/word_pieces.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <filesystem>

namespace fs = std::filesystem;

namespace orrery::dalle {

namespace {

constexpr double kScale = 1.25; ///< of guidance, unless somebody asks for another: 2 draws fewer things right
constexpr int kDrafts = 8;
constexpr std::uint8_t kGrey = 0xD9; ///< of cells that have no token yet

void checkTokens(const std::vector<int> &tokens, const TokenTransformerShape &shape, const char *what)
{
    for (const int token : tokens)
        if (token < 0 || token >= shape.codes)
            throw Exception(ErrorCode::BadInput, std::string(what) + " hold " + std::to_string(token) +
                                                     ", expected numbers from 0 to " + std::to_string(shape.codes - 1));
}

} // namespace

generate::DescribeResult PictureDalle::describe() const
{
    generate::DescribeResult result;
    result.method = generate::Method::Tokens;
    result.width = result.height = static_cast<int>(m_codes->shape().imageSize);
    result.gridWidth = result.gridHeight = static_cast<int>(m_config.shape.grid);
    result.steps = static_cast<int>(m_config.shape.pictureTokens());
    result.scale = kScale;
    result.drafts = kDrafts;
    result.fast = true;
    return result;
}

void PictureDalle::check(const generate::GenerateRequest &request) const
{
    const TokenTransformerShape &shape = m_config.shape;
    if (request.guidance == generate::Guidance::Clip)
        throw Exception(ErrorCode::BadInput, "Guidance by CLIP needs a model that finds pictures in noise; "
                                             "picture-diffusion does, picture-dalle writes tokens");
    if (!request.negative.empty())
        throw Exception(ErrorCode::BadInput, "What to stay away from can be told to a model that finds pictures in "
                                             "noise, such as picture-diffusion, but not to picture-dalle");
    if (!request.image.path.empty() || !request.image.pixels.empty() || request.branch)
        throw Exception(ErrorCode::BadInput, "A picture to begin with needs a model that finds pictures in noise, such "
                                             "as picture-diffusion; picture-dalle writes tokens from the first on");
    if (static_cast<std::int64_t>(request.keepTokens.size()) > shape.pictureTokens())
        throw Exception(ErrorCode::BadInput, std::to_string(request.keepTokens.size()) +
                                                 " tokens are to be kept, but a picture has " +
                                                 std::to_string(shape.pictureTokens()));
    checkTokens(request.keepTokens, shape, "The tokens to keep");
}

bool PictureDalle::cuts(const std::string &prompt) const
{
    return static_cast<std::int64_t>(m_tokenizer->encode(prompt).size()) > m_config.shape.textPositions;
}

int PictureDalle::stepsOf(const generate::GenerateRequest &request) const
{
    return static_cast<int>(m_config.shape.pictureTokens()) - static_cast<int>(request.keepTokens.size());
}

Task<at::Tensor> PictureDalle::readOn(StepPacer &pace, at::Tensor x, KeyValueCache &cache)
{
    const std::int64_t fresh = x.size(1);
    for (std::int64_t layer = 0; layer < m_config.shape.layers; ++layer) {
        if (pace.due())
            co_await pace.step();
        const OneThread one;
        const at::NoGradGuard noGraph;
        x = cachedBlock(m_weights, m_config.shape, layer, x, cache);
    }
    cache.length += fresh;
    const OneThread one;
    const at::NoGradGuard noGraph;
    co_return logits(m_weights, x.narrow(1, fresh - 1, 1)).squeeze(1).to(at::kCPU).contiguous();
}

Task<> PictureDalle::draw(StepPacer &pace, std::shared_ptr<const Order> order, generate::Sample &sample, Report report)
{
    const generate::GenerateRequest &request = order->request;
    const TokenTransformerShape &shape = m_config.shape;
    const double scale = request.guidance == generate::Guidance::None ? 1 : request.scale > 0 ? request.scale : kScale;
    const bool guided = scale != 1;
    const LotteryRules rules{request.temperature, request.topK, request.topP};
    const auto total = static_cast<std::size_t>(shape.pictureTokens());
    const std::vector<int> &kept = request.keepTokens;
    sample.gridWidth = sample.gridHeight = static_cast<int>(shape.grid);

    const bool random = request.temperature >= kGreedy && kept.size() < total;
    TokenDrafts drafts(order->seed, random ? request.drafts : 1, rules, kept);
    const std::int64_t count = drafts.count();

    // Every draft reads the prompt, and then every draft reads none: guidance compares what they say.
    const std::int64_t rows = guided ? 2 * count : count;
    KeyValueCache cache(shape, rows, at::TensorOptions().dtype(at::kFloat).device(m_device));
    at::Tensor x;
    {
        const OneThread one;
        const at::NoGradGuard noGraph;
        at::Tensor text = at::tensor(m_tokenizer->encode(request.prompt, shape.textPositions)).expand({count, -1});
        if (guided)
            text = at::cat(
                {text, at::tensor(m_tokenizer->encode("", shape.textPositions)).expand({count, -1})}); // [rows, T]
        text = text.contiguous().to(m_device);
        x = embedStream(m_weights, shape, text, at::empty({rows, 0}, text.options()));
    }
    WordPieces pieces(*m_tokenizer, request.prompt, shape.textPositions);
    AttentionRecord looked{count, {}};
    if (request.attention)
        cache.looked = &looked;

    const auto tokensOf = [&](int draft) {
        std::vector<int> tokens;
        for (const generate::TokenLook &known : drafts.looks(draft))
            tokens.push_back(known.token);
        return tokens;
    };
    for (std::size_t place = 0; place < total; ++place) {
        Task<at::Tensor> reading = readOn(pace, std::move(x), cache);
        const at::Tensor scores = co_await std::move(reading); // [rows, K]
        {
            const OneThread one;
            const at::NoGradGuard noGraph;
            const at::Tensor told = scores.narrow(0, 0, count);
            const at::Tensor free = guided ? scores.narrow(0, count, count) : told;
            drafts.draw(told, guided ? (free + scale * (told - free)).contiguous() : told);
            if (place + 1 < total)
                x = embedPictureToken(m_weights, shape, drafts.newest().repeat({guided ? 2 : 1}).to(m_device),
                                      static_cast<std::int64_t>(place));
        }
        sample.tokens = drafts.looks(drafts.best());
        if (place + 1 < kept.size())
            continue;
        if (request.watch && place + 1 < total) {
            Task<Picture> showing = show(pace, tokensOf(drafts.best()), place + 1);
            sample.picture = co_await std::move(showing);
        }
        report(static_cast<int>(place + 1 - kept.size()), static_cast<int>(total - kept.size()));
    }
    // Where a small thing may begin at many places, each of them alone says rather "not here", and the likeliest
    // picture is empty: it is kept only if all of them are.
    int best = drafts.best();
    for (const int draft : drafts.ranked()) {
        Task<Picture> showing = show(pace, tokensOf(draft), total);
        Picture picture = co_await std::move(showing);
        const bool blank = isBlank(picture);
        if (draft == drafts.best() || !blank) {
            best = draft;
            sample.picture = std::move(picture);
        }
        if (!blank)
            break;
    }
    sample.draft = best;
    sample.tokens = drafts.looks(best);
    sample.logProbability = drafts.logProbability(best);
    if (request.attention)
        sample.words = pieces.maps(looked.shares[best], static_cast<int>(shape.grid), static_cast<int>(shape.grid));
}

Task<Picture> PictureDalle::show(StepPacer &pace, std::vector<int> tokens, std::size_t known)
{
    Task<at::Tensor> decoding = m_codes->decode(pace, std::move(tokens), known);
    Picture picture = toPicture(co_await std::move(decoding));
    const std::int64_t grid = m_config.shape.grid;
    const auto edge = static_cast<std::size_t>(m_codes->shape().imageSize / grid);
    for (std::size_t cell = known; cell < static_cast<std::size_t>(grid * grid); ++cell)
        for (std::size_t row = 0; row < edge; ++row) {
            const std::size_t y = cell / static_cast<std::size_t>(grid) * edge + row;
            const std::size_t left = cell % static_cast<std::size_t>(grid) * edge;
            std::fill_n(picture.rgb.begin() +
                            static_cast<std::ptrdiff_t>((y * static_cast<std::size_t>(picture.width) + left) * 3),
                        edge * 3, kGrey);
        }
    co_return picture;
}

Task<std::vector<Picture>> PictureDalle::decodeTokens(StepPacer &pace, std::vector<std::vector<int>> grids)
{
    const auto total = static_cast<std::size_t>(m_config.shape.pictureTokens());
    std::vector<Picture> pictures;
    for (const std::vector<int> &tokens : grids) {
        if (tokens.size() != total)
            throw Exception(ErrorCode::BadInput, "A grid has " + std::to_string(tokens.size()) + " tokens, expected " +
                                                     std::to_string(total));
        checkTokens(tokens, m_config.shape, "The tokens");
        Task<Picture> showing = show(pace, tokens, total);
        pictures.push_back(co_await std::move(showing));
    }
    co_return pictures;
}

Task<std::vector<int>> PictureDalle::encodeTokens(StepPacer &pace, Picture picture)
{
    const int size = static_cast<int>(m_codes->shape().imageSize);
    Task<std::vector<int>> encoding = m_codes->encode(pace, toPixels(picture, size, size));
    co_return co_await std::move(encoding);
}

Task<std::shared_ptr<TextToImageModel>> loadPictureDalle(EngineScope &scope, std::string folder, Precision precision)
{
    const std::string configPath = (fs::path(folder) / "config.json").string();
    const JsonObject json = JsonObject::readFile(configPath);
    auto model = std::make_shared<PictureDalle>();
    model->m_config = parseConfig(json);
    model->m_device = deviceOf(scope);
    model->m_tokenizer = ClipTokenizer::fromFolder(folder);
    const TokenTransformerShape &shape = model->m_config.shape;
    if (const std::int64_t size = model->m_tokenizer->vocabularySize(); size > shape.vocabulary)
        json.fail("vocab_size", "is " + std::to_string(shape.vocabulary) +
                                    ", but the tokenizer in the same folder has ids up to " + std::to_string(size - 1));

    Task<std::shared_ptr<dvae::DvaeModel>> opening = dvae::openDvaeOf(scope, folder, json, model->m_config.dvaeSha256);
    const std::shared_ptr<dvae::DvaeModel> codesModel = co_await std::move(opening);
    const dvae::DvaeShape &theirs = codesModel->shape();
    if (theirs.grid() != shape.grid || theirs.codes != shape.codes)
        json.fail("grid", "and \"codes\" are " + std::to_string(shape.grid) + " and " + std::to_string(shape.codes) +
                              ", but those of its picture-dvae are " + std::to_string(theirs.grid()) + " and " +
                              std::to_string(theirs.codes));
    model->m_codes = codesModel;

    Task<Weights> loading = loadWeights(scope, Safetensors::openFolder(folder), expectedWeights(shape));
    model->m_weights = co_await std::move(loading);
    if (hastens(scope, precision)) {
        Task<> halving = halve(scope, model->m_weights, isProductWeight);
        co_await std::move(halving);
    }
    model->readNotes(folder);
    model->pictureWorld = true;
    co_return model;
}

} // namespace orrery::dalle

ORRERY_TEXT_TO_IMAGE_MODEL(pictureDalle, "picture_dalle", orrery::dalle::loadPictureDalle)

// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_clip_export.h"

#include "engine/files/atomic_file.h"
#include "engine/files/json.h"
#include "engine/files/sha256.h"
#include "engine/models/clip/config.h"
#include "engine/text/known_words.h"
#include "engine/training/bpe_trainer.h"
#include "engine/training/familiarity_fit.h"
#include "engine/training/quantised_weights.h"
#include "engine/training/strange_pictures.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <filesystem>
#include <set>

namespace orrery::training {

namespace {

constexpr std::int64_t kBatch = 16; // pictures a step; divides the two counts below
constexpr std::int64_t kFamiliar = 3600;
constexpr std::int64_t kStrange = 2400;
constexpr double kFalseAlarms = 0.04; ///< of Picture World's own pictures
/// Numbers that training has not used: pictures for the fit are new ones.
constexpr std::uint64_t kFitStream = std::uint64_t(1) << 40;

void writeText(const std::string &file, const std::string &text)
{
    AtomicFile out(file);
    out.write(text);
    out.commit();
}

std::string lines(const auto &texts)
{
    std::string all;
    for (const auto &text : texts)
        all += std::string(text) + "\n";
    return all;
}

/// Pictures `[3, size, size]` of bytes → their looks [n, L].
at::Tensor looksOf(const Weights &weights, const clip::ResidualTowerShape &shape,
                   const std::vector<std::vector<std::uint8_t>> &pictures, std::int64_t size)
{
    const at::NoGradGuard noGraph;
    std::vector<at::Tensor> rows;
    for (const auto &picture : pictures)
        rows.push_back(at::from_blob(const_cast<std::uint8_t *>(picture.data()), {3, size, size},
                                     at::TensorOptions().dtype(at::kByte)));
    const at::Tensor pixels = at::stack(rows).to(at::kFloat).mul_(4.0 / 255.0).sub_(2.0); // [n, 3, H, W]
    at::Tensor x = pixels;
    for (std::int64_t piece = 0; piece <= clip::lookPiece(shape); ++piece)
        x = clip::residualPiece(weights, shape, piece, x, clip::NormMode::Folded);
    return clip::lookOf(pixels, x);
}

Task<FamiliarityFit> fitOn(EngineScope &scope, const Weights &weights, const clip::ResidualTowerShape &shape,
                           const Composer &composer, std::uint64_t seed, int size)
{
    constexpr std::int64_t kTotal = kFamiliar + kStrange;
    std::vector<at::Tensor> familiar, strange;
    std::vector<std::vector<std::uint8_t>> pictures;
    for (std::int64_t i = 0; i < kTotal; ++i) {
        const auto index = kFitStream + static_cast<std::uint64_t>(i);
        const bool isFamiliar = i < kFamiliar;
        if (!isFamiliar)
            pictures.push_back(strangePicture(composer, seed, index, size));
        else if (i % 3 == 0)
            pictures.push_back(composer.scene(index, size, Composer::Pairs::Training).picture);
        else // clean: what people bring is seldom as worn as training's
            pictures.push_back(composer.cleanDrawing(index, size).picture);
        if (static_cast<std::int64_t>(pictures.size()) < kBatch)
            continue;
        (isFamiliar ? familiar : strange).push_back(looksOf(weights, shape, pictures, size));
        pictures.clear();
        scope.progress(static_cast<double>(i) / kTotal, "Learning what is familiar");
        co_await scope.step();
    }
    const at::NoGradGuard noGraph;
    co_return fitFamiliarity(at::cat(familiar), at::cat(strange), kFalseAlarms);
}

std::string knownWords(const Composer &composer)
{
    std::set<std::string> words;
    const auto feed = [&](const std::string &text) {
        for (const std::string &word : KnownWords::wordsOf(text))
            words.insert(word);
    };
    for (int n = 0; n < static_cast<int>(composer.world().names().size()); ++n) {
        feed(composer.world().names()[n].name);
        feed(plural(composer.world().names()[n].name));
        for (const std::string &synonym : composer.synonyms(n))
            feed(synonym);
    }
    for (const std::string_view text : captionTemplates())
        feed(fillTemplate(text, ""));
    Random random(1, 1);
    for (int i = 0; i < 2000; ++i) // the grammar's own words
        if (const SceneSpec spec = composer.sceneSpec(random, Composer::Pairs::Training); spec.kind != SceneKind::Sign)
            feed(spec.caption);
    feed("a sign that says");
    return lines(words);
}

} // namespace

const std::vector<std::string> &defaultTemplates()
{
    static const std::vector<std::string> templates = {"{}", "a {}"};
    return templates;
}

Task<> exportPictureClip(EngineScope &scope, const PictureClipTrainer &trainer, const Composer &composer,
                         const ClipTokenizer::Settings &vocabulary, std::uint64_t seed, std::string folder)
{
    std::filesystem::create_directories(folder);
    const PictureClipShape shape = trainer.shape();
    Weights weights;
    {
        const at::NoGradGuard noGraph;
        weights = clip::foldNorms(trainer.weights(), shape.image);
        weights.erase(kNameTable);
        writeQuantised(folder + "/model.safetensors", weights);
        weights = rounded(weights);
    }
    co_await scope.step();

    clip::ClipConfig config;
    config.modelType = "picture_clip";
    config.image = shape.image;
    config.text = shape.text;
    config.projection = shape.text.projection;
    clip::writeConfig(folder + "/config.json", config);
    writeVocabulary(vocabulary, folder);
    const std::int64_t size = trainer.trainedSize();
    writeJsonFile(folder + "/preprocessor_config.json", Json{{"do_resize", true},
                                                             {"size", {{"shortest_edge", size}}},
                                                             {"resample", 3},
                                                             {"do_center_crop", true},
                                                             {"crop_size", {{"height", size}, {"width", size}}},
                                                             {"do_rescale", true},
                                                             {"rescale_factor", 1.0 / 255},
                                                             {"do_normalize", true},
                                                             {"image_mean", {0.5, 0.5, 0.5}},
                                                             {"image_std", {0.25, 0.25, 0.25}},
                                                             {"views", {1.0, 0.9, 0.8}}});
    writeText(folder + "/templates.txt", lines(defaultTemplates()));
    std::vector<std::string> names;
    for (const auto &name : composer.world().names())
        names.push_back(name.name);
    writeText(folder + "/known_names.txt", lines(names));
    writeText(folder + "/known_words.txt", knownWords(composer));
    co_await scope.step();

    Task<FamiliarityFit> fitting = fitOn(scope, weights, shape.image, composer, seed, static_cast<int>(size));
    const FamiliarityFit fit = co_await std::move(fitting);
    writeFamiliarity(folder + "/familiarity.safetensors", fit);

    std::string artists;
    for (const std::string &artist : composer.world().artists())
        artists += (artists.empty() ? "" : ", ") + artist;
    writeJsonFile(
        folder + "/card.json",
        Json{{"id", "picture-clip"},
             {"name", "Picture CLIP"},
             {"task", "image and text"},
             {"summary", "Names drawings and simple scenes of " + std::to_string(names.size()) +
                             " everyday things by any words that it knows."},
             {"licence", "Apache-2.0"},
             {"recipe", "orrery-cli train picture-clip --data FILE --out FOLDER --seed " + std::to_string(seed)},
             {"data", "Picture World: " + std::to_string(composer.world().spriteCount()) + " drawings (" + artists +
                          ") in scenes composed while training, names of Unicode CLDR"},
             {"seed", seed},
             {"steps", trainer.step()},
             {"pictures", trainer.picturesSeen()},
             {"known_names", names.size()},
             {"measures", Json::array()},
             {"sha256", sha256OfFile(folder + "/model.safetensors")}});
}

} // namespace orrery::training

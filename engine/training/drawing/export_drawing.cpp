// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/export_drawing.h"

#include "engine/files/atomic_file.h"
#include "engine/files/json.h"
#include "engine/files/sha256.h"
#include "engine/text/known_words.h"
#include "engine/training/bpe_trainer.h"
#include "engine/training/quantised_weights.h"

#include <filesystem>
#include <set>

namespace orrery::training {

namespace {

constexpr int kPromptsForWords = 6000; // enough that every word of the grammar comes up

void writeLines(const std::string &file, const auto &texts)
{
    std::string all;
    for (const auto &text : texts)
        all += std::string(text) + "\n";
    AtomicFile out(file);
    out.write(all);
    out.commit();
}

std::set<std::string> knownWords(const PromptScenes &scenes)
{
    std::set<std::string> words;
    const auto feed = [&](const std::string &text) {
        for (const std::string &word : KnownWords::wordsOf(text))
            words.insert(word);
    };
    for (const std::string &noun : scenes.nouns()) {
        feed(noun);
        feed(plural(noun));
    }
    Random random(1, 1);
    for (int i = 0; i < kPromptsForWords; ++i)
        if (const PromptSpec spec = scenes.prompt(random, Composer::Pairs::Training);
            spec.kind != PromptSpec::Kind::Sign)
            feed(spec.caption);
    feed("a sign that says");
    return words;
}

} // namespace

void exportDrawing(const DrawingTrainer &trainer, const DrawingCard &card,
                   const std::function<void(const std::string &)> &writeConfig,
                   const ClipTokenizer::Settings *vocabulary, const std::string &folder)
{
    std::filesystem::create_directories(folder);
    Weights weights = trainer.finished();
    std::erase_if(weights, [](const auto &entry) { return entry.first.starts_with("mean."); });
    // The picture-dvae stays as it is, in eight bits: a picture-dalle names its SHA-256, and it is small.
    writeQuantised(folder + "/model.safetensors", weights, vocabulary ? WeightBits::Six : WeightBits::Eight);
    writeConfig(folder + "/config.json");
    const PromptScenes &scenes = trainer.scenes();
    if (vocabulary) {
        writeVocabulary(*vocabulary, folder);
        writeLines(folder + "/known_names.txt", scenes.nouns());
        writeLines(folder + "/known_words.txt", knownWords(scenes));
    }
    writeJsonFile(folder + "/card.json",
                  Json{{"id", card.id},
                       {"name", card.name},
                       {"task", vocabulary ? "text to image" : "picture codes"},
                       {"summary", card.summary},
                       {"licence", "Apache-2.0"},
                       {"recipe", "orrery-cli train " + card.id + " --data FILE --out FOLDER --seed " +
                                      std::to_string(trainer.seed())},
                       {"data", "Picture World: scenes of " + std::to_string(scenes.nouns().size()) +
                                    " drawings (noto) composed while training, names of Unicode CLDR"},
                       {"seed", trainer.seed()},
                       {"steps", trainer.step()},
                       {"pictures", trainer.examplesSeen()},
                       {"known_names", scenes.nouns().size()},
                       {"nouns", scenes.nouns()},
                       {"measures", Json::array()},
                       {"sha256", sha256OfFile(folder + "/model.safetensors")}});
}

} // namespace orrery::training

// SPDX-License-Identifier: Apache-2.0
// Folders of wav2vec 2.0 and HuBERT.
#include "engine/core/error.h"
#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"
#include "engine/files/sha256.h"
#include "engine/models/speech/speech_model.h"
#include "engine/models/weights_loader.h"
#include "engine/runtime/torch_runtime.h"

#include <algorithm>
#include <filesystem>

namespace fs = std::filesystem;

namespace orrery::speech {
namespace {

/// Letters of vocab.json by their number. Numbers without a letter are left empty.
std::vector<std::string> readVocabulary(const std::string &folder, std::int64_t size)
{
    const JsonObject json = JsonObject::readFile((fs::path(folder) / "vocab.json").string());
    std::vector<std::string> letters(std::size_t(size), std::string{});
    for (const auto &[letter, number] : json.integerFields(0, size - 1))
        letters[std::size_t(number)] = letter;
    return letters;
}

/// The blank of CTC is the token for padding.
int blankOf(const std::string &folder, const std::vector<std::string> &letters)
{
    const JsonObject json = JsonObject::readFile((fs::path(folder) / "config.json").string());
    if (json.has("pad_token_id"))
        return int(json.integer("pad_token_id", 0, std::int64_t(letters.size()) - 1));
    const auto pad = std::find(letters.begin(), letters.end(), "<pad>");
    return pad == letters.end() ? 0 : int(pad - letters.begin());
}

/// Tokenizers of phones write them with spaces between.
bool writesPhones(const std::string &folder)
{
    std::error_code ignored;
    const fs::path file = fs::path(folder) / "tokenizer_config.json";
    return fs::exists(file, ignored) &&
           JsonObject::readFile(file.string()).textOr("tokenizer_class", "") == "Wav2Vec2PhonemeCTCTokenizer";
}

std::string hashOf(const std::string &folder)
{
    std::error_code ignored;
    const fs::path card = fs::path(folder) / "card.json";
    if (fs::exists(card, ignored))
        if (std::string hash = JsonObject::readFile(card.string()).textOr("sha256", ""); !hash.empty())
            return hash;
    const fs::path weights = fs::path(folder) / "model.safetensors";
    return fs::exists(weights, ignored) ? sha256OfFile(weights.string()) : std::string();
}

} // namespace

std::vector<SpelledLetter> spellLetters(const std::vector<int> &best, const std::vector<std::string> &letters,
                                        int blank)
{
    std::vector<SpelledLetter> spelled;
    int before = blank;
    for (std::size_t t = 0; t < best.size(); ++t) {
        const int letter = best[t];
        if (letter != before && letter != blank && std::size_t(letter) < letters.size()) {
            const std::string &written = letters[std::size_t(letter)];
            const bool special = written.size() > 2 && written.front() == '<' && written.back() == '>';
            if (!special)
                spelled.push_back({written == "|" ? " " : written, std::int64_t(t)});
        }
        before = letter;
    }
    return spelled;
}

std::string readLetters(const std::vector<int> &best, const std::vector<std::string> &letters, int blank,
                        const std::string &between)
{
    std::string text;
    for (const SpelledLetter &letter : spellLetters(best, letters, blank))
        text += (text.empty() ? std::string() : between) + letter.text;
    const std::size_t first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
    return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

Task<std::shared_ptr<Listener>> loadSpeechModel(EngineScope &scope, std::string folder)
{
    const std::shared_ptr<const Safetensors> file = Safetensors::openFolder(folder);
    const SpeechShape shape = SpeechShape::fromFolder(folder, *file);
    auto model = std::make_shared<SpeechModel>();
    if (shape.vocabulary > 0) {
        model->m_letters = readVocabulary(folder, shape.vocabulary);
        model->m_blank = blankOf(folder, model->m_letters);
    }
    std::vector<ExpectedWeight> expected = expectedWeights(shape);
    WeightPlaces places = weightPlaces(shape, *file, expected);
    Task<Weights> load = loadWeights(scope, file, std::move(expected), std::move(places));
    const Weights weights = co_await std::move(load);
    model->m_floats = at::TensorOptions().dtype(at::kFloat).device(deviceOf(scope));
    model->m_network = std::make_shared<const Network>(makeNetwork(shape, weights));
    std::function<void()> hash = [&] { model->hash = hashOf(folder); };
    co_await scope.outside(std::move(hash));

    ListenerFacts &facts = model->m_facts;
    facts.layers = int(shape.layers);
    facts.width = int(shape.width);
    facts.hop = shape.hop();
    facts.reach = shape.reach();
    if (shape.local()) {
        facts.left = shape.leftContext();
        facts.right = shape.rightContext();
    }
    facts.normalises = shape.normalises;
    facts.writes = shape.vocabulary > 0;
    facts.phones = facts.writes && writesPhones(folder);
    facts.quantizes = shape.codeGroups > 0;
    co_return model;
}

} // namespace orrery::speech

ORRERY_LISTENER(wav2vec2, "wav2vec2", orrery::speech::loadSpeechModel)
ORRERY_LISTENER(hubert, "hubert", orrery::speech::loadSpeechModel)

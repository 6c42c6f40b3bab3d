// SPDX-License-Identifier: Apache-2.0
#include "engine/training/bpe_trainer.h"

#include "engine/files/atomic_file.h"
#include "engine/files/json.h"
#include "engine/training/picture_world/captions.h"
#include "engine/training/picture_world/picture_world.h"

#include <algorithm>
#include <set>

namespace orrery::training {

namespace {

enum class Kind
{
    Blank,
    Letter,
    Digit,
    Sign,
};

/// Kind and length of the character at `at`.
std::pair<Kind, std::size_t> classify(const std::string &text, std::size_t at)
{
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80) {
        if (std::isspace(c))
            return {Kind::Blank, 1};
        if (std::isalpha(c))
            return {Kind::Letter, 1};
        return {std::isdigit(c) ? Kind::Digit : Kind::Sign, 1};
    }
    const std::size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    const bool punctuation =
        c == 0xE2 && at + 1 < text.size() && (static_cast<unsigned char>(text[at + 1]) & 0xFE) == 0x80;
    return {punctuation ? Kind::Sign : Kind::Letter, std::min(length, text.size() - at)};
}

using Pair = std::pair<int, int>;

struct Word
{
    std::vector<int> symbols;
    std::int64_t count = 0;
};

} // namespace

std::vector<std::string> splitWords(const std::string &text)
{
    static constexpr std::string_view kEndings[] = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};
    std::string lower = text;
    for (char &c : lower)
        if (static_cast<unsigned char>(c) < 0x80)
            c = static_cast<char>(std::tolower(c));
    std::vector<std::string> words;
    for (std::size_t at = 0; at < lower.size();) {
        const auto ending = std::find_if(std::begin(kEndings), std::end(kEndings),
                                         [&](std::string_view end) { return lower.compare(at, end.size(), end) == 0; });
        if (ending != std::end(kEndings)) {
            words.emplace_back(*ending);
            at += ending->size();
            continue;
        }
        const auto [kind, length] = classify(lower, at);
        std::size_t end = at + length;
        if (kind == Kind::Letter || kind == Kind::Sign)
            for (; end < lower.size();) {
                const auto [next, more] = classify(lower, end);
                if (next != kind)
                    break;
                end += more;
            }
        if (kind != Kind::Blank)
            words.push_back(lower.substr(at, end - at));
        at = end;
    }
    return words;
}

ClipTokenizer::Settings trainBpe(const std::map<std::string, std::int64_t> &counts, int merges)
{
    // The first ids are the 256 bytes, then the 256 bytes that end a word, as in CLIP's vocabulary.
    std::vector<std::string> symbols;
    for (int b = 0; b < 256; ++b)
        symbols.push_back(letterOfByte(static_cast<std::uint8_t>(b)));
    for (int b = 0; b < 256; ++b)
        symbols.push_back(letterOfByte(static_cast<std::uint8_t>(b)) + "</w>");

    std::vector<Word> words;
    for (const auto &[text, count] : counts) {
        if (text.empty())
            continue;
        Word word{{}, count};
        for (const char c : text)
            word.symbols.push_back(static_cast<unsigned char>(c));
        word.symbols.back() += 256;
        words.push_back(std::move(word));
    }

    ClipTokenizer::Settings settings;
    std::map<Pair, std::int64_t> pairs;
    std::map<Pair, std::set<std::size_t>> where;
    const auto account = [&](std::size_t index, int sign) {
        const Word &word = words[index];
        for (std::size_t k = 0; k + 1 < word.symbols.size(); ++k) {
            const Pair pair{word.symbols[k], word.symbols[k + 1]};
            pairs[pair] += sign * word.count;
            if (sign > 0)
                where[pair].insert(index);
        }
    };
    for (std::size_t w = 0; w < words.size(); ++w)
        account(w, 1);

    std::set<std::string> known(symbols.begin(), symbols.end());
    for (int m = 0; m < merges; ++m) {
        const auto best = std::max_element(pairs.begin(), pairs.end(),
                                           [](const auto &a, const auto &b) { return a.second < b.second; });
        if (best == pairs.end() || best->second < 2)
            break;
        const Pair pair = best->first;
        const std::string text = symbols[pair.first] + symbols[pair.second];
        // Two ways to the same letters share an id in CLIP's format, so the second one is not worth a merge.
        if (!known.insert(text).second) {
            pairs.erase(pair);
            --m;
            continue;
        }
        const int id = static_cast<int>(symbols.size());
        settings.merges.emplace_back(symbols[pair.first], symbols[pair.second]);
        symbols.push_back(text);
        for (const std::size_t w : std::set<std::size_t>(where[pair])) {
            account(w, -1);
            std::vector<int> merged;
            const std::vector<int> &old = words[w].symbols;
            for (std::size_t k = 0; k < old.size(); ++k) {
                if (k + 1 < old.size() && old[k] == pair.first && old[k + 1] == pair.second) {
                    merged.push_back(id);
                    ++k;
                } else {
                    merged.push_back(old[k]);
                }
            }
            words[w].symbols = std::move(merged);
            account(w, 1);
        }
        pairs.erase(pair);
        where.erase(pair);
    }
    std::int64_t id = 0;
    for (const std::string &symbol : symbols)
        settings.vocabulary[symbol] = id++;
    settings.vocabulary["<|startoftext|>"] = id++;
    settings.vocabulary["<|endoftext|>"] = id++;
    return settings;
}

ClipTokenizer::Settings pictureVocabulary(const PictureWorld &world, int merges)
{
    std::map<std::string, std::int64_t> words;
    const auto feed = [&](const std::string &text, std::int64_t weight) {
        for (const std::string &word : splitWords(text))
            words[word] += weight;
    };
    for (const auto &name : world.names()) {
        feed(name.name, 12);
        feed(plural(name.name), 3);
        for (const std::string &keyword : name.keywords)
            feed(keyword, 2);
    }
    for (const std::string_view text : captionTemplates())
        feed(fillTemplate(text, ""), 200);
    for (const NamedColour &colour : namedColours())
        feed(std::string(colour.name), 100);
    for (const char *text : {"left of",          "right of",    "above",        "below",           "on background",
                             "two three four",   "small big",   "line drawing", "silhouette",      "greyscale",
                             "pixelated",        "upside down", "mirrored",     "in the shape of", "made of",
                             "a sign that says", "a",           "an",           "woman's",         "man's",
                             "o'clock"})
        feed(text, 100);
    return trainBpe(words, merges);
}

void writeVocabulary(const ClipTokenizer::Settings &settings, const std::string &folder)
{
    std::vector<std::pair<std::int64_t, std::string>> byId;
    for (const auto &[text, id] : settings.vocabulary)
        byId.emplace_back(id, text);
    std::sort(byId.begin(), byId.end());
    Json vocabulary = Json::object();
    for (const auto &[id, text] : byId)
        vocabulary[text] = id;
    writeJsonFile(folder + "/vocab.json", vocabulary);
    std::string merges = "#version: 0.2\n";
    for (const auto &[first, second] : settings.merges)
        merges += first + " " + second + "\n";
    AtomicFile file(folder + "/merges.txt");
    file.write(merges);
    file.commit();
}

} // namespace orrery::training

// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/clip_scoring.h"

#include "engine/core/error.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace orrery::clip {
namespace {

std::string trimmed(const std::string &text)
{
    constexpr const char *kBlank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlank);
    return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

double cosine(const Embedding &a, const Embedding &b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += double(a[i]) * b[i];
    return std::clamp(sum, -1.0, 1.0);
}

Embedding toUnit(const std::vector<double> &sum)
{
    double square = 0;
    for (const double value : sum)
        square += value * value;
    // Opposite prompts may cancel; then there is no direction, and every cosine is 0.
    const double factor = square > 0 ? 1 / std::sqrt(square) : 0;
    Embedding unit(sum.size());
    for (std::size_t i = 0; i < sum.size(); ++i)
        unit[i] = float(sum[i] * factor);
    return unit;
}

/// Softmax of scale × cosine; the last number is "none of these" where it takes part.
std::vector<double> softmax(const Cosines &cosines, double scale, bool withNone)
{
    std::vector<double> values = cosines.labels;
    if (withNone)
        values.push_back(cosines.none);
    double largest = -1;
    for (const double value : values)
        largest = std::max(largest, value);
    double sum = 0;
    for (double &value : values) {
        value = std::exp(scale * (value - largest));
        sum += value;
    }
    for (double &value : values)
        value /= sum;
    return values;
}

} // namespace

void checkTemplates(const std::vector<std::string> &templates)
{
    for (const std::string &text : templates) {
        const std::size_t place = text.find("{}");
        if (place == std::string::npos || text.find("{}", place + 2) != std::string::npos)
            throw Exception(ErrorCode::BadInput,
                            "Template \"" + text + "\" does not hold {} exactly once, where the label goes");
    }
}

void checkTemperature(double temperature)
{
    if (!std::isfinite(temperature) || temperature < 0)
        throw Exception(ErrorCode::BadInput, "Temperature is " + std::to_string(temperature) +
                                                 ", expected a positive number, or 0 for the model's own");
}

void checkDistinct(const std::vector<std::string> &labels)
{
    std::unordered_map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const std::string label = trimmed(labels[i]);
        if (label.empty())
            throw Exception(ErrorCode::BadInput, "Label " + std::to_string(i + 1) + " is blank, expected a word");
        const auto [other, isNew] = seen.emplace(label, i);
        if (!isNew)
            throw Exception(ErrorCode::BadInput, "Label " + std::to_string(i + 1) + ", \"" + label +
                                                     "\", is the same as label " + std::to_string(other->second + 1) +
                                                     ", expected every label once");
    }
}

std::string fillTemplate(const std::string &promptTemplate, const std::string &label)
{
    std::string prompt = promptTemplate;
    return prompt.replace(prompt.find("{}"), 2, label);
}

const std::vector<std::string> &genericNames()
{
    static const std::vector<std::string> names{"thing",    "object",    "person",  "animal",  "plant",   "place",
                                                "building", "landscape", "vehicle", "tool",    "food",    "drink",
                                                "toy",      "sign",      "drawing", "pattern", "texture", "document",
                                                "machine",  "garment",   "flower",  "picture", "symbol",  "scene"};
    return names;
}

Embedding meanDirection(const std::vector<Embedding> &embeddings)
{
    std::vector<double> sum(embeddings.empty() ? 0 : embeddings.front().size());
    for (const Embedding &embedding : embeddings)
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += embedding[i];
    return toUnit(sum);
}

std::vector<Embedding> ensemble(const std::vector<std::vector<Embedding>> &prompts)
{
    if (prompts.size() == 1)
        return prompts.front();
    std::vector<Embedding> labels;
    for (std::size_t label = 0; label < prompts.front().size(); ++label) {
        std::vector<double> sum(prompts.front()[label].size());
        for (const std::vector<Embedding> &single : prompts)
            for (std::size_t i = 0; i < sum.size(); ++i)
                sum[i] += single[label][i];
        labels.push_back(toUnit(sum));
    }
    return labels;
}

Cosines cosinesOf(const Embedding &picture, const std::vector<Embedding> &labels, const Embedding &none)
{
    Cosines cosines;
    cosines.labels.reserve(labels.size());
    for (const Embedding &label : labels)
        cosines.labels.push_back(cosine(picture, label));
    if (!none.empty())
        cosines.none = cosine(picture, none);
    return cosines;
}

std::vector<double> shares(const Cosines &cosines, Scoring scoring, double scale)
{
    switch (scoring) {
    case Scoring::Cosine:
        return cosines.labels;
    case Scoring::Sigmoid: {
        std::vector<double> values;
        for (const double value : cosines.labels)
            values.push_back(1 / (1 + std::exp(-scale * (value - cosines.none))));
        return values;
    }
    case Scoring::NoneOfThese: {
        std::vector<double> values = softmax(cosines, scale, true);
        values.pop_back();
        return values;
    }
    case Scoring::Softmax:
        break;
    }
    return softmax(cosines, scale, false);
}

std::vector<RankedLabel> rank(const Cosines &cosines, Scoring scoring, double scale)
{
    const std::vector<double> values = shares(cosines, scoring, scale);
    std::vector<RankedLabel> ranking;
    for (std::size_t i = 0; i < values.size(); ++i)
        ranking.push_back({int(i), values[i], cosines.labels[i]});
    if (scoring == Scoring::NoneOfThese)
        ranking.push_back({-1, softmax(cosines, scale, true).back(), cosines.none});
    // By cosine: shares of a sharp softmax may all be 0 but for one.
    std::stable_sort(ranking.begin(), ranking.end(),
                     [](const RankedLabel &a, const RankedLabel &b) { return a.cosine > b.cosine; });
    return ranking;
}

} // namespace orrery::clip

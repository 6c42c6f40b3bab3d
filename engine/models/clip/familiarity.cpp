// SPDX-License-Identifier: Apache-2.0
#include "engine/models/clip/familiarity.h"

#include "engine/core/error.h"
#include "engine/files/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

namespace orrery::clip {
namespace {

/// The numbers of an entry. `shape` says what is expected; −1 stands for any size, which is put in its place.
std::vector<float> read(const Safetensors &file, const char *name, std::vector<std::int64_t> &shape)
{
    const SafetensorsEntry *entry = file.find(name);
    const auto fail = [&](const std::string &what) {
        throw Exception(ErrorCode::ModelFile, file.path() + ": entry \"" + name + "\" " + what);
    };
    if (!entry)
        fail("is missing");
    bool fits = entry->dtype == Dtype::F32 && entry->shape.size() == shape.size();
    for (std::size_t i = 0; fits && i < shape.size(); ++i)
        fits = shape[i] < 0 ? entry->shape[i] > 0 : shape[i] == entry->shape[i];
    if (!fits)
        fail("is " + std::string(nameOf(entry->dtype)) + " " + shapeText(entry->shape) + ", expected F32 " +
             shapeText(shape) + " (−1: any size)");
    shape = entry->shape;
    std::vector<float> values(entry->bytes.size() / sizeof(float));
    std::memcpy(values.data(), entry->bytes.data(), entry->bytes.size());
    if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
        fail("holds NaN or infinity, expected finite numbers");
    return values;
}

} // namespace

std::shared_ptr<const Familiarity> Familiarity::fromFolder(const std::string &folder)
{
    const std::string path = (std::filesystem::path(folder) / "familiarity.safetensors").string();
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return nullptr;
    const auto file = Safetensors::open(path);
    auto result = std::make_shared<Familiarity>();
    result->m_path = path;
    std::vector<std::int64_t> any{-1}, one{1};
    result->m_weight = read(*file, "weight", any);
    result->m_bias = read(*file, "bias", one)[0];
    result->m_threshold = read(*file, "threshold", one)[0];
    return result;
}

double Familiarity::score(std::span<const float> look) const
{
    if (look.size() != m_weight.size())
        throw Exception(ErrorCode::ModelFile, m_path + ": entry \"weight\" is for looks of " +
                                                  std::to_string(m_weight.size()) + " numbers, but the model makes " +
                                                  std::to_string(look.size()));
    double sum = m_bias;
    for (std::size_t i = 0; i < look.size(); ++i)
        sum += double(m_weight[i]) * look[i];
    return 1 / (1 + std::exp(-sum));
}

} // namespace orrery::clip

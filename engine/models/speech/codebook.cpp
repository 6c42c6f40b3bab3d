// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/codebook.h"

#include "engine/core/error.h"
#include "engine/files/safetensors.h"
#include "engine/models/one_thread.h"

#include <ATen/ATen.h>

#include <charconv>
#include <cstring>

namespace orrery::speech {
namespace {

constexpr std::int64_t kMostUnits = 100'000;
constexpr std::int64_t kLargestWidth = 65536;

std::string textOf(const Safetensors &file, const std::string &key)
{
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? std::string() : found->second;
}

} // namespace

Codebook::Codebook(at::Tensor centres, Origin origin, std::string place)
    : m_centres(centres.to(at::kCPU, at::kFloat).contiguous()), m_half(m_centres.square().sum(1) * 0.5),
      m_origin(std::move(origin)), m_place(place.empty() ? "The codebook" : std::move(place))
{}

Codebook Codebook::read(const std::string &path)
{
    const auto file = Safetensors::open(path);
    const SafetensorsEntry *entry = file->find("centres");
    const auto fail = [&](const std::string &what) { throw Exception(ErrorCode::ModelFile, path + ": " + what); };
    if (!entry)
        fail("entry \"centres\" is missing, expected a codebook as orrery-cli train speech-units writes it");
    if (entry->dtype != Dtype::F32 || entry->shape.size() != 2 || entry->shape[0] < 1 || entry->shape[1] < 1 ||
        entry->shape[0] > kMostUnits || entry->shape[1] > kLargestWidth)
        fail("entry \"centres\" is " + std::string(nameOf(entry->dtype)) + " " + shapeText(entry->shape) +
             ", expected F32 with a row for every unit");
    Origin origin;
    const std::string layer = textOf(*file, "layer");
    const auto [end, problem] = std::from_chars(layer.data(), layer.data() + layer.size(), origin.layer);
    if (problem != std::errc() || end != layer.data() + layer.size() || origin.layer < 0)
        fail("metadata \"layer\" is \"" + layer + "\", expected the number of a layer");
    origin.modelHash = textOf(*file, "model");
    origin.madeBy = textOf(*file, "made_by");
    at::Tensor centres = at::empty(entry->shape, at::kFloat);
    std::memcpy(centres.mutable_data_ptr(), entry->bytes.data(), entry->bytes.size());
    if (!at::isfinite(centres).all().item<bool>())
        fail("entry \"centres\" holds numbers that are not finite; the file is damaged");
    return Codebook(std::move(centres), std::move(origin), path);
}

void Codebook::write(const std::string &path) const
{
    const auto *bytes = reinterpret_cast<const std::byte *>(m_centres.const_data_ptr<float>());
    const std::vector<SafetensorsItem> items{
        {"centres", Dtype::F32, m_centres.sizes().vec(), {bytes, std::size_t(m_centres.nbytes())}}};
    writeSafetensors(
        path, items,
        {{"layer", std::to_string(m_origin.layer)}, {"model", m_origin.modelHash}, {"made_by", m_origin.madeBy}});
}

void Codebook::requireFor(int width, int layers, const std::string &modelHash) const
{
    if (this->width() != width)
        throw Exception(ErrorCode::BadInput, m_place + " was made for frames of " + std::to_string(this->width()) +
                                                 " numbers, but this model's have " + std::to_string(width));
    if (layer() > layers)
        throw Exception(ErrorCode::BadInput, m_place + " was made for layer " + std::to_string(layer()) +
                                                 ", but this model has only " + std::to_string(layers));
    if (!modelHash.empty() && !m_origin.modelHash.empty() && modelHash != m_origin.modelHash)
        throw Exception(ErrorCode::BadInput,
                        m_place + " was made for another model: the weights' SHA-256 begins with " +
                            m_origin.modelHash.substr(0, 8) + " there and with " + modelHash.substr(0, 8) + " here");
}

std::vector<int> Codebook::nearest(const at::Tensor &frames) const
{
    const OneThread one;
    std::vector<int> units;
    units.reserve(std::size_t(frames.size(0)));
    const at::Tensor directions = m_centres.t();
    for (std::int64_t first = 0; first < frames.size(0); first += kRows) {
        const at::Tensor rows = frames.slice(0, first, first + kRows);
        // |x − c|² is least where x · c − |c|² / 2 is largest.
        const at::Tensor scores = at::matmul(rows, directions).sub_(m_half);
        const at::Tensor best = scores.argmax(1);
        const std::int64_t *numbers = best.const_data_ptr<std::int64_t>();
        for (std::int64_t i = 0; i < best.numel(); ++i)
            units.push_back(int(numbers[i]));
    }
    return units;
}

} // namespace orrery::speech

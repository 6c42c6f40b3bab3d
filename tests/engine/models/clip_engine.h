// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/clip.h"
#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"
#include "tests/engine/job_engine.h"
#include "tests/engine/largest_difference.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace orrery::test {

inline const std::string kData = ORRERY_SOURCE_DIR "/tests/data/";

/// What transformers computed for a folder: tests/reference/make_clip_fixtures.py.
class Reference
{
public:
    explicit Reference(const std::string &name)
        : folder(kData + name), m_file(Safetensors::open(folder + "/expected.safetensors"))
    {
        const JsonObject metadata = JsonObject::parse(m_file->metadata().at("texts"), "metadata");
        texts = metadata.texts("texts");
        for (int i = 0; m_file->find("picture_" + std::to_string(i)); ++i) {
            const SafetensorsEntry &entry = *m_file->find("picture_" + std::to_string(i));
            const auto *bytes = reinterpret_cast<const std::uint8_t *>(entry.bytes.data());
            PictureSource source;
            source.pixels = {int(entry.shape[1]), int(entry.shape[0]), {bytes, bytes + entry.bytes.size()}};
            pictures.push_back(std::move(source));
        }
    }

    /// Rows of a matrix.
    std::vector<std::vector<float>> rows(const std::string &name) const
    {
        const SafetensorsEntry &entry = *m_file->find(name);
        const auto width = std::size_t(entry.shape[1]);
        std::vector<std::vector<float>> result(std::size_t(entry.shape[0]), std::vector<float>(width));
        for (std::size_t i = 0; i < result.size(); ++i)
            std::memcpy(result[i].data(), entry.bytes.data() + i * width * 4, width * 4);
        return result;
    }

    std::string folder;
    std::vector<std::string> texts;
    std::vector<PictureSource> pictures;

private:
    std::shared_ptr<const Safetensors> m_file;
};

} // namespace orrery::test

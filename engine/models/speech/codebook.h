// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::speech {

/// Centres of clusters of frames: a unit is the number of the nearest one.
/// Source: Hsu et al. 2021, HuBERT, section II-A; Lakhotia et al. 2021, GSLM, section 3.1.
///
/// As a file: safetensors with one entry "centres", F32 [K, D], and metadata "layer", "model" (SHA-256 of the weights
/// it was fitted to; may be empty), "made_by". Immutable. Thread: engine.
class Codebook
{
public:
    struct Origin
    {
        int layer = 0;
        std::string modelHash;
        std::string madeBy; ///< a command, for people
    };

    /// @param centres  float [K, D]
    Codebook(at::Tensor centres, Origin origin, std::string place = {});
    /// @throws Exception{NotFound}, Exception{ModelFile} naming file and entry
    static Codebook read(const std::string &path);
    void write(const std::string &path) const;

    int size() const { return int(m_centres.size(0)); }
    int width() const { return int(m_centres.size(1)); }
    int layer() const { return m_origin.layer; }
    const Origin &origin() const { return m_origin; }
    const at::Tensor &centres() const { return m_centres; }

    /// @throws Exception{BadInput} unless it was made for frames of that width, a layer that is there and, where both
    /// say
    ///         one, weights of that hash
    void requireFor(int width, int layers, const std::string &modelHash) const;

    /// Number of the nearest centre of every frame, the lower one of two that are equally near.
    /// @param frames  float [T, D]; rows are computed kRows at a time, on one thread
    std::vector<int> nearest(const at::Tensor &frames) const;

    static constexpr std::int64_t kRows = 512;

private:
    at::Tensor m_centres, m_half; ///< m_half: half of every centre's squared length [K]
    Origin m_origin;
    std::string m_place; ///< for messages
};

} // namespace orrery::speech

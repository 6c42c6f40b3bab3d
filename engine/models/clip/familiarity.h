// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace orrery::clip {

/// How much a picture is like what a model was trained on: `familiarity.safetensors` in the model's folder.
///
/// The score is logistic in the picture's look (see lookOf; for a model without one: in its unit embedding),
/// 1 / (1 + exp(−(w·x + b))), fitted by the recipe that made the model to its own pictures and to strange ones.
/// Source: Hendrycks et al. 2019, "Deep Anomaly Detection with Outlier Exposure", arXiv:1812.04606.
///
/// Entries, all F32: weight [N], bias [1], threshold [1].
/// Plain arithmetic in a fixed order; touches no tensor. Thread: any; immutable.
class Familiarity
{
public:
    /// Null when the folder has no such file. @throws Exception{ModelFile} naming file and entry.
    static std::shared_ptr<const Familiarity> fromFolder(const std::string &folder);

    /// In [0, 1]: 1 is like the training data.
    /// @param look  [N]. @throws Exception{ModelFile} when N is another one.
    double score(std::span<const float> look) const;
    /// Pictures below it are to be flagged.
    double threshold() const { return m_threshold; }

private:
    std::string m_path;
    std::vector<float> m_weight;
    double m_bias = 0, m_threshold = 0;
};

} // namespace orrery::clip

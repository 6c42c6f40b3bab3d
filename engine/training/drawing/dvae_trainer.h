// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/dvae/picture_dvae.h"
#include "engine/training/drawing/drawing_trainer.h"

namespace orrery::training {

/// Trains picture-dvae: squared and absolute error of the picture, and vectors that stay near their codes.
///
/// Codes follow the mean of the vectors that chose them, with memory; one that nobody chooses is put where a vector of
/// the batch lies. Source: van den Oord et al. 2017, arXiv:1711.00937, appendix A.1 (moving means); Dhariwal et al.
/// 2020, arXiv:2005.00341, section 3 (codes nobody chooses). Thread: engine.
class DvaeTrainer : public DrawingTrainer
{
public:
    DvaeTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options, dvae::DvaeShape shape,
                at::Device device);

    static DrawingOptions recipe();
    std::string report() const override;
    const dvae::DvaeShape &shape() const { return m_shape; }

protected:
    Pass begin(const SmallBatch &batch) override;
    at::Tensor lossOf(const at::Tensor &output) override;
    void updated() override;
    bool isLearned(const std::string &name) const override { return name != "codebook" && !name.starts_with("mean."); }

private:
    at::Tensor choose(const at::Tensor &vectors);

    dvae::DvaeShape m_shape;
    at::Tensor m_pixels;
    at::Tensor m_sums, m_counts; ///< of the step: vectors by code [K, C], how many [K]
    at::Tensor m_vectors;        ///< of the last small batch, [n, C]
    double m_squaredError = 0, m_meanSquaredError = 0;
    std::int64_t m_smallBatches = 0;
};

} // namespace orrery::training

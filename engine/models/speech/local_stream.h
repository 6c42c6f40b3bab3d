// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/speech/listening_stream.h"
#include "engine/models/speech/speech_model.h"

namespace orrery::speech {

/// A network whose attention is limited, layer by layer: level 0 is what the first layer sees, level l what layer l
/// makes. Each level keeps those settled frames that the next one still looks back at, and computes the rest again.
class LocalStream final : public ListeningStream
{
public:
    LocalStream(std::shared_ptr<SpeechModel> model, int layer);
    Task<Heard> add(StepPacer &pace, std::vector<float> samples) override;
    Task<Heard> end(StepPacer &pace) override;
    std::int64_t right() const override;
    std::int64_t left() const override;
    std::int64_t stride() const override { return 5; }

private:
    /// Frames [first, first + rows) of one level, all of them settled.
    struct Level
    {
        at::Tensor kept;
        std::int64_t first = 0, settled = 0; ///< settled: frames of this level that do not change any more
    };
    Task<> project(StepPacer &pace);
    Task<Heard> hear(StepPacer &pace, bool last);

    std::shared_ptr<SpeechModel> m_model;
    int m_layer;
    std::vector<float> m_samples; ///< from frame m_featured on
    std::int64_t m_featured = 0;  ///< frames of the feature encoder so far
    at::Tensor m_projected;       ///< frames [m_projectedFirst, m_featured)
    std::int64_t m_projectedFirst = 0;
    std::vector<Level> m_levels; ///< 0 … m_layer
};

} // namespace orrery::speech

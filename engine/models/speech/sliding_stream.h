// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/speech/listening_stream.h"

namespace orrery::speech {

/// A window that slides over the sound: any listener, at the price of hearing the window anew at every call.
class SlidingStream final : public ListeningStream
{
public:
    SlidingStream(std::shared_ptr<Listener> listener, int layer, std::int64_t left, std::int64_t right);
    Task<Heard> add(StepPacer &pace, std::vector<float> samples) override;
    Task<Heard> end(StepPacer &pace) override;
    std::int64_t right() const override { return m_right; }
    std::int64_t left() const override { return m_left; }
    std::int64_t stride() const override { return 25; }

private:
    Task<Heard> hear(StepPacer &pace, bool last);

    std::shared_ptr<Listener> m_listener;
    int m_layer;
    std::int64_t m_left, m_right;
    std::vector<float> m_samples; ///< from frame m_start on
    std::int64_t m_start = 0, m_settled = 0;
    Loudness m_loudness; ///< of all that was heard
};

} // namespace orrery::speech

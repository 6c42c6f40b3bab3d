// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

struct soxr;

namespace orrery::media {

/// One channel of sound from one rate to another, in pieces of any size: the sizes do not change the bits that come
/// out. In time with the input: sample n of the output lies at n / `to` seconds.
///
/// libsoxr at its high quality rather than libsamplerate, measured on 2 cores from 48 kHz to 16 kHz: flat to 7.3 kHz
/// and aliases below −140 dB at 2000 times real time; libsamplerate's best is as clean at 13 times, its medium one has
/// lost 13 dB at 7.5 kHz at 40 times. What it costs: libsoxr works in blocks, so a live stream comes out 21 ms later on
/// average (37 ms at most, where libsamplerate has 9 ms); the microphone takes it too, so that the same words have the
/// same units live and from a file.
/// Thread: one at a time.
class Resampler
{
public:
    /// @param from, to  Hz, at least 1
    Resampler(double from, double to);
    ~Resampler();
    Resampler(const Resampler &) = delete;
    Resampler &operator=(const Resampler &) = delete;

    /// Appends to `out` what can be said of the output by now. @throws Exception{Internal}
    void push(const float *samples, std::size_t count, std::vector<float> &out);
    /// Appends the rest; nothing may be pushed afterwards.
    void finish(std::vector<float> &out);

private:
    void process(const float *samples, std::size_t count, std::vector<float> &out);
    struct Delete
    {
        void operator()(soxr *handle) const;
    };
    std::unique_ptr<soxr, Delete> m_soxr; ///< none when both rates are the same
    double m_ratio;
};

} // namespace orrery::media

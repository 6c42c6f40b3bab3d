// SPDX-License-Identifier: Apache-2.0
/// Sound from pitch, voicing and two spectral envelopes: a train of pulses and noise, each through a filter that
/// changes with time. All of it can be differentiated by the envelopes. Source: Engel et al. 2020, DDSP,
/// arXiv:2001.04643, section 3 (harmonics plus filtered noise, learned by their spectra); McAulay and Quatieri 1986 for
/// the sum of harmonics. Pulses are filtered as noise is, by frames of a short-time Fourier transform, so the cost does
/// not depend on the number of harmonics.
///
/// Letters: B batch, F control frames (10 ms), M bands of an envelope, L = 160 F samples at 16 kHz.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace orrery::speech {

inline constexpr std::int64_t kControlHop = 160; ///< samples: control frame i is about 160 i … 160 (i + 1)
inline constexpr double kLowestPitch = 60, kHighestPitch = 420; ///< Hz

/// Pulses with all harmonics below 7.6 kHz equally strong, of mean power 1, and silence where nothing is voiced.
/// @param pitch    double or float [B, F], Hz, inside of the range above, also where it is not voiced
/// @param voicing  float [B, F] in [0, 1]
/// @return         float [B, L]
at::Tensor pulses(const at::Tensor &pitch, const at::Tensor &voicing);

/// The same for one row, stretch by stretch.
class PulseTrain
{
public:
    /// Samples of control frames first … last − 1 of tracks [1, F]; each call goes on where the one before ended.
    at::Tensor next(const at::Tensor &pitch, const at::Tensor &voicing, std::int64_t first, std::int64_t last);

private:
    double m_turns = 0; ///< periods so far, without whole ones
};

/// Logarithms of magnitudes at M frequencies, evenly spaced on the mel scale from 0 to 8 kHz, for every bin of the
/// filter; exponentiated. [B, F, M] → [B, F, 257]
at::Tensor spread(const at::Tensor &bands);

/// A source through the filter with the given magnitudes and no delay. @param source  float [B, L]
/// @param bands  natural logarithms of magnitudes [B, F, M]  @return float [B, L]
at::Tensor shaped(const at::Tensor &source, const at::Tensor &bands);

} // namespace orrery::speech

// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/ctc_alignment.h"

#include <ATen/ATen.h>

#include <limits>

namespace orrery::speech {

CtcAlignment alignLetters(const at::Tensor &scores, const std::vector<int> &letters, int blank)
{
    const at::Tensor logs = scores.to(at::kFloat).log_softmax(1).contiguous();
    const std::int64_t frames = logs.size(0), width = logs.size(1);
    const float *log = logs.const_data_ptr<float>();
    // States: a blank, a letter, a blank, …, a letter, a blank.
    const std::size_t states = 2 * letters.size() + 1;
    const auto symbol = [&](std::size_t state) { return state % 2 ? letters[state / 2] : blank; };
    constexpr double kNever = -std::numeric_limits<double>::infinity();
    std::vector<double> best(states, kNever), next(states);
    std::vector<std::uint8_t> steps(std::size_t(frames) * states); // how many states back the path came from
    for (std::int64_t t = 0; t < frames; ++t) {
        for (std::size_t s = 0; s < states; ++s) {
            std::uint8_t step = 0;
            double from = t == 0 ? (s < 2 ? 0 : kNever) : best[s];
            if (t > 0 && s >= 1 && best[s - 1] > from) {
                from = best[s - 1];
                step = 1;
            }
            if (t > 0 && s >= 2 && s % 2 && symbol(s) != symbol(s - 2) && best[s - 2] > from) {
                from = best[s - 2];
                step = 2;
            }
            next[s] = from + double(log[t * width + symbol(s)]);
            steps[std::size_t(t) * states + s] = step;
        }
        best.swap(next);
    }
    CtcAlignment result;
    if (frames == 0 || letters.empty())
        return result;
    std::size_t state = best[states - 1] > best[states - 2] ? states - 1 : states - 2;
    if (best[state] == kNever)
        return result;
    result.score = best[state] / double(frames);
    result.letters.resize(letters.size());
    for (std::int64_t t = frames - 1; t >= 0; --t) {
        if (state % 2) {
            CtcAlignment::Stretch &stretch = result.letters[state / 2];
            stretch.first = t;
            if (stretch.end == 0)
                stretch.end = t + 1;
        }
        state -= steps[std::size_t(t) * states + state];
    }
    return result;
}

} // namespace orrery::speech

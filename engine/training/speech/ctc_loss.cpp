// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/ctc_loss.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace orrery::training {

at::Tensor ctcLoss(const at::Tensor &scores, const std::vector<int> &labels)
{
    const at::Tensor shares = at::log_softmax(scores.to(at::kFloat), 1).unsqueeze(1); // [T, 1, V]
    const at::Tensor targets = at::empty({1, std::int64_t(labels.size())}, at::kLong);
    std::copy(labels.begin(), labels.end(), targets.mutable_data_ptr<std::int64_t>());
    const at::Tensor lengths = at::full({1}, scores.size(0), at::kLong);
    const at::Tensor count = at::full({1}, std::int64_t(labels.size()), at::kLong);
    return at::ctc_loss(shares, targets.to(scores.device()), lengths, count, 0, at::Reduction::Mean, true);
}

std::vector<int> bestLabels(const at::Tensor &scores)
{
    const at::Tensor best = scores.detach().argmax(1).to(at::kCPU).contiguous();
    const std::int64_t *letters = best.const_data_ptr<std::int64_t>();
    std::vector<int> labels;
    std::int64_t before = 0;
    for (std::int64_t t = 0; t < best.numel(); ++t) {
        if (letters[t] != before && letters[t] != 0)
            labels.push_back(int(letters[t]));
        before = letters[t];
    }
    return labels;
}

} // namespace orrery::training

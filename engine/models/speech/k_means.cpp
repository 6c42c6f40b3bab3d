// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/k_means.h"

#include "engine/core/error.h"
#include "engine/models/side_by_side.h"
#include "engine/runtime/generator.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace orrery::speech {
namespace {

constexpr std::int64_t kPiece = 4096; // rows

/// One list of rows and what is known of each.
struct Rows
{
    at::Tensor values; ///< [N, D]
    at::Tensor far;    ///< float [N]: squared distance to the nearest centre
    std::int64_t count() const { return values.size(0); }
    std::int64_t pieces() const { return (count() + kPiece - 1) / kPiece; }
    at::Tensor piece(std::int64_t index) const { return values.slice(0, index * kPiece, (index + 1) * kPiece); }
    at::Tensor farOf(std::int64_t index) const { return far.slice(0, index * kPiece, (index + 1) * kPiece); }
};

[[noreturn]] void tooFew(std::int64_t clusters)
{
    throw Exception(ErrorCode::BadInput, "There are fewer different frames of sound than the " +
                                             std::to_string(clusters) + " units that were asked for");
}

/// The row that a lot in [0, 1) falls on, when each has a share by its distance. In order, in double precision.
std::int64_t drawn(const at::Tensor &far, double lot)
{
    const float *values = far.const_data_ptr<float>();
    double total = 0;
    for (std::int64_t i = 0; i < far.numel(); ++i)
        total += double(values[i]);
    if (!(total > 0))
        return -1;
    double left = lot * total;
    std::int64_t last = -1;
    for (std::int64_t i = 0; i < far.numel(); ++i) {
        if (!(values[i] > 0))
            continue;
        last = i;
        left -= double(values[i]);
        if (left < 0)
            break;
    }
    return last;
}

Task<at::Tensor> begin(StepPacer &pace, Rows &rows, const KMeansOptions &options)
{
    Generator lots(options.seed);
    at::Tensor centres = at::empty({options.clusters, rows.values.size(1)}, at::kFloat);
    centres[0].copy_(rows.values[lots.below(rows.count())]);
    for (std::int64_t chosen = 1; chosen < options.clusters; ++chosen) {
        const at::Tensor newest = centres[chosen - 1];
        std::function<void(std::int64_t)> work = [&rows, newest](std::int64_t piece) {
            const at::Tensor distance = (rows.piece(piece) - newest).square().sum(1);
            at::Tensor far = rows.farOf(piece);
            at::minimum_out(far, far, distance);
        };
        Task<> all = sideBySide(pace, rows.pieces(), std::move(work));
        co_await std::move(all);
        const std::int64_t row = drawn(rows.far, lots.uniform());
        if (row < 0)
            tooFew(options.clusters);
        centres[chosen].copy_(rows.values[row]);
    }
    co_return centres;
}

/// What one piece adds to the next centres.
struct Share
{
    at::Tensor sums, counts; ///< double [K, D], [K]
    double distance = 0;
};

Share shareOf(Rows &rows, std::int64_t piece, const at::Tensor &centres, const at::Tensor &half)
{
    const at::Tensor x = rows.piece(piece);
    const at::Tensor best = at::matmul(x, centres.t()).sub_(half).argmax(1);
    const at::Tensor distance = (x - centres.index_select(0, best)).square().sum(1);
    rows.farOf(piece).copy_(distance);
    Share share;
    share.sums = at::zeros(centres.sizes(), at::kDouble).index_add_(0, best, x.to(at::kDouble));
    share.counts = at::zeros({centres.size(0)}, at::kDouble).index_add_(0, best, at::ones({x.size(0)}, at::kDouble));
    share.distance = distance.to(at::kDouble).sum().item<double>();
    return share;
}

/// Empty clusters begin again at the farthest rows, one each.
void fillEmpty(at::Tensor &centres, const at::Tensor &counts, const Rows &rows)
{
    const double *count = counts.const_data_ptr<double>();
    std::vector<std::int64_t> empty;
    for (std::int64_t k = 0; k < counts.numel(); ++k)
        if (count[k] == 0)
            empty.push_back(k);
    if (empty.empty())
        return;
    const float *far = rows.far.const_data_ptr<float>();
    std::vector<std::int64_t> order(std::size_t(rows.count()), 0);
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = std::int64_t(i);
    std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(empty.size()), order.end(),
                      [far](std::int64_t a, std::int64_t b) { return far[a] != far[b] ? far[a] > far[b] : a < b; });
    for (std::size_t i = 0; i < empty.size(); ++i)
        centres[empty[i]].copy_(rows.values[order[i]]);
}

} // namespace

Task<KMeansResult> kMeans(StepPacer &pace, at::Tensor values, KMeansOptions options,
                          std::function<void(int, double)> report)
{
    if (values.size(0) < options.clusters)
        tooFew(options.clusters);
    Rows rows{values.contiguous(), at::full({values.size(0)}, std::numeric_limits<float>::infinity(), at::kFloat)};
    Task<at::Tensor> beginning = begin(pace, rows, options);
    KMeansResult result;
    result.centres = co_await std::move(beginning);
    for (result.rounds = 1; result.rounds <= options.mostRounds; ++result.rounds) {
        const at::Tensor half = result.centres.square().sum(1) * 0.5;
        std::vector<Share> shares(std::size_t(rows.pieces()), Share{});
        std::function<void(std::int64_t)> work = [&](std::int64_t piece) {
            shares[std::size_t(piece)] = shareOf(rows, piece, result.centres, half);
        };
        Task<> all = sideBySide(pace, rows.pieces(), std::move(work));
        co_await std::move(all);
        at::Tensor sums = at::zeros(result.centres.sizes(), at::kDouble);
        at::Tensor counts = at::zeros({options.clusters}, at::kDouble);
        double distance = 0;
        for (const Share &share : shares) {
            sums += share.sums;
            counts += share.counts;
            distance += share.distance / double(rows.count());
        }
        const double before = result.distance;
        result.distance = distance;
        if (report)
            report(result.rounds, distance);
        if (result.rounds > 1 && before - distance <= options.enough * before)
            break;
        result.centres = (sums / counts.clamp_min(1).unsqueeze(1)).to(at::kFloat);
        fillEmpty(result.centres, counts, rows);
        if (pace.due())
            co_await pace.step();
    }
    co_return result;
}

} // namespace orrery::speech

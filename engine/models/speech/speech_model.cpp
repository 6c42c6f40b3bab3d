// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/speech_model.h"

#include "engine/models/one_thread.h"
#include "engine/models/side_by_side.h"
#include "engine/runtime/bfloat16.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::speech {
namespace {

// How work is cut; bits depend on it. A window of the feature encoder is about a third of a second of sound.
constexpr std::int64_t kWindow = 16;     ///< frames
constexpr std::int64_t kRows = 128;      ///< of a layer: fewer, and a product spends its time on packing weights
constexpr std::int64_t kPlaced = 32;     ///< of the positional convolution, each of which is copied many times
constexpr std::int64_t kMoments = 16384; ///< of the first convolution, for its group norm

std::int64_t pieces(std::int64_t rows, std::int64_t each)
{
    return (rows + each - 1) / each;
}

} // namespace

/// Frames `first` … `first + frames − 1`, by all convolutions. @param samples  [L, 1] @return [frames, C]
at::Tensor SpeechModel::windowFeatures(const at::Tensor &samples, std::int64_t first, std::int64_t frames,
                                       const at::Tensor &scale, const at::Tensor &shift) const
{
    const SpeechShape &shape = m_network->shape;
    at::Tensor x = samples.narrow(0, first * m_facts.hop, (frames - 1) * m_facts.hop + m_facts.reach);
    for (std::size_t i = 0; i < shape.convolutions.size(); ++i) {
        x = convolve(*m_network, i, x);
        x = i == 0 && scale.defined() ? afterGroupNorm(*m_network, x, scale, shift)
                                      : afterConvolution(*m_network, i, x);
    }
    return x;
}

/// Scale and shift of the first convolution's channels, [2, C]: group norm with a group for every channel, worked out
/// in pieces, because its output for a minute of sound is 400 MB.
Task<at::Tensor> SpeechModel::groupNormed(StepPacer &pace, at::Tensor samples) const
{
    const ConvolutionShape &shape = m_network->shape.convolutions[0];
    const std::int64_t moments = (samples.size(0) - shape.kernel) / shape.stride + 1;
    const std::int64_t count = pieces(moments, kMoments);
    std::vector<at::Tensor> sums(static_cast<std::size_t>(count)); // [2, C] each, double
    std::function<void(std::int64_t)> work = [&](std::int64_t piece) {
        const std::int64_t first = piece * kMoments, here = std::min(kMoments, moments - first);
        const at::Tensor x =
            convolve(*m_network, 0, samples.narrow(0, first * shape.stride, (here - 1) * shape.stride + shape.kernel))
                .to(at::kDouble);
        sums[std::size_t(piece)] = at::stack({x.sum(0), x.square().sum(0)});
    };
    Task<> all = sideBySide(pace, count, std::move(work));
    co_await std::move(all);
    const Affine &norm = m_network->convolutions[0].norm;
    at::Tensor total = sums[0];
    for (std::size_t i = 1; i < sums.size(); ++i)
        total = total + sums[i];
    const at::Tensor mean = total[0] / double(moments);
    const at::Tensor variance = (total[1] / double(moments) - mean.square()).clamp_min(0);
    const at::Tensor scale = norm.weight.to(at::kDouble) / (variance + 1e-5).sqrt();
    co_return at::stack({scale, norm.bias.to(at::kDouble) - mean * scale}).to(at::kFloat);
}

Task<at::Tensor> SpeechModel::features(StepPacer &pace, std::vector<float> samples) const
{
    const SpeechShape &shape = m_network->shape;
    const std::int64_t frames = m_facts.frames(std::int64_t(samples.size()));
    const at::Tensor result = at::empty({frames, shape.convolutions.back().channels}, m_floats);
    if (frames == 0)
        co_return result;
    const at::Tensor sound =
        at::from_blob(samples.data(), {std::int64_t(samples.size()), 1}, at::kFloat).to(m_floats.device());
    at::Tensor scale, shift;
    if (shape.featureNorm == FeatureNorm::Group) {
        Task<at::Tensor> norming = groupNormed(pace, sound);
        const at::Tensor both = co_await std::move(norming);
        scale = both[0];
        shift = both[1];
    }
    std::function<void(std::int64_t)> work = [&](std::int64_t piece) {
        const std::int64_t first = piece * kWindow, here = std::min(kWindow, frames - first);
        result.narrow(0, first, here).copy_(windowFeatures(sound, first, here, scale, shift));
    };
    Task<> all = sideBySide(pace, pieces(frames, kWindow), std::move(work));
    co_await std::move(all);
    co_return result;
}

Task<at::Tensor> SpeechModel::projected(StepPacer &pace, at::Tensor features) const
{
    const at::Tensor result = at::empty({features.size(0), m_network->shape.width}, m_floats);
    std::function<void(std::int64_t)> work = [&](std::int64_t piece) {
        const at::Tensor rows = features.slice(0, piece * kRows, (piece + 1) * kRows);
        result.narrow(0, piece * kRows, rows.size(0)).copy_(project(*m_network, normFeatures(*m_network, rows)));
    };
    Task<> all = sideBySide(pace, pieces(features.size(0), kRows), std::move(work));
    co_await std::move(all);
    co_return result;
}

Task<at::Tensor> SpeechModel::placed(StepPacer &pace, at::Tensor x, std::int64_t first, bool begins) const
{
    const SpeechShape &shape = m_network->shape;
    const std::int64_t frames = x.size(0) - first;
    // Zeros stand for what is not there: before the sound begins, and after what has been heard of it.
    const std::int64_t before = begins ? std::max<std::int64_t>(0, shape.positionLeft() - first) : 0;
    const std::int64_t from = std::max<std::int64_t>(0, first - shape.positionLeft());
    const at::Tensor padded = at::constant_pad_nd(x.slice(0, from), {0, 0, before, shape.positionRight()});
    const at::Tensor result = at::empty({frames, shape.width}, m_floats);
    std::function<void(std::int64_t)> work = [&](std::int64_t piece) {
        const std::int64_t row = piece * kPlaced, here = std::min(kPlaced, frames - row);
        const at::Tensor around = padded.narrow(0, row, here + shape.positionKernel - 1);
        result.narrow(0, row, here)
            .copy_(enter(*m_network, x.narrow(0, first + row, here), positions(*m_network, around)));
    };
    Task<> all = sideBySide(pace, pieces(frames, kPlaced), std::move(work));
    co_await std::move(all);
    co_return result;
}

Task<at::Tensor> SpeechModel::layer(StepPacer &pace, std::size_t index, at::Tensor x, std::int64_t first) const
{
    const Network &network = *m_network;
    const std::int64_t width = network.shape.width, seen = x.size(0), frames = seen - first;
    const at::Tensor heads = at::empty({seen, 3 * width}, m_floats);
    std::function<void(std::int64_t)> work = [&](std::int64_t piece) {
        const at::Tensor rows = x.slice(0, piece * kRows, (piece + 1) * kRows);
        heads.narrow(0, piece * kRows, rows.size(0)).copy_(headsOf(network, index, rows));
    };
    Task<> all = sideBySide(pace, pieces(seen, kRows), std::move(work));
    co_await std::move(all);

    const at::Tensor result = at::empty({frames, width}, m_floats);
    work = [&](std::int64_t piece) {
        const std::int64_t row = piece * kRows, here = std::min(kRows, frames - row);
        const at::Tensor attended = attend(network, heads.narrow(0, first + row, here), heads, first + row);
        result.narrow(0, row, here).copy_(afterAttention(network, index, x.narrow(0, first + row, here), attended));
    };
    all = sideBySide(pace, pieces(frames, kRows), std::move(work));
    co_await std::move(all);

    work = [&](std::int64_t piece) {
        const at::Tensor rows = result.slice(0, piece * kRows, (piece + 1) * kRows);
        rows.copy_(feedForward(network, index, rows));
    };
    all = sideBySide(pace, pieces(frames, kRows), std::move(work));
    co_await std::move(all);
    co_return result;
}

namespace {

/// Mean 0 and variance 1, as Wav2Vec2FeatureExtractor makes it.
void normalise(std::vector<float> &samples, const Loudness &loudness)
{
    const auto mean = float(loudness.mean());
    const auto scale = float(1 / std::sqrt(loudness.variance() + 1e-7));
    for (float &sample : samples)
        sample = (sample - mean) * scale;
}

} // namespace

Task<std::vector<at::Tensor>> SpeechModel::hear(StepPacer &pace, Stretch stretch, std::vector<int> layers)
{
    if (m_facts.normalises)
        normalise(stretch.samples, stretch.loudness);
    Task<at::Tensor> part = features(pace, std::move(stretch.samples));
    at::Tensor x = co_await std::move(part);
    part = projected(pace, std::move(x));
    x = co_await std::move(part);
    part = placed(pace, std::move(x), 0, true);
    x = co_await std::move(part);

    std::vector<at::Tensor> found;
    auto wanted = layers.begin();
    for (int done = 0;; ++done) {
        while (wanted != layers.end() && *wanted == done) {
            found.push_back((done == m_facts.layers ? leave(*m_network, x) : x).to(at::kCPU));
            ++wanted;
        }
        if (wanted == layers.end() || done == m_facts.layers)
            break;
        part = layer(pace, std::size_t(done), std::move(x), 0);
        x = co_await std::move(part);
    }
    co_return found;
}

void SpeechModel::prepare(Precision precision)
{
    auto network = std::make_shared<Network>(*m_network);
    if (precision == Precision::Fast && device().is_cpu() && cpuMultipliesBfloat16())
        halveProducts(*network);
    else
        packProducts(*network);
    m_network = std::move(network);
}

at::Tensor SpeechModel::letters(const at::Tensor &frames) const
{
    if (!m_facts.writes)
        return Listener::letters(frames);
    const OneThread one;
    return letterScores(*m_network, frames.to(m_floats.device())).to(at::kCPU);
}

std::string SpeechModel::read(const std::vector<int> &letters) const
{
    return m_facts.writes ? readLetters(letters, m_letters, m_blank, m_facts.phones ? " " : "")
                          : Listener::read(letters);
}

std::vector<SpelledLetter> SpeechModel::spell(const std::vector<int> &letters) const
{
    return m_facts.writes ? spellLetters(letters, m_letters, m_blank) : Listener::spell(letters);
}

LetterTable SpeechModel::letterTable() const
{
    return m_facts.writes ? LetterTable{m_letters, m_blank} : Listener::letterTable();
}

Task<at::Tensor> SpeechModel::codes(StepPacer &pace, Stretch stretch)
{
    if (!m_facts.quantizes) {
        Task<at::Tensor> refused = Listener::codes(pace, std::move(stretch));
        co_return co_await std::move(refused);
    }
    if (m_facts.normalises)
        normalise(stretch.samples, stretch.loudness);
    Task<at::Tensor> part = features(pace, std::move(stretch.samples));
    const at::Tensor heard = co_await std::move(part);
    const at::Tensor result = at::empty({heard.size(0), m_network->shape.codeGroups}, m_floats.dtype(at::kLong));
    std::function<void(std::int64_t)> work = [&](std::int64_t piece) {
        const at::Tensor rows = heard.slice(0, piece * kRows, (piece + 1) * kRows);
        result.narrow(0, piece * kRows, rows.size(0)).copy_(codesOf(*m_network, normFeatures(*m_network, rows)));
    };
    Task<> all = sideBySide(pace, pieces(heard.size(0), kRows), std::move(work));
    co_await std::move(all);
    co_return result.to(at::kCPU);
}

} // namespace orrery::speech

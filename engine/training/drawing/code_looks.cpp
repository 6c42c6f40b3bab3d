// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/code_looks.h"

#include "engine/training/half_precision.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace orrery::training {

namespace {

constexpr int kSizes[] = {0, -1};     ///< PromptSpec::size: of a thing alone, and of one among others
constexpr std::int64_t kNumbers = 32; ///< that explain a row
constexpr double kRidge = 0.01;       ///< keeps numbers small that the colours at hand do not tell
constexpr double kMostlyThere = 0.9;  ///< of the colours in which a row's cell is not the ground
constexpr double kColourWeight = 4;   ///< of a colour's share, beside light and shade
constexpr std::int64_t kFewestRows = 4 * kNumbers;

std::int64_t colourCount()
{
    return static_cast<std::int64_t>(namedColours().size());
}

/// RGB planes `[colours, 3, 64, 64]`.
std::vector<std::uint8_t> inAllColours(const PromptScenes &scenes, int noun, int size)
{
    std::vector<std::uint8_t> pictures;
    for (int colour = 0; colour < static_cast<int>(colourCount()); ++colour) {
        PromptSpec spec;
        spec.noun = noun;
        spec.colour = colour;
        spec.size = size;
        Random place(1, 0); // the same for all
        const std::vector<std::uint8_t> picture = scenes.paint(spec, place, PictureWorld::kSize);
        pictures.insert(pictures.end(), picture.begin(), picture.end());
    }
    return pictures;
}

/// @return int64 [colours, G · G], on the CPU
at::Tensor readCodes(const PictureCodes &codes, std::vector<std::uint8_t> &pictures, at::Device device)
{
    const at::Tensor pixels = PictureCodes::pixels(pictures.data(), colourCount(), PictureWorld::kSize, device);
    const HalfPrecision half(device); // as the trainers read them
    return codes.read(pixels).to(at::kCPU);
}

std::vector<bool> shownColours(const std::string &noun)
{
    std::vector<bool> shown;
    for (const NamedColour &colour : namedColours())
        shown.push_back(!isHeldOut(noun, colour.name));
    return shown;
}

} // namespace

CodeLooks::CodeLooks(const at::Tensor &codebook) : m_codebook(codebook.to(at::kCPU, at::kDouble)) {}

void CodeLooks::add(const at::Tensor &codes, std::vector<bool> isShown)
{
    const std::int64_t ground = codes[0][0].item<std::int64_t>();
    const at::Tensor there = codes.ne(ground).to(at::kFloat).mean(0).gt(kMostlyThere).nonzero().flatten();
    m_things.push_back({codes.index_select(1, there).t().contiguous(), std::move(isShown), {}});
}

at::Tensor CodeLooks::vectorsOf(const Thing &thing) const
{
    return at::embedding(m_codebook, thing.codes).flatten(1); // [rows, colours · C]
}

bool CodeLooks::fit()
{
    std::vector<at::Tensor> whole;
    for (const Thing &thing : m_things)
        if (std::all_of(thing.isShown.begin(), thing.isShown.end(), std::identity()))
            whole.push_back(vectorsOf(thing));
    const at::Tensor vectors = whole.empty() ? at::Tensor() : at::cat(whole);
    if (!vectors.defined() || vectors.size(0) < kFewestRows)
        return false;
    m_mean = vectors.mean(0);
    const at::Tensor centred = vectors - m_mean;
    const auto [variances, axes] =
        at::linalg_eigh(centred.t().mm(centred) / static_cast<double>(vectors.size(0))); // ascending
    const at::Tensor spread = variances.slice(0, -kNumbers).clamp_min(1e-12).sqrt();
    m_basis = axes.slice(1, -kNumbers) * spread;
    m_sizes = spread / spread[kNumbers - 1];
    return true;
}

void CodeLooks::explain(std::size_t thing)
{
    Thing &rows = m_things[thing];
    const std::int64_t width = m_codebook.size(1);
    std::vector<std::int64_t> columns; // of the colours that training shows
    for (std::size_t colour = 0; colour < rows.isShown.size(); ++colour)
        for (std::int64_t i = 0; rows.isShown[colour] && i < width; ++i)
            columns.push_back(static_cast<std::int64_t>(colour) * width + i);
    const at::Tensor known = at::tensor(columns, at::kLong);
    const at::Tensor part = m_basis.index_select(0, known);
    const at::Tensor target = (vectorsOf(rows) - m_mean).index_select(1, known);
    const at::Tensor square = part.t().mm(part) + kRidge * at::eye(kNumbers, part.options());
    rows.numbers = at::linalg_solve(square, part.t().mm(target.t())).t() * m_sizes;
}

at::Tensor CodeLooks::looks() const
{
    const std::int64_t codes = m_codebook.size(0);
    at::Tensor sums = at::zeros({codes, kNumbers}, m_codebook.options());
    at::Tensor times = at::zeros({codes, colourCount()}, m_codebook.options());
    for (const Thing &thing : m_things)
        for (std::int64_t colour = 0; colour < colourCount(); ++colour) {
            if (!thing.isShown[static_cast<std::size_t>(colour)])
                continue;
            const at::Tensor chosen = thing.codes.select(1, colour).contiguous();
            sums.index_add_(0, chosen, thing.numbers);
            times.select(1, colour).index_add_(0, chosen, at::ones({chosen.size(0)}, m_codebook.options()));
        }
    const at::Tensor met = times.sum(1, true);
    const at::Tensor means = sums / met.clamp_min(1);
    const at::Tensor ofMet = means.index_select(0, met.flatten().nonzero().flatten());
    return at::cat({means / ofMet.std().clamp_min(1e-6), kColourWeight * times / met.clamp_min(1)}, 1).to(at::kFloat);
}

Task<at::Tensor> codeLooks(EngineScope &scope, std::shared_ptr<const PromptScenes> scenes, const PictureCodes &codes)
{
    const at::Device device = codes.codebook().device();
    CodeLooks fit(codes.codebook());
    const int nouns = static_cast<int>(scenes->nouns().size());
    for (int noun = 0; noun < nouns; ++noun)
        for (const int size : kSizes) {
            scope.progress(-1, "Looking at the codes of things in all colours");
            std::vector<std::uint8_t> pictures;
            std::function<void()> paint = [&] { pictures = inAllColours(*scenes, noun, size); };
            co_await scope.outside(std::move(paint));
            fit.add(readCodes(codes, pictures, device), shownColours(scenes->nouns()[static_cast<std::size_t>(noun)]));
            co_await scope.step();
        }
    if (!fit.fit())
        co_return at::zeros({codes.codebook().size(0), 0});
    co_await scope.step();
    for (std::size_t thing = 0; thing < fit.things(); ++thing) {
        fit.explain(thing);
        co_await scope.step();
    }
    co_return fit.looks();
}

} // namespace orrery::training

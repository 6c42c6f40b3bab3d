// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_clip_trainer.h"

#include "engine/runtime/generator.h"
#include "engine/training/half_precision.h"
#include "engine/training/random.h"
#include "engine/training/weights_file.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <unordered_map>

namespace orrery::training {

namespace {

constexpr std::int64_t kTextsPerChunk = 64;
constexpr std::uint64_t kTableStream = 0x7AB1E;
constexpr std::uint64_t kPromptStream = 0x9406;
constexpr double kLargestLogitScale = 100; // Radford et al. 2021, §2.5

at::Tensor normalised(const at::Tensor &embeddings)
{
    const at::Tensor x = embeddings.to(at::kFloat);
    return x / x.norm(2, -1, true).clamp_min(1e-6);
}

} // namespace

PictureClipTrainer::PictureClipTrainer(std::shared_ptr<const Composer> composer,
                                       std::shared_ptr<const PromptScenes> prompts,
                                       std::shared_ptr<const ClipTokenizer> tokenizer, PictureClipOptions options)
    : m_composer(std::move(composer)), m_prompts(std::move(prompts)), m_tokenizer(std::move(tokenizer)),
      m_options(options), m_shape(PictureClipShape::standard(m_tokenizer->vocabularySize(), m_tokenizer->endId())),
      m_weights(freshWeights(m_shape, options.seed)), m_lastAdvance(std::chrono::steady_clock::now())
{
    m_weights[kNameTable] = Generator(options.seed, kTableStream)
                                .normal({static_cast<std::int64_t>(m_composer->world().names().size()),
                                         m_shape.text.projection}); // its length does not matter, only its direction
    for (auto &[name, weight] : m_weights) {
        if (weight.dim() == 4)
            weight = weight.contiguous(at::MemoryFormat::ChannelsLast);
        if (isLearned(name))
            weight.requires_grad_(true);
    }
    m_optimiser = std::make_unique<AdamW>(m_weights, m_options.adamw);
}

PictureClipTrainer::~PictureClipTrainer()
{
    if (m_nextBatch.valid())
        m_nextBatch.wait();
}

std::string PictureClipTrainer::report() const
{
    char text[128];
    std::snprintf(text, sizeof text, "%d pixels, loss %.3f, %.0f %% of drawings named", m_batch.size, m_meanLoss,
                  100 * m_meanAccuracy);
    return text;
}

double PictureClipTrainer::fraction() const
{
    const double done = m_options.minutes > 0 ? m_elapsedSeconds / (60 * m_options.minutes)
                                              : static_cast<double>(m_step) / static_cast<double>(m_options.steps);
    return std::min(done, 1.0);
}

int PictureClipTrainer::sizeAt(double fraction) const
{
    return fraction < m_options.growTo48 ? 32 : fraction < m_options.growTo64 ? 48 : 64;
}

std::int64_t PictureClipTrainer::microBatch() const
{
    // About the same work at every size; the largest piece of the tower stays well under 50 ms.
    return m_batch.size == 32 ? 96 : m_batch.size == 48 ? 48 : 32;
}

Example PictureClipTrainer::promptExample(std::uint64_t index, int size, std::vector<std::string> &rivals) const
{
    Random random(m_options.seed ^ kPromptStream, index);
    const PromptSpec spec = m_prompts->prompt(random, Composer::Pairs::Training);
    Example example;
    example.caption = spec.caption;
    example.picture = m_prompts->paint(spec, random, size);
    for (int k = 0; k < m_options.rivals; ++k)
        if (std::optional<PromptSpec> rival = m_prompts->rival(spec, random))
            rivals.push_back(std::move(rival->caption));
    return example;
}

PictureClipTrainer::Batch PictureClipTrainer::compose(std::int64_t step, int size) const
{
    Batch batch;
    batch.size = size;
    batch.pictures.reserve(static_cast<std::size_t>(m_options.batch) * 3 * size * size);
    const auto drawings = static_cast<std::int64_t>(std::llround(m_options.drawingShare * m_options.batch));
    const auto scenes = m_options.batch - drawings;
    const auto prompts = static_cast<std::int64_t>(std::llround(m_options.promptShare * scenes));
    std::int64_t scene = 0;
    for (std::int64_t i = 0; i < m_options.batch; ++i) {
        const auto index = static_cast<std::uint64_t>(step * m_options.batch + i);
        // Interleaved, so that every small batch holds both kinds.
        const bool drawing = (i + 1) * drawings / m_options.batch > i * drawings / m_options.batch;
        const bool prompt = !drawing && (scene + 1) * prompts / scenes > scene * prompts / scenes;
        scene += drawing ? 0 : 1;
        Example example = drawing  ? m_composer->drawing(index, size)
                          : prompt ? promptExample(index, size, batch.rivals)
                                   : m_composer->scene(index, size, Composer::Pairs::Training);
        batch.pictures.insert(batch.pictures.end(), example.picture.begin(), example.picture.end());
        batch.names.push_back(drawing ? example.name : -1);
        batch.captions.push_back(std::move(example.caption));
    }
    return batch;
}

bool PictureClipTrainer::advance()
{
    const auto now = std::chrono::steady_clock::now();
    const double sinceLast = std::chrono::duration<double>(now - m_lastAdvance).count();
    m_lastAdvance = now;
    // A run that was paused (or a machine that slept) must not lose its schedule.
    m_elapsedSeconds += std::min(sinceLast, 5.0);

    switch (m_phase) {
    case Phase::Start:
        if (fraction() >= 1.0)
            return false;
        startStep();
        m_phase = Phase::Texts;
        break;
    case Phase::Texts:
        encodeTextChunk();
        if (m_chunk == m_texts.size()) {
            std::vector<at::Tensor> all;
            for (const TextChunk &chunk : m_texts)
                all.push_back(chunk.embeddings.detach());
            m_textLeaf = at::cat(all).requires_grad_(true);
            m_phase = m_tableStep ? Phase::Table : Phase::Forward;
        }
        break;
    case Phase::Table:
        promptsMeetTable();
        m_phase = Phase::Forward;
        break;
    case Phase::Forward:
        forwardPiece();
        if (static_cast<std::int64_t>(m_pieces.size()) == clip::residualPieces(m_shape.image))
            m_phase = Phase::Loss;
        break;
    case Phase::Loss:
        comparePictures();
        m_phase = Phase::Backward;
        break;
    case Phase::Backward:
        backwardPiece();
        if (m_pieces.empty()) {
            m_phase = m_picture < m_options.batch ? Phase::Forward : Phase::TextsBackward;
            m_chunk = 0;
        }
        break;
    case Phase::TextsBackward: {
        TextChunk &chunk = m_texts[m_chunk];
        chunk.embeddings.backward(m_textLeaf.grad().narrow(0, chunk.first, chunk.embeddings.size(0)));
        chunk.embeddings.reset();
        if (++m_chunk == m_texts.size())
            m_phase = Phase::Update;
        break;
    }
    case Phase::Update:
        updateWeights();
        m_phase = Phase::Start;
        break;
    }
    return true;
}

void PictureClipTrainer::startStep()
{
    m_batch = m_nextBatch.valid() ? m_nextBatch.get() : compose(m_step, sizeAt(fraction()));
    const double stepShare = 1.0 / static_cast<double>(std::max<std::int64_t>(m_options.steps, 1));
    const int nextSize = sizeAt(fraction() + (m_options.minutes > 0 ? 0 : stepShare));
    m_nextBatch =
        std::async(std::launch::async, [this, step = m_step + 1, nextSize] { return compose(step, nextSize); });

    m_tableStep = fraction() < m_options.promptsFrom;
    // The step's names: those of its drawings when they meet prompts, filled up at random.
    Random random(m_options.seed ^ 0x7E47, static_cast<std::uint64_t>(m_step));
    const auto &names = m_composer->world().names();
    std::vector<int> rowOfName(names.size(), -1);
    std::vector<int> chosen;
    const auto choose = [&](int name) {
        if (rowOfName[name] < 0) {
            rowOfName[name] = static_cast<int>(chosen.size());
            chosen.push_back(name);
        }
    };
    for (const int name : m_batch.names)
        if (name >= 0 && !m_tableStep)
            choose(name);
    const std::int64_t most = m_tableStep ? m_options.promptsPerStep : m_options.namesPerStep;
    const auto wanted = std::min(static_cast<std::size_t>(most), names.size());
    while (chosen.size() < wanted)
        choose(random.below(static_cast<int>(names.size())));

    std::vector<std::string> texts;
    for (const int name : chosen)
        texts.push_back(m_composer->nameText(random, name));
    std::unordered_map<std::string, std::int64_t> rowOfCaption;
    std::vector<std::int64_t> captionRow(m_batch.captions.size(), -1);
    for (std::size_t i = 0; i < m_batch.captions.size(); ++i) {
        if (m_batch.names[i] >= 0)
            continue;
        const auto [entry, isNew] =
            rowOfCaption.try_emplace(m_batch.captions[i], static_cast<std::int64_t>(rowOfCaption.size()));
        if (isNew)
            texts.push_back(m_batch.captions[i]);
        captionRow[i] = entry->second;
    }
    for (const std::string &rival : m_batch.rivals)
        if (rowOfCaption.try_emplace(rival, static_cast<std::int64_t>(rowOfCaption.size())).second)
            texts.push_back(rival);
    m_nameRows = static_cast<std::int64_t>(chosen.size());

    // Texts of like length share a chunk: less padding. Names and captions stay apart.
    std::vector<std::vector<std::int64_t>> ids;
    for (const std::string &text : texts) {
        std::vector<std::int64_t> tokens = m_tokenizer->encode(text);
        if (static_cast<std::int64_t>(tokens.size()) > m_shape.text.context) {
            tokens.resize(m_shape.text.context);
            tokens.back() = m_tokenizer->endId();
        }
        ids.push_back(std::move(tokens));
    }
    std::vector<std::int64_t> order(texts.size());
    std::iota(order.begin(), order.end(), 0);
    const auto shorter = [&](std::int64_t a, std::int64_t b) { return ids[a].size() < ids[b].size(); };
    std::stable_sort(order.begin(), order.begin() + m_nameRows, shorter);
    std::stable_sort(order.begin() + m_nameRows, order.end(), shorter);
    std::vector<std::int64_t> rowOfText(texts.size());
    for (std::size_t row = 0; row < order.size(); ++row)
        rowOfText[order[row]] = static_cast<std::int64_t>(row);

    m_texts.clear();
    for (std::int64_t first = 0; first < static_cast<std::int64_t>(order.size()); first += kTextsPerChunk) {
        const std::int64_t last = std::min(first + kTextsPerChunk, static_cast<std::int64_t>(order.size()));
        std::size_t longest = 0;
        for (std::int64_t row = first; row < last; ++row)
            longest = std::max(longest, ids[order[row]].size());
        TextChunk chunk;
        chunk.first = first;
        chunk.tokens = at::full({last - first, static_cast<std::int64_t>(longest)}, m_tokenizer->endId(),
                                at::TensorOptions().dtype(at::kLong));
        for (std::int64_t row = first; row < last; ++row)
            std::copy(ids[order[row]].begin(), ids[order[row]].end(),
                      chunk.tokens.data_ptr<std::int64_t>() + (row - first) * static_cast<std::int64_t>(longest));
        m_texts.push_back(std::move(chunk));
    }
    m_nameOfRow.assign(static_cast<std::size_t>(m_nameRows), 0);
    for (std::size_t text = 0; text < chosen.size(); ++text)
        m_nameOfRow[rowOfText[text]] = chosen[text];
    m_target.assign(m_batch.names.size(), 0);
    for (std::size_t i = 0; i < m_batch.names.size(); ++i) {
        const int name = m_batch.names[i];
        if (name < 0)
            m_target[i] = rowOfText[m_nameRows + captionRow[i]] - m_nameRows;
        else
            m_target[i] = m_tableStep ? name : rowOfText[rowOfName[name]];
    }
    m_chunk = 0;
    m_picture = 0;
    m_stepLoss = 0;
    m_hits = m_drawings = 0;
}

void PictureClipTrainer::encodeTextChunk()
{
    const HalfPrecision half;
    TextChunk &chunk = m_texts[m_chunk++];
    chunk.embeddings = normalised(clip::encodeText(m_weights, m_shape.text, chunk.tokens)); // [n, E]
}

at::Tensor PictureClipTrainer::logitScale() const
{
    return m_weights.at("logit_scale").exp().clamp_max(kLargestLogitScale);
}

void PictureClipTrainer::promptsMeetTable()
{
    const at::Tensor prompts = m_textLeaf.narrow(0, 0, m_nameRows); // [n, E]
    const at::Tensor table = normalised(m_weights.at(kNameTable));  // [names, E]
    const at::Tensor names = at::tensor(m_nameOfRow);
    const at::Tensor told = at::cross_entropy_loss(at::matmul(prompts, table.t()) * logitScale(), names);
    // Being the nearest row's is not enough: pictures will be compared with the prompt itself.
    const at::Tensor apart = 1 - (prompts * table.detach().index_select(0, names)).sum(1).mean();
    (told + apart).backward();
}

at::Tensor PictureClipTrainer::microPixels() const
{
    const std::int64_t size = m_batch.size;
    const std::int64_t count = std::min(microBatch(), m_options.batch - m_picture);
    const std::uint8_t *first = m_batch.pictures.data() + m_picture * 3 * size * size;
    const at::Tensor pixels =
        at::from_blob(const_cast<std::uint8_t *>(first), {count, 3, size, size}, at::TensorOptions().dtype(at::kByte))
            .to(at::kFloat);
    return pixels.mul(4.0 / 255.0).sub_(2.0); // (p − 0.5) / 0.25, [n, 3, size, size]
}

// The tower is cut between its pieces, and the cuts hold the gradient on its way back: the same numbers as in one go,
// in slices that are a fraction as long.
void PictureClipTrainer::forwardPiece()
{
    Piece piece;
    piece.in = m_pieces.empty() ? microPixels() : m_pieces.back().out.detach().requires_grad_(true);
    const HalfPrecision half;
    piece.out = clip::residualPiece(m_weights, m_shape.image, static_cast<std::int64_t>(m_pieces.size()), piece.in,
                                    clip::NormMode::Training);
    m_pieces.push_back(std::move(piece));
}

void PictureClipTrainer::comparePictures()
{
    const at::Tensor leaf = m_pieces.back().out.detach().requires_grad_(true);
    const at::Tensor embeddings = normalised(leaf) * logitScale(); // [n, E]
    const std::int64_t count = leaf.size(0);
    std::vector<std::int64_t> drawings, scenes, drawingTargets, sceneTargets;
    for (std::int64_t i = 0; i < count; ++i) {
        const bool drawing = m_batch.names[m_picture + i] >= 0;
        (drawing ? drawings : scenes).push_back(i);
        (drawing ? drawingTargets : sceneTargets).push_back(m_target[m_picture + i]);
    }
    at::Tensor loss = at::zeros({}, at::kFloat);
    const auto add = [&](const std::vector<std::int64_t> &rows, const std::vector<std::int64_t> &targets,
                         const at::Tensor &texts, double smoothing) {
        const at::Tensor logits = at::matmul(embeddings.index_select(0, at::tensor(rows)), texts.t()); // [rows, texts]
        const at::Tensor target = at::tensor(targets);
        loss = loss + at::cross_entropy_loss(logits, target, {}, at::Reduction::Sum, -100, smoothing);
        return logits.detach().argmax(1).eq(target).sum().item<std::int64_t>();
    };
    if (!drawings.empty()) {
        const at::Tensor names =
            m_tableStep ? normalised(m_weights.at(kNameTable)) : m_textLeaf.narrow(0, 0, m_nameRows);
        m_hits += add(drawings, drawingTargets, names, m_options.labelSmoothing);
        m_drawings += static_cast<std::int64_t>(drawings.size());
    }
    if (!scenes.empty())
        add(scenes, sceneTargets, m_textLeaf.narrow(0, m_nameRows, m_textLeaf.size(0) - m_nameRows), 0.0);
    loss = loss / static_cast<double>(m_options.batch);
    m_stepLoss += loss.item<double>();
    loss.backward();
    m_gradient = leaf.grad();
    m_picture += count;
}

void PictureClipTrainer::backwardPiece()
{
    const Piece piece = std::move(m_pieces.back());
    m_pieces.pop_back();
    piece.out.backward(m_gradient);
    m_gradient = piece.in.grad();
}

void PictureClipTrainer::updateWeights()
{
    const double done = fraction();
    constexpr double kWarmUp = 0.05;
    const double rate =
        done < kWarmUp ? done / kWarmUp : 0.5 * (1 + std::cos(std::numbers::pi * (done - kWarmUp) / (1 - kWarmUp)));
    m_optimiser->step(m_options.learningRate * std::max(rate, 1e-3), m_options.clipNorm);
    m_textLeaf.reset();
    ++m_step;
    m_trainedSize = m_batch.size;
    m_pictures += m_options.batch;
    const double weight = std::max(0.02, 1.0 / static_cast<double>(m_step));
    m_meanLoss += weight * (m_stepLoss - m_meanLoss);
    if (m_drawings > 0)
        m_meanAccuracy += weight * (static_cast<double>(m_hits) / static_cast<double>(m_drawings) - m_meanAccuracy);
}

void PictureClipTrainer::startFrom(const Weights &finished)
{
    const at::NoGradGuard noGraph;
    const auto copy = [&](const std::string &name, const at::Tensor &value) {
        at::Tensor &weight = m_weights.at(name);
        if (value.sizes() != weight.sizes())
            throw Exception(ErrorCode::ModelFile, "\"" + name + "\" has another size than this recipe's");
        weight.copy_(value);
    };
    m_batch = compose(0, 64);
    m_picture = 0;
    const Weights unfolded = clip::unfoldNorms(finished, m_shape.image, microPixels());
    for (const auto &[name, weight] : m_weights)
        if (name != kNameTable)
            copy(name, weightOf(unfolded, name));

    const auto &names = m_composer->world().names();
    std::vector<at::Tensor> rows;
    for (const auto &name : names) {
        const std::vector<std::int64_t> ids = m_tokenizer->encode(name.name);
        rows.push_back(normalised(clip::encodeText(m_weights, m_shape.text, at::tensor(ids).unsqueeze(0)))); // [1, E]
    }
    copy(kNameTable, at::cat(rows));
}

void PictureClipTrainer::save(const std::string &file) const
{
    if (m_phase != Phase::Start)
        throw Exception(ErrorCode::Internal, "training: a checkpoint is only taken between steps");
    Weights all = m_optimiser->state();
    for (const auto &[name, weight] : m_weights)
        all["weights/" + name] = weight;
    writeWeights(file, all,
                 {{"step", std::to_string(m_step)},
                  {"pictures", std::to_string(m_pictures)},
                  {"elapsed_ms", std::to_string(std::llround(1000 * m_elapsedSeconds))},
                  {"picture_size", std::to_string(m_trainedSize)},
                  {"seed", std::to_string(m_options.seed)},
                  {"loss", std::to_string(m_meanLoss)},
                  {"name_accuracy", std::to_string(m_meanAccuracy)}});
}

void PictureClipTrainer::restore(const std::string &file)
{
    const at::NoGradGuard noGraph;
    auto [all, facts] = readWeights(file);
    if (facts["seed"] != std::to_string(m_options.seed))
        throw Exception(ErrorCode::BadInput, file + ": belongs to a run with seed " + facts["seed"] + ", expected " +
                                                 std::to_string(m_options.seed));
    for (auto &[name, weight] : m_weights) {
        const at::Tensor &saved = weightOf(all, "weights/" + name);
        if (saved.sizes() != weight.sizes())
            throw Exception(ErrorCode::ModelFile, file + ": \"" + name + "\" has another size than this recipe's");
        weight.copy_(saved);
    }
    m_optimiser->restore(all);
    if (m_nextBatch.valid())
        m_nextBatch.get(); // composed for another step
    m_step = std::stoll(facts["step"]);
    m_pictures = std::stoll(facts["pictures"]);
    m_elapsedSeconds = static_cast<double>(std::stoll(facts["elapsed_ms"])) / 1000;
    if (facts.count("picture_size"))
        m_trainedSize = std::stoi(facts["picture_size"]);
    m_meanLoss = std::stod(facts["loss"]);
    m_meanAccuracy = std::stod(facts["name_accuracy"]);
    m_phase = Phase::Start;
    m_lastAdvance = std::chrono::steady_clock::now();
}

} // namespace orrery::training

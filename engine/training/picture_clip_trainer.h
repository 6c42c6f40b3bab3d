// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/text/clip_tokenizer.h"
#include "engine/training/adamw.h"
#include "engine/training/picture_clip_network.h"
#include "engine/training/picture_world/composer.h"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

struct PictureClipOptions
{
    std::uint64_t seed = 1;
    double minutes = 0;              ///< length of the schedule in time; 0: `steps` count
    std::int64_t steps = 6000;       ///< length of the schedule in optimiser steps; used when `minutes` is 0
    std::int64_t batch = 320;        ///< pictures a step; larger: smoother, slower steps
    double drawingShare = 0.7;       ///< of single drawings in a batch; the rest are scenes
    std::int64_t namesPerStep = 448; ///< names that a drawing is told apart from in one step
    double learningRate = 2.5e-3;    ///< at the peak, after the first 5 % of the schedule; falls to zero along a cosine
    double clipNorm = 1.0;
    double growTo48 = 0.38;      ///< share of the schedule after which pictures have 48 pixels instead of 32
    double growTo64 = 0.72;      ///< and then 64
    double labelSmoothing = 0.1; ///< of the names; larger: less sure of itself
    AdamW::Options adamw;
};

/// Trains picture-clip: drawings against the prompts of all names, scenes against each other's captions.
///
/// It is a run that is resumed slice by slice: `advance` does at most one forward or backward pass of a few pictures
/// (well under 50 ms on two cores), so a job can give way between slices. Pictures grow with the schedule (32, 48, 64
/// pixels): most of what is learned does not need the full size. Within one optimiser step the texts are encoded once;
/// the gradient of all pictures is gathered on their embeddings and then sent back through the text tower.
///
/// Source of the loss: Radford et al. 2021, CLIP, Figure 3, arXiv:2103.00020, in the direction picture → text; texts of
/// a step are the prompts of `namesPerStep` names and the captions of its scenes. Thread: engine; one helper thread
/// composes the next batch and touches no LibTorch.
class PictureClipTrainer
{
public:
    PictureClipTrainer(std::shared_ptr<const Composer> composer, std::shared_ptr<const ClipTokenizer> tokenizer,
                       PictureClipOptions options);
    ~PictureClipTrainer();

    /// One slice. @return false when the schedule is over.
    bool advance();

    double fraction() const; ///< of the schedule, in [0, 1]
    std::int64_t step() const { return m_step; }
    std::int64_t picturesSeen() const { return m_pictures; }
    double loss() const { return m_meanLoss; }             ///< exponential mean over steps
    double nameAccuracy() const { return m_meanAccuracy; } ///< of augmented drawings among the names of their step
    int pictureSize() const { return m_batch.size; }
    /// Edge of the pictures of the last finished step: the size at which the weights are at home.
    int trainedSize() const { return m_trainedSize; }

    const PictureClipShape &shape() const { return m_shape; }
    /// Batch norms unfolded. Valid between slices.
    const Weights &weights() const { return m_weights; }
    /// True between optimiser steps, when `save` may be called.
    bool betweenSteps() const { return m_phase == Phase::Start; }

    /// Everything that `restore` needs to go on with the same bits, written atomically.
    void save(const std::string &file) const;
    /// @throws Exception{ModelFile} when the file belongs to another shape or schedule.
    void restore(const std::string &file);

private:
    struct Batch
    {
        int size = 0;
        std::vector<std::uint8_t> pictures; ///< [B, 3, size, size]
        std::vector<int> names;             ///< [B]; −1 for scenes
        std::vector<std::string> captions;  ///< [B]
    };
    struct TextChunk
    {
        at::Tensor tokens;     ///< int64 [n, T]
        at::Tensor embeddings; ///< float [n, E] with its graph
        std::int64_t first = 0;
    };
    enum class Phase
    {
        Start,
        Texts,
        Forward,
        Backward,
        TextsBackward,
        Update,
    };

    void startStep();
    void encodeTextChunk();
    void forwardPictures();
    void updateWeights();
    int sizeAt(double fraction) const;
    std::int64_t microBatch() const;
    Batch compose(std::int64_t step, int size) const;

    std::shared_ptr<const Composer> m_composer;
    std::shared_ptr<const ClipTokenizer> m_tokenizer;
    PictureClipOptions m_options;
    PictureClipShape m_shape;
    Weights m_weights;
    std::unique_ptr<AdamW> m_optimiser;

    Phase m_phase = Phase::Start;
    Batch m_batch;
    std::future<Batch> m_nextBatch;
    std::vector<TextChunk> m_texts;
    std::size_t m_chunk = 0;
    at::Tensor m_textLeaf;              ///< float [texts, E], gathers the gradient of all pictures
    std::int64_t m_nameRows = 0;        ///< texts that are prompts of names come first
    std::vector<std::int64_t> m_target; ///< [B] row of each picture's text, within its own kind
    std::int64_t m_picture = 0;         ///< next picture of the batch
    at::Tensor m_sliceLoss;
    double m_stepLoss = 0;
    std::int64_t m_hits = 0, m_drawings = 0;

    std::int64_t m_step = 0;
    int m_trainedSize = 64;
    std::int64_t m_pictures = 0;
    double m_elapsedSeconds = 0;
    std::chrono::steady_clock::time_point m_lastAdvance;
    double m_meanLoss = 0;
    double m_meanAccuracy = 0;
};

} // namespace orrery::training

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/text/clip_tokenizer.h"
#include "engine/training/adamw.h"
#include "engine/training/picture_clip_network.h"
#include "engine/training/picture_world/composer.h"
#include "engine/training/picture_world/prompt_scenes.h"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

/// Among the trainer's weights, float [names, E]: a learned stand-in for the prompts of each name.
inline const std::string kNameTable = "training.name_table";

struct PictureClipOptions
{
    std::uint64_t seed = 1;
    double minutes = 0;        ///< length of the schedule in time; 0: `steps` count
    std::int64_t steps = 6000; ///< length of the schedule in optimiser steps; used when `minutes` is 0
    std::int64_t batch = 320;  ///< pictures a step; larger: smoother, slower steps
    double drawingShare = 0.6; ///< of single drawings in a batch; the rest are scenes
    double promptShare = 0.6;  ///< of those, of prompts of models that draw; each meets sentences that are nearly right
    int rivals = 2;            ///< of those sentences for each prompt
    double promptsFrom = 0.82; ///< share of the schedule after which drawings meet prompts instead of the table
    std::int64_t promptsPerStep = 112; ///< prompts that meet the table in one step before that
    std::int64_t namesPerStep = 448;   ///< names that a drawing is told apart from in one step after that
    double learningRate = 2.5e-3; ///< at the peak, after the first 5 % of the schedule; falls to zero along a cosine
    double clipNorm = 1.0;
    double growTo48 = 0.40;      ///< share of the schedule after which pictures have 48 pixels instead of 32
    double growTo64 = 0.78;      ///< and then 64
    double labelSmoothing = 0.1; ///< of the names; larger: less sure of itself
    AdamW::Options adamw;
};

/// Trains picture-clip: drawings against the prompts of all names, scenes against each other's captions.
///
/// It is a run that is resumed slice by slice: `advance` does at most one piece of the image tower, forward or
/// backward, for a few pictures (well under 50 ms on two cores), so a job can give way between slices. Pictures grow
/// with the schedule (32, 48, 64 pixels): most of what is learned does not need the full size. Within one optimiser
/// step the texts are encoded once; the gradient of all pictures is gathered on their embeddings and then sent back
/// through the text tower.
///
/// For most of the schedule a drawing is told apart from all names by a learned table with one row a name, and the text
/// tower learns to hit a name's row with every prompt for it: encoding hundreds of prompts for every step would cost as
/// much as the pictures. Then (`promptsFrom`) the prompts themselves take the table's place.
///
/// A third kind of picture are prompts of the models that draw (PromptScenes): by them this model is asked which of
/// their samples is best. Of each, sentences that are wrong in one point are among the texts, because among captions
/// drawn by lot the noun alone tells which is which (Yuksekgonul et al. 2023, arXiv:2210.01936: CLIP takes sentences
/// for bags of words unless it meets such rivals).
///
/// Source of the loss: Radford et al. 2021, CLIP, Figure 3, arXiv:2103.00020, in the direction picture → text; texts of
/// a step are prompts of names and the captions of its scenes. The table: Movshovitz-Attias et al. 2017,
/// arXiv:1703.07464 (proxies). Thread: engine; one helper thread composes the next batch and touches no LibTorch.
class PictureClipTrainer
{
public:
    PictureClipTrainer(std::shared_ptr<const Composer> composer, std::shared_ptr<const PromptScenes> prompts,
                       std::shared_ptr<const ClipTokenizer> tokenizer, PictureClipOptions options);
    ~PictureClipTrainer();

    /// Begins from a finished model instead of from random weights; call before the first `advance`.
    /// @param finished  picture-clip's weights, batch norms folded. They are unfolded with the statistics of one batch.
    /// @throws Exception{ModelFile} when they belong to another shape.
    void startFrom(const Weights &finished);

    /// One slice. @return false when the schedule is over.
    bool advance();

    double fraction() const; ///< of the schedule, in [0, 1]
    std::int64_t step() const { return m_step; }
    std::int64_t picturesSeen() const { return m_pictures; }
    double loss() const { return m_meanLoss; }             ///< exponential mean over steps
    double nameAccuracy() const { return m_meanAccuracy; } ///< of augmented drawings among the names of their step
    std::string report() const;                            ///< for the user: "64 pixels, loss 0.123, …"
    /// Edge of the pictures of the last finished step: the size at which the weights are at home.
    int trainedSize() const { return m_trainedSize; }

    const PictureClipShape &shape() const { return m_shape; }
    /// Batch norms unfolded, and kNameTable, which no finished model holds. Valid between
    /// slices.
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
        std::vector<std::string> rivals;    ///< true of none of the pictures they were made for
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
        Table,
        Forward,
        Loss,
        Backward,
        TextsBackward,
        Update,
    };

    void startStep();
    void encodeTextChunk();
    void promptsMeetTable();
    void forwardPiece();
    void comparePictures();
    void backwardPiece();
    at::Tensor logitScale() const;
    at::Tensor microPixels() const;
    void updateWeights();
    int sizeAt(double fraction) const;
    std::int64_t microBatch() const;
    Batch compose(std::int64_t step, int size) const;
    /// @param rivals  gathers sentences that are wrong of the picture
    Example promptExample(std::uint64_t index, int size, std::vector<std::string> &rivals) const;

    std::shared_ptr<const Composer> m_composer;
    std::shared_ptr<const PromptScenes> m_prompts;
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
    bool m_tableStep = true;               ///< drawings of this step meet the table, not prompts
    std::vector<std::int64_t> m_nameOfRow; ///< names that the first texts are prompts of
    at::Tensor m_textLeaf;                 ///< float [texts, E], gathers the gradient of all pictures
    std::int64_t m_nameRows = 0;           ///< texts that are prompts of names come first
    std::vector<std::int64_t> m_target;    ///< [B] row of each picture's text, within its own kind
    std::int64_t m_picture = 0;            ///< next picture of the batch
    struct Piece
    {
        at::Tensor in, out; ///< `in` gathers the gradient that the piece before is sent
    };
    std::vector<Piece> m_pieces; ///< of the small batch that is on its way through the image tower
    at::Tensor m_gradient;       ///< of the loss by the output of the last piece of m_pieces
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

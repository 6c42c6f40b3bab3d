// SPDX-License-Identifier: Apache-2.0
/// Whatever turns sound into frames: networks from folders, and mel-frequency cepstra.
#pragma once

#include "engine/api/precision.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/models/speech/codebook.h"
#include "engine/models/step_pacer.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::speech {

struct ListenerFacts
{
    int layers = 0;                      ///< frames can be had of layers 0 … layers
    int width = 0;                       ///< D
    std::int64_t hop = 320, reach = 400; ///< samples: frame t is about those from hop · t to hop · t + reach
    /// Frames of context that a frame depends on; −1: all of the sound.
    std::int64_t left = -1, right = -1;
    bool normalises = false; ///< by the mean and variance of all that was heard
    bool writes = false, quantizes = false;
    bool phones = false; ///< what it writes are phones, not letters

    /// Only where the context is stated, and nothing else reaches further, are frames of a window those of the whole.
    bool local() const { return left >= 0 && !normalises; }
    std::int64_t frames(std::int64_t samples) const { return samples < reach ? 0 : (samples - reach) / hop + 1; }
    double hopMs() const { return double(hop) / 16; }
    double firstMs() const { return double(reach) / 32; } ///< middle of the first frame
};

/// Mean and variance of samples that come in pieces.
class Loudness
{
public:
    void add(const float *samples, std::size_t count);
    double mean() const { return m_count ? m_sum / double(m_count) : 0; }
    double variance() const; ///< of the population

private:
    std::uint64_t m_count = 0;
    double m_sum = 0, m_squares = 0;
};

/// A letter, or a phone, that a CTC head reads, and the first frame in a row that says it.
struct SpelledLetter
{
    std::string text;
    std::int64_t frame = 0;
};

/// What the numbers of a CTC head stand for.
struct LetterTable
{
    std::vector<std::string> names; ///< by number
    int blank = 0;
};

/// A stretch of sound, as long as it may be computed in one go.
struct Stretch
{
    std::vector<float> samples; ///< 16 kHz
    Loudness loudness;          ///< of what was heard up to its end; used where the listener normalises
};

/// Thread: engine.
class Listener
{
public:
    virtual ~Listener() = default;
    virtual const ListenerFacts &facts() const = 0;

    /// What some layers make of a stretch: for every asked layer (ascending, 0 … layers) a float [T, D] on the CPU,
    /// where T = facts().frames(samples). Layer 0 is what the transformer's first layer sees. Yields between pieces;
    /// the bits depend on the stretch alone. Memory and time grow with the square of a stretch, so keep it under a
    /// minute.
    virtual Task<std::vector<at::Tensor>> hear(StepPacer &pace, Stretch stretch, std::vector<int> layers) = 0;

    /// Scores of letters, float [T, V], of the last layer's frames; small enough for one step.
    /// @throws Exception{Unsupported} without a CTC head
    virtual at::Tensor letters(const at::Tensor &frames) const;
    /// Greedy reading of such scores. @throws Exception{Unsupported}
    virtual std::string read(const std::vector<int> &letters) const;
    /// The same, letter by letter; " " between words. @throws Exception{Unsupported}
    virtual std::vector<SpelledLetter> spell(const std::vector<int> &letters) const;
    /// @throws Exception{Unsupported} without a CTC head
    virtual LetterTable letterTable() const;
    /// Codes of wav2vec 2.0's quantizer, int64 [T, G]. @throws Exception{Unsupported} without one
    virtual Task<at::Tensor> codes(StepPacer &pace, Stretch stretch);

    /// Puts weights into the form in which they take the least time. Once, before anybody listens.
    virtual void prepare(Precision) {}

    /// Of `size` clusters; 0: the only one. @throws Exception{BadInput} naming those that there are
    std::shared_ptr<const Codebook> codebook(int size) const;
    /// One from a file when that is not empty. @throws Exception{BadInput} when it is not for this listener
    std::shared_ptr<const Codebook> codebook(int size, const std::string &file) const;
    /// Layer that `frames` of −1 means: the codebooks' own, else the last.
    int usualLayer() const;

    std::string name;                                       ///< as it was asked for
    std::string hash;                                       ///< SHA-256 of the weights; empty where there are none
    std::vector<std::shared_ptr<const Codebook>> codebooks; ///< smallest first
};

/// Architectures by `model_type`. Libraries of jobs add theirs when they are loaded. Thread: engine.
class ListenerRegistry
{
public:
    using Loader = std::function<Task<std::shared_ptr<Listener>>(EngineScope &, std::string folder)>;
    static ListenerRegistry &instance();
    /// Replaces a loader of the same type.
    void add(std::string type, Loader loader);
    const Loader *find(std::string_view type) const; ///< null when no loaded library knows the type
    std::vector<std::string> types() const;

private:
    std::vector<std::pair<std::string, Loader>> m_loaders;
};

/// The listener of a built-in or installed id, of a folder, or kMfcc; kept by the engine's ModelCache, its codebooks
/// (codebook_*.safetensors in the folder) with it, one for each precision.
/// @throws Exception{NotFound, Unsupported, ModelFile}
Task<std::shared_ptr<Listener>> loadListener(EngineScope &scope, std::string idOrFolder,
                                             Precision precision = Precision::Exact);

} // namespace orrery::speech

/// At namespace scope in a .cpp: `ORRERY_LISTENER(hubert, "hubert", loadSpeechModel)`.
#define ORRERY_LISTENER(name, type, loader)                                                                            \
    namespace {                                                                                                        \
    [[maybe_unused]] const bool registeredListener_##name =                                                            \
        (::orrery::speech::ListenerRegistry::instance().add(type, loader), true);                                      \
    }

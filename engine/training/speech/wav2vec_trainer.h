// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/speech/speech_trainer.h"

namespace orrery::training {

struct Wav2VecOptions : SpeechTrainerOptions
{
    double contrastShare = 0.12;       ///< of the schedule goes to telling codes apart, the rest to reading phones
    double softest = 2, hardest = 0.5; ///< temperature of the draw of codes when it begins and when it ends
    double aidedUntil = 0.45; ///< of the schedule: until then reading is told, less and less, when phones are said
    double diversity = 0.3;   ///< weight of the entropy, in nats, that the use of codes lacks
    double inUse = 0.3;       ///< share of its codes that a stretch is to use; larger: finer, harder to guess
    double roughReadingAtLast = 0.5; ///< share of stretches with rooms, lines and noise when reading ends
};

/// Trains speech-wav2vec: wav2vec 2.0 (Baevski et al. 2020, arXiv:2006.11477) in small, both of its stages in one
/// schedule.
///
/// First nobody tells it anything (sections 2 and 3.2): frames before the transformer are hidden in spans, a product
/// quantizer turns the same frames into codes by a Gumbel softmax whose hard choice passes its gradient straight
/// through, and the transformer must tell the hidden frame's own code from those of the stretch's other hidden frames.
/// The paper draws a hundred of these; a stretch of two seconds and a half has fewer, so all of them are taken but
/// equal ones. Idle codes are a loss too, not as in the paper's equation 4, whose batches are hundreds of times as
/// large: one stretch says some thirty phones, so it is only made to use a share of the codes. With less than that all
/// frames soon have the same few, which is easily guessed; with all of them wanted, codes turn into dice.
///
/// Then a new head reads phones by CTC, and convolutions and quantizer are held still (section 4.3). Left alone with
/// CTC, a network finds that blanks are the safest answer and stays there for long; so the synthesiser, which knows,
/// says at first when each phone is said, and less and less of that. Thread: engine.
class Wav2VecTrainer final : public SpeechTrainer
{
public:
    /// @param shape  with quantizer and as many letters as Speech World has phones, silence being the blank
    Wav2VecTrainer(std::shared_ptr<const SpeechExamples> examples, Wav2VecOptions options, speech::SpeechShape shape,
                   at::Device device);

    static speech::SpeechShape builtInShape(std::int64_t phones);
    static Wav2VecOptions recipe();

    bool isReading() const { return m_reading; } ///< in its second stage, as of the last step that began
    /// Exponential means: share of hidden frames whose own code came first; perplexity of the codes of a stretch, of
    /// all groups together; edits that the reading of a stretch needs, per phone.
    double contrastAccuracy() const { return m_contrast.mean; }
    double codePerplexity() const { return m_perplexity.mean; }
    double phoneError() const { return m_phoneError.mean; }
    std::string report() const override;

protected:
    void gather() override;
    double roughAt(double done) const override;
    Pass begin() override;
    at::Tensor lossOf(const at::Tensor &output) override;

private:
    struct Mean
    {
        double mean = 0, count = 0;
        void add(double value);
    };
    void contrast(Pass &pass);
    void read(Pass &pass);
    /// Codes of normed features, as vectors, by lot; sets m_codes and adds the loss of idle codes.
    /// @param normed [T, C] @return [T, codeWidth]
    at::Tensor drawn(const at::Tensor &normed);
    /// Cosines of the hidden frames with all their codes, by temperature. [T, D], [T, codeWidth] → [M, M]
    at::Tensor compared(const at::Tensor &frames, const at::Tensor &codes) const;

    Wav2VecOptions m_wav2vec;
    bool m_reading = false;
    at::Tensor m_rows;  ///< int64 [M]: hidden frames
    at::Tensor m_codes; ///< int64 [T]: code of all groups together
    Mean m_contrast, m_perplexity, m_phoneError;
};

} // namespace orrery::training

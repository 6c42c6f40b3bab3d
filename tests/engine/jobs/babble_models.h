// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/speech.h"
#include "engine/api/training.h"
#include "tests/engine/job_engine.h"
#include "tests/engine/training/babble/tiny_speech_world.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <span>
#include <string>

namespace orrery::test {

/// A language model and a vocoder of twelve cepstral units, after two steps of training each: they say nothing that one
/// would understand, but all of the way from speech to speech is there.
class BabbleModels
{
public:
    static constexpr int kUnits = 12;

    /// @return what went wrong; empty: all is well
    std::string make(JobEngine &engine)
    {
        training::test::writeTinySpeechWorld(world());
        speech::FitRequest fit;
        fit.model = speech::kMfcc;
        fit.clusters = kUnits;
        fit.sounds = {sound(3)};
        fit.file = codebook();
        if (const auto fitted = engine.run(speech::kFit, fit); !fitted)
            return fitted.error().message;
        for (const char *model : {"speech-ulm", "speech-vocoder"})
            if (const auto trained = engine.run(training::kTrain, request(model)); !trained)
                return trained.error().message;
        return {};
    }
    training::TrainRequest request(const std::string &model) const
    {
        training::TrainRequest request;
        request.model = model;
        request.data = world();
        request.out = folder();
        request.steps = 2;
        request.units = speech::kMfcc;
        request.codebookFile = codebook();
        return request;
    }
    /// The beginning of the world.
    SoundSource sound(double seconds) const
    {
        const auto file = Safetensors::open(world());
        const SafetensorsEntry &entry = *file->find("samples");
        std::vector<float> samples(std::size_t(seconds * 16000));
        for (std::size_t i = 0; i < samples.size(); ++i) {
            std::int16_t value = 0;
            std::memcpy(&value, entry.bytes.data() + i * sizeof value, sizeof value);
            samples[i] = float(value) / 32768.0F;
        }
        SoundSource source;
        source.samples = std::make_shared<const std::vector<float>>(std::move(samples));
        source.name = "vowels";
        return source;
    }
    std::string folder() const { return m_folder.path().toStdString(); }
    std::string world() const { return folder() + "/world.safetensors"; }
    std::string codebook() const { return folder() + "/codebook_12.safetensors"; }
    std::string model() const { return folder() + "/speech-ulm"; }
    std::string vocoder() const { return folder() + "/speech-vocoder"; }

private:
    QTemporaryDir m_folder;
};

} // namespace orrery::test

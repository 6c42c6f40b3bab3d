// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/training.h"
#include "tests/engine/job_engine.h"
#include "tests/engine/training/tiny_world.h"

#include <QTemporaryDir>
#include <QTest>

#include <string>

namespace orrery::test {

/// Folders of the three models that draw, after one step of training each: they draw nothing that one would know, but
/// all of the way from a prompt to a picture is there.
class DrawingModels
{
public:
    /// @return what went wrong; empty: all is well
    std::string make(JobEngine &engine)
    {
        const std::string world = m_folder.filePath("world.safetensors").toStdString();
        training::test::writeTinyWorld(world);
        for (const char *model : {"picture-dvae", "picture-dalle", "picture-diffusion"}) {
            training::TrainRequest request;
            request.model = model;
            request.data = world;
            request.out = folder();
            request.dvae = folder() + "/picture-dvae";
            request.steps = 1;
            if (const auto trained = engine.run(training::kTrain, request); !trained)
                return trained.error().message;
        }
        return {};
    }
    std::string folder() const { return m_folder.path().toStdString(); }
    std::string tokens() const { return folder() + "/picture-dalle"; }
    std::string diffusion() const { return folder() + "/picture-diffusion"; }

private:
    QTemporaryDir m_folder;
};

} // namespace orrery::test

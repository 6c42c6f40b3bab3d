// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/clip.h"
#include "engine/core/engine_thread.h"
#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"

#include <QString>
#include <QTest>

#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace orrery::test {

inline const std::string kData = ORRERY_SOURCE_DIR "/tests/data/";

/// The engine as programs see it: jobs and plain results, LibTorch behind dlopen. One a process.
class ClipEngine
{
public:
    explicit ClipEngine(int threads = 2)
    {
        EngineSettings settings;
        settings.device = DeviceChoice::Cpu; // what is tested here must hold on every machine
        settings.threads = threads;
        m_engine.start(settings);
    }

    template <class Request, class ResultType>
    Result<ResultType> run(const JobType<Request, ResultType> &type, std::type_identity_t<Request> request)
    {
        return m_engine.submit(type, std::move(request)).wait();
    }
    EngineThread &thread() { return m_engine; }

private:
    EngineThread m_engine;
};

/// What transformers computed for a folder: tests/reference/make_clip_fixtures.py.
class Reference
{
public:
    explicit Reference(const std::string &name)
        : folder(kData + name), m_file(Safetensors::open(folder + "/expected.safetensors"))
    {
        const JsonObject metadata = JsonObject::parse(m_file->metadata().at("texts"), "metadata");
        texts = metadata.texts("texts");
        for (int i = 0; m_file->find("picture_" + std::to_string(i)); ++i) {
            const SafetensorsEntry &entry = *m_file->find("picture_" + std::to_string(i));
            const auto *bytes = reinterpret_cast<const std::uint8_t *>(entry.bytes.data());
            PictureSource source;
            source.pixels = {int(entry.shape[1]), int(entry.shape[0]), {bytes, bytes + entry.bytes.size()}};
            pictures.push_back(std::move(source));
        }
    }

    /// Rows of a matrix.
    std::vector<std::vector<float>> rows(const std::string &name) const
    {
        const SafetensorsEntry &entry = *m_file->find(name);
        const auto width = std::size_t(entry.shape[1]);
        std::vector<std::vector<float>> result(std::size_t(entry.shape[0]), std::vector<float>(width));
        for (std::size_t i = 0; i < result.size(); ++i)
            std::memcpy(result[i].data(), entry.bytes.data() + i * width * 4, width * 4);
        return result;
    }

    std::string folder;
    std::vector<std::string> texts;
    std::vector<PictureSource> pictures;

private:
    std::shared_ptr<const Safetensors> m_file;
};

template <class A, class B>
double largestDifference(const A &a, const B &b)
{
    if (a.size() != b.size())
        return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::isnan(double(a[i])) ? INFINITY : std::abs(double(a[i]) - double(b[i])));
    return largest;
}

/// The message of a failed job; empty, and a failed test, when it succeeded.
template <class T>
QString messageOfFailure(const Result<T> &result)
{
    if (result) {
        QTest::qFail("the job succeeded", __FILE__, __LINE__);
        return {};
    }
    return QString::fromStdString(result.error().message);
}

} // namespace orrery::test

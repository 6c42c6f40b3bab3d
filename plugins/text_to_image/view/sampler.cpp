// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/sampler.h"

#include <algorithm>
#include <cmath>

namespace orrery::text_to_image {

SamplePointer Drawing::sample(int index) const
{
    for (const SamplePointer &sample : samples)
        if (sample->index == index)
            return sample;
    return {};
}

namespace {

/// Indices, the largest value first, those without one last.
QList<int> orderedBy(QList<SamplePointer> samples, std::optional<double> (*value)(const generate::Sample &))
{
    std::stable_sort(samples.begin(), samples.end(), [&](const SamplePointer &a, const SamplePointer &b) {
        return value(*a).value_or(-HUGE_VAL) > value(*b).value_or(-HUGE_VAL);
    });
    QList<int> order;
    for (const SamplePointer &sample : samples)
        order.append(sample->index);
    return order;
}

} // namespace

QList<int> Drawing::byScore() const
{
    return orderedBy(samples, generate::rankScore);
}

QList<int> Drawing::byClip() const
{
    return orderedBy(samples, [](const generate::Sample &sample) { return sample.clipScore; });
}

void forgetOldSteps(const QList<Drawing *> &newestFirst, qsizetype most)
{
    qsizetype bytes = 0;
    for (Drawing *drawing : newestFirst)
        for (SamplePointer &sample : drawing->samples) {
            for (const generate::StepLook &look : sample->looks)
                bytes += qsizetype(look.picture.rgb.size());
            if (bytes <= most || sample->looks.empty())
                continue;
            auto bare = std::make_shared<generate::Sample>(*sample);
            bare->looks = {};
            sample = bare;
        }
}

Sampler::Sampler(PluginHost &host, QString channel, QObject *parent)
    : QObject(parent), m_host(host), m_channel(std::move(channel))
{}

void Sampler::draw(const Parameters &parameters, Lane lane)
{
    draw(parameters, toRequest(parameters), lane);
}

void Sampler::draw(const Parameters &parameters, generate::GenerateRequest request, Lane lane)
{
    if (m_job.valid())
        m_job.cancel();
    const quint64 number = ++m_number;
    const QString key = keyOf(parameters);
    m_asked = key;
    JobOptions options;
    options.lane = lane;
    options.title = tr("Draw %1").arg(parameters.prompt.simplified().left(60)).toStdString();
    options.channel = m_channel.toStdString();
    setPending(true);
    m_job = m_host.submit(
        this, generate::kGenerate, std::move(request), std::move(options),
        [this, number, parameters, key](Result<generate::GenerateResult> result) {
            if (number != m_number)
                return;
            m_job = {};
            if (!result) {
                if (result.error().code == ErrorCode::Cancelled) { // by the running-work bar
                    m_drawing.stopped = m_drawing.key == key;
                    setPending(false);
                    Q_EMIT finished();
                    return;
                }
                setPending(false);
                Q_EMIT failed(result.error());
                return;
            }
            take(parameters, key, *result);
            m_drawing.complete = true;
            setPending(false);
            Q_EMIT changed();
            Q_EMIT finished();
        },
        [this, number, parameters, key](const Progress &progress) {
            if (number != m_number || !m_pending)
                return;
            if (const auto *partial = std::any_cast<generate::GenerateResult>(&progress.partial)) {
                take(parameters, key, *partial);
                Q_EMIT changed();
            }
            Q_EMIT progressed(progress.fraction, QString::fromStdString(progress.message));
        });
}

void Sampler::take(const Parameters &parameters, const QString &key, const generate::GenerateResult &result)
{
    m_drawing = {};
    m_drawing.parameters = parameters;
    m_drawing.key = key;
    m_drawing.method = result.method;
    m_drawing.model = QString::fromStdString(result.model);
    m_drawing.steps = result.steps;
    m_drawing.seconds = result.seconds;
    m_drawing.samples = QList<SamplePointer>(result.samples.begin(), result.samples.end());
    m_drawing.samples.removeAll(nullptr);
    for (const std::string &note : result.notes)
        m_drawing.notes.append(QString::fromStdString(note));
}

bool Sampler::cancel()
{
    if (!m_pending)
        return false;
    ++m_number; // what still comes is late
    m_job.cancel();
    m_job = {};
    if (m_drawing.key == m_asked)
        m_drawing.stopped = true;
    setPending(false);
    Q_EMIT changed();
    Q_EMIT finished();
    return true;
}

void Sampler::show(const Drawing &drawing)
{
    if (m_job.valid())
        m_job.cancel();
    m_job = {};
    ++m_number;
    m_asked = drawing.key;
    m_drawing = drawing;
    setPending(false);
    Q_EMIT changed();
    Q_EMIT finished();
}

void Sampler::clear()
{
    if (m_job.valid())
        m_job.cancel();
    m_job = {};
    ++m_number;
    m_asked.clear();
    m_drawing = {};
    setPending(false);
    Q_EMIT changed();
}

void Sampler::setPending(bool pending)
{
    if (m_pending == pending)
        return;
    m_pending = pending;
    Q_EMIT pendingChanged(pending);
}

} // namespace orrery::text_to_image

// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/words/unit_asker.h"

#include <algorithm>

namespace orrery::speech {

UnitAsker::UnitAsker(PluginHost &host, QObject *parent) : QObject(parent), m_host(host) {}

UnitAsker::~UnitAsker()
{
    for (JobHandle<UnitsResult> &job : m_jobs)
        if (job.valid())
            job.cancel();
}

void UnitAsker::setKind(const UnitKind &kind)
{
    if (kind == m_kind)
        return;
    cancel();
    m_kind = kind;
}

void UnitAsker::ask(const QList<Samples> &sounds, const QStringList &said, Done done)
{
    Lot lot;
    lot.done = std::move(done);
    for (qsizetype i = 0; i < sounds.size(); ++i) {
        auto heard = std::make_shared<Heard>();
        heard->sound = sounds[i];
        heard->kind = m_kind;
        heard->said = said.value(i);
        lot.heard.append(std::move(heard));
    }
    m_waiting.push_back(std::move(lot));
    if (m_waiting.size() > 1)
        return;
    begin();
    Q_EMIT busyChanged();
}

void UnitAsker::cancel()
{
    ++m_round;
    for (JobHandle<UnitsResult> &job : m_jobs)
        if (job.valid())
            job.cancel();
    if (m_waiting.empty())
        return;
    m_waiting.clear();
    Q_EMIT busyChanged();
}

bool UnitAsker::isAsked(const Samples &sound) const
{
    return std::ranges::any_of(m_waiting, [&](const Lot &lot) {
        return std::ranges::any_of(lot.heard, [&](const auto &heard) { return heard->sound == sound; });
    });
}

void UnitAsker::begin()
{
    UnitsRequest request;
    for (const auto &heard : m_waiting.front().heard)
        request.sounds.push_back({{}, heard->sound, heard->said.toStdString()});
    for (const Ear ear : {Ear::Model, Ear::Cepstra}) {
        (ear == Ear::Model ? m_kind : UnitKind{QLatin1String(kMfcc), kCepstraUnits}).putInto(request);
        m_jobs[std::size_t(ear)] = m_host.submit(
            this, kUnits, request, {.lane = Lane::Live, .title = tr("Units of a word").toStdString(), .channel = {}},
            [this, ear, round = m_round](const Result<UnitsResult> &result) {
                if (round == m_round)
                    take(ear, result);
            });
    }
}

void UnitAsker::take(Ear ear, const Result<UnitsResult> &result)
{
    Lot &lot = m_waiting.front();
    const auto at = std::size_t(ear);
    for (qsizetype i = 0; i < lot.heard.size(); ++i) {
        Heard &heard = *lot.heard[i];
        if (!result) {
            heard.errors[at] = QString::fromStdString(result.error().message);
        } else if (std::size_t(i) < result->sequences.size()) {
            heard.units[at] = result->sequences[std::size_t(i)].units;
            heard.errors[at] = QString::fromStdString(result->sequences[std::size_t(i)].error);
        }
    }
    if (--lot.missing > 0)
        return;
    const Lot done = std::move(lot);
    m_waiting.pop_front();
    if (!m_waiting.empty())
        begin();
    QList<HeardPointer> heard;
    for (const auto &one : done.heard)
        heard.append(one);
    done.done(heard);
    if (m_waiting.empty())
        Q_EMIT busyChanged();
}

void loadSounds(PluginHost &host, QObject *owner, const QStringList &paths,
                std::function<void(const QList<Samples> &sounds, const QStringList &errors)> done)
{
    struct Loading
    {
        QList<Samples> sounds;
        QStringList errors;
        qsizetype missing = 0;
    };
    auto loading = std::make_shared<Loading>();
    loading->missing = paths.size();
    for (qsizetype i = 0; i < paths.size(); ++i) {
        loading->sounds.append(Samples());
        loading->errors.append(QString());
    }
    if (paths.isEmpty())
        return done({}, {});
    for (qsizetype i = 0; i < paths.size(); ++i) {
        sound::LoadRequest request;
        request.sound.path = paths[i].toStdString();
        host.submit(owner, sound::kLoad, request,
                    {.lane = Lane::Interactive, .title = QObject::tr("Read a recording").toStdString(), .channel = {}},
                    [loading, i, done](const Result<sound::LoadResult> &result) {
                        if (result)
                            loading->sounds[i] = result->samples;
                        else
                            loading->errors[i] = QString::fromStdString(result.error().message);
                        if (--loading->missing == 0)
                            done(loading->sounds, loading->errors);
                    });
    }
}

} // namespace orrery::speech

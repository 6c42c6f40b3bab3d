// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/text_to_image/view/parameters.h"

namespace orrery::text_to_image {

using SamplePointer = std::shared_ptr<const generate::Sample>;

/// What came of one request so far. A value; copies share their pictures.
struct Drawing
{
    Parameters parameters;
    QString key;
    generate::Method method = generate::Method::Diffusion;
    QString model;
    int steps = 0; ///< of one sample
    double seconds = 0;
    QList<SamplePointer> samples; ///< by index; may have fewer than were asked for
    QStringList notes;
    bool complete = false;
    bool stopped = false; ///< by the user; what was there is kept

    bool isEmpty() const { return samples.isEmpty(); }
    /// The sample of that index; null when there is none yet.
    SamplePointer sample(int index) const;
    /// Indices in the order of generate::rankScore, best first; those without a score last.
    QList<int> byScore() const;
    /// The same in the order of CLIP's cosine alone.
    QList<int> byClip() const;
};

/// Old drawings let go of their steps, so that those of all together hold about `most` bytes: a step of a large model
/// is a large picture. Pictures, tokens and recipes stay.
/// @param newestFirst  each may be changed
void forgetOldSteps(const QList<Drawing *> &newestFirst, qsizetype most = qsizetype(256) << 20);

/// Has the engine draw; the newest request wins. Thread: interface.
class Sampler final : public QObject
{
    Q_OBJECT

public:
    /// @param channel  requests of one channel take each other's place
    Sampler(PluginHost &host, QString channel, QObject *parent = nullptr);

    /// What is under way is given up. The drawing before stays until something of the new one can be seen.
    void draw(const Parameters &parameters, Lane lane = Lane::Interactive);
    /// The same with a request of one's own, of which `parameters` are the visible part.
    void draw(const Parameters &parameters, generate::GenerateRequest request, Lane lane = Lane::Interactive);
    /// Stops, and keeps what is there. @return false when nothing was under way.
    bool cancel();
    /// Puts an earlier drawing in place, without the engine.
    void show(const Drawing &drawing);
    /// Forgets all.
    void clear();

    bool isPending() const { return m_pending; }
    /// Key of what was asked for last.
    QString asked() const { return m_asked; }
    /// The newest that can be seen; while a request is under way perhaps still the one before.
    const Drawing &drawing() const { return m_drawing; }
    /// Nothing of what was asked for last can be seen yet.
    bool isStale() const { return m_pending && m_drawing.key != m_asked; }

Q_SIGNALS:
    void pendingChanged(bool pending);
    /// More can be seen.
    void changed();
    void finished();
    void failed(const orrery::Error &error);
    /// @param fraction  in [0, 1]; negative while it cannot be known.
    void progressed(double fraction, const QString &message);

private:
    void take(const Parameters &parameters, const QString &key, const generate::GenerateResult &result);
    void setPending(bool pending);

    PluginHost &m_host;
    QString m_channel;
    JobControl m_job;
    Drawing m_drawing;
    QString m_asked;
    quint64 m_number = 0;
    bool m_pending = false;
};

} // namespace orrery::text_to_image

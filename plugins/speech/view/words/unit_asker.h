// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/speech.h"
#include "orrery/plugin_host.h"
#include "plugins/speech/view/recording.h"
#include "plugins/speech/view/words/word_book.h"

#include <QObject>

#include <deque>
#include <functional>

namespace orrery::speech {

/// Cepstra come with one codebook.
inline constexpr int kCepstraUnits = 100;

/// Asks the engine what both ears hear in short sounds, one lot after the other, so that answers come in the order in
/// which words were said. Thread: interface.
class UnitAsker final : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(const QList<HeardPointer> &heard)>;

    explicit UnitAsker(PluginHost &host, QObject *parent = nullptr);
    ~UnitAsker() override;

    /// Units that are asked for from now on; what waits is not asked for any more.
    void setKind(const UnitKind &kind);
    const UnitKind &kind() const { return m_kind; }

    /// @param said  what they are, where that is known: as many, or none
    void ask(const QList<Samples> &sounds, const QStringList &said, Done done);
    void cancel();
    bool isBusy() const { return !m_waiting.empty(); }
    /// Is an answer about this very sound to come?
    bool isAsked(const Samples &sound) const;

Q_SIGNALS:
    void busyChanged();

private:
    struct Lot
    {
        QList<std::shared_ptr<Heard>> heard;
        Done done;
        int missing = int(kEars); ///< answers
    };
    void begin();
    void take(Ear ear, const Result<UnitsResult> &result);

    PluginHost &m_host;
    UnitKind m_kind;
    std::deque<Lot> m_waiting; ///< the first is under way
    OfEars<JobHandle<UnitsResult>> m_jobs;
    int m_round = 0; ///< answers of an earlier one are late
};

/// Reads sound files, in order. What cannot be read is null, and its error stands beside it.
void loadSounds(PluginHost &host, QObject *owner, const QStringList &paths,
                std::function<void(const QList<Samples> &sounds, const QStringList &errors)> done);

} // namespace orrery::speech

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/speech/view/recording.h"

#include <QHash>
#include <QSet>

namespace orrery::speech {

/// The sounds at hand: the example, and what the user brought or kept; and the units that the chosen model hears in
/// each. Which sounds, which of them is looked at, model and codebook are values of the workspace. Thread: interface.
class Recordings final : public QObject
{
    Q_OBJECT

public:
    explicit Recordings(PluginHost &host, QObject *parent = nullptr);

    /// Nothing is read before this: no page that nobody looks at loads a model.
    void wake();

    /// In the order of coming, the example first.
    QList<Recording> all() const;
    /// @return one without a name when there is none of that id
    Recording recording(const ItemId &id) const { return m_known.value(id); }
    Recording current() const { return recording(m_current); }
    void setCurrent(const ItemId &id);
    ItemId exampleId() const { return m_example; }
    QString examplePath() const;

    /// Sounds of the workspace become recordings; the last is looked at.
    void take(const QList<ItemId> &ids);
    /// A sound that was made here: an item of the workspace, in the tray, and looked at.
    ItemId keep(const QString &name, Samples samples, const QJsonObject &recipe);
    /// Takes it off the page; the item stays in the workspace.
    void close(const ItemId &id);

    UnitKind kind() const;
    void setModel(const QString &model);
    void setCodebook(int units);
    void setFast(bool fast);
    /// Is a sound read, or are units computed for the current recording?
    bool isBusy() const;
    /// Why there are no units of any recording: the model is missing or cannot be used. Empty: nothing is wrong.
    const std::optional<Error> &problem() const { return m_problem; }
    /// Has the current recording no units because somebody stopped it? retry() asks again.
    bool isStopped() const;
    /// Asks again, after a problem or when it was stopped.
    void retry();
    bool cancel();
    /// As `speech.units` returned them, whatever the codebook is now; null when they were not computed yet.
    std::shared_ptr<const UnitList> units(const ItemId &id, const UnitKind &kind) const;

Q_SIGNALS:
    void listChanged();                     ///< another recording came, or one went
    void currentChanged();                  ///< another one is looked at
    void changed(const orrery::ItemId &id); ///< of one: its sound was read, its units are asked for, or there
    void kindChanged();
    void problemChanged();
    void progressed(double fraction, const QString &message);

private:
    void sync();
    void load(const ItemId &id);
    void loaded(const ItemId &id, const Result<sound::LoadResult> &result);
    void next(); ///< units that are still missing, the current recording's first
    void arrived(const ItemId &id, const UnitKind &kind, const Result<UnitsResult> &result);
    void forget(); ///< the question that is open
    void showUnits(const ItemId &id);
    static QString keyOf(const ItemId &id, const UnitKind &kind);

    PluginHost &m_host;
    ItemId m_example, m_current;
    QList<ItemId> m_order;
    QHash<ItemId, Recording> m_known;
    QHash<QString, std::shared_ptr<const UnitList>> m_units;
    QHash<ItemId, JobControl> m_loading;
    QSet<QString> m_failed; ///< keys of units that are not asked for again by themselves: an error, or stopped
    ItemId m_asked;         ///< whose units are being computed; null: none
    JobControl m_job;
    quint64 m_number = 0; ///< of the newest question
    std::optional<Error> m_problem;
    bool m_awake = false;
};

/// What is worth knowing of a sound before anybody trusts its units: silence, clipping. One sentence each.
QStringList notesOf(const std::vector<float> &samples, const SoundFacts &facts, bool cut);

} // namespace orrery::speech

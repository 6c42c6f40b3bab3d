// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/speech/view/align/aligned_pair.h"
#include "plugins/speech/view/recording.h"

#include <QWidget>

#include <array>
#include <atomic>
#include <memory>

class QLabel;
class QMenu;
class QPushButton;

namespace orrery {
class BusyStrip;
class ErrorCard;
} // namespace orrery

namespace orrery::speech {

class AlignmentPicture;
class CostPicture;

/// Two recordings compared by their units: which place of one is which of the other, and how alike they are.
/// Thread: interface.
class AlignmentView final : public QWidget
{
    Q_OBJECT

public:
    explicit AlignmentView(PluginHost &host, QWidget *parent = nullptr);
    ~AlignmentView() override;

    /// Units of the page's model.
    void setKind(const UnitKind &kind);
    /// The loudspeaker that places are played on; empty: the system's default.
    void setOutput(const QString &id) { m_output = id; }
    /// One goes below what is there, two take both places.
    void take(const QList<Item> &items);
    void setSound(int lane, const SoundSource &sound, const QString &name);
    /// One sentence by two synthetic voices.
    void useReadySentences();
    bool cancel();
    bool isBusy() const { return m_busyWith > 0; }
    /// Null until both are there.
    std::shared_ptr<const AlignedPair> pair() const { return m_pair; }
    QString sentence() const;
    QString placeText() const;
    AlignmentPicture &picture() const { return *m_picture; }
    QPushButton *chooseButton(int lane) const { return m_choose[std::size_t(lane)]; }

protected:
    void showEvent(QShowEvent *event) override;

private:
    void makeLayout();
    void fillMenu(int lane, QMenu *menu);
    void choose(int lane);
    void ask();
    void hear();
    void alignThem(UnitsResult result);
    void showPair(std::shared_ptr<const AlignedPair> pair);
    void showPlace(int lane, int frame);
    void play(int lane, double seconds);
    void fail(const QString &message);

    PluginHost &m_host;
    UnitKind m_kind;
    QString m_output;
    std::array<SoundSource, kLanes> m_sounds;
    std::array<QString, kLanes> m_names;
    std::array<Samples, kLanes> m_samples; ///< null: not read yet
    std::shared_ptr<const AlignedPair> m_pair;
    int m_round = 0; ///< of questions; answers of an earlier one are late
    int m_busyWith = 0;
    std::shared_ptr<std::atomic<bool>> m_stop;
    std::array<JobControl, kLanes + 1> m_jobs; ///< reading both, then their units
    JobHandle<sound::PlayResult> m_playing;

    std::array<QPushButton *, kLanes> m_choose{};
    QPushButton *m_ready = nullptr;
    AlignmentPicture *m_picture = nullptr;
    CostPicture *m_cost = nullptr;
    QLabel *m_distance = nullptr, *m_sentence = nullptr, *m_reservation = nullptr, *m_place = nullptr;
    ErrorCard *m_error = nullptr;
    BusyStrip *m_busy = nullptr;
};

} // namespace orrery::speech

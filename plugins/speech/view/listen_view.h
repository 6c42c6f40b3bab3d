// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/listener.h"
#include "plugins/speech/view/player.h"
#include "plugins/speech/view/recordings.h"

#include <QElapsedTimer>
#include <QWidget>

class QBoxLayout;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QTabBar;

namespace orrery {
class BusyStrip;
class ErrorCard;
class TimelineView;
} // namespace orrery

namespace orrery::speech {

class LevelMeter;
class LiveFigures;
class StatisticsPanel;

/// The tab "Listen": one sound in time with its units, what can be counted in them, and the microphone.
/// Thread: interface.
class ListenView final : public QWidget
{
    Q_OBJECT

public:
    ListenView(PluginHost &host, Recordings &recordings, Player &player, LiveListener &listener,
               QWidget *parent = nullptr);

    /// Reads the current recording; the example goes through the model as if it were spoken just now.
    void begin();
    void togglePlay();
    void toggleMicrophone();
    bool microphoneOn() const;
    /// @return false when nothing was on
    bool stopListening();
    /// The take from the microphone becomes a recording.
    void keepTake();
    void discardTake();
    bool hasTake() const { return m_take; }
    /// @param unit  UnitTrack::kNone: none
    void selectUnit(int unit);
    void hearUnit();
    void setDevice(const QString &id) { m_device = id; }
    /// What is wrong, as it stands on the screen; empty: nothing.
    QString errorText() const;
    bool isBusy() const;
    bool cancel();
    /// Why the sound that is shown fails, above it; empty: nothing is said.
    void setStory(const QString &story);

    TimelineView &timeline() { return *m_timeline; }
    StatisticsPanel &statistics() { return *m_statistics; }
    LiveFigures &figures() { return *m_figures; }
    LevelMeter &meter() { return *m_meter; }
    QPushButton &playButton() { return *m_play; }
    QPushButton &microphoneButton() { return *m_microphone; }
    QPushButton &keepButton() { return *m_keep; }
    void setFollowing(bool on);
    QTabBar &recordingTabs() { return *m_tabs; }
    /// Buttons for what can be done with the sound that is shown; others add theirs.
    QHBoxLayout &actions() { return *m_actions; }
    QString noteText() const;

Q_SIGNALS:
    void openWanted();
    void mapWanted();
    void followWanted(bool on); ///< what is heard is to appear on the map
    void firstUnits();
    void microphoneChanged(bool on);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeLayout();
    void makeRoom();
    void arrangeBar(); ///< in one line, or in two where there is no room
    void connectParts();
    void showList();
    void showCurrent();
    void showUnits();
    void showNotes();
    void showProblem();
    void showButtons();
    void showTrack(); ///< counts of what is on the timeline
    void streamed(const StreamFeed::Update &update);
    void streamEnded();
    void sayState(const QString &text, bool warning);
    void rehearse();

    PluginHost &m_host;
    Recordings &m_recordings;
    Player &m_player;
    LiveListener &m_listener;
    QString m_device, m_story;
    bool m_take = false;       ///< the timeline shows what the microphone heard
    bool m_rehearsing = false; ///< the current recording goes through the model as if it were spoken
    bool m_rehearsed = false;
    bool m_nothing = false; ///< there is no sound to be seen
    bool m_lost = false;
    ItemId m_shown;    ///< recording on the timeline
    Samples m_samples; ///< its sound
    std::shared_ptr<const UnitList> m_units;
    QElapsedTimer m_sincePut, m_sinceCount;
    double m_paintMs = 0;

    QTabBar *m_tabs = nullptr;
    QPushButton *m_play = nullptr, *m_microphone = nullptr, *m_keep = nullptr, *m_discard = nullptr, *m_open = nullptr,
                *m_map = nullptr, *m_follow = nullptr;
    LevelMeter *m_meter = nullptr;
    QLabel *m_state = nullptr, *m_notes = nullptr, *m_summary = nullptr, *m_storyLabel = nullptr;
    ErrorCard *m_error = nullptr, *m_modelError = nullptr;
    BusyStrip *m_busy = nullptr;
    TimelineView *m_timeline = nullptr;
    LiveFigures *m_figures = nullptr;
    StatisticsPanel *m_statistics = nullptr;
    QHBoxLayout *m_actions = nullptr, *m_soundBar = nullptr, *m_linkBar = nullptr;
    QBoxLayout *m_bar = nullptr;
};

} // namespace orrery::speech

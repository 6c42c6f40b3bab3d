// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin.h"
#include "plugins/speech/view/recording.h"

#include <QPointer>

class QStackedWidget;
class QTabBar;

namespace orrery {
class FailureCards;
} // namespace orrery

namespace orrery::speech {

class AlignmentView;
class ContinueView;
class ListenView;
class LiveListener;
class MapFollow;
class Player;
class Recordings;
class SpeechInspector;
class WordBoard;

/// The page "Speech": sound as the units that a model hears in it. Thread: interface.
class SpeechPage final : public Page
{
    Q_OBJECT

public:
    explicit SpeechPage(PluginHost &host, QWidget *parent = nullptr);
    ~SpeechPage() override;

    QWidget *createInspector(QWidget *parent) override;
    QWidget *createModelChip(QWidget *parent) override;
    QString dropText(const QList<ItemKind> &kinds) const override;
    void take(const QList<ItemId> &items) override;
    void focusPrompt() override;
    bool cancel() override;
    void shown() override;
    void hidden() override;
    QList<TourStep> tourSteps() override;

    /// One more tab, before "Where it fails".
    void addPart(const QString &id, const QString &title, const QString &toolTip, QWidget *part);
    void showPart(const QString &id);
    QString part() const;
    /// Sets the page up as a prepared failure.
    void showFailure(int index);
    void openFiles();
    /// A line for every frame on the timeline: where it begins, its unit, whether it is settled. @return false: told
    bool exportUnits(const QString &path);
    /// Every frame of the sound that is shown becomes a point of the map, with its unit as its label.
    void showOnMap();
    /// What is heard from now on appears on the map, which is opened beside.
    void followOnMap(bool on);
    /// True while frames for the map are computed.
    bool isMapPending() const { return m_mapPending; }

    ListenView &listenView() { return *m_listen; }
    /// Null while the language model is not installed.
    ContinueView *continueView() { return m_continue; }
    WordBoard &wordBoard() { return *m_words; }
    AlignmentView &alignment() { return *m_alignment; }
    Recordings &recordings() { return *m_recordings; }
    Player &player() { return *m_player; }
    MapFollow &mapFollow() { return *m_follow; }
    LiveListener &listener() { return *m_listener; }
    QTabBar &tabs() { return *m_tabs; }
    /// Null before it was asked for.
    SpeechInspector *inspector();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeLayout();
    void makeComparisons();
    void makeContinue(); ///< once its model is there
    void makeCommands();
    void listenTo(const QList<ItemId> &items);
    void sendFrames(const FramesResult &result, const Recording &recording);

    Recordings *m_recordings;
    Player *m_player;
    LiveListener *m_listener;
    MapFollow *m_follow;
    ListenView *m_listen = nullptr;
    ContinueView *m_continue = nullptr;
    WordBoard *m_words = nullptr;
    AlignmentView *m_alignment = nullptr;
    FailureCards *m_failures = nullptr;
    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
    QPointer<SpeechInspector> m_inspector;
    bool m_wasShown = false, m_mapPending = false;
};

} // namespace orrery::speech

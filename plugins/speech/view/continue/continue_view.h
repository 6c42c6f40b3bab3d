// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/continue/branch_tree.h"
#include "plugins/speech/view/player.h"
#include "plugins/speech/view/recordings.h"

class QHBoxLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace orrery {
class BusyStrip;
class ErrorCard;
class RatioSlider;
} // namespace orrery

namespace orrery::speech {

class BranchPicture;

/// The tab "Continue": the language model of units goes on where the recording ends, in several branches; any unit can
/// be exchanged for another likely one, and the branch grows anew from there. Thread: interface.
class ContinueView final : public QWidget
{
    Q_OBJECT

public:
    ContinueView(PluginHost &host, Recordings &recordings, Player &player, QWidget *parent = nullptr);
    /// Is the language model on this computer?
    static bool isInstalled(const PluginHost &host);

    /// The current recording up to here is the prompt; negative: all of it.
    void setCursor(double seconds) { m_cursor = seconds; }
    /// The tab is looked at.
    void begin();
    void goOn();
    /// Another unit instead of a step, and on from there.
    void branchFrom(int twig, int step, int unit);
    void hear(int twig);
    bool cancel();
    bool isBusy() const { return m_busyNow; }
    QString errorText() const;
    const BranchTree &tree() const { return m_tree; }
    BranchPicture &picture() { return *m_picture; }
    QPushButton &goOnButton() { return *m_go; }
    QPushButton &hearButton() { return *m_hear; }
    QList<QPushButton *> alternatives() const { return m_choices; }

private:
    void ask(ContinueRequest request, int parent, int fork);
    void put(const ContinueResult &result);
    void showChosen();
    void showPrompt();

    PluginHost &m_host;
    Recordings &m_recordings;
    Player &m_player;
    BranchTree m_tree;
    ContinueRequest m_prompt; ///< the question that the tree grows from
    double m_cursor = -1, m_hopMs = 20;
    int m_first = 0, m_parent = -1, m_fork = 0; ///< of the question that is open
    quint64 m_number = 0, m_seed = 1;
    JobControl m_job;
    bool m_busyNow = false;
    ItemId m_playing = ItemId::createUuid(); ///< what the player calls these sounds

    QPushButton *m_go, *m_hear;
    QSpinBox *m_branches;
    RatioSlider *m_temperature;
    QLabel *m_words, *m_what;
    ErrorCard *m_error;
    BusyStrip *m_busy;
    BranchPicture *m_picture;
    QHBoxLayout *m_row;
    QList<QPushButton *> m_choices;
};

} // namespace orrery::speech

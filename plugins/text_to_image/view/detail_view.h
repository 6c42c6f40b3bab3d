// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/take.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace orrery {
class BusyStrip;
class ErrorCard;
} // namespace orrery

namespace orrery::text_to_image {

class StepScrubber;
class TakesStrip;
class TokenTheatre;
class WordMaps;

/// One picture, looked into: how it came about, which word made what, and what else can be done with it.
/// Thread: interface.
class DetailView final : public QWidget
{
    Q_OBJECT

public:
    enum Inside
    {
        Tokens,
        Steps,
        Words,
    };

    explicit DetailView(PluginHost &host, QWidget *parent = nullptr);

    /// Opens a sample, or follows the one that is open as it goes on.
    void showSample(const Drawing &drawing, const SamplePointer &sample);
    void setInside(Inside inside);
    Inside inside() const;
    /// What is on screen: the sample that was opened, or another take of it.
    const Take &take() const { return m_takes[m_current]; }
    bool hasTake() const { return !m_takes.isEmpty(); }
    int takes() const { return int(m_takes.size()); }
    void showTake(int index);
    bool isBusy() const;
    bool cancel();
    /// Lets go of a tile that is held. @return false when none is.
    bool letGo();
    /// Stops what plays.
    void rest();

    /// The tokens before `cell` stay, another chance draws the others.
    void again(int cell, int token = -1);
    void branch(int step, quint64 seed, const QString &prompt);

    TokenTheatre *theatre() const { return m_theatre; }
    StepScrubber *scrubber() const { return m_scrubber; }
    WordMaps *wordMaps() const { return m_words; }
    /// Things to do with the picture; the page fills it.
    QPushButton *menuButton() const { return m_menu; }

Q_SIGNALS:
    void closed();
    /// Another take is on screen, or more of it.
    void takeChanged();

private:
    void makeLayout();
    void start(Take take);
    /// The newest take is there, or as far as it came.
    void end();
    void show();
    void restyle();

    PluginHost &m_host;
    Sampler *m_sampler;
    QList<Take> m_takes;
    int m_current = 0;
    int m_begun = 1; ///< takes since the sample was opened, those that are gone among them
    QString m_of;    ///< key of the drawing and index of the sample
    bool m_tokens = false;

    QPushButton *m_back;
    QLabel *m_title;
    QPushButton *m_how;
    QPushButton *m_which;
    QPushButton *m_menu;
    QStackedWidget *m_stack;
    TokenTheatre *m_theatre;
    StepScrubber *m_scrubber;
    WordMaps *m_words;
    TakesStrip *m_strip;
    ErrorCard *m_error;
    BusyStrip *m_busy;
};

} // namespace orrery::text_to_image

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/zero_shot/view/answer.h"

#include <QTimer>
#include <QWidget>

#include <functional>

class QLabel;
class QStackedWidget;

namespace orrery {
class BusyStrip;
class EmptyState;
class ErrorCard;
class RankedPanel;
} // namespace orrery

namespace orrery::zero_shot {

/// The answer side of the page: ranking, warning about unfamiliar pictures, errors in place, what is under way.
/// Thread: interface.
class RankView final : public QWidget
{
    Q_OBJECT

public:
    /// Why there is nothing to rank.
    enum class Nothing
    {
        Picture,
        Drawing,
        Labels,
    };

    explicit RankView(QWidget *parent = nullptr);

    void showAnswer(const Answer &answer);
    void showNothing(Nothing what);
    void showError(const Error &error, const QString &remedy, std::function<void()> run);
    void setPending(bool pending);
    void setTrueLabel(const QString &label);
    /// A sentence over the ranking that tells what to look at; empty: none.
    void setStory(const QString &title, const QString &why);

    RankedPanel *panel() const { return m_panel; }
    BusyStrip *busy() const { return m_busy; }
    bool warnsUnfamiliar() const { return m_unfamiliar; }
    QString errorText() const;

Q_SIGNALS:
    void everydayNamesWanted();
    void foxWanted();
    void rankWanted(); ///< after it was stopped
    void otherModelsWanted();

private:
    QWidget *m_story;
    QLabel *m_storyTitle;
    QLabel *m_storyWhy;
    ErrorCard *m_error;
    ErrorCard *m_familiar;
    QStackedWidget *m_stack;
    RankedPanel *m_panel;
    EmptyState *m_noPicture;
    EmptyState *m_noDrawing;
    EmptyState *m_noLabels;
    EmptyState *m_soon, *m_stopped; ///< there was no answer yet
    BusyStrip *m_busy;
    QTimer m_dim;
    bool m_unfamiliar = false;
    bool m_pending = false;
};

} // namespace orrery::zero_shot

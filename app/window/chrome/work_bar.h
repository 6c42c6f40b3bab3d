// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/time_left.h"

#include <QWidget>

#include <functional>
#include <optional>

class QLabel;
class QProgressBar;
class QPushButton;
class QTimer;
class QToolButton;

namespace orrery {

class Host;
struct JobRecord;

/// 28 px at the foot: running work, time left, Cancel; device and Offline badge. A click opens the timeline.
class WorkBar : public QWidget
{
    Q_OBJECT
public:
    explicit WorkBar(Host &host, QWidget *parent = nullptr);

    QToolButton *trayButton() const { return m_tray; }
    QPushButton *workButton() const { return m_work; }
    void showNotice(const QString &text, const QString &actionText, const std::function<void()> &action);
    /// Number of the job shown, 0 when none is.
    std::uint64_t shownJob() const { return m_shown; }

Q_SIGNALS:
    void timelineRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void refreshWork();
    void fitText();
    void refreshDevice();
    void restyle();
    std::optional<JobRecord> jobToShow(int *others) const;

    Host &m_host;
    QToolButton *m_tray;
    QPushButton *m_work; ///< what runs; opens the timeline
    QProgressBar *m_progress;
    QLabel *m_left;
    QPushButton *m_cancel;
    QLabel *m_notice;
    QPushButton *m_noticeAction;
    std::function<void()> m_action;
    QPushButton *m_device;
    QLabel *m_offline;
    QTimer *m_tick;
    QTimer *m_noticeTimer;
    std::uint64_t m_shown = 0;
    QString m_text;  ///< of that job, all of it
    TimeLeft m_pace; ///< of that job
};

/// Is there any way to a network on this machine now, and does the user allow it?
bool networkIsOff(bool switchedOff);

} // namespace orrery

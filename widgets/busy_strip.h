// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/time_left.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;

namespace orrery {

/// What is under way, how long it will still take, and Cancel. Stays out of sight for the first half second.
/// Thread: interface.
class BusyStrip : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kDelayMs = 500;

    /// @param what  stands there until setProgress says more: "Ranking…"
    explicit BusyStrip(const QString &what, QWidget *parent = nullptr);

    void setBusy(bool busy);
    /// Of work that is something else than before; what was said of that is gone.
    void setWhat(const QString &what);
    /// @param fraction  in [0, 1]; negative while it cannot be known.
    void setProgress(double fraction, const QString &message);

Q_SIGNALS:
    void cancelClicked();

private:
    void refresh();

    QString m_what;
    QLabel *m_text;
    QProgressBar *m_bar;
    QTimer m_delay;
    TimeLeft m_left;
    double m_fraction = -1;
    QString m_message, m_leftText;
    bool m_busy = false;
};

} // namespace orrery

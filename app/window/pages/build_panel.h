// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointer>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTimer;
class QToolButton;

namespace orrery {

class ErrorCard;
class Host;
class PluginBuild;

/// How the build of a plugin goes: progress and Cancel, then what it came to; the first error large, the log folded.
class BuildPanel : public QWidget
{
    Q_OBJECT
public:
    BuildPanel(Host &host, PluginBuild &build, QString pluginId, QWidget *parent = nullptr);

private:
    void refresh();
    void refreshLog();

    Host &m_host;
    QPointer<PluginBuild> m_build;
    QString m_pluginId;
    QLabel *m_text;
    QProgressBar *m_progress;
    QPushButton *m_cancel;
    QPushButton *m_show;
    ErrorCard *m_error;
    QToolButton *m_more;
    QPlainTextEdit *m_log;
    QTimer *m_tick;
    qsizetype m_shownLog = 0; ///< letters of the log that are on screen
};

} // namespace orrery

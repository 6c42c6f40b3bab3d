// SPDX-License-Identifier: Apache-2.0
// Who gets how much of the window: inspector, tray, timeline, two pages side by side, presenting; and what of it is
// there again at the next start.
#include "app/host/host.h"
#include "app/window/chrome/command_palette.h"
#include "app/window/chrome/first_run_strip.h"
#include "app/window/chrome/help_bubble.h"
#include "app/window/chrome/rail.h"
#include "app/window/chrome/timeline.h"
#include "app/window/chrome/tray.h"
#include "app/window/chrome/work_bar.h"
#include "app/window/lessons/lesson_controller.h"
#include "app/window/main_window.h"
#include "app/window/stage.h"
#include "orrery/page.h"

#include <QResizeEvent>
#include <QToolButton>

namespace orrery {

void MainWindow::setSplit(bool split)
{
    if (!split) {
        m_stage->setSplit(false);
        setInspectorVisible(m_inspectorWanted);
        return;
    }
    // Beside the page on screen: the next of the rail, or the list of models when there is only one.
    const QStringList ids = m_rail->upper() + QStringList{QStringLiteral("models")};
    for (const QString &id : ids)
        if (id != m_current)
            if (Page *second = makePage(id)) {
                m_stage->setSplit(true, second);
                setInspectorVisible(m_inspectorWanted);
                return;
            }
}

void MainWindow::setTrayVisible(bool visible)
{
    m_trayWanted = visible;
    // An empty tray under a lesson says nothing.
    const bool idle = m_lessons && m_lessons->isPlaying() && m_host.workspace().tray().isEmpty();
    m_tray->setVisible(visible && !idle && !m_host.presenting());
    m_workBar->trayButton()->setChecked(visible);
}

void MainWindow::setInspectorVisible(bool visible)
{
    m_inspectorWanted = visible;
    const bool any = !m_inspectors.value(m_stage->current()).isNull();
    // Two pages side by side need the room more.
    const bool narrow = m_stage->isSplit() && width() < m_host.theme().px(1200);
    // A lesson that points into it brings it to the class, too, where there is room.
    const bool presented =
        m_host.presenting() && !(m_lessons && m_lessons->wantsInspector() && width() >= m_host.theme().px(1024));
    m_inspector->setVisible(visible && any && !narrow && !presented);
}

void MainWindow::refreshRoom()
{
    setTrayVisible(m_trayWanted);
    setInspectorVisible(m_inspectorWanted);
    m_strip->setVisible(!m_host.presenting() && !m_lessons->isPlaying() &&
                        !m_host.settings().value(QStringLiteral("window/stripDismissed"), false).toBool());
}

void MainWindow::setTimelineVisible(bool visible)
{
    m_timeline->setVisible(visible);
}

void MainWindow::setPresenting(bool presenting)
{
    if (presenting == m_host.presenting())
        return;
    setBlank(false);
    const QWidget *focused = focusWidget();
    if (presenting) {
        m_wasMaximized = isMaximized();
        m_help->hide();
    }
    m_host.setPresenting(presenting);
    refreshRoom();
    if (presenting)
        showFullScreen();
    else if (m_wasMaximized)
        showMaximized();
    else
        showNormal();
    // Who had the focus may be hidden now, and the first button of the window is nobody's wish.
    if (Page *page = m_stage->current(); page && (!focused || !focused->isVisibleTo(this)))
        page->setFocus();
}

void MainWindow::setBlank(bool blank)
{
    m_blank->setGeometry(rect());
    m_blank->setVisible(blank);
    m_blank->raise();
}

bool MainWindow::isBlank() const
{
    return m_blank->isVisible();
}

void MainWindow::restyle()
{
    const Theme &theme = Theme::instance();
    m_inspector->setFixedWidth(theme.px(320));
}

void MainWindow::restoreState()
{
    Settings &settings = m_host.settings();
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    m_trayWanted = settings.value(QStringLiteral("window/tray"), false).toBool();
    m_inspectorWanted = settings.value(QStringLiteral("window/inspector"), true).toBool();
    refreshRoom();
    m_inspector->hide();
}

void MainWindow::saveState()
{
    Settings &settings = m_host.settings();
    if (!m_host.presenting()) {
        settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
        settings.setValue(QStringLiteral("window/tray"), m_trayWanted);
        settings.setValue(QStringLiteral("window/inspector"), m_inspectorWanted);
    }
    settings.setValue(QStringLiteral("window/page"), m_current);
    settings.setValue(QStringLiteral("window/split"), m_stage->isSplit());
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    m_blank->setGeometry(rect());
    m_help->hide();
    m_palette->hide();
    setInspectorVisible(m_inspectorWanted);
}

} // namespace orrery

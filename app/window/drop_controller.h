// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/workspace.h"

#include <QObject>

namespace orrery {

class DropOverlay;
class Host;
class MainWindow;
class Page;

/// Drop anywhere, paste equals drop: brings items into the workspace and hands them to the page or the tray, as one
/// undo step. Files that cannot be used end in one list.
class DropController : public QObject
{
    Q_OBJECT
public:
    DropController(Host &host, MainWindow &window);

    /// What would happen with the clipboard; pastes when something does.
    bool paste();
    void give(const Dropped &dropped, Page *page);
    /// Files named on the command line or in the open dialog.
    void givePaths(const QStringList &paths);
    DropOverlay *overlay() const { return m_overlay; }

Q_SIGNALS:
    void began(); ///< something was dropped, pasted or opened
    void unreadable(const QStringList &sentences);

private:
    bool eventFilter(QObject *object, QEvent *event) override;
    void openOverlay(const QMimeData &data);
    void gather(const Dropped &dropped);

    Host &m_host;
    MainWindow &m_window;
    DropOverlay *m_overlay;
};

} // namespace orrery

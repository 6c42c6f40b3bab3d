// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/recording_drag.h"

#include <QApplication>
#include <QDrag>
#include <QMimeData>
#include <QMouseEvent>
#include <QTabBar>
#include <QUrl>

namespace orrery::speech {

RecordingDrag::RecordingDrag(PluginHost &host, const Recordings &recordings, QTabBar *tabs)
    : QObject(tabs), m_host(host), m_recordings(recordings), m_tabs(tabs)
{
    tabs->installEventFilter(this);
}

QMimeData *RecordingDrag::mimeOf(const ItemId &id) const
{
    if (id != m_recordings.exampleId())
        return m_host.workspace().contains(id) ? m_host.workspace().toMime({id}) : nullptr;
    auto *mime = new QMimeData; // no item of the workspace, but a file all the same
    mime->setUrls({QUrl::fromLocalFile(m_recordings.examplePath())});
    return mime;
}

bool RecordingDrag::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::MouseButtonPress) {
        const auto *mouse = static_cast<QMouseEvent *>(event);
        m_pressed = mouse->position().toPoint();
        m_tab = mouse->button() == Qt::LeftButton ? m_tabs->tabAt(m_pressed) : -1;
    } else if (event->type() == QEvent::MouseButtonRelease) {
        m_tab = -1;
    } else if (event->type() == QEvent::MouseMove && m_tab >= 0) {
        const QPoint at = static_cast<QMouseEvent *>(event)->position().toPoint();
        if ((at - m_pressed).manhattanLength() < QApplication::startDragDistance())
            return false;
        const auto id = m_tabs->tabData(std::exchange(m_tab, -1)).value<ItemId>();
        if (QMimeData *mime = mimeOf(id)) {
            auto *drag = new QDrag(m_tabs);
            drag->setMimeData(mime);
            drag->exec(Qt::CopyAction);
        }
        return true;
    }
    return QObject::eventFilter(object, event);
}

} // namespace orrery::speech

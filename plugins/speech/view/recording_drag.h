// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/recordings.h"

#include <QPoint>

class QMimeData;
class QTabBar;

namespace orrery::speech {

/// Lets recordings be dragged by their tabs, to other pages and as files out of the window. Thread: interface.
class RecordingDrag final : public QObject
{
    Q_OBJECT

public:
    RecordingDrag(PluginHost &host, const Recordings &recordings, QTabBar *tabs);

    /// What is dragged; null where there is no sound. The caller owns it.
    QMimeData *mimeOf(const ItemId &id) const;

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    PluginHost &m_host;
    const Recordings &m_recordings;
    QTabBar *m_tabs;
    QPoint m_pressed;
    int m_tab = -1; ///< that was pressed
};

} // namespace orrery::speech

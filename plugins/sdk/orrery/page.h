// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/item.h"
#include "orrery/tour.h"

#include <QWidget>

namespace orrery {

class Playable;
class PluginHost;

/// What a plugin puts on the stage. Subclass it, and return one from ORRERY_PLUGIN.
/// Thread: interface.
class Page : public QWidget
{
    Q_OBJECT
public:
    explicit Page(PluginHost &host, QWidget *parent = nullptr) : QWidget(parent), m_host(host) {}

    /// Controls of this page for the inspector at the right (build it with InspectorPanel); null: none. Asked once; the
    /// window takes it over, and deletes it with the page.
    virtual QWidget *createInspector(QWidget *parent)
    {
        Q_UNUSED(parent)
        return nullptr;
    }

    /// Says in the header which model this page uses, and opens the others, where that is not the one which all pages
    /// share; null: the window's own chip. Asked once; the window takes it over, and deletes it with the page.
    virtual QWidget *createModelChip(QWidget *parent)
    {
        Q_UNUSED(parent)
        return nullptr;
    }

    /// What dropping here does: "Classify", "Add to map". Empty: this page takes none of these.
    virtual QString dropText(const QList<ItemKind> &kinds) const
    {
        Q_UNUSED(kinds)
        return {};
    }
    /// Items dropped or pasted on this page. They are in the workspace already, selected, in one undo step with
    /// whatever this function changes.
    virtual void take(const QList<ItemId> &items) { Q_UNUSED(items) }

    /// Ctrl+L: put the keyboard into the prompt or the labels.
    virtual void focusPrompt() { setFocus(Qt::ShortcutFocusReason); }
    /// Esc: stop what runs for this page. @return true when there was something to stop.
    virtual bool cancel() { return false; }
    /// Page became visible or hidden; stop live work in the second case.
    virtual void shown() {}
    virtual void hidden() {}

    /// This plugin's part of `orrery --tour`: the stories of its first minute, played with real input events.
    virtual QList<TourStep> tourSteps() { return {}; }

    /// What lessons can do on this page (orrery/playable.h); null: none can be played here. The page owns it.
    virtual Playable *playable() { return nullptr; }

    PluginHost &host() const { return m_host; }

Q_SIGNALS:
    /// A first result is on screen (`orrery --report-startup` waits for it). Emit it once.
    void firstResult();

private:
    PluginHost &m_host;
};

} // namespace orrery

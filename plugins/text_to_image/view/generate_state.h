// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/text_to_image/view/parameters.h"

#include <functional>

namespace orrery::text_to_image {

/// What the user set on this page. It lives in the workspace, so undo brings back every change of it.
/// Thread: interface.
class GenerateState final : public QObject
{
    Q_OBJECT

public:
    explicit GenerateState(Workspace &workspace, QObject *parent = nullptr);

    Parameters parameters() const;
    /// @param merge  consecutive changes of one field are one step of undo.
    void setParameters(const Parameters &parameters, const QString &undoText, bool merge = false);
    void edit(const QString &undoText, const std::function<void(Parameters &)> &change, bool merge = false);

    /// The same seed until somebody asks for another, so that one changed word shows its effect.
    bool seedLocked() const;
    void setSeedLocked(bool locked);
    /// A seed that was not the last one.
    void rollSeed();

    /// The user's own order of a drawing's pictures, best first; empty: none was made.
    QList<int> ownOrder(const QString &drawingKey) const;
    void setOwnOrder(const QString &drawingKey, const QList<int> &order);

    /// What stands in the prompt when nobody has typed yet.
    static QString firstPrompt();

Q_SIGNALS:
    void parametersChanged();
    void seedLockChanged();
    void ownOrderChanged();

private:
    Workspace &m_workspace;
};

} // namespace orrery::text_to_image

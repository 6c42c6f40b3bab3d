// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/workspace.h"

namespace orrery {

/// All changes of the workspace while it lives are one step of undo, also when a page throws in the middle of them: a
/// step that stays open would take undo away for good. Thread: interface.
class MacroScope
{
public:
    MacroScope(Workspace &workspace, const QString &text) : m_workspace(workspace) { workspace.beginMacro(text); }
    ~MacroScope()
    {
        try {
            m_workspace.endMacro();
        } catch (...) { // whoever listens has been told of its own mistake already, or will be by its next one
        }
    }
    MacroScope(const MacroScope &) = delete;
    MacroScope &operator=(const MacroScope &) = delete;

private:
    Workspace &m_workspace;
};

} // namespace orrery

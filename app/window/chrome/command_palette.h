// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"

#include <QFrame>

#include <vector>

class QLineEdit;
class QListWidget;

namespace orrery {

/// How well a text answers what was typed: every letter in order, word beginnings and runs count more; 0: not at all.
int matchScore(const QString &typed, const QString &text);

/// Ctrl+K: every command, found by a few letters.
class CommandPalette : public QFrame
{
    Q_OBJECT
public:
    explicit CommandPalette(QWidget *window);

    void open(std::vector<Command> commands);
    QLineEdit *input() const { return m_input; }
    QListWidget *list() const { return m_list; }

private:
    void filter();
    void runCurrent();
    bool eventFilter(QObject *object, QEvent *event) override;

    QLineEdit *m_input;
    QListWidget *m_list;
    std::vector<Command> m_commands;
    QPointer<QWidget> m_before; ///< had the keyboard before
};

} // namespace orrery

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/prompt_queue.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;

namespace orrery {
class BusyStrip;
}

namespace orrery::text_to_image {

class GenerateState;

/// The queue on screen: its prompts with what came of them; order, pause, stop, remove. Thread: interface.
class QueueView final : public QWidget
{
    Q_OBJECT

public:
    QueueView(GenerateState &state, PromptQueue &queue, QWidget *parent = nullptr);

    QListWidget *list() const { return m_list; }
    QPushButton *addButton() const { return m_add; }
    QPushButton *pauseButton() const { return m_pause; }
    QPushButton *upButton() const { return m_up; }
    QPushButton *downButton() const { return m_down; }
    QPushButton *removeButton() const { return m_remove; }
    /// How many there are, and how far they are.
    QString countText() const;

Q_SIGNALS:
    /// Its pictures are wanted on the page.
    void opened(quint64 id);

private:
    void showEntries();
    void showEntry(int row);
    void showButtons();
    void moveBy(int step);
    quint64 current() const;
    /// Row of the entry that is chosen; −1: none.
    int chosenRow() const;

    GenerateState &m_state;
    PromptQueue &m_queue;
    QStackedWidget *m_stack;
    QListWidget *m_list;
    QPushButton *m_add;
    QPushButton *m_pause;
    QPushButton *m_up;
    QPushButton *m_down;
    QPushButton *m_stop;
    QPushButton *m_remove;
    QLabel *m_count;
    BusyStrip *m_busy;
    bool m_showing = false;
};

} // namespace orrery::text_to_image

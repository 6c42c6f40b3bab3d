// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

#include <functional>

class QVBoxLayout;

namespace orrery {

/// Opens under a model chip: the model in use told honestly, the others to choose from, and the way to all of them.
/// Deletes itself when it closes. Thread: interface.
class ModelMenu : public QFrame
{
    Q_OBJECT
public:
    /// @param name   of the menu for screen readers: "Models that draw"
    /// @param title  the model in use
    /// @param words  what it knows and does not; empty: left out
    ModelMenu(const QString &name, const QString &title, const QString &words, QWidget *parent);

    /// @param spoken  for screen readers: "Draw with Picture Diffusion"
    void addChoice(const QString &name, const QString &spoken, bool chosen, std::function<void()> choose);
    void addCaption(const QString &text);
    /// Right below `chip`, with the focus.
    void openUnder(QWidget *chip);

Q_SIGNALS:
    void allRequested();

private:
    void add(QWidget *widget);

    QVBoxLayout *m_column;
    QWidget *m_all;
};

} // namespace orrery

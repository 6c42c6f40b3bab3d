// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPlainTextEdit>
#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace orrery::zero_shot {

class ClassifyState;
class LabelLists;
class UnknownWordMarks;

/// A text box whose undo is the program's: Ctrl+Z is left to the window.
class PlainEditor : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit PlainEditor(QWidget *parent = nullptr);
    /// Replaces the text without losing the place of the cursor, and without `textChanged` reaching the listener.
    void showText(const QString &text);

protected:
    bool event(QEvent *event) override;
};

/// The names to choose among: a choice of lists, and the names themselves, edited as text, one a line.
/// Thread: interface.
class LabelEditor final : public QWidget
{
    Q_OBJECT

public:
    LabelEditor(ClassifyState &state, LabelLists &lists, QWidget *parent = nullptr);

    /// Dots under words that the model never read.
    void setUnknownWords(const QStringList &words);
    /// Puts a known word where an unknown one stands, in every name.
    void replaceWord(const QString &unknown, const QString &known);
    void focusText();
    PlainEditor *text() const { return m_text; }
    QComboBox *listChoice() const { return m_choice; }

private:
    void showLabels();
    void showLists();
    void readText();
    void saveList();

    ClassifyState &m_state;
    LabelLists &m_lists;
    QComboBox *m_choice;
    QLabel *m_count;
    QToolButton *m_menu;
    PlainEditor *m_text;
    UnknownWordMarks *m_marks;
    bool m_reading = false; ///< what is typed comes back as a change of state; it must not be written over
};

} // namespace orrery::zero_shot

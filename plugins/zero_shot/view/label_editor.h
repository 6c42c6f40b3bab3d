// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace orrery {
class PlainEditor;
class UnknownWordMarks;
} // namespace orrery

namespace orrery::zero_shot {

class ClassifyState;
class LabelLists;

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

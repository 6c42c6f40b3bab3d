// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/model_facts.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace orrery {
class NoticeLabel;
class PlainEditor;
class UnknownWordMarks;
class UnknownWordsBar;
} // namespace orrery

namespace orrery::text_to_image {

class GenerateState;
class SentenceChips;

/// What to draw: the prompt as text and as chips, what the model makes of it, and Draw.
///
/// Return draws, Shift+Return puts the prompt into the queue. Thread: interface.
class PromptBar final : public QWidget
{
    Q_OBJECT

public:
    PromptBar(GenerateState &state, ModelFacts &facts, QWidget *parent = nullptr);

    void focusText();
    PlainEditor *text() const { return m_text; }
    SentenceChips *chips() const { return m_chips; }
    QPushButton *drawButton() const { return m_draw; }
    /// Draw becomes Stop.
    void setDrawing(bool drawing);
    /// "red fox" and so on that training left out; what the badge says.
    QStringList badges() const { return m_badges; }

Q_SIGNALS:
    void drawClicked();
    void stopClicked();
    void diceClicked();
    void queueWanted();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void readText();
    void showState();
    void showRead();
    void showVocabulary();
    void replaceWord(const QString &unknown, const QString &known);
    void fitText();
    void restyle();

    GenerateState &m_state;
    ModelFacts &m_facts;
    PlainEditor *m_text;
    UnknownWordMarks *m_marks;
    QPushButton *m_draw;
    QToolButton *m_dice;
    SentenceChips *m_chips;
    UnknownWordsBar *m_unknown;
    QLabel *m_absent;
    NoticeLabel *m_cut;
    QStringList m_badges;
    bool m_reading = false; ///< what is typed comes back as a change of state; it must not be written over
    bool m_drawing = false;
};

} // namespace orrery::text_to_image

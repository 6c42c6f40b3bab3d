// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace orrery {

class ErrorCard;
class LessonRunner;
class Page;

/// What a lesson says, under the page on which it plays: title and step, text, question with choices, Back and Next.
/// Thread: interface.
class LessonBar final : public QWidget
{
    Q_OBJECT
public:
    explicit LessonBar(QWidget *parent = nullptr);

    /// Shows where the lesson is.
    void showStep(const LessonRunner &runner, Page &page);
    QPushButton *backButton() const { return m_back; }
    QPushButton *nextButton() const { return m_next; }
    QList<QPushButton *> choices() const { return m_choices; }
    /// As it stands there, without its markup.
    QString text() const;
    /// Why other numbers than this machine's are shown; empty when they are its own.
    QString notice() const;

Q_SIGNALS:
    void nextClicked();
    void backClicked();
    void leaveClicked();
    void chosen(int choice);

private:
    void showChoices(const LessonRunner &runner);
    void restyle();
    /// After a while, that the step's result is being computed still; results mostly come at once.
    void sayThatItWaits();

    QLabel *m_where;
    QLabel *m_title;
    QLabel *m_text;
    QLabel *m_question;
    QWidget *m_choiceRow;
    QHBoxLayout *m_choiceLayout;
    QList<QPushButton *> m_choices;
    ErrorCard *m_notice;
    QPushButton *m_back;
    QPushButton *m_next;
    QToolButton *m_leave;
    QTimer m_patience;
};

} // namespace orrery

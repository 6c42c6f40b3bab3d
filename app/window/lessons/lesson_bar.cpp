// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/lesson_bar.h"

#include "app/window/lessons/lesson_runner.h"
#include "orrery/page.h"
#include "widgets/error_card.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTextDocumentFragment>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery {

namespace {

QLabel *label(const char *look, QWidget *parent)
{
    auto *made = new QLabel(parent);
    if (*look)
        made->setProperty("look", look);
    made->setWordWrap(true);
    made->setTextInteractionFlags(Qt::NoTextInteraction);
    return made;
}

} // namespace

LessonBar::LessonBar(QWidget *parent)
    : QWidget(parent), m_where(label("muted", this)), m_title(label("heading", this)), m_text(label("", this)),
      m_question(label("heading", this)), m_choiceRow(new QWidget(this)), m_choiceLayout(nullptr),
      m_notice(new ErrorCard(this)), m_back(new QPushButton(tr("Back"), this)),
      m_next(new QPushButton(tr("Next"), this)), m_leave(new QToolButton(this))
{
    setObjectName(QStringLiteral("lessonBar"));
    setAttribute(Qt::WA_StyledBackground);
    m_where->setWordWrap(false);
    m_title->setWordWrap(false);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_text->setTextFormat(Qt::RichText);
    m_question->setTextFormat(Qt::RichText);
    m_notice->setObjectName(QStringLiteral("lessonNotice"));
    m_back->setAccessibleName(tr("Back"));
    m_back->setToolTip(tr("One step back (Page Up)"));
    m_next->setAccessibleName(tr("Next"));
    m_next->setProperty("look", "primary");
    m_leave->setAccessibleName(tr("Leave the lesson"));
    m_leave->setToolTip(tr("Leave the lesson; everything is as it was before (Esc)"));
    m_leave->setFocusPolicy(Qt::StrongFocus);

    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_where);
    head->addWidget(m_title, 1);
    head->addWidget(m_back);
    head->addWidget(m_next);
    head->addWidget(m_leave);
    m_choiceLayout = new QHBoxLayout(m_choiceRow);
    m_choiceLayout->setContentsMargins(0, 0, 0, 0);
    m_choiceLayout->setSpacing(8);
    m_choiceLayout->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 8, 12, 10);
    column->setSpacing(6);
    column->addLayout(head);
    column->addWidget(m_text);
    column->addWidget(m_question);
    column->addWidget(m_choiceRow);
    column->addWidget(m_notice);

    connect(m_back, &QPushButton::clicked, this, &LessonBar::backClicked);
    connect(m_next, &QPushButton::clicked, this, &LessonBar::nextClicked);
    connect(m_leave, &QToolButton::clicked, this, &LessonBar::leaveClicked);
    m_patience.setSingleShot(true);
    m_patience.setInterval(800);
    connect(&m_patience, &QTimer::timeout, this, &LessonBar::sayThatItWaits);
    connect(&Theme::instance(), &Theme::changed, this, &LessonBar::restyle);
    restyle();
}

void LessonBar::showStep(const LessonRunner &runner, Page &page)
{
    const LessonStep &step = runner.step();
    const LessonScene scene = runner.scene();
    const Playable &playable = *page.playable();
    const bool asked = runner.phase() == LessonRunner::Phase::Asked;
    m_where->setText(tr("%1 of %2").arg(runner.stepNumber() + 1).arg(runner.lesson().steps.size()));
    m_title->setText(step.title);
    m_title->setToolTip(tr("%1, step %2: %3").arg(runner.lesson().title).arg(runner.stepNumber() + 1).arg(step.title));
    const QString words = step.question && !asked ? step.question->reveal : step.text;
    m_text->setText(fillTerms(words, scene, playable, true));
    m_question->setVisible(asked);
    if (asked)
        m_question->setText(fillTerms(step.question->text, scene, playable, true));
    showChoices(runner);
    if (runner.isWaiting())
        m_patience.start();
    else
        m_patience.stop();

    m_back->setEnabled(!runner.atStart());
    m_next->setText(asked ? tr("Reveal") : runner.atEnd() ? tr("Finish") : tr("Next"));
    m_next->setAccessibleName(m_next->text());
    m_next->setToolTip(asked ? tr("Show what happens (Page Down)") : tr("On (Page Down)"));
    if (!runner.trouble().isEmpty())
        m_notice->showWarning(
            runner.differing().isEmpty()
                ? tr("This computer gave no result: %1").arg(runner.trouble())
                : tr("This computer gave no result, so the stored ones are shown: %1").arg(runner.trouble()));
    else if (!runner.differing().isEmpty())
        m_notice->showWarning(
            tr("This computer's numbers differ from those stored with the lesson; the stored ones are "
               "shown."),
            runner.differing().join(u'\n'));
    else
        m_notice->clear();
    setAccessibleName(tr("Lesson: %1").arg(text()));
}

void LessonBar::sayThatItWaits()
{
    m_where->setText(tr("%1 · being computed…").arg(m_where->text()));
}

void LessonBar::showChoices(const LessonRunner &runner)
{
    const LessonStep &step = runner.step();
    const bool asked = runner.phase() == LessonRunner::Phase::Asked;
    m_choiceRow->setVisible(step.question.has_value());
    const QStringList words = step.question ? step.question->choices : QStringList();
    while (m_choices.size() > words.size()) {
        QPushButton *gone = m_choices.takeLast();
        m_choiceLayout->removeWidget(gone);
        gone->hide();
        gone->deleteLater();
    }
    while (m_choices.size() < words.size()) {
        auto *made = new QPushButton(m_choiceRow);
        made->setProperty("look", "chip");
        made->setCheckable(true);
        const int number = int(m_choices.size());
        connect(made, &QPushButton::clicked, this, [this, number] { Q_EMIT chosen(number); });
        m_choiceLayout->insertWidget(number, made);
        m_choices.append(made);
    }
    for (int i = 0; i < words.size(); ++i) {
        const bool right = !asked && i == step.question->answer;
        const bool guessed = i == runner.chosen();
        // With a sign and a word, not by colour alone.
        m_choices[i]->setText(right ? QStringLiteral("✓ ") + words[i] : words[i]);
        m_choices[i]->setChecked(asked ? guessed : right);
        m_choices[i]->setEnabled(asked || right || guessed);
        m_choices[i]->setAccessibleName(right ? tr("%1: right").arg(words[i]) : words[i]);
        m_choices[i]->setToolTip(guessed ? tr("Your guess") : asked ? tr("Guess this") : QString());
    }
}

QString LessonBar::text() const
{
    QString words = QTextDocumentFragment::fromHtml(m_text->text()).toPlainText();
    if (!m_question->isHidden())
        words += u' ' + QTextDocumentFragment::fromHtml(m_question->text()).toPlainText();
    return words.replace(QChar::Nbsp, u' ');
}

QString LessonBar::notice() const
{
    return m_notice->isHidden() ? QString() : m_notice->message();
}

void LessonBar::restyle()
{
    const Theme &theme = Theme::instance();
    m_leave->setIcon(theme.icon(QStringLiteral("close")));
    m_leave->setIconSize(QSize(theme.px(16), theme.px(16)));
}

} // namespace orrery

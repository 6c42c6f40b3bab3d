// SPDX-License-Identifier: Apache-2.0
#include "app/window/pages/lessons_page.h"

#include "app/host/host.h"
#include "app/window/lessons/lesson_controller.h"
#include "app/window/pages/page_frame.h"
#include "widgets/error_card.h"
#include "widgets/notice_label.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace orrery {

namespace {

void clearLayout(QVBoxLayout *layout)
{
    while (QLayoutItem *item = layout->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
}

} // namespace

LessonsPage::LessonsPage(Host &host, LessonController &lessons, QWidget *parent)
    : Page(host, parent), m_programHost(host), m_lessons(lessons)
{
    setObjectName(QStringLiteral("page"));
    QVBoxLayout *column = makeScrollingColumn(this, tr("Lessons"), &m_summary);
    m_problem = new ErrorCard(this);
    column->addWidget(m_problem);
    m_cards = new QVBoxLayout;
    m_cards->setSpacing(16);
    column->addLayout(m_cards);

    QFrame *room = nullptr;
    QVBoxLayout *roomColumn = orrery::makeCard(&room, this);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(4);
    texts->addWidget(makeLabel(tr("Before the class"), "heading", room));
    texts->addWidget(makeLabel(tr("Plays every lesson silently on this computer and looks at the screens. Nothing of "
                                  "yours changes."),
                               "muted", room));
    head->addLayout(texts, 1);
    m_check = new QPushButton(tr("Check this room"), room);
    m_check->setObjectName(QStringLiteral("checkRoom"));
    m_check->setAccessibleName(tr("Check this room"));
    m_check->setToolTip(tr("Try every lesson and every screen now"));
    connect(m_check, &QPushButton::clicked, this, [this] {
        if (m_lessons.room().isRunning()) {
            m_lessons.room().cancel();
            return;
        }
        m_lessons.leave();
        m_lessons.refresh();
        m_lessons.room().start(m_lessons.lessons());
    });
    head->addWidget(m_check, 0, Qt::AlignTop);
    roomColumn->addLayout(head);
    m_progress = makeLabel({}, "muted", room);
    roomColumn->addWidget(m_progress);
    m_lines = new QVBoxLayout;
    m_lines->setSpacing(8);
    roomColumn->addLayout(m_lines);
    column->addWidget(room);
    column->addStretch();

    // Several things may change at once; one rebuild is enough.
    auto *later = new QTimer(this);
    later->setSingleShot(true);
    later->setInterval(0);
    connect(later, &QTimer::timeout, this, &LessonsPage::rebuild);
    connect(&host.plugins(), &PluginManager::entryChanged, later, qOverload<>(&QTimer::start));
    connect(&host, &PluginHost::modelCardsChanged, later, qOverload<>(&QTimer::start));
    connect(&lessons, &LessonController::lessonsChanged, later, qOverload<>(&QTimer::start));
    connect(&lessons.room(), &RoomCheck::changed, this, &LessonsPage::showRoom);
    connect(&host.theme(), &Theme::changed, this, [this] { // the marks have its colours
        m_shownLines = -1;
        showRoom();
    });
    rebuild();
    showRoom();
}

void LessonsPage::shown()
{
    m_lessons.refresh();
}

void LessonsPage::hidden()
{
    // What the user does on another page must not be done to a page that is being tried.
    m_lessons.room().cancel();
}

bool LessonsPage::cancel()
{
    const bool running = m_lessons.room().isRunning();
    m_lessons.room().cancel();
    return running;
}

void LessonsPage::rebuild()
{
    clearLayout(m_cards);
    int ready = 0;
    for (const LessonEntry &entry : m_lessons.lessons()) {
        ready += entry.lesson && missingFor(*entry.lesson, m_programHost).isEmpty() ? 1 : 0;
        m_cards->addWidget(makeCard(entry));
    }
    const qsizetype all = qsizetype(m_lessons.lessons().size());
    m_summary->setText(all == 0 ? tr("No lesson was found in %1.").arg(m_lessons.folder())
                                : tr("%1 of %2 ready, without a network. F5 presents the chosen one; Page Down and "
                                     "Page Up lead through it.")
                                      .arg(ready)
                                      .arg(all));
}

QWidget *LessonsPage::makeCard(const LessonEntry &entry)
{
    QFrame *frame = nullptr;
    QVBoxLayout *column = orrery::makeCard(&frame, this);
    if (!entry.lesson) {
        auto *name = makeLabel(entry.folder.section(u'/', -1), "heading", frame);
        column->addWidget(name);
        auto *card = new ErrorCard(frame);
        card->showError(QString::fromStdString(entry.lesson.error().message), entry.folder);
        column->addWidget(card);
        return frame;
    }
    const Lesson &lesson = *entry.lesson;
    const QString missing = missingFor(lesson, m_programHost);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(4);
    texts->addWidget(makeLabel(lesson.title, "heading", frame));
    auto *facts = new NoticeLabel(missing.isEmpty() ? NoticeLabel::Kind::Plain : NoticeLabel::Kind::Warning, frame,
                                  QStringLiteral("muted"));
    facts->setText(tr("%1 min · %2").arg(lesson.minutes).arg(missing.isEmpty() ? tr("ready offline") : missing));
    facts->setObjectName(QStringLiteral("lessonFacts"));
    texts->addWidget(facts);
    head->addLayout(texts, 1);
    auto *start = new QPushButton(tr("Start"), frame);
    start->setObjectName(QStringLiteral("start-") + lesson.id);
    start->setProperty("look", "primary");
    start->setProperty("lesson", lesson.id);
    start->setAccessibleName(tr("Start “%1”").arg(lesson.title));
    start->setToolTip(tr("Start here in the window; F5 starts it for a projector"));
    start->setEnabled(missing.isEmpty());
    start->installEventFilter(this);
    connect(start, &QPushButton::clicked, this, [this, id = lesson.id] { this->start(id); });
    head->addWidget(start, 0, Qt::AlignTop);
    column->addLayout(head);
    column->addWidget(makeLabel(lesson.summary, "body", frame));
    return frame;
}

bool LessonsPage::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::FocusIn)
        m_lessons.setChosen(object->property("lesson").toString());
    return Page::eventFilter(object, event);
}

void LessonsPage::start(const QString &id)
{
    const QString problem = m_lessons.start(id, false);
    if (problem.isEmpty())
        m_problem->clear();
    else
        m_problem->showError(problem);
}

void LessonsPage::showRoom()
{
    const RoomCheck &room = m_lessons.room();
    m_check->setText(room.isRunning() ? tr("Cancel") : tr("Check this room"));
    m_check->setAccessibleName(m_check->text());
    m_progress->setText(room.progress());
    m_progress->setVisible(!room.progress().isEmpty());
    // A line that stands there stays; reading aloud would start over.
    if (m_shownLines != room.lines().size() || room.isRunning()) {
        m_shownLines = room.lines().size();
        clearLayout(m_lines);
        for (const RoomLine &line : room.lines())
            m_lines->addWidget(makeLine(line));
    }
}

QWidget *LessonsPage::makeLine(const RoomLine &line)
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    const bool ok = line.state == RoomLine::State::Ok;
    const bool failed = line.state == RoomLine::State::Failed;
    auto *frame = new QWidget(this);
    frame->setObjectName(QStringLiteral("roomLine"));
    auto *row = new QHBoxLayout(frame);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto *icon = new QLabel(frame);
    icon->setPixmap(theme
                        .icon(ok       ? QStringLiteral("tick")
                              : failed ? QStringLiteral("error")
                                       : QStringLiteral("warning"),
                              ok       ? colours.accent
                              : failed ? colours.error
                                       : colours.warning)
                        .pixmap(QSize(theme.px(20), theme.px(20)), devicePixelRatioF()));
    row->addWidget(icon, 0, Qt::AlignTop);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    const QString word = ok ? tr("ok") : failed ? tr("does not work") : tr("look at this");
    texts->addWidget(makeLabel(tr("%1: %2").arg(line.title, word), "heading", frame));
    texts->addWidget(makeLabel(line.text, "body", frame));
    if (!line.details.isEmpty())
        texts->addWidget(makeLabel(line.details, "muted", frame));
    row->addLayout(texts, 1);
    return frame;
}

} // namespace orrery

// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/room_check.h"

#include "app/host/host.h"
#include "widgets/theme/theme.h"

#include <QGuiApplication>
#include <QScreen>

namespace orrery {

namespace {
constexpr int kPluginPatienceMs = 60000;
constexpr int kSmallestReadable = 24;
constexpr int kLettersPerHeight = 60;
constexpr QSize kSmallestWindow(1024, 700);
} // namespace

RoomLine screenLine(const QString &name, QSize size, double ratio)
{
    const int letters = qRound(Theme::presentingFontPx(Theme::kSmallestFontPx) * ratio);
    const QSize pixels = size * ratio;
    RoomLine line;
    line.title = RoomCheck::tr("Screen %1").arg(name);
    const QString seen = RoomCheck::tr("%1 × %2; Present's smallest letters are %3 px high")
                             .arg(pixels.width())
                             .arg(pixels.height())
                             .arg(letters);
    if (size.width() < kSmallestWindow.width() || size.height() < kSmallestWindow.height()) {
        line.state = RoomLine::State::Warning;
        line.text = RoomCheck::tr("%1. The pages need %2 × %3: choose a higher resolution or a smaller scale.")
                        .arg(seen)
                        .arg(kSmallestWindow.width())
                        .arg(kSmallestWindow.height());
    } else if (letters < kSmallestReadable) {
        line.state = RoomLine::State::Warning;
        line.text = RoomCheck::tr("%1, less than %2: choose a larger scale in the settings of the display.")
                        .arg(seen)
                        .arg(kSmallestReadable);
    } else if (letters * kLettersPerHeight < pixels.height()) {
        line.state = RoomLine::State::Warning;
        line.text =
            RoomCheck::tr("%1, which is small on so many: choose a larger scale in the settings of the display.")
                .arg(seen);
    } else {
        line.text = RoomCheck::tr("%1: readable from the last row.").arg(seen);
    }
    return line;
}

RoomCheck::RoomCheck(Host &host, PageOf pageOf, QObject *parent)
    : QObject(parent), m_host(host), m_pageOf(std::move(pageOf))
{
    m_again.setSingleShot(true);
    m_again.setInterval(100);
    connect(&m_again, &QTimer::timeout, this, &RoomCheck::tryLesson);
}

RoomCheck::~RoomCheck()
{
    cancel();
}

void RoomCheck::start(std::vector<LessonEntry> lessons, bool record)
{
    if (m_running)
        return;
    m_lessons = std::move(lessons);
    m_record = record;
    m_running = true;
    m_at = 0;
    m_lines.clear();
    for (const QScreen *screen : QGuiApplication::screens())
        m_lines.append(screenLine(screen->name(), screen->size(), screen->devicePixelRatio()));
    if (m_lessons.empty())
        m_lines.append({RoomLine::State::Failed, tr("Lessons"), tr("None was found; install the program again."), {}});
    Q_EMIT changed();
    // Later, so that who started it sees it running.
    m_waited.start();
    QTimer::singleShot(0, this, &RoomCheck::tryLesson);
}

void RoomCheck::cancel()
{
    if (!m_running)
        return;
    m_again.stop();
    m_running = false;
    m_rehearsal.reset(); // brings back what the user has
    m_host.borrowModel({});
    Q_EMIT changed();
    Q_EMIT finished();
}

QString RoomCheck::progress() const
{
    if (!m_running || m_at >= m_lessons.size() || !m_lessons[m_at].lesson)
        return {};
    if (!m_rehearsal)
        return tr("%1: waiting for the page").arg(lesson().title);
    return tr("%1: step %2 of %3").arg(lesson().title).arg(m_rehearsal->stepNumber() + 1).arg(m_rehearsal->steps());
}

bool RoomCheck::passed() const
{
    return !m_running && !m_lines.isEmpty() && std::all_of(m_lines.begin(), m_lines.end(), [](const RoomLine &line) {
        return line.state != RoomLine::State::Failed;
    });
}

void RoomCheck::tryLesson()
{
    if (!m_running || m_rehearsal)
        return;
    if (m_at >= m_lessons.size()) {
        m_running = false;
        Q_EMIT changed();
        Q_EMIT finished();
        return;
    }
    const LessonEntry &entry = m_lessons[m_at];
    if (!entry.lesson) {
        const QString name = entry.folder.section(u'/', -1);
        finish({RoomLine::State::Failed, name, QString::fromStdString(entry.lesson.error().message), {}});
        return;
    }
    if (const QString missing = missingFor(*entry.lesson, m_host); !missing.isEmpty()) {
        finish({RoomLine::State::Failed, lesson().title, tr("It %1.").arg(missing), {}});
        return;
    }
    const PluginEntry *plugin = m_host.plugins().find(lesson().page);
    const bool ready = plugin && plugin->state == PluginState::Ready && m_host.models().loaded();
    if (!ready && m_waited.elapsed() < kPluginPatienceMs) {
        m_again.start();
        return;
    }
    Page *page = ready ? m_pageOf(lesson().page) : nullptr;
    if (!page || !page->playable()) {
        finish({RoomLine::State::Failed, lesson().title, tr("Its page did not open; see Plugins."), {}});
        return;
    }
    m_host.borrowModel(lesson().model);
    m_rehearsal = std::make_unique<LessonRehearsal>(m_host.workspace(), *page, lesson(), m_record);
    connect(m_rehearsal.get(), &LessonRehearsal::progressed, this, &RoomCheck::changed);
    connect(m_rehearsal.get(), &LessonRehearsal::finished, this, &RoomCheck::lessonTried, Qt::QueuedConnection);
    // A page that goes away takes its rehearsal along.
    connect(page, &QObject::destroyed, m_rehearsal.get(), [this] {
        QTimer::singleShot(0, this, [this] {
            if (m_rehearsal)
                finish({RoomLine::State::Failed, lesson().title, tr("Its page was closed meanwhile."), {}});
        });
    });
    Q_EMIT changed();
    m_rehearsal->start();
}

void RoomCheck::lessonTried()
{
    if (!m_rehearsal)
        return;
    const QStringList faults = m_rehearsal->faults();
    const QStringList differing = m_rehearsal->differing();
    RoomLine line;
    line.title = lesson().title;
    if (!faults.isEmpty()) {
        line.state = RoomLine::State::Failed;
        line.text = faults.first();
        line.details = faults.mid(1).join(u'\n');
    } else if (m_record) {
        const QString problem = writeResults(lesson(), m_rehearsal->measured());
        line.state = problem.isEmpty() ? RoomLine::State::Ok : RoomLine::State::Failed;
        line.text = problem.isEmpty() ? tr("%1 steps recorded.").arg(m_rehearsal->measured().size()) : problem;
    } else if (!lesson().hasResults()) {
        line.state = RoomLine::State::Warning;
        line.text = tr("Every step works; nothing is stored to compare with.");
    } else if (!differing.isEmpty()) {
        line.state = RoomLine::State::Warning;
        line.text = tr("Every step works. In %1 of %2 this computer's numbers differ from the stored ones; the lesson "
                       "will show the stored ones and say so.")
                        .arg(differing.size())
                        .arg(m_rehearsal->steps());
        line.details = differing.join(u'\n');
    } else {
        line.text = tr("All %1 steps were played; the numbers are those stored.").arg(m_rehearsal->steps());
    }
    finish(line);
}

void RoomCheck::finish(RoomLine line)
{
    m_rehearsal.reset();
    m_host.borrowModel({});
    m_lines.append(std::move(line));
    ++m_at;
    m_waited.start();
    Q_EMIT changed();
    QTimer::singleShot(0, this, &RoomCheck::tryLesson);
}

} // namespace orrery

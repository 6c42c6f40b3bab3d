// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/lesson_runner.h"

namespace orrery {

namespace {
constexpr int kPollMs = 20;
// The first result of a start waits for the engine and the model; nobody waits longer than this before a class.
constexpr qint64 kPatienceMs = 60000;
constexpr int kMostQueued = 3;
} // namespace

LessonRunner::LessonRunner(Workspace &workspace, Page &page, Lesson lesson, bool compare, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_page(&page), m_lesson(std::move(lesson)), m_compare(compare)
{
    for (int i = 0; i < m_lesson.steps.size(); ++i) {
        Position position;
        position.step = i;
        if (m_lesson.steps[i].question) {
            position.phase = Phase::Asked;
            m_positions.append(position);
        }
        position.phase = Phase::Shown;
        m_positions.append(position);
    }
    m_timer.setInterval(kPollMs);
    connect(&m_timer, &QTimer::timeout, this, &LessonRunner::poll);
}

LessonRunner::~LessonRunner()
{
    leave();
}

void LessonRunner::start()
{
    if (m_playing || m_positions.isEmpty() || !playable())
        return;
    m_playing = true;
    m_usersView = playable()->view();
    // From nothing, so that a lesson begins in the same way on every machine.
    m_workspace.setAside();
    playable()->setView({});
    enter(0);
}

void LessonRunner::next()
{
    if (m_waiting)
        m_queued = std::min(m_queued + 1, kMostQueued);
    else if (m_playing && !atEnd())
        enter(m_at + 1);
}

void LessonRunner::back()
{
    if (m_waiting)
        m_queued = std::max(m_queued - 1, -kMostQueued);
    else if (m_playing && !atStart())
        restore(m_at - 1);
}

void LessonRunner::choose(int choice)
{
    if (!m_playing || m_waiting || phase() != Phase::Asked || choice >= step().question->choices.size())
        return;
    m_positions[m_at].chosen = choice;
    Q_EMIT changed();
}

int LessonRunner::leave()
{
    if (!m_playing)
        return 0;
    m_timer.stop();
    m_waiting = false;
    m_playing = false;
    m_queued = 0;
    collectItems();
    m_workspace.bringBack(m_usersItems);
    if (Playable *page = playable())
        page->setView(m_usersView);
    return int(m_usersItems.size());
}

void LessonRunner::collectItems()
{
    for (const ItemId &id : m_workspace.items())
        if (!m_ownItems.contains(id)) {
            m_ownItems.insert(id); // once
            m_usersItems.append(m_workspace.item(id));
        }
}

void LessonRunner::enter(int position)
{
    Playable *page = playable();
    if (!page)
        return;
    collectItems();
    if (m_at >= 0) {
        const Position &from = m_positions[m_at];
        m_workspace.setState(from.state);
        page->setView(from.view);
    }
    const int before = m_at;
    m_at = position;
    Position &now = m_positions[position];
    if (!now.trouble.isEmpty())
        now.visited = false; // it may work the second time
    if (before >= 0 && !now.visited) {
        now.measured = m_positions[before].measured;
        now.readings = m_positions[before].readings;
        now.trouble = m_positions[before].trouble;
        now.differing = m_positions[before].differing;
    }
    if (before >= 0 && m_positions[before].step == now.step)
        now.chosen = m_positions[before].chosen;
    perform();
    for (const ItemId &id : m_workspace.items())
        m_ownItems.insert(id);
    now.state = m_workspace.state();
    now.view = page->view();
    await();
}

void LessonRunner::perform()
{
    const Position &now = m_positions[m_at];
    if (now.phase == Phase::Asked)
        return;
    for (const LessonAction &action : m_lesson.steps[now.step].actions)
        playable()->act(action.name, action.value);
}

void LessonRunner::restore(int position)
{
    Playable *page = playable();
    if (!page)
        return;
    collectItems();
    m_at = position;
    m_workspace.setState(m_positions[position].state);
    page->setView(m_positions[position].view);
    await();
}

void LessonRunner::await()
{
    m_waiting = true;
    m_clock.start();
    m_timer.start();
    Q_EMIT changed();
}

void LessonRunner::poll()
{
    if (playable() && !playable()->settled() && m_clock.elapsed() < kPatienceMs)
        return;
    m_timer.stop();
    if (playable())
        arrive();
}

void LessonRunner::arrive()
{
    Playable &page = *playable();
    Position &now = m_positions[m_at];
    const LessonStep &step = m_lesson.steps[now.step];
    if (!now.visited) {
        now.visited = true;
        const bool same = now.phase == Phase::Asked || step.actions.isEmpty();
        if (!same) {
            now.trouble = !page.settled() ? tr("No result came within a minute.") : page.trouble();
            now.measured = now.trouble.isEmpty() ? page.readings() : Readings{};
            now.readings = now.measured;
            now.differing.clear();
            if (m_compare && !step.stored.isEmpty())
                now.differing = differences(step.stored, now.measured, step.tolerance, page);
            if (!now.differing.isEmpty())
                now.readings = step.stored;
        }
    }
    // Coming back to a place where the stored results stood shows them again.
    if (!now.differing.isEmpty() && !now.readings.isEmpty())
        page.showReadings(now.readings);
    m_waiting = false;
    Q_EMIT changed();
    if (m_queued > 0) {
        --m_queued;
        next();
    } else if (m_queued < 0) {
        ++m_queued;
        back();
    }
}

LessonScene LessonRunner::scene() const
{
    LessonScene scene;
    if (m_at < 0)
        return scene;
    if (!m_waiting || m_positions[m_at].visited)
        scene.now = m_positions[m_at].readings;
    else if (phase() == Phase::Shown && m_compare) // so that no word is missing while this computer computes
        scene.now = step().stored;
    for (int i = 0; i <= m_at; ++i) {
        const Position &position = m_positions[i];
        if (position.step < stepNumber())
            scene.before = position.readings;
        if (position.phase == Phase::Shown && position.step < stepNumber())
            scene.earlier.append({m_lesson.steps[position.step].id, position.readings});
    }
    if (phase() == Phase::Shown)
        scene.earlier.append({step().id, scene.now});
    return scene;
}

const QStringList &LessonRunner::differing() const
{
    return m_positions[std::max(0, m_at)].differing;
}

const QString &LessonRunner::trouble() const
{
    return m_positions[std::max(0, m_at)].trouble;
}

const Readings &LessonRunner::measured() const
{
    return m_positions[std::max(0, m_at)].measured;
}

} // namespace orrery

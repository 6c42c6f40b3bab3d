// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/lesson_rehearsal.h"

namespace orrery {

QStringList refusals(const Lesson &lesson, const Playable &page)
{
    QStringList faults;
    for (const LessonStep &step : lesson.steps) {
        for (const LessonAction &action : step.actions)
            if (const QString reason = page.refusal(action.name, action.value); !reason.isEmpty())
                faults.append(LessonRehearsal::tr("Step “%1”, %2: %3.").arg(step.title, action.name, reason));
        if (!step.highlight.isEmpty() && !page.controls().contains(step.highlight))
            faults.append(LessonRehearsal::tr("Step “%1” points at “%2”; expected one of %3.")
                              .arg(step.title, step.highlight, page.controls().join(QStringLiteral(", "))));
    }
    return faults;
}

LessonRehearsal::LessonRehearsal(Workspace &workspace, Page &page, const Lesson &lesson, bool record, QObject *parent)
    : QObject(parent), m_page(page), m_runner(std::make_unique<LessonRunner>(workspace, page, lesson, !record))
{
    // Queued: the runner must be done with its own business before it is asked for the next step.
    connect(m_runner.get(), &LessonRunner::changed, this, &LessonRehearsal::look, Qt::QueuedConnection);
}

void LessonRehearsal::start()
{
    m_faults = refusals(m_runner->lesson(), *m_page.playable());
    if (!m_faults.isEmpty()) {
        m_done = true;
        Q_EMIT finished();
        return;
    }
    m_runner->start();
}

void LessonRehearsal::look()
{
    if (m_done || m_runner->isWaiting())
        return;
    const bool result = m_runner->trouble().isEmpty();
    if (result)
        checkWords();
    else // what would follow from it says nothing more
        m_faults.append(tr("Step “%1”: %2").arg(m_runner->step().title, m_runner->trouble()));
    Q_EMIT progressed();
    if (result && !m_runner->atEnd()) {
        m_runner->next();
        return;
    }
    m_done = true;
    m_runner->leave();
    Q_EMIT finished();
}

void LessonRehearsal::checkWords()
{
    const LessonStep &step = m_runner->step();
    const LessonScene scene = m_runner->scene();
    const bool asked = m_runner->phase() == LessonRunner::Phase::Asked;
    const QString words = asked ? step.text + step.question->text : step.question ? step.question->reveal : step.text;
    const QList<LessonTerm> terms = termsOf(words);
    for (const LessonTerm &term : terms)
        if (evaluate(term, scene).isNull())
            m_faults.append(tr("Step “%1” says {%2}, which is not on the screen.").arg(step.title, term.source));
    if (asked)
        return;
    if (!step.actions.isEmpty()) {
        m_measured.insert(step.id, m_runner->measured());
        if (!m_runner->differing().isEmpty())
            m_differing.append(
                tr("Step “%1”: %2").arg(step.title, m_runner->differing().mid(0, 3).join(QStringLiteral("; "))));
    } else if (!m_measured.contains(step.id)) {
        m_measured.insert(step.id, scene.now);
    }
    for (const LessonClaim &claim : step.claims)
        if (!holds(claim, scene))
            m_faults.append(tr("Step “%1” says “%2”, which is not so here.").arg(step.title, claim.source));
}

} // namespace orrery

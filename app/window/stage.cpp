// SPDX-License-Identifier: Apache-2.0
#include "app/window/stage.h"

#include "orrery/page.h"
#include "orrery/plugin_host.h"

#include <QApplication>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace orrery {

Stage::Stage(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("stage"));
    setAttribute(Qt::WA_StyledBackground);
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    for (QStackedWidget *&half : m_halves) {
        half = new QStackedWidget(m_splitter);
        m_splitter->addWidget(half);
    }
    m_halves[1]->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *, QWidget *now) { followFocus(now); });
}

Page *Stage::at(int half) const
{
    return qobject_cast<Page *>(m_halves[half]->currentWidget());
}

Page *Stage::current() const
{
    return at(m_active);
}

QList<Page *> Stage::visiblePages() const
{
    QList<Page *> pages;
    for (int half = 0; half < (isSplit() ? 2 : 1); ++half)
        if (Page *page = at(half))
            pages.append(page);
    return pages;
}

int Stage::halfOf(const Page *page) const
{
    for (int half = 0; half < (isSplit() ? 2 : 1); ++half)
        if (at(half) == page)
            return half;
    return -1;
}

void Stage::showIn(int half, Page *page)
{
    put(half, page);
    if (half == m_active)
        Q_EMIT currentChanged(page);
}

bool Stage::isSplit() const
{
    return !m_halves[1]->isHidden();
}

void Stage::put(int half, Page *page)
{
    Page *before = at(half);
    if (before == page)
        return;
    if (page->parentWidget() != m_halves[half])
        m_halves[half]->addWidget(page);
    m_halves[half]->setCurrentWidget(page);
    if (before)
        callFor(before, [before] { before->hidden(); });
    callFor(page, [page] { page->shown(); });
}

void Stage::show(Page *page)
{
    const int other = 1 - m_active;
    if (isSplit() && at(other) == page) {
        // The halves change places: the one with the keyboard gets what was asked for.
        if (Page *mine = at(m_active)) {
            m_halves[other]->addWidget(mine);
            m_halves[other]->setCurrentWidget(mine);
        }
        m_halves[m_active]->addWidget(page);
        m_halves[m_active]->setCurrentWidget(page);
    } else {
        put(m_active, page);
    }
    Q_EMIT currentChanged(page);
}

void Stage::showBeside(Page *page)
{
    if (halfOf(page) >= 0)
        return;
    if (isSplit())
        put(1 - m_active, page);
    else
        setSplit(true, page);
}

void Stage::setSplit(bool split, Page *second)
{
    if (split == isSplit())
        return;
    if (split && second) {
        m_halves[1]->show();
        put(1, second);
        m_splitter->setSizes({width() / 2, width() / 2});
    } else if (!split) {
        Page *keep = current();
        Page *gone = at(1 - m_active);
        m_halves[1]->hide();
        m_active = 0;
        if (keep) {
            m_halves[0]->addWidget(keep);
            m_halves[0]->setCurrentWidget(keep);
        }
        if (gone && gone != keep)
            callFor(gone, [gone] { gone->hidden(); });
        Q_EMIT currentChanged(keep);
    }
}

void Stage::remove(Page *page)
{
    for (QStackedWidget *half : m_halves)
        if (half->indexOf(page) >= 0)
            half->removeWidget(page);
    page->hide();
}

void Stage::activate(int half)
{
    if (half == m_active)
        return;
    m_active = half;
    Q_EMIT currentChanged(current());
}

void Stage::followFocus(QWidget *now)
{
    if (!now || !isSplit())
        return;
    for (int half = 0; half < 2; ++half)
        if (m_halves[half]->isAncestorOf(now))
            activate(half);
}

} // namespace orrery

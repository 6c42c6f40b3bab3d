// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QPointer>
#include <QWidget>

class QSplitter;
class QStackedWidget;

namespace orrery {

class Page;

/// The middle of the window: one page, or two side by side (Ctrl+\).
class Stage : public QWidget
{
    Q_OBJECT
public:
    explicit Stage(QWidget *parent = nullptr);

    /// Shows the page in the active half; when the other half has it, the halves change places.
    void show(Page *page);
    /// The page that has, or last had, the keyboard; null before the first.
    Page *current() const;
    QList<Page *> visiblePages() const;
    /// 0 or 1, where the page is on screen; -1: nowhere.
    int halfOf(const Page *page) const;
    /// Shows the page in the half without the keyboard, where it is not on screen already.
    void showBeside(Page *page);
    /// The same as show(), in a half of which the page that was there is gone.
    void showIn(int half, Page *page);
    bool isSplit() const;
    /// @param second  the page for the other half.
    void setSplit(bool split, Page *second = nullptr);
    /// A page is about to be deleted, or makes place for another.
    void remove(Page *page);
    QSplitter *splitter() const { return m_splitter; }

Q_SIGNALS:
    void currentChanged(orrery::Page *page);

private:
    void put(int half, Page *page);
    void activate(int half);
    Page *at(int half) const;
    void followFocus(QWidget *now);

    QSplitter *m_splitter;
    QStackedWidget *m_halves[2];
    int m_active = 0;
};

} // namespace orrery

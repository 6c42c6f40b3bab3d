// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <functional>

class QLabel;
class QToolButton;
class QVBoxLayout;

namespace orrery {

/// Controls of a page at the right: at most six, the others under "More". Double-click on a caption resets its control.
class InspectorPanel : public QWidget
{
    Q_OBJECT
public:
    static constexpr int kFirst = 6;

    explicit InspectorPanel(QWidget *parent = nullptr);

    /// @param caption  also the control's accessible name, when it has none.
    /// @param help     what a larger value does; the tool tip and what F1 shows.
    /// @param reset    puts back the default; empty: the control has none.
    /// @return        the caption, for a control that changes its meaning.
    QLabel *addControl(const QString &caption, QWidget *control, const QString &help, std::function<void()> reset = {});
    /// A widget over the whole width that is not a control (a legend, a note); does not count.
    void addNote(QWidget *note);

private:
    bool eventFilter(QObject *object, QEvent *event) override;

    QVBoxLayout *m_first;
    QVBoxLayout *m_rest;
    QWidget *m_restBox;
    QToolButton *m_more;
    int m_count = 0;
};

} // namespace orrery

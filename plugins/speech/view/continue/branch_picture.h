// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/continue/branch_tree.h"

#include <QWidget>

namespace orrery::speech {

/// A tree of continuations in time: the end of the prompt at the left, a line for each branch, which leaves the one it
/// comes from where they part. The taller a unit, the likelier it was. Thread: interface.
class BranchPicture final : public QWidget
{
    Q_OBJECT

public:
    explicit BranchPicture(QWidget *parent = nullptr);
    void setTree(const BranchTree &tree, double hopMs);
    const BranchTree &tree() const { return m_tree; }
    int twig() const { return m_twig; } ///< chosen; −1: none
    int step() const { return m_step; }
    void choose(int twig, int step);
    QRectF stepRect(int twig, int step) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void chosen(int twig, int step);
    void activated(int twig, int step); ///< Return, double click

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    bool find(const QPointF &at, int *twig, int *step) const;
    double xAt(double seconds) const; ///< after the prompt
    double rowHeight() const;
    QString words(int twig, int step) const;

    BranchTree m_tree;
    double m_hopMs = 20;
    int m_twig = -1, m_step = 0;
};

} // namespace orrery::speech

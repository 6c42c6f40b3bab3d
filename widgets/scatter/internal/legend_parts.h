// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/point_colours.h"

#include <QAbstractButton>

#include <functional>

namespace orrery {

/// One class: its point and its name. Pressed, it is shown alone; pressed again, or twice, all are.
class LegendRow final : public QAbstractButton
{
public:
    LegendRow(int index, const QString &name);

    void setIsolated(int isolated);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    std::function<void()> onDoubleClick;

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;

private:
    int m_index;
    bool m_quiet = false; ///< another one is shown alone
};

/// Values as colours, with both ends.
class LegendRamp final : public QWidget
{
public:
    LegendRamp(bool tint, double smallest, double largest);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    bool m_tint;
    QString m_ends[2];
};

/// What a line between points means.
class LegendLine final : public QWidget
{
public:
    explicit LegendLine(ScatterLink::Kind kind);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    ScatterLink::Kind m_kind;
    QString m_text;
};

} // namespace orrery

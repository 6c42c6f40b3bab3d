// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/scatter_view.h"

#include <QFrame>

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace orrery {

class LegendRamp;

/// What the colours mean: classes, each a button that shows it alone; values as a ramp with its ends; the kinds of
/// links.
class ScatterLegend final : public QFrame
{
public:
    explicit ScatterLegend(QWidget *parent);

    void setColouring(const ScatterColouring &colouring);
    void setLinks(const QList<ScatterLink> &links);
    /// kColouredClasses: "other"; −1: all are shown.
    void setIsolated(int isolated);
    bool hasContent() const;
    /// The largest it may become; longer lists scroll.
    void setRoom(const QSize &room);
    void restyle();

    std::function<void(int isolated)> onIsolate;

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    void rebuild();
    void fitIn();

    ScatterColouring::Kind m_kind = ScatterColouring::Kind::None;
    QString m_title;
    QStringList m_names;
    QList<int> m_shown; ///< classes that points have
    double m_smallest = 0, m_largest = 1;
    QList<ScatterLink::Kind> m_links;
    int m_isolated = -1;
    QSize m_room;
    QScrollArea *m_scroll;
    QWidget *m_inside;
    QVBoxLayout *m_column;
};

} // namespace orrery

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>
#include <QWidget>

namespace orrery::speech {

/// A row of bars that can be walked along and chosen from. What does not fit is said. Thread: interface.
class UnitChart final : public QWidget
{
    Q_OBJECT

public:
    struct Bar
    {
        QString label; ///< below it
        QString words; ///< what it says, for hovering and screen readers
        double value = 0;
        int unit = -1; ///< whose colour it has; −1: the accent
    };

    explicit UnitChart(const QString &name, QWidget *parent = nullptr);
    void setBars(QList<Bar> bars);
    const QList<Bar> &bars() const { return m_bars; }
    /// Said in the middle while there are no bars.
    void setEmptyWords(const QString &words);
    void setSelectedUnit(int unit);
    /// Can a bar be chosen?
    void setClickable(bool clickable);
    /// At least so wide; labels have to fit.
    void setBarWidths(double narrowest, double widest);
    int barAt(const QPointF &at) const; ///< −1: none
    QRectF barRect(int index) const;
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    void clicked(int unit);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    int shown() const; ///< bars that fit
    double step() const;
    void choose(int index);
    void nameIt();

    QString m_name, m_empty;
    QList<Bar> m_bars;
    int m_selected = -1, m_current = 0;
    double m_narrowest = 24, m_widest = 40;
    bool m_clickable = false;
};

} // namespace orrery::speech

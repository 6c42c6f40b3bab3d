// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QWidget>

namespace orrery {

/// Blue for negative, white for none, orange for positive, with even steps in lightness on both sides.
///
/// @param value  in [-1, 1]; what lies outside is drawn as the end of the scale.
QColor signedColour(double value);
/// Black or white, whichever is easier to read on `ground`.
QColor readableOn(const QColor &ground);

/// The scale of signed colours with its numbers. Thread: interface.
class SignedLegend final : public QWidget
{
    Q_OBJECT

public:
    explicit SignedLegend(QWidget *parent = nullptr);
    /// The value at the ends; larger spreads the colours over a wider range.
    void setLimit(double limit);
    /// Points at a value on the scale; NaN: at none.
    void setMark(double value);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    double m_limit = 1;
    double m_mark;
};

} // namespace orrery

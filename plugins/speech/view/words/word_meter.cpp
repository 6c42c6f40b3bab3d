// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/words/word_meter.h"

#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace orrery::speech {

namespace {

constexpr double kQuietestDb = -70;

double shareOf(double db)
{
    return std::clamp(1 - db / kQuietestDb, 0.0, 1.0);
}

} // namespace

WordMeter::WordMeter(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("Loudness"));
    setToolTip(tr("How loud it is. A word begins where the bar passes the line, which follows the noise of the room."));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void WordMeter::setLevel(double levelDb, double thresholdDb, bool inWord)
{
    m_on = true;
    m_level = levelDb;
    m_threshold = thresholdDb;
    m_inWord = inWord;
    update();
}

void WordMeter::setOff()
{
    m_on = false;
    update();
}

QSize WordMeter::sizeHint() const
{
    return {Theme::instance().px(96), Theme::instance().px(12)};
}

QSize WordMeter::minimumSizeHint() const
{
    return sizeHint();
}

void WordMeter::paintEvent(QPaintEvent *)
{
    const Colours &colours = Theme::instance().colours();
    QPainter painter(this);
    const QRectF groove = QRectF(rect()).adjusted(0, 3, 0, -3);
    painter.fillRect(groove, colours.line);
    if (!m_on)
        return;
    painter.fillRect(QRectF(groove.left(), groove.top(), groove.width() * shareOf(m_level), groove.height()),
                     m_inWord ? colours.accent : colours.muted);
    const double x = std::round(groove.width() * shareOf(m_threshold)) + 0.5;
    painter.setPen(QPen(colours.text, 1));
    painter.drawLine(QPointF(x, 0), QPointF(x, height()));
}

} // namespace orrery::speech

// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/words/unit_strip.h"

#include "engine/units/unit_sequence.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/unit_colours.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace orrery::speech {

void paintUnits(QPainter &painter, const QRectF &rect, const std::vector<int> &units, double first, double last)
{
    if (units.empty() || last <= first)
        return;
    const double scale = rect.width() / (last - first);
    const auto x = [&](double frame) { return rect.left() + (frame - first) * scale; };
    painter.save();
    painter.setClipRect(rect);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    std::size_t from = std::size_t(std::clamp(std::floor(first), 0.0, double(units.size())));
    const std::size_t end = std::size_t(std::clamp(std::ceil(last), 0.0, double(units.size())));
    while (from > 0 && from < units.size() && units[from - 1] == units[from])
        --from;
    double drawn = -1e9; // right edge
    for (std::size_t i = from; i < end;) {
        std::size_t j = i + 1;
        while (j < units.size() && units[j] == units[i])
            ++j;
        const double left = std::round(x(double(i))), right = std::round(x(double(j)));
        if (right > drawn) { // of runs in one pixel the first is seen
            painter.fillRect(QRectF(std::max(left, drawn), rect.top(), right - std::max(left, drawn), rect.height()),
                             unitColour(units[i]));
            drawn = right;
        }
        i = j;
    }
    painter.restore();
}

namespace {
constexpr int kMostHeight = 48; ///< px
} // namespace

UnitStrip::UnitStrip(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setMaximumHeight(kMostHeight);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void UnitStrip::setUnits(std::vector<int> units, int frames)
{
    m_units = std::move(units);
    m_frames = frames;
    const auto runs = withoutRepeats(m_units).size();
    setToolTip(m_units.empty() ? QString()
                               : tr("Each colour is one unit; without repeats there are %1 in a row").arg(runs));
    update();
}

void UnitStrip::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    update();
}

QSize UnitStrip::sizeHint() const
{
    return {Theme::instance().px(120), Theme::instance().px(18)};
}

QSize UnitStrip::minimumSizeHint() const
{
    return {Theme::instance().px(40), Theme::instance().px(18)};
}

void UnitStrip::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    const QRectF area = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    if (!m_units.empty()) {
        paintUnits(painter, rect(), m_units, 0, double(std::max(m_frames, int(m_units.size()))));
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.colours().line, 1, Qt::DashLine));
    painter.drawRoundedRect(area, 3, 3);
    painter.setPen(theme.colours().muted);
    painter.setFont(theme.font(TextRole::Caption));
    painter.drawText(area.adjusted(6, 0, -6, 0), Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(m_placeholder, Qt::ElideRight, int(area.width()) - 12));
}

} // namespace orrery::speech

// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/lane_chart.h"

#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery {

namespace {
constexpr double kSpanMs = 60000;
constexpr std::array<Lane, 3> kLanes{Lane::Live, Lane::Interactive, Lane::Background};
} // namespace

LaneChart::LaneChart(QWidget *parent) : QWidget(parent)
{
    setMinimumHeight(Theme::instance().px(72));
    setAccessibleName(tr("Work of the last minute; the table below says the same in words"));
}

QString LaneChart::laneName(Lane lane)
{
    switch (lane) {
    case Lane::Live:
        return tr("Live");
    case Lane::Interactive:
        return tr("Asked for");
    case Lane::Background:
        return tr("Background");
    }
    return {};
}

void LaneChart::setRecords(std::vector<JobRecord> records)
{
    m_records = std::move(records);
    update();
}

double LaneChart::now() const
{
    double latest = 1;
    for (const JobRecord &record : m_records)
        latest = std::max({latest, record.submittedMs, record.finishedMs,
                           record.finishedMs > 0 ? 0 : record.submittedMs + record.queueMs + record.runMs});
    return latest;
}

std::vector<LaneChart::Bar> LaneChart::bars() const
{
    const Theme &theme = Theme::instance();
    const double left = theme.px(96);
    const double rowHeight = double(height()) / kLanes.size();
    const double end = now();
    const double begin = std::max(0.0, end - kSpanMs);
    const auto x = [&](double ms) {
        return left + (width() - left - 8) * std::clamp((ms - begin) / std::max(1000.0, end - begin), 0.0, 1.0);
    };
    std::vector<Bar> bars;
    for (std::size_t i = 0; i < m_records.size(); ++i) {
        const JobRecord &record = m_records[i];
        const double finished = record.finishedMs > 0 ? record.finishedMs : end;
        if (finished < begin)
            continue;
        const double started = record.startedMs > 0 ? record.startedMs : finished;
        const auto row = std::find(kLanes.begin(), kLanes.end(), record.lane) - kLanes.begin();
        const double y = row * rowHeight + rowHeight / 2 - theme.px(7);
        const double height = theme.px(14);
        bars.push_back({QRectF(x(record.submittedMs), y, x(started) - x(record.submittedMs), height),
                        QRectF(x(started), y, std::max(2.0, x(finished) - x(started)), height), i});
    }
    return bars;
}

void LaneChart::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme.font(TextRole::Caption));
    const double rowHeight = double(height()) / kLanes.size();
    for (std::size_t row = 0; row < kLanes.size(); ++row) {
        painter.setPen(colours.muted);
        painter.drawText(QRectF(8, double(row) * rowHeight, theme.px(88), rowHeight), Qt::AlignVCenter | Qt::AlignLeft,
                         laneName(kLanes[row]));
        painter.setPen(colours.line);
        const double y = std::round(double(row) * rowHeight + rowHeight / 2) + 0.5;
        painter.drawLine(QPointF(theme.px(96), y), QPointF(width() - 8, y));
    }
    painter.setPen(Qt::NoPen);
    for (const Bar &bar : bars()) {
        const JobState state = m_records[bar.record].state;
        QColor colour = state == JobState::Failed      ? colours.error
                        : state == JobState::Cancelled ? colours.warning
                        : state == JobState::Replaced  ? colours.line
                                                       : colours.accent;
        if (bar.waited.width() > 1) {
            QColor pale = colour;
            pale.setAlphaF(0.3f);
            painter.setBrush(pale);
            painter.drawRect(bar.waited);
        }
        painter.setBrush(colour);
        painter.drawRoundedRect(bar.ran, 2, 2);
    }
}

bool LaneChart::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    for (const Bar &bar : bars())
        if (bar.waited.united(bar.ran).adjusted(-2, -2, 2, 2).contains(help->pos())) {
            const JobRecord &record = m_records[bar.record];
            QToolTip::showText(help->globalPos(), tr("%1: waited %2 ms, ran %3 ms")
                                                      .arg(QString::fromStdString(record.title))
                                                      .arg(qRound(record.queueMs))
                                                      .arg(qRound(record.runMs)));
            return true;
        }
    QToolTip::hideText();
    return true;
}

} // namespace orrery

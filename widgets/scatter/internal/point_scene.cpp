// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/point_scene.h"

#include <QElapsedTimer>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery {

namespace {

constexpr std::int64_t kSelectedMoving = 20'000;
constexpr std::size_t kFewSelected = 100;
/// Of few: discs, then the points again, so that none is hidden. Of many: an outline around them, and within it the map
/// as it is, in its own colours and order.
constexpr std::array kPassesOfFew{Halo::Rim, Halo::Accent, Halo::None};
constexpr std::array kPassesOfMany{Halo::Rim, Halo::Accent, Halo::Hole};
constexpr std::int64_t kPasses = 3;
constexpr double kSliceMs = 8;
constexpr double kSlowFrameMs = 36, kQuickFrameMs = 22;
constexpr std::int64_t kFewestSampled = 20'000;
constexpr std::int64_t kSmallestSlice = 4'000, kLargestSlice = 400'000;

} // namespace

void PointScene::setPositions(const ScatterPositions &from, const ScatterPositions &to)
{
    m_from = from && to && from->size() == to->size() ? from : to;
    m_to = to;
    m_bounds = to ? boundsOf(*to) : QRectF();
    m_newPositions = true;
    ++m_version;
}

QPointF PointScene::at(std::int64_t row) const
{
    const float *from = m_from->data() + 2 * row, *to = m_to->data() + 2 * row;
    return {from[0] + double(to[0] - from[0]) * m_blend, from[1] + double(to[1] - from[1]) * m_blend};
}

void PointScene::setLooks(PointLooks looks)
{
    m_looks = std::move(looks);
    m_newLooks = true;
    ++m_version;
}

void PointScene::setDensity(const QImage &picture, const QRectF &region)
{
    m_density = picture;
    m_region = region;
    m_newDensity = true;
}

void PointScene::setSelection(const std::vector<std::int64_t> &rows)
{
    m_selected.assign(rows.begin(), rows.end());
    ++m_version;
}

PointStyle PointScene::styleFor(const Camera &camera, double dpr, double unit) const
{
    double spacing = 0; // on the map
    if (m_grid && m_grid->count() > 0)
        spacing = m_grid->spacing();
    else if (count() > 0)
        spacing = std::sqrt(m_bounds.width() * m_bounds.height() * 0.4 / double(count()));
    const double pixels = spacing * camera.scale() / unit;
    PointStyle style;
    const double radius = std::clamp(0.42 * pixels, 1.15, 5.5);
    // So that three times the usual closeness covers nine tenths: denser places still differ.
    style.opacity = std::clamp(0.4 * pixels * pixels / (radius * radius), 0.1, 1.0);
    style.ring = radius >= 2.5;
    style.radius = radius * unit * dpr;
    style.ringWidth = std::max(1.0, unit) * dpr;
    return style;
}

void PointScene::forgetPainter()
{
    m_newPositions = m_newLooks = m_newDensity = true;
    m_key.reset();
}

PointScene::Key PointScene::keyOf(const PointFrame &frame) const
{
    return {frame.camera, frame.dpr, frame.style, m_blend, frame.text.rgb(), frame.accent.rgb(), m_version};
}

bool PointScene::complete(const PointFrame &frame) const
{
    return m_key && *m_key == keyOf(frame) && m_cursor >= count() &&
           m_selectedCursor >= kPasses * static_cast<std::int64_t>(m_selected.size());
}

void PointScene::upload(PointPainter &painter)
{
    if (m_newPositions)
        painter.setPositions(m_from, m_to);
    if (m_newLooks)
        painter.setLooks(m_looks);
    if (m_newDensity)
        painter.setDensity(m_density, m_region);
    m_newPositions = m_newLooks = m_newDensity = false;
}

void PointScene::sample(const PointFrame &frame)
{
    const std::int64_t atMost = m_sampleLimit;
    if (count() <= ScatterView::kDrawnMoving && m_order) {
        m_sampled = *m_order; // the order in which they are kept, so that none jumps to the front
    } else if (m_grid) {
        m_grid->sample(frame.camera.visible(), atMost, m_sampled);
    } else if (m_order) {
        m_sampled.assign(m_order->begin(), m_order->begin() + std::min(count(), atMost));
    } else {
        m_sampled.clear();
        for (std::int64_t row = 0, step = count() / atMost + 1; row < count(); row += step)
            m_sampled.push_back(static_cast<std::uint32_t>(row));
    }
}

void PointScene::adaptSample(double frameMs)
{
    if (frameMs > kSlowFrameMs)
        m_sampleLimit = std::max(m_sampleLimit * 4 / 5, kFewestSampled);
    else if (frameMs < kQuickFrameMs)
        m_sampleLimit = std::min(m_sampleLimit * 9 / 8, ScatterView::kDrawnMoving);
}

bool PointScene::outlined() const
{
    return m_selected.size() > kFewSelected;
}

PointFrame PointScene::selectionPass(const PointFrame &frame, std::int64_t pass) const
{
    PointFrame changed = frame;
    changed.style.halo = (outlined() ? kPassesOfMany : kPassesOfFew)[static_cast<std::size_t>(pass)];
    if (changed.style.halo != Halo::None)
        changed.style.opacity = 1;
    return changed;
}

void PointScene::drawSelection(PointPainter &painter, const PointFrame &frame, std::int64_t atMost)
{
    const auto selected = static_cast<std::int64_t>(m_selected.size());
    if (selected == 0)
        return;
    const std::int64_t step = (selected - 1) / atMost + 1;
    m_rows.clear();
    for (std::int64_t i = 0; i < selected; i += step)
        m_rows.push_back(m_selected[i]);
    constexpr auto kLayer = PointPainter::Layer::Moving; // a hole in the picture itself would be one in the points
    if (outlined())
        painter.clear(kLayer, frame);
    for (std::int64_t i = 0; i < kPasses; ++i) {
        PointFrame pass = selectionPass(frame, i);
        if (!outlined()) {
            painter.draw(pass, m_rows);
            continue;
        }
        pass.style.radius *= std::sqrt(double(step)); // a sample covers what all of them do
        painter.add(kLayer, pass, m_rows);
    }
    if (outlined())
        painter.draw(frame, kLayer);
}

void PointScene::paint(PointPainter &painter, const PointFrame &frame, bool resting)
{
    upload(painter);
    if (!m_to || !m_looks || count() == 0) {
        painter.begin(frame, 0);
        return;
    }
    if (resting && complete(frame)) {
        painter.begin(frame, 0);
        painter.draw(frame, PointPainter::Layer::Points);
        if (!m_selected.empty())
            painter.draw(frame, PointPainter::Layer::Selection);
        return;
    }
    PointFrame now = frame;
    now.blend = m_blend;
    sample(now);
    m_drawnSingly = static_cast<std::int64_t>(m_sampled.size());
    const auto inView = std::max<std::int64_t>(
        1, count() <= ScatterView::kDrawnMoving || !m_grid ? count() : m_grid->countIn(now.camera.visible()));
    const double missing = 1 - double(m_sampled.size()) / double(inView);
    // The layer that stays has overtaken the sample: it shows how it fills.
    if (resting && m_key && *m_key == keyOf(frame) && m_kept >= m_drawnSingly && m_cursor < count()) {
        painter.begin(frame, 1 - double(m_cursor) / double(count()));
        painter.draw(frame, PointPainter::Layer::Points);
    } else {
        painter.begin(now, count() > ScatterView::kDrawnMoving ? missing : 0);
        painter.draw(now, m_sampled);
    }
    drawSelection(painter, now, kSelectedMoving);
}

void PointScene::gather(const PointFrame &frame, std::int64_t atMost)
{
    const double reach = 2 * frame.style.radius / frame.dpr / frame.camera.scale();
    const QRectF seen = frame.camera.visible().adjusted(-reach, -reach, reach, reach);
    const auto left = static_cast<float>(seen.left()), right = static_cast<float>(seen.right());
    const auto bottom = static_cast<float>(seen.top()), top = static_cast<float>(seen.bottom());
    m_rows.clear();
    const float *p = m_to->data();
    // Looking costs, too: far in, most points are out of view.
    const std::int64_t until = std::min(count(), m_cursor + 8 * atMost);
    for (; m_cursor < until && static_cast<std::int64_t>(m_rows.size()) < atMost; ++m_cursor) {
        const std::uint32_t row = (*m_order)[m_cursor];
        const float x = p[2 * row], y = p[2 * row + 1];
        if (x >= left && x <= right && y >= bottom && y <= top)
            m_rows.push_back(row);
    }
}

bool PointScene::advance(PointPainter &painter, const PointFrame &frame, double ms)
{
    if (!m_to || !m_looks || count() == 0 || !m_order || frame.pixels().isEmpty())
        return false;
    upload(painter);
    if (const Key key = keyOf(frame); !m_key || !(*m_key == key)) {
        m_key = key;
        m_cursor = m_selectedCursor = m_kept = 0;
        painter.clear(PointPainter::Layer::Points, frame);
        painter.clear(PointPainter::Layer::Selection, frame);
    }
    const auto selected = static_cast<std::int64_t>(m_selected.size());
    QElapsedTimer timer;
    timer.start();
    while (!complete(frame) && double(timer.nsecsElapsed()) * 1e-6 < ms) {
        const qint64 before = timer.nsecsElapsed();
        if (m_cursor < count()) {
            gather(frame, m_slice);
            m_kept += static_cast<std::int64_t>(m_rows.size());
            painter.add(PointPainter::Layer::Points, frame, m_rows);
        } else {
            const PointFrame pass = selectionPass(frame, m_selectedCursor / selected);
            const std::int64_t first = m_selectedCursor % selected;
            const std::int64_t last = std::min(first + m_slice, selected);
            m_rows.assign(m_selected.begin() + first, m_selected.begin() + last);
            m_selectedCursor += last - first;
            painter.add(PointPainter::Layer::Selection, pass, m_rows);
        }
        painter.finish();
        const double took = std::max(1e-3, double(timer.nsecsElapsed() - before) * 1e-6);
        m_slice = std::clamp(static_cast<std::int64_t>(double(m_slice) * std::clamp(kSliceMs / took, 0.5, 2.0)),
                             kSmallestSlice, kLargestSlice);
    }
    return !complete(frame);
}

void PointScene::paintWhole(PointPainter &painter, const PointFrame &frame)
{
    upload(painter);
    painter.begin(frame, 0);
    if (!m_to || !m_looks || count() == 0)
        return;
    PointFrame now = frame;
    now.blend = m_blend;
    const PointOrder order = m_order ? m_order : shuffledOrder(count());
    painter.draw(now, *order);
    drawSelection(painter, now, std::max<std::int64_t>(1, static_cast<std::int64_t>(m_selected.size())));
}

} // namespace orrery

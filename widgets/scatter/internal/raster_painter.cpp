// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/raster_painter.h"

#include <algorithm>
#include <cmath>

namespace orrery {

namespace {

constexpr int kQuarters = 4;
constexpr std::size_t kMostSprites = 20'000;

/// The part of a premultiplied pixel that stays when `alpha` of 255 is drawn over it: two channels at a time.
inline std::uint32_t scaled(std::uint32_t pixel, std::uint32_t share)
{
    std::uint32_t even = (pixel & 0x00FF00FF) * share + 0x00800080;
    std::uint32_t odd = (pixel >> 8 & 0x00FF00FF) * share + 0x00800080;
    even = (even + (even >> 8 & 0x00FF00FF)) >> 8 & 0x00FF00FF;
    odd = (odd + (odd >> 8 & 0x00FF00FF)) & 0xFF00FF00;
    return even | odd;
}

} // namespace

void RasterPainter::setPositions(const ScatterPositions &from, const ScatterPositions &to)
{
    m_from = from && to && from->size() == to->size() ? from : to;
    m_to = to;
}

void RasterPainter::setDensity(const QImage &picture, const QRectF &region)
{
    m_density = picture;
    m_region = region;
}

const RasterPainter::Sprite &RasterPainter::sprite(std::uint32_t look, int quarterX, int quarterY,
                                                   const PointFrame &frame)
{
    const std::uint64_t key = std::uint64_t(look) << 8 | static_cast<std::uint64_t>(frame.style.halo) << 4 |
                              std::uint64_t(quarterX) << 2 | std::uint64_t(quarterY);
    const auto found = m_sprites.find(key);
    if (found != m_sprites.end())
        return found->second;
    if (m_sprites.size() > kMostSprites)
        m_sprites.clear();

    const PointStyle &style = frame.style;
    const double radius = style.outerRadius();
    const bool point = style.halo == Halo::None;
    Sprite sprite;
    sprite.side = 2 * static_cast<int>(std::ceil(radius * 1.2 + 0.5)) + 2;
    sprite.pixels.resize(std::size_t(sprite.side) * sprite.side);
    const QColor fill = point ? PointLook::colour(look) : style.halo == Halo::Rim ? frame.ground : frame.accent;
    const QColor ring = style.ring && point ? ringColour(fill, frame.text) : fill;
    const bool faded = PointLook::faded(look) && style.halo != Halo::Hole; // of which nothing is to be left
    const double opacity = style.opacity * (faded ? kFadedOpacity : 1);
    // The centre lies in the middle pixel, at (quarter + ½)/4 of it.
    const double cx = sprite.side / 2 + (quarterX + 0.5) / kQuarters; // NOLINT(bugprone-integer-division)
    const double cy = sprite.side / 2 + (quarterY + 0.5) / kQuarters; // NOLINT(bugprone-integer-division)
    for (int y = 0; y < sprite.side; ++y)
        for (int x = 0; x < sprite.side; ++x) {
            const double d = shapeDistance(PointLook::shape(look), x + 0.5 - cx, y + 0.5 - cy, radius);
            const double alpha = std::clamp(0.5 - d, 0.0, 1.0) * opacity;
            const double edge = std::clamp(d + 0.5 + style.ringWidth, 0.0, 1.0);
            const auto channel = [&](int a, int b) {
                return static_cast<std::uint32_t>(std::lround((a + (b - a) * edge) * alpha));
            };
            sprite.pixels[std::size_t(y) * sprite.side + x] =
                static_cast<std::uint32_t>(std::lround(alpha * 255)) << 24 | channel(fill.red(), ring.red()) << 16 |
                channel(fill.green(), ring.green()) << 8 | channel(fill.blue(), ring.blue());
        }
    return m_sprites.emplace(key, std::move(sprite)).first->second;
}

void RasterPainter::blend(QImage &image, const PointFrame &frame, const PointRows &rows)
{
    if (!m_to || !m_looks)
        return;
    if (m_style.radius != frame.style.radius || m_style.opacity != frame.style.opacity ||
        m_style.ring != frame.style.ring || m_ground != frame.ground || m_style.ringWidth != frame.style.ringWidth ||
        m_text != frame.text || m_accent != frame.accent) {
        m_sprites.clear();
        m_style = frame.style;
        m_text = frame.text, m_accent = frame.accent, m_ground = frame.ground;
    }
    const float *from = m_from->data(), *to = m_to->data();
    const std::uint32_t *looks = m_looks->data();
    const double scale = frame.camera.scale() * frame.dpr;
    const double midX = image.width() / 2.0, midY = image.height() / 2.0;
    const double centreX = frame.camera.centre().x(), centreY = frame.camera.centre().y();
    const int width = image.width(), height = image.height();
    auto *pixels = reinterpret_cast<std::uint32_t *>(image.bits());
    const auto stride = image.bytesPerLine() / 4;
    const std::uint32_t drawn = frame.style.halo == Halo::Hole ? 0 : ~0U; // a hole only takes away
    std::uint32_t lastKey = 0;
    const Sprite *last = nullptr;
    for (const std::uint32_t row : rows) {
        const double x = from[2 * row] + double(to[2 * row] - from[2 * row]) * frame.blend;
        const double y = from[2 * row + 1] + double(to[2 * row + 1] - from[2 * row + 1]) * frame.blend;
        const double px = (x - centreX) * scale + midX, py = (centreY - y) * scale + midY;
        if (!(px > -64 && py > -64 && px < width + 64 && py < height + 64)) // also what is not finite
            continue;
        const int cellX = static_cast<int>(std::floor(px)), cellY = static_cast<int>(std::floor(py));
        const int quarterX = static_cast<int>((px - cellX) * kQuarters),
                  quarterY = static_cast<int>((py - cellY) * kQuarters);
        const std::uint32_t key = looks[row] ^ static_cast<std::uint32_t>(quarterX << 28 | quarterY << 30);
        if (!last || key != lastKey) {
            last = &sprite(looks[row], quarterX, quarterY, frame);
            lastKey = key;
        }
        const int left = cellX - last->side / 2, top = cellY - last->side / 2;
        const int x0 = std::max(0, -left), x1 = std::min(last->side, width - left);
        for (int line = std::max(0, -top); line < std::min(last->side, height - top); ++line) {
            std::uint32_t *target = pixels + (top + line) * stride + left;
            const std::uint32_t *source = last->pixels.data() + std::size_t(line) * last->side;
            for (int i = x0; i < x1; ++i)
                if (source[i])
                    target[i] = (source[i] & drawn) + scaled(target[i], 255 - (source[i] >> 24));
        }
    }
}

void RasterPainter::clear(Layer layer, const PointFrame &frame)
{
    QImage &image = m_layers[static_cast<int>(layer)];
    if (image.size() != frame.pixels())
        image = QImage(frame.pixels(), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
}

void RasterPainter::add(Layer layer, const PointFrame &frame, const PointRows &rows)
{
    blend(m_layers[static_cast<int>(layer)], frame, rows);
}

void RasterPainter::begin(const PointFrame &frame, double density)
{
    if (m_picture.size() != frame.pixels())
        m_picture = QImage(frame.pixels(), QImage::Format_ARGB32_Premultiplied);
    m_picture.fill(frame.ground);
    if (m_density.isNull() || density <= 0)
        return;
    QPainter painter(&m_picture);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.setOpacity(density * frame.opacity);
    const QPointF topLeft = frame.camera.toWidget(m_region.bottomLeft()) * frame.dpr;
    const QPointF bottomRight = frame.camera.toWidget(m_region.topRight()) * frame.dpr;
    painter.drawImage(QRectF(topLeft, bottomRight), m_density);
}

void RasterPainter::draw(const PointFrame &frame, const PointRows &rows)
{
    if (frame.opacity >= 1) {
        blend(m_picture, frame, rows);
        return;
    }
    QImage over(m_picture.size(), QImage::Format_ARGB32_Premultiplied);
    over.fill(Qt::transparent);
    blend(over, frame, rows);
    QPainter painter(&m_picture);
    painter.setOpacity(frame.opacity);
    painter.drawImage(0, 0, over);
}

void RasterPainter::draw(const PointFrame &frame, Layer layer)
{
    QPainter painter(&m_picture);
    painter.setOpacity(frame.opacity);
    painter.drawImage(0, 0, m_layers[static_cast<int>(layer)]);
}

} // namespace orrery

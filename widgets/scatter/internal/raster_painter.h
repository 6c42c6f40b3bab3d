// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/point_painter.h"

#include <unordered_map>

namespace orrery {

/// Points by the processor, for where there is no OpenGL: small pictures of points, blended by hand, because QPainter
/// spends more on the call than on a point. Same distances, rings and opacities as the shader.
class RasterPainter final : public PointPainter
{
public:
    void setPositions(const ScatterPositions &from, const ScatterPositions &to) override;
    void setLooks(const PointLooks &looks) override { m_looks = looks; }
    void setDensity(const QImage &picture, const QRectF &region) override;
    void clear(Layer layer, const PointFrame &frame) override;
    void add(Layer layer, const PointFrame &frame, const PointRows &rows) override;
    void begin(const PointFrame &frame, double density) override;
    void draw(const PointFrame &frame, const PointRows &rows) override;
    void draw(const PointFrame &frame, Layer layer) override;

    /// What was drawn since begin().
    const QImage &picture() const { return m_picture; }

private:
    /// One point's pixels, premultiplied; placed to a quarter of a pixel.
    struct Sprite
    {
        int side = 0;
        std::vector<std::uint32_t> pixels;
    };
    const Sprite &sprite(std::uint32_t look, int quarterX, int quarterY, const PointFrame &frame);
    void blend(QImage &image, const PointFrame &frame, const PointRows &rows);

    ScatterPositions m_from, m_to;
    PointLooks m_looks;
    QImage m_density;
    QRectF m_region;
    QImage m_picture, m_layers[kLayers];
    PointStyle m_style; ///< of the sprites
    QColor m_text, m_accent, m_ground;
    std::unordered_map<std::uint64_t, Sprite> m_sprites;
};

} // namespace orrery

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/density.h"
#include "widgets/scatter/internal/point_grid.h"
#include "widgets/scatter/internal/point_painter.h"

#include <optional>

namespace orrery {

/// The points and the level of detail at which they are drawn. While the view moves: the density of all points and a
/// sample of at most ScatterView::kDrawnMoving of those in view. At rest: every point, added in slices to a layer that
/// stays, the sample first, while the density fades as fewer are missing. Draws with any painter.
class PointScene
{
public:
    void setPositions(const ScatterPositions &from, const ScatterPositions &to);
    const ScatterPositions &from() const { return m_from; }
    const ScatterPositions &positions() const { return m_to; }
    std::int64_t count() const { return m_to ? static_cast<std::int64_t>(m_to->size() / 2) : 0; }
    /// Around where the points go; null without any.
    const QRectF &bounds() const { return m_bounds; }
    /// Where a point is drawn at the moment.
    QPointF at(std::int64_t row) const;
    void setBlend(float blend) { m_blend = blend; }
    float blend() const { return m_blend; }

    void setLooks(PointLooks looks);
    const PointLooks &looks() const { return m_looks; }
    void setOrder(PointOrder order) { m_order = std::move(order); }
    const PointOrder &order() const { return m_order; }
    /// Of these or of earlier positions.
    void setGrid(std::shared_ptr<const PointGrid> grid) { m_grid = std::move(grid); }
    const std::shared_ptr<const PointGrid> &grid() const { return m_grid; }
    void setDensity(const QImage &picture, const QRectF &region);
    void setSelection(const std::vector<std::int64_t> &rows);

    /// Radius, opacity and ring that suit how close the points lie at this scale; `unit` is a pixel of the look.
    PointStyle styleFor(const Camera &camera, double dpr, double unit) const;

    /// A painter that knows nothing yet, or no longer.
    void forgetPainter();
    /// The picture for now. Resting and complete: what is kept; otherwise density and sample.
    void paint(PointPainter &painter, const PointFrame &frame, bool resting);
    /// Adds points to what is kept for about `ms`. @return whether something is missing still
    bool advance(PointPainter &painter, const PointFrame &frame, double ms);
    /// Everything at once, without touching what is kept.
    void paintWhole(PointPainter &painter, const PointFrame &frame);
    bool complete(const PointFrame &frame) const;

    /// Told how long a moving frame took, it draws fewer singly where the machine is slow, more again where it is not.
    void adaptSample(double frameMs);
    std::int64_t drawnSingly() const { return m_drawnSingly; } ///< by the last paint() that was not of what is kept
    std::int64_t kept() const { return m_kept; }               ///< points in the layer that stays

private:
    struct Key
    {
        Camera camera;
        double dpr;
        PointStyle style;
        float blend;
        QRgb text, accent;
        std::int64_t version;
        bool operator==(const Key &) const = default;
    };
    Key keyOf(const PointFrame &frame) const;
    void upload(PointPainter &painter);
    void sample(const PointFrame &frame);
    bool outlined() const; ///< so many are selected that their discs would hide them
    PointFrame selectionPass(const PointFrame &frame, std::int64_t pass) const;
    void drawSelection(PointPainter &painter, const PointFrame &frame, std::int64_t atMost);
    /// The next points in shuffled order that lie in view.
    void gather(const PointFrame &frame, std::int64_t atMost);

    ScatterPositions m_from, m_to;
    QRectF m_bounds;
    float m_blend = 1;
    PointLooks m_looks;
    PointOrder m_order;
    std::shared_ptr<const PointGrid> m_grid;
    QImage m_density;
    QRectF m_region;
    PointRows m_selected;

    bool m_newPositions = true, m_newLooks = true, m_newDensity = true; // to the painter
    std::int64_t m_version = 0;                                         // of positions, looks and selection
    std::optional<Key> m_key;                                           // of what is kept
    std::int64_t m_cursor = 0, m_selectedCursor = 0;
    std::int64_t m_kept = 0, m_drawnSingly = 0;
    std::int64_t m_slice = 20'000, m_sampleLimit = ScatterView::kDrawnMoving;
    PointRows m_rows, m_sampled;
};

} // namespace orrery

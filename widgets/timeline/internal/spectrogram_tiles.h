// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/timeline/mel_spectrum.h"

#include <QHash>
#include <QImage>

#include <array>
#include <cstdint>
#include <vector>

namespace orrery {

/// Columns of a spectrogram, and pictures of them: at several widths, so that far away one still sees the loudest.
class SpectrogramTiles
{
public:
    static constexpr int kLevels = 4; ///< 1, 4, 16 and 64 columns in one
    static constexpr int kTile = 256; ///< columns of a picture
    static constexpr int kStep = 4;
    static constexpr double kRangeDb = 70; ///< from the darkest to the brightest

    void clear();
    /// The next columns, kBands values each.
    void append(const std::uint8_t *columns, std::int64_t count);
    /// Forgets columns before this one, rounded down to whole pictures.
    void dropBefore(std::int64_t column);

    std::int64_t first() const { return m_first; }
    std::int64_t end() const { return m_first + count(0); }
    /// The level at which a column is at least a pixel wide.
    static int levelFor(double pixelsPerColumn);
    static std::int64_t columnsOf(int level); ///< of level 0, in one of this level

    struct Tile
    {
        const QImage *image = nullptr;   ///< null: nothing is known here yet
        std::int64_t begin = 0, end = 0; ///< columns of level 0
    };
    /// The picture that holds a column.
    Tile tile(int level, std::int64_t column);

private:
    std::int64_t count(int level) const;

    std::array<std::vector<std::uint8_t>, kLevels> m_columns;
    std::int64_t m_first = 0;       ///< a multiple of kTile times the widest column
    int m_loudest = 0;              ///< value that is painted brightest
    QHash<qint64, QImage> m_images; ///< by level and place
};

} // namespace orrery

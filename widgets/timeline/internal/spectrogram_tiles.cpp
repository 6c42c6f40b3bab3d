// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/internal/spectrogram_tiles.h"

#include "widgets/theme/value_colours.h"

#include <algorithm>

namespace orrery {

namespace {

constexpr int kBands = MelSpectrum::kBands;
constexpr int kLeastLoud = int((-35 - MelSpectrum::kFloorDb) / MelSpectrum::kStepDb); // noise of a room stays dark
constexpr int kLoudnessStep = 6; // values that the brightest moves by: all pictures are painted anew then

qint64 keyOf(int level, std::int64_t place)
{
    return place * SpectrogramTiles::kLevels + level;
}

const std::array<QRgb, 256> &colours()
{
    static const std::array<QRgb, 256> all = [] {
        std::array<QRgb, 256> made{};
        for (std::size_t i = 0; i < made.size(); ++i)
            made[i] = magma(double(i) / 255).rgb();
        return made;
    }();
    return all;
}

} // namespace

void SpectrogramTiles::clear()
{
    for (auto &level : m_columns)
        level.clear();
    m_images.clear();
    m_first = 0;
    m_loudest = kLeastLoud;
}

std::int64_t SpectrogramTiles::count(int level) const
{
    return std::int64_t(m_columns[std::size_t(level)].size()) / kBands;
}

std::int64_t SpectrogramTiles::columnsOf(int level)
{
    std::int64_t columns = 1;
    for (int i = 0; i < level; ++i)
        columns *= kStep;
    return columns;
}

int SpectrogramTiles::levelFor(double pixelsPerColumn)
{
    int level = 0;
    while (level + 1 < kLevels && pixelsPerColumn * double(columnsOf(level)) < 0.75)
        ++level;
    return level;
}

void SpectrogramTiles::append(const std::uint8_t *columns, std::int64_t added)
{
    if (added <= 0)
        return;
    std::int64_t changed = count(0); // first column that is new or another one
    m_columns[0].insert(m_columns[0].end(), columns, columns + added * kBands);
    const int loudest = std::max(kLeastLoud, int(*std::max_element(columns, columns + added * kBands)));
    if (loudest > m_loudest) {
        m_loudest = std::min(255, loudest + kLoudnessStep);
        m_images.clear();
    }
    for (int level = 0; level < kLevels; ++level) {
        if (level > 0) { // the last group may have been made of fewer
            const auto &fine = m_columns[std::size_t(level - 1)];
            auto &coarse = m_columns[std::size_t(level)];
            changed /= kStep;
            const std::int64_t groups = (count(level - 1) + kStep - 1) / kStep;
            coarse.resize(std::size_t(groups * kBands));
            for (std::int64_t group = changed; group < groups; ++group)
                for (int band = 0; band < kBands; ++band) {
                    std::uint8_t most = 0;
                    for (std::int64_t i = group * kStep; i < std::min((group + 1) * kStep, count(level - 1)); ++i)
                        most = std::max(most, fine[std::size_t(i * kBands + band)]);
                    coarse[std::size_t(group * kBands + band)] = most;
                }
        }
        const std::int64_t base = m_first / columnsOf(level);
        for (std::int64_t place = (base + changed) / kTile; place <= (base + count(level) - 1) / kTile; ++place)
            m_images.remove(keyOf(level, place));
    }
}

void SpectrogramTiles::dropBefore(std::int64_t column)
{
    const std::int64_t whole = kTile * columnsOf(kLevels - 1);
    const std::int64_t drop = std::min((column - m_first) / whole * whole, count(0) / whole * whole);
    if (drop <= 0)
        return;
    for (int level = 0; level < kLevels; ++level) {
        auto &columns = m_columns[std::size_t(level)];
        columns.erase(columns.begin(), columns.begin() + std::ptrdiff_t(drop / columnsOf(level) * kBands));
    }
    m_first += drop;
    m_images.clear();
}

SpectrogramTiles::Tile SpectrogramTiles::tile(int level, std::int64_t column)
{
    const std::int64_t wide = columnsOf(level), base = m_first / wide;
    const std::int64_t place = (column / wide) / kTile;
    const std::int64_t begin = std::max(place * kTile, base), end = std::min((place + 1) * kTile, base + count(level));
    Tile tile{nullptr, begin * wide, end * wide};
    if (column < m_first || begin >= end)
        return tile;
    QImage &image = m_images[keyOf(level, place)];
    if (image.isNull()) {
        image = QImage(int(end - begin), kBands, QImage::Format_RGB32);
        const double range = kRangeDb / MelSpectrum::kStepDb;
        for (int band = 0; band < kBands; ++band) {
            auto *line = reinterpret_cast<QRgb *>(image.scanLine(kBands - 1 - band));
            for (std::int64_t i = begin; i < end; ++i) {
                const int value = m_columns[std::size_t(level)][std::size_t((i - base) * kBands + band)];
                const double bright = 1 - (m_loudest - value) / range;
                line[i - begin] = colours()[std::size_t(std::clamp(int(bright * 255), 0, 255))];
            }
        }
    }
    tile.image = &image;
    return tile;
}

} // namespace orrery

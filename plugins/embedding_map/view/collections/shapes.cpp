// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/shapes.h"

#include "plugins/embedding_map/view/collections/chance.h"
#include "plugins/embedding_map/view/collections/row_facts.h"

#include <QCoreApplication>

#include <numbers>

namespace orrery {

namespace {

constexpr std::uint64_t kSeed = 2021;

QString tr(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

} // namespace

MapCollection noisyCircle()
{
    constexpr std::int64_t kPoints = 1500, kDimensions = 10;
    constexpr double kNoise = 0.02; // of the radius
    Chance chance(kSeed);
    NpyMatrix points{kPoints, kDimensions, {}};
    std::vector<float> degrees;
    for (std::int64_t i = 0; i < kPoints; ++i) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(i) / kPoints;
        degrees.push_back(static_cast<float>(360.0 * static_cast<double>(i) / kPoints));
        for (std::int64_t d = 0; d < kDimensions; ++d) {
            const double place = d == 0 ? std::cos(angle) : d == 1 ? std::sin(angle) : 0;
            points.values.push_back(static_cast<float>(place + kNoise * chance.normal()));
        }
    }
    MapCollection collection;
    collection.points = std::make_shared<NpyMatrix>(std::move(points));
    collection.what =
        tr("%L1 points on a circle in %2 dimensions, with a little noise in each").arg(kPoints).arg(kDimensions);
    collection.facts = {numberFact(tr("Angle"), std::move(degrees))};
    return collection;
}

MapCollection swissRoll()
{
    constexpr std::int64_t kPoints = 2000;
    constexpr double kInner = 1.5 * std::numbers::pi, kOuter = 4.5 * std::numbers::pi, kHeight = 21;
    Chance chance(kSeed);
    NpyMatrix points{kPoints, 3, {}};
    std::vector<float> along, height;
    while (static_cast<std::int64_t>(along.size()) < kPoints) {
        // The spiral grows with its angle, and so does the room on it: draws are thinned out inside.
        const double angle = chance.between(kInner, kOuter);
        if (chance.between(0, kOuter) > angle)
            continue;
        const double y = chance.between(0, kHeight);
        for (const double value : {angle * std::cos(angle), y, angle * std::sin(angle)})
            points.values.push_back(static_cast<float>(value));
        along.push_back(static_cast<float>((angle * angle - kInner * kInner) / (kOuter * kOuter - kInner * kInner)));
        height.push_back(static_cast<float>(y / kHeight));
    }
    MapCollection collection;
    collection.points = std::make_shared<NpyMatrix>(std::move(points));
    collection.what = tr("%L1 points on a sheet that is rolled up in three dimensions").arg(kPoints);
    collection.facts = {numberFact(tr("Along the sheet"), std::move(along)),
                        numberFact(tr("Height"), std::move(height))};
    return collection;
}

} // namespace orrery

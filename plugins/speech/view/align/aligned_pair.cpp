// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/align/aligned_pair.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace orrery::speech {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("AlignedPair", text);
}

QString secondsText(double seconds)
{
    return tr("%1 s").arg(QLocale().toString(std::max(0.0, seconds), 'f', 2));
}

} // namespace

int AlignedPair::frameAt(int lane, double seconds) const
{
    const int frames = int(lanes[std::size_t(lane)].units.size());
    const int frame = int(std::floor((seconds * 1000 - firstMs) / hopMs + 0.5));
    return frames == 0 ? -1 : std::clamp(frame, 0, frames - 1);
}

QString AlignedPair::sentence() const
{
    if (isEmpty())
        return {};
    const QLocale locale;
    return tr("%1 % of the places along the path join equal units, and %2 of %3 different units occur in both.")
        .arg(locale.toString(100 * alignment.equal, 'f', 0))
        .arg(shared.both)
        .arg(shared.a + shared.b - shared.both);
}

QString AlignedPair::distanceText() const
{
    return isEmpty() ? QString() : tr("Distance %1").arg(QLocale().toString(alignment.distance, 'f', 2));
}

QString AlignedPair::reservation() const
{
    if (alignment.band == 0)
        return {};
    const QString far = QLocale().toString(alignment.band * hopMs / 1000, 'f', 0);
    return alignment.touchesBand
               ? tr("These are long, so only places up to %1 s apart from an even pace were compared; the path runs "
                    "along that edge, and a better one may lie beyond it.")
                     .arg(far)
               : tr("These are long, so only places up to %1 s apart from an even pace were compared.").arg(far);
}

QString AlignedPair::placeText(int lane, int frame) const
{
    const int other = partner(lane, frame);
    if (frame < 0 || other < 0)
        return {};
    const int unit = lanes[std::size_t(lane)].units[std::size_t(frame)];
    const int otherUnit = lanes[std::size_t(1 - lane)].units[std::size_t(other)];
    const QString here = secondsText(beginSeconds(frame)), there = secondsText(beginSeconds(other));
    return unit == otherUnit ? tr("%1: unit %2; beside it %3, the same unit").arg(here).arg(unit).arg(there)
                             : tr("%1: unit %2; beside it %3, unit %4").arg(here).arg(unit).arg(there).arg(otherUnit);
}

void align(AlignedPair &pair, const std::atomic<bool> *stop)
{
    constexpr double hop = AlignedPair::kLoudestMs * kSoundRate / 1000;
    for (AlignedLane &lane : pair.lanes) {
        lane.loudest.clear();
        if (!lane.samples)
            continue;
        const std::vector<float> &samples = *lane.samples;
        for (double at = 0; at < double(samples.size()); at += hop) {
            float loudest = 0;
            const auto end = std::min(samples.size(), std::size_t(at + hop));
            for (std::size_t i = std::size_t(at); i < end; ++i)
                loudest = std::max(loudest, std::abs(samples[i]));
            lane.loudest.push_back(loudest);
        }
    }
    const std::vector<int> &a = pair.lanes[0].units, &b = pair.lanes[1].units;
    pair.alignment = alignUnits(a, b, kMostAlignedCells, stop);
    pair.stretches = equalStretches(pair.alignment, a, b);
    pair.shared = sharedUnits(a, b);
    pair.shares = equalShares(a, b, AlignedPair::kCostSide, AlignedPair::kCostSide);
}

} // namespace orrery::speech

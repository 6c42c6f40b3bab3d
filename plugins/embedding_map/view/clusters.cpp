// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/clusters.h"

#include <QCoreApplication>
#include <QHash>
#include <QSet>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::embedding_map {

namespace {

constexpr int kGrid = 128;
// A peak this little above its pass to a higher one is a ripple of that one.
constexpr double kPass = 0.55;
constexpr double kSmallestShare = 0.004;
constexpr std::int64_t kFewest = 5;

struct Grid
{
    float left = 0, low = 0;
    double side = 1;
    int column(float x) const { return std::clamp(int((x - left) / side * kGrid), 0, kGrid - 1); }
    int row(float y) const { return std::clamp(int((y - low) / side * kGrid), 0, kGrid - 1); }
    int cell(float x, float y) const { return row(y) * kGrid + column(x); }
};

Grid gridOf(const std::vector<float> &at)
{
    Grid grid;
    float right = at[0], high = at[1];
    grid.left = at[0];
    grid.low = at[1];
    for (std::size_t i = 0; i + 1 < at.size(); i += 2) {
        grid.left = std::min(grid.left, at[i]);
        right = std::max(right, at[i]);
        grid.low = std::min(grid.low, at[i + 1]);
        high = std::max(high, at[i + 1]);
    }
    grid.side = std::max({1e-12, double(right - grid.left), double(high - grid.low)}) * 1.0001;
    return grid;
}

/// Box blur, three times: nearly a Gaussian.
void smooth(std::vector<double> &density, int radius)
{
    std::vector<double> other(density.size());
    const auto pass = [&](int step, int line) {
        for (int l = 0; l < kGrid; ++l) {
            double sum = 0;
            for (int i = -radius; i < kGrid; ++i) {
                if (i + radius < kGrid)
                    sum += density[l * line + (i + radius) * step];
                if (i - radius - 1 >= 0)
                    sum -= density[l * line + (i - radius - 1) * step];
                if (i >= 0)
                    other[l * line + i * step] = sum / (2 * radius + 1);
            }
        }
        std::swap(density, other);
    };
    for (int i = 0; i < 3; ++i) {
        pass(1, kGrid);
        pass(kGrid, 1);
    }
}

int rootOf(std::vector<int> &parent, int peak)
{
    while (parent[peak] != peak)
        peak = parent[peak] = parent[parent[peak]];
    return peak;
}

} // namespace

Clusters findClusters(const std::vector<float> &positions)
{
    Clusters clusters;
    const std::size_t count = positions.size() / 2;
    clusters.of.assign(count, -1);
    if (count < std::size_t(2 * kFewest))
        return clusters;
    const Grid grid = gridOf(positions);
    std::vector<double> density(kGrid * kGrid, 0.0);
    for (std::size_t i = 0; i < count; ++i)
        density[grid.cell(positions[2 * i], positions[2 * i + 1])] += 1;
    smooth(density, count < 500 ? 5 : count < 5000 ? 3 : 2);

    // Cells from dense to thin: one beside a cell that is taken joins it, one that touches two peaks is their pass.
    std::vector<int> order(density.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](int a, int b) { return density[a] > density[b]; });
    std::vector<int> peakOf(density.size(), -1), parent;
    std::vector<double> height;
    std::vector<int> top;
    for (const int cell : order) {
        if (density[cell] <= 1e-9)
            break;
        const int x = cell % kGrid, y = cell / kGrid;
        int best = -1;
        for (int dy = -1; dy <= 1; ++dy)
            for (int dx = -1; dx <= 1; ++dx) {
                if (x + dx < 0 || x + dx >= kGrid || y + dy < 0 || y + dy >= kGrid)
                    continue;
                const int peak = peakOf[(y + dy) * kGrid + x + dx];
                if (peak < 0)
                    continue;
                const int root = rootOf(parent, peak);
                if (best < 0) {
                    best = root;
                } else if (root != best) {
                    const int higher = height[root] > height[best] ? root : best;
                    const int lower = higher == root ? best : root;
                    if (density[cell] > kPass * height[lower])
                        parent[lower] = higher;
                    best = higher;
                }
            }
        if (best < 0) {
            best = int(parent.size());
            parent.push_back(best);
            height.push_back(density[cell]);
            top.push_back(cell);
        }
        peakOf[cell] = best;
    }

    std::vector<std::int64_t> counts(parent.size(), 0);
    std::vector<int> peaks(count);
    for (std::size_t i = 0; i < count; ++i) {
        const int peak = peakOf[grid.cell(positions[2 * i], positions[2 * i + 1])];
        peaks[i] = peak < 0 ? -1 : rootOf(parent, peak);
        if (peaks[i] >= 0)
            ++counts[peaks[i]];
    }
    const std::int64_t fewest = std::max(kFewest, std::int64_t(kSmallestShare * double(count)));
    std::vector<int> kept;
    for (int peak = 0; peak < int(parent.size()); ++peak)
        if (parent[peak] == peak && counts[peak] >= fewest)
            kept.push_back(peak);
    std::ranges::stable_sort(kept, [&](int a, int b) { return counts[a] > counts[b]; });
    std::vector<int> place(parent.size(), -1);
    for (std::size_t k = 0; k < kept.size(); ++k) {
        place[kept[k]] = int(k);
        clusters.counts.push_back(counts[kept[k]]);
        const int cell = top[kept[k]];
        clusters.middles.push_back({grid.left + (cell % kGrid + 0.5) / kGrid * grid.side,
                                    grid.low + (cell / kGrid + 0.5) / kGrid * grid.side});
    }
    for (std::size_t i = 0; i < count; ++i)
        clusters.of[i] = peaks[i] < 0 ? -1 : place[peaks[i]];
    return clusters;
}

void nameClusters(Clusters &clusters, const std::vector<float> &positions, const QStringList &names,
                  const QList<RowFact> &facts)
{
    const std::size_t count = clusters.of.size();
    const std::size_t islands = clusters.middles.size();
    clusters.names.clear();
    const RowFact *fact = nullptr;
    for (const RowFact &candidate : facts)
        if (!fact && candidate.classes.size() == count && candidate.names.size() > 1)
            fact = &candidate;

    // How often a word stands among all names, and in each island.
    QHash<QString, int> everywhere;
    std::vector<QHash<QString, int>> inside(islands);
    const bool named = names.size() == qsizetype(count) && count <= 200'000;
    for (std::size_t i = 0; named && i < count; ++i) {
        QSet<QString> words;
        for (const QString &word : names[qsizetype(i)].toLower().split(u' ', Qt::SkipEmptyParts)) {
            QString bare = word;
            bare.removeIf([](QChar c) { return !c.isLetterOrNumber(); });
            if (bare.size() > 2)
                words.insert(bare);
        }
        for (const QString &word : words) {
            ++everywhere[word];
            if (clusters.of[i] >= 0)
                ++inside[clusters.of[i]][word];
        }
    }
    for (std::size_t island = 0; island < islands; ++island) {
        const double size = double(clusters.counts[island]);
        QString best;
        if (fact) {
            std::vector<int> votes(std::size_t(fact->names.size()), 0);
            for (std::size_t i = 0; i < count; ++i)
                if (clusters.of[i] == int(island) && fact->classes[i] >= 0 && fact->classes[i] < fact->names.size())
                    ++votes[fact->classes[i]];
            const auto most = std::ranges::max_element(votes);
            // A class of two thirds of everything tells nothing, unless there is nothing else to say.
            if (*most >= 0.6 * size && (!named || fact->names.size() >= qsizetype(islands) / 2))
                best = fact->names[most - votes.begin()];
        }
        double bestScore = 0;
        if (best.isEmpty())
            for (auto it = inside[island].cbegin(); it != inside[island].cend(); ++it) {
                const double share = it.value() / size;
                const double lift = share / (everywhere.value(it.key()) / double(count));
                const double score = share * std::log(lift);
                const bool tells = it.value() >= 3 && share >= 0.15 && lift > 2;
                if (tells && (score > bestScore + 1e-12 ||
                              (std::fabs(score - bestScore) <= 1e-12 && (best.isEmpty() || it.key() < best)))) {
                    bestScore = score;
                    best = it.key();
                }
            }
        if (best.isEmpty() && named) {
            double nearest = -1;
            for (std::size_t i = 0; i < count; ++i) {
                if (clusters.of[i] != int(island))
                    continue;
                const double dx = positions[2 * i] - clusters.middles[island].x();
                const double dy = positions[2 * i + 1] - clusters.middles[island].y();
                if (nearest < 0 || dx * dx + dy * dy < nearest) {
                    nearest = dx * dx + dy * dy;
                    best = names[qsizetype(i)];
                }
            }
        }
        if (best.isEmpty())
            best = QCoreApplication::translate("EmbeddingMap", "Island %1").arg(island + 1);
        clusters.names.append(best);
    }
}

} // namespace orrery::embedding_map

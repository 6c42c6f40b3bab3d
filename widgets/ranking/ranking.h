// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace orrery {

/// One name and what was measured for it.
struct RankedEntry
{
    QString label;
    double share = 0;  ///< in [0, 1]; what it means says Ranking::measure
    double cosine = 0; ///< in [-1, 1]

    bool operator==(const RankedEntry &) const = default;
};

/// Names by rank, best first.
struct Ranking
{
    /// What `share` is.
    enum class Measure
    {
        Share,       ///< part of one whole: all names together make 100 %
        Independent, ///< every name judged on its own; they need not add up
        CosineOnly,  ///< there is no share, only the cosine
    };

    QList<RankedEntry> entries;
    Measure measure = Measure::Share;
    QStringList unknownWords; ///< words among the labels that the model never read

    bool isEmpty() const { return entries.isEmpty(); }
    int size() const { return static_cast<int>(entries.size()); }
    /// @return the row of that label, case ignored; -1 when it is not among them.
    int rowOf(const QString &label) const;
    bool operator==(const Ranking &) const = default;
};

/// "93 %", "4.2 %", "<0.1 %": as exact as it is worth reading.
QString shareText(double share);
/// "0.312", "−0.041": always three decimals and a true minus sign, so that columns line up.
QString cosineText(double cosine);
/// "fox · rank 1 of 101 · 93 % share among these 101".
QString headingText(const Ranking &ranking, int row);
/// What the number in a column means, in a sentence for the reader who points at it.
QString shareExplanation(const Ranking &ranking, int row);
QString cosineExplanation(const Ranking &ranking, int row);
/// Tab-separated, with a line of headings: for the clipboard.
QString rankingTable(const Ranking &ranking, const QString &trueLabel);

} // namespace orrery

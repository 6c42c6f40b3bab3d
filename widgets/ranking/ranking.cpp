// SPDX-License-Identifier: Apache-2.0
#include "widgets/ranking/ranking.h"

#include <QCoreApplication>

#include <cmath>

namespace orrery {

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Ranking", text);
}
constexpr QChar kNoBreakSpace(0x00A0);
constexpr QChar kMinus(0x2212);
} // namespace

int Ranking::rowOf(const QString &label) const
{
    for (int row = 0; row < entries.size(); ++row)
        if (entries[row].label.compare(label, Qt::CaseInsensitive) == 0)
            return row;
    return -1;
}

QString shareText(double share)
{
    const double percent = share * 100;
    const auto number = [&]() -> QString {
        if (percent >= 99.5 && percent < 100)
            return QStringLiteral(">99");
        if (percent >= 9.95)
            return QString::number(std::lround(percent));
        if (percent >= 0.095)
            return QString::number(percent, 'f', 1);
        return percent > 0 ? QStringLiteral("<0.1") : QStringLiteral("0");
    };
    return number() + kNoBreakSpace + u'%';
}

QString cosineText(double cosine)
{
    QString text = QString::number(std::fabs(cosine), 'f', 3);
    if (cosine < -0.0005)
        text.prepend(kMinus);
    return text;
}

QString headingText(const Ranking &ranking, int row)
{
    if (row < 0 || row >= ranking.size())
        return {};
    const RankedEntry &entry = ranking.entries[row];
    const QString place = tr("%1 · rank %2 of %3").arg(entry.label).arg(row + 1).arg(ranking.size());
    switch (ranking.measure) {
    case Ranking::Measure::Share:
        return tr("%1 · %2 share among these %3").arg(place, shareText(entry.share)).arg(ranking.size());
    case Ranking::Measure::Independent:
        return tr("%1 · %2 on its own").arg(place, shareText(entry.share));
    case Ranking::Measure::CosineOnly:
        break;
    }
    return tr("%1 · cosine %2").arg(place, cosineText(entry.cosine));
}

QString shareExplanation(const Ranking &ranking, int row)
{
    const RankedEntry &entry = ranking.entries[row];
    switch (ranking.measure) {
    case Ranking::Measure::Share:
        return tr("%1 share among these %2: how far “%3” stands out from the other names in the list. Add or remove "
                  "names and it changes, though the picture does not.")
            .arg(shareText(entry.share))
            .arg(ranking.size())
            .arg(entry.label);
    case Ranking::Measure::Independent:
        return tr("%1: “%2” judged on its own. Other names do not change it, and the column need not add up to 100 %.")
            .arg(shareText(entry.share), entry.label);
    case Ranking::Measure::CosineOnly:
        break;
    }
    return tr("Shares are switched off; see the cosine.");
}

QString cosineExplanation(const Ranking &ranking, int row)
{
    const RankedEntry &entry = ranking.entries[row];
    return tr("Cosine %1: how nearly the picture and “%2” point the same way inside the model, from −1 to 1. Other "
              "names "
              "do not change it.")
        .arg(cosineText(entry.cosine), entry.label);
}

QString rankingTable(const Ranking &ranking, const QString &trueLabel)
{
    QString table = tr("rank\tlabel\tshare\tcosine\ttrue") + u'\n';
    for (int row = 0; row < ranking.size(); ++row) {
        const RankedEntry &entry = ranking.entries[row];
        const bool isTrue = !trueLabel.isEmpty() && entry.label.compare(trueLabel, Qt::CaseInsensitive) == 0;
        table += QStringLiteral("%1\t%2\t%3\t%4\t%5\n")
                     .arg(row + 1)
                     .arg(entry.label)
                     .arg(entry.share, 0, 'f', 6)
                     .arg(entry.cosine, 0, 'f', 6)
                     .arg(isTrue ? QStringLiteral("✓") : QString());
    }
    return table;
}

} // namespace orrery

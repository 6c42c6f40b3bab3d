// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/row_facts.h"

#include <QHash>

#include <algorithm>
#include <cmath>
#include <set>

namespace orrery {

namespace {

constexpr std::size_t kMostWholeClasses = 100;

bool isOneOf(const QString &column, const QStringList &names)
{
    return names.contains(column.trimmed(), Qt::CaseInsensitive);
}

} // namespace

bool isClassName(const QString &column)
{
    static const QStringList names =
        QStringLiteral("label labels class classes target targets y species category group "
                       "cluster digit variety genre type kind")
            .split(u' ');
    return isOneOf(column, names);
}

bool isNameName(const QString &column)
{
    static const QStringList names = QStringLiteral("name names title word words text caption id").split(u' ');
    return isOneOf(column, names);
}

RowFact classFact(const QString &title, const QStringList &texts, const QStringList &all)
{
    RowFact fact;
    fact.title = title;
    QHash<QString, int> counts;
    for (const QString &text : all.isEmpty() ? texts : all)
        if (!text.isEmpty())
            ++counts[text];
    fact.names = counts.keys();
    bool numbers = true;
    for (const QString &name : std::as_const(fact.names)) {
        bool isNumber = false;
        name.toDouble(&isNumber);
        numbers = numbers && isNumber;
    }
    std::sort(fact.names.begin(), fact.names.end(), [&](const QString &a, const QString &b) {
        if (numbers && a.toDouble() != b.toDouble())
            return a.toDouble() < b.toDouble();
        if (!numbers && counts[a] != counts[b])
            return counts[a] > counts[b];
        return a < b;
    });
    QHash<QString, std::int32_t> places;
    for (qsizetype i = 0; i < fact.names.size(); ++i)
        places.insert(fact.names[i], static_cast<std::int32_t>(i));
    for (const QString &text : texts)
        fact.classes.push_back(places.value(text, -1));
    return fact;
}

RowFact numberFact(const QString &title, std::vector<float> numbers, bool mayBeClasses)
{
    RowFact fact;
    fact.title = title;
    fact.values = std::move(numbers);
    if (!mayBeClasses)
        return fact;
    std::set<float> different;
    for (const float value : fact.values) {
        if (std::isnan(value))
            continue;
        if (value != std::floor(value) || std::fabs(value) > 1e6F)
            return fact;
        different.insert(value);
        if (different.size() > kMostWholeClasses)
            return fact;
    }
    QHash<float, std::int32_t> places;
    for (const float value : different) {
        places.insert(value, static_cast<std::int32_t>(fact.names.size()));
        fact.names.append(QString::number(static_cast<int>(value)));
    }
    for (const float value : fact.values)
        fact.classes.push_back(std::isnan(value) ? -1 : places.value(value, -1));
    fact.values.clear();
    return fact;
}

} // namespace orrery

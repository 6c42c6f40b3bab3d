// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/table_collection.h"

#include "plugins/embedding_map/view/collections/row_facts.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <set>

namespace orrery {

namespace {

constexpr std::size_t kMostClasses = 1000;

QString tr(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

QString titleOf(const DataTable &table, std::size_t column)
{
    const QString name = QString::fromStdString(table.columns[column].name);
    return name.isEmpty() ? tr("column %1").arg(column + 1) : name;
}

/// 0, 1, 2, … or 1, 2, 3, …, as programs number rows.
bool numbersRows(const TableColumn &column)
{
    static const QStringList kNames = {QString(), QStringLiteral("id"), QStringLiteral("index"),
                                       QStringLiteral("unnamed: 0"), QStringLiteral("row")};
    if (column.isText() || column.missing > 0 ||
        !kNames.contains(QString::fromStdString(column.name).trimmed(), Qt::CaseInsensitive))
        return false;
    const float first = column.numbers.front();
    if (first != 0 && first != 1)
        return false;
    for (std::size_t row = 0; row < column.numbers.size(); ++row)
        if (column.numbers[row] != first + static_cast<float>(row))
            return false;
    return true;
}

QStringList textsOf(const TableColumn &column)
{
    QStringList texts;
    texts.reserve(static_cast<qsizetype>(column.texts.size()));
    for (const std::string &text : column.texts)
        texts.append(QString::fromStdString(text));
    return texts;
}

std::size_t differentTexts(const TableColumn &column)
{
    return std::set<std::string_view>(column.texts.begin(), column.texts.end()).size();
}

/// Which column is what.
struct Roles
{
    std::vector<std::size_t> points, classes, numbers, names;
    QStringList gaps, leftOut;
    bool flat = false;
};

Roles rolesOf(const DataTable &table)
{
    const auto find = [&](const char *wanted) {
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            if (!table.columns[i].isText() && table.columns[i].missing == 0 &&
                QString::fromStdString(table.columns[i].name)
                        .trimmed()
                        .compare(QLatin1String(wanted), Qt::CaseInsensitive) == 0)
                return i;
        return table.columns.size();
    };
    Roles roles;
    const std::size_t none = table.columns.size(), x = find("x"), y = find("y");
    roles.flat = x != none && y != none && find("z") == none;
    if (roles.flat)
        roles.points = {x, y};
    const bool inSpace = !roles.flat && x != none && y != none;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const TableColumn &column = table.columns[i];
        if (roles.flat && (i == x || i == y))
            continue;
        if (column.isText()) {
            const std::size_t different = differentTexts(column);
            const bool repeats = different <= kMostClasses && different * 2 <= column.texts.size();
            (repeats || isClassName(titleOf(table, i)) ? roles.classes : roles.names).push_back(i);
        } else if (numbersRows(column)) {
            roles.leftOut.append(titleOf(table, i));
        } else if (isClassName(titleOf(table, i)) && !(inSpace && i == y)) {
            roles.classes.push_back(i);
        } else if (roles.flat) {
            roles.numbers.push_back(i);
        } else if (column.missing > 0) {
            roles.numbers.push_back(i);
            roles.gaps.append(titleOf(table, i));
        } else {
            roles.points.push_back(i);
        }
    }
    // What says "label" colours at first, then what says it in words.
    std::stable_partition(roles.classes.begin(), roles.classes.end(),
                          [&](std::size_t i) { return isClassName(titleOf(table, i)); });
    std::stable_partition(roles.names.begin(), roles.names.end(),
                          [&](std::size_t i) { return isNameName(titleOf(table, i)); });
    return roles;
}

QString inWords(const DataTable &table, const Roles &roles)
{
    QString text = roles.flat                 ? tr("%L1 rows with x and y, shown as they are").arg(table.rows)
                   : roles.points.size() == 1 ? tr("%L1 rows of one number").arg(table.rows)
                                              : tr("%L1 rows of %L2 numbers").arg(table.rows).arg(roles.points.size());
    if (!roles.gaps.isEmpty())
        text += tr("; with gaps, so only for colours: %1").arg(roles.gaps.join(QStringLiteral(", ")));
    if (!roles.leftOut.isEmpty())
        text += tr("; left out, as it only counts the rows: %1").arg(roles.leftOut.join(QStringLiteral(", ")));
    return text;
}

/// One column of large numbers among small ones decides all distances; whoever looks at the map should know.
QString loudColumn(const DataTable &table, const Roles &roles)
{
    constexpr double kLoud = 20;
    constexpr std::size_t kMostColumns = 200; // more are pixels or embeddings, not columns with units
    if (roles.flat || roles.points.size() < 3 || roles.points.size() > kMostColumns)
        return {};
    std::vector<double> spreads;
    for (const std::size_t i : roles.points) {
        double sum = 0, squares = 0;
        for (const float value : table.columns[i].numbers)
            sum += value;
        const double mean = sum / static_cast<double>(table.rows);
        for (const float value : table.columns[i].numbers)
            squares += (value - mean) * (value - mean);
        spreads.push_back(std::sqrt(squares / static_cast<double>(table.rows)));
    }
    const auto loudest = std::max_element(spreads.begin(), spreads.end()) - spreads.begin();
    std::vector<double> sorted(spreads);
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    const double middle = sorted[sorted.size() / 2];
    const double loud = spreads[static_cast<std::size_t>(loudest)];
    if (middle <= 0 || loud < kLoud * middle)
        return {};
    return tr("; “%1” spreads %L2 times as wide as the others and decides most distances")
        .arg(titleOf(table, roles.points[static_cast<std::size_t>(loudest)]))
        .arg(loud / middle, 0, 'f', 0);
}

} // namespace

MapCollection collectionOfTable(const QString &path, const DataTable &table)
{
    const Roles roles = rolesOf(table);
    const std::string name = path.toStdString();
    if (table.rows < 2)
        throw Exception(ErrorCode::BadInput,
                        name + ": holds " + std::to_string(table.rows) + " rows of numbers, a map needs at least 2");
    if (roles.points.empty())
        throw Exception(ErrorCode::BadInput,
                        name + ": has no column with a number in every row, expected at least one to make points of");
    NpyMatrix points{table.rows, static_cast<std::int64_t>(roles.points.size()), {}};
    points.values.reserve(static_cast<std::size_t>(points.rows * points.columns));
    for (std::int64_t row = 0; row < table.rows; ++row)
        for (const std::size_t column : roles.points)
            points.values.push_back(table.columns[column].numbers[static_cast<std::size_t>(row)]);

    MapCollection collection;
    collection.flat = roles.flat;
    collection.what = inWords(table, roles) + loudColumn(table, roles);
    collection.points = std::make_shared<NpyMatrix>(std::move(points));
    for (const std::size_t i : roles.classes)
        collection.facts.append(table.columns[i].isText()
                                    ? classFact(titleOf(table, i), textsOf(table.columns[i]))
                                    : numberFact(titleOf(table, i), table.columns[i].numbers, true));
    for (const std::size_t i : roles.numbers)
        collection.facts.append(numberFact(titleOf(table, i), table.columns[i].numbers));
    // A column that makes points may also be looked at, where there are few enough to choose from.
    constexpr std::size_t kMostChoices = 12;
    if (!roles.flat && roles.points.size() <= kMostChoices)
        for (const std::size_t i : roles.points)
            collection.facts.append(numberFact(titleOf(table, i), table.columns[i].numbers));
    if (!roles.names.empty())
        collection.names = textsOf(table.columns[roles.names.front()]);
    return collection;
}

} // namespace orrery

// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/label_files.h"

#include "engine/files/array_file.h"
#include "engine/files/data_table.h"
#include "engine/files/idx.h"
#include "plugins/embedding_map/view/collections/row_facts.h"

#include <QDir>
#include <QFileInfo>

#include <optional>

namespace orrery {

namespace {

/// A column of numbers or of texts.
struct Column
{
    std::vector<float> numbers;
    QStringList texts;
};

std::optional<Column> columnOf(const QString &path, std::int64_t rows)
{
    const std::string file = path.toStdString();
    Column column;
    if (path.endsWith(QStringLiteral(".npy")) || isIdxName(file)) {
        NpyMatrix matrix = isIdxName(file) ? readIdx(file).matrix : readNpy(file);
        if (matrix.rows != rows || matrix.columns != 1)
            return std::nullopt;
        column.numbers = std::move(matrix.values);
        return column;
    }
    const DataTable table = readTable(file);
    if (table.columns.empty())
        return std::nullopt;
    const TableColumn &first = table.columns.front();
    // A list of words has no header; its first line only looks like one.
    const bool headless = table.rows == rows - 1 && !first.name.empty();
    if (table.rows != rows && !headless)
        return std::nullopt;
    if (!first.isText() && !headless) {
        column.numbers = first.numbers;
        return column;
    }
    if (headless)
        column.texts.append(QString::fromStdString(first.name));
    for (const std::string &text : first.texts)
        column.texts.append(QString::fromStdString(text));
    for (const float number : first.isText() ? std::vector<float>() : first.numbers)
        column.texts.append(QString::number(number));
    return column;
}

/// The first file of these names that fits.
std::optional<Column> firstOf(const QDir &folder, const QStringList &stems, const QString &itself, std::int64_t rows,
                              QString *found)
{
    for (const QString &stem : stems)
        for (const char *ending : {".npy", ".txt", ".csv", ".tsv", "-idx1-ubyte", "-idx1-ubyte.gz"}) {
            const QString name = stem + QLatin1String(ending);
            if (name == itself || !folder.exists(name))
                continue;
            try {
                if (auto column = columnOf(folder.filePath(name), rows)) {
                    *found = name;
                    return column;
                }
            } catch (const Exception &) {
                // Whatever it is, it was not asked for; the array itself can be shown.
            }
        }
    return std::nullopt;
}

/// "photos_pca50" → photos_pca50_labels, photos_pca50-labels, …, photos_labels, …
QStringList stemsFor(const QString &stem, const QStringList &words)
{
    QStringList stems;
    for (QString head = stem; !head.isEmpty();) {
        for (const QString &word : words)
            for (const char *joint : {"_", "-", "."})
                stems.append(head + QLatin1String(joint) + word);
        const qsizetype cut = std::max(head.lastIndexOf(u'_'), head.lastIndexOf(u'-'));
        head = cut > 0 ? head.left(cut) : QString();
    }
    return stems;
}

} // namespace

QStringList addLabelFiles(const QString &path, MapCollection *collection)
{
    const QFileInfo file(path);
    const QString stem = file.completeBaseName();
    const std::int64_t rows = collection->points->rows;
    QStringList labels = stemsFor(
        stem, {QStringLiteral("labels"), QStringLiteral("label"), QStringLiteral("y"), QStringLiteral("classes")});
    if (stem.startsWith(u'x', Qt::CaseInsensitive)) // scikit-learn's habit: X_train, y_train
        labels.append(QStringList{u'y' + stem.mid(1), u'Y' + stem.mid(1)});
    labels.append({QStringLiteral("labels"), QStringLiteral("y")});
    QStringList found;
    QString name;
    if (const auto column = firstOf(file.dir(), labels, file.fileName(), rows, &name)) {
        const QString title = QFileInfo(name).completeBaseName();
        collection->facts.prepend(column->texts.isEmpty() ? numberFact(title, column->numbers, true)
                                                          : classFact(title, column->texts));
        found.append(name);
    }
    const QStringList names = stemsFor(stem, {QStringLiteral("names"), QStringLiteral("words")});
    if (const auto column = firstOf(file.dir(), names, file.fileName(), rows, &name);
        column && !column->texts.isEmpty()) {
        collection->names = column->texts;
        found.append(name);
    }
    return found;
}

} // namespace orrery

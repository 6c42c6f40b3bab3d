// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/array_collection.h"

#include "engine/files/array_file.h"
#include "engine/files/idx.h"
#include "engine/files/npz.h"
#include "plugins/embedding_map/view/collections/label_files.h"
#include "plugins/embedding_map/view/collections/row_facts.h"
#include "plugins/embedding_map/view/collections/table_collection.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace orrery {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

QString rowsInWords(const NpyMatrix &points)
{
    return points.columns == 1 ? tr("%L1 rows of one number").arg(points.rows)
                               : tr("%L1 rows of %L2 numbers").arg(points.rows).arg(points.columns);
}

/// Rows that are surely pictures: as many numbers as a square has, all of them whole and none below zero.
std::function<QImage(std::int64_t)> guessedPictures(const std::shared_ptr<const NpyMatrix> &points)
{
    const auto side = static_cast<int>(std::lround(std::sqrt(static_cast<double>(points->columns))));
    if (side < 8 || side > 64 || std::int64_t(side) * side != points->columns)
        return {};
    float largest = 0;
    for (const float value : points->values) {
        if (value < 0 || value != std::floor(value))
            return {};
        largest = std::max(largest, value);
    }
    return largest > 0 ? greyPictures(points, side, side, 0, largest) : nullptr;
}

struct NamedArray
{
    QString name;
    NpyMatrix matrix;

    bool isLabels() const { return isClassName(name) || name.startsWith(QStringLiteral("y_")); }
};

/// All of an archive that hold numbers. @throws what was wrong with the last one when there is none
std::vector<NamedArray> arraysOf(const std::string &path)
{
    std::vector<NamedArray> arrays;
    std::exception_ptr refusal;
    for (const std::string &name : namesInNpz(path)) {
        try {
            arrays.push_back({QString::fromStdString(name), readNpz(path, name)});
        } catch (const Exception &) {
            refusal = std::current_exception(); // texts, say; the others may do
        }
    }
    if (arrays.empty() && refusal)
        std::rethrow_exception(refusal);
    if (arrays.empty())
        throw Exception(ErrorCode::BadInput, path + ": holds no array, expected one that numpy.savez wrote");
    return arrays;
}

MapCollection fromArchive(const std::string &path)
{
    std::vector<NamedArray> arrays = arraysOf(path);
    std::stable_partition(arrays.begin(), arrays.end(), [](const NamedArray &array) { return array.isLabels(); });
    const auto size = [](const NamedArray &array) {
        return std::pair(array.matrix.columns > 1, array.matrix.values.size());
    };
    const auto largest = std::max_element(arrays.begin(), arrays.end(),
                                          [&](const NamedArray &a, const NamedArray &b) { return size(a) < size(b); });
    if (largest->matrix.values.empty()) // before its rows are looked at: of nothing there may be very many
        throw Exception(ErrorCode::BadInput, path + ": holds no numbers");
    checkFinite(path + ": array \"" + largest->name.toStdString() + "\"", largest->matrix);
    MapCollection collection;
    QStringList others;
    for (auto array = arrays.begin(); array != arrays.end(); ++array) {
        if (array == largest)
            continue;
        if (array->matrix.columns == 1 && array->matrix.rows == largest->matrix.rows)
            collection.facts.append(numberFact(array->name, std::move(array->matrix.values), array->isLabels()));
        else
            others.append(array->name);
    }
    collection.what = rowsInWords(largest->matrix) + tr(", array “%1”").arg(largest->name);
    if (!others.isEmpty())
        collection.what += tr("; not shown: %1").arg(others.join(QStringLiteral(", ")));
    collection.points = std::make_shared<NpyMatrix>(std::move(largest->matrix));
    return collection;
}

MapCollection fromIdx(const std::string &path)
{
    constexpr int kLargestSide = 1024;
    IdxArray array = readIdx(path);
    if (array.matrix.values.empty())
        throw Exception(ErrorCode::BadInput, path + ": holds no numbers");
    checkFinite(path, array.matrix);
    MapCollection collection;
    const auto points = std::make_shared<const NpyMatrix>(std::move(array.matrix));
    collection.points = points;
    collection.what = rowsInWords(*points);
    if (array.dimensions.size() == 3 && std::max(array.dimensions[1], array.dimensions[2]) <= kLargestSide) {
        constexpr float kWhite = 255; // MNIST: 0 is paper, 255 is ink
        collection.thumbnail = greyPictures(points, static_cast<int>(array.dimensions[2]),
                                            static_cast<int>(array.dimensions[1]), 0, kWhite);
        collection.what =
            tr("%L1 pictures of %2 × %3 pixels").arg(points->rows).arg(array.dimensions[2]).arg(array.dimensions[1]);
    }
    const std::string labels = idxLabelsOf(path);
    if (labels.empty())
        return collection;
    NpyMatrix classes = readIdx(labels).matrix;
    if (classes.rows != points->rows || classes.columns != 1)
        throw Exception(ErrorCode::BadInput, labels + ": has " + std::to_string(classes.rows) + " labels, but " + path +
                                                 " has " + std::to_string(points->rows) + " pictures");
    collection.facts.append(numberFact(tr("Label"), std::move(classes.values), true));
    return collection;
}

} // namespace

std::function<QImage(std::int64_t)> greyPictures(std::shared_ptr<const NpyMatrix> points, int width, int height,
                                                 float black, float white)
{
    return [points = std::move(points), width, height, black, white](std::int64_t row) {
        QImage image(width, height, QImage::Format_Grayscale8);
        if (row < 0 || row >= points->rows)
            return QImage();
        const float *values = points->values.data() + row * points->columns;
        for (int y = 0; y < height; ++y) {
            uchar *line = image.scanLine(y);
            for (int x = 0; x < width; ++x)
                line[x] = static_cast<uchar>(
                    std::lround(255 * std::clamp((values[y * width + x] - black) / (white - black), 0.F, 1.F)));
        }
        return image;
    };
}

std::function<Item(std::int64_t)> itemsOf(const MapCollection &collection)
{
    return [points = collection.points, picture = collection.thumbnail, names = collection.names,
            title = collection.title](std::int64_t row) {
        const QString name = row < names.size() ? names[row] : tr("%1, row %2").arg(title).arg(row + 1);
        const QJsonObject recipe{{QStringLiteral("source"), QStringLiteral("file")},
                                 {QStringLiteral("row"), static_cast<qint64>(row)}};
        if (picture)
            return pictureItem(picture(row), name, recipe);
        Item item;
        item.kind = ItemKind::Array;
        item.name = name;
        item.recipe = recipe;
        item.shape = {points->columns};
        const auto begin = points->values.begin() + row * points->columns;
        item.values = QList<float>(begin, begin + points->columns);
        return item;
    };
}

MapCollection readArrayCollection(const QString &path)
{
    const std::string file = path.toStdString();
    const QString ending = QFileInfo(path).suffix().toLower();
    MapCollection collection;
    if (ending == QStringLiteral("csv") || ending == QStringLiteral("tsv") || ending == QStringLiteral("txt")) {
        collection = collectionOfTable(path, readTable(file));
    } else if (ending == QStringLiteral("npz")) {
        collection = fromArchive(file);
    } else if (isIdxName(file)) {
        collection = fromIdx(file);
    } else {
        collection.points = std::make_shared<NpyMatrix>(readArray(file));
        collection.what = rowsInWords(*collection.points);
    }
    if (collection.points->rows < 2)
        throw Exception(ErrorCode::BadInput, file + ": holds only one row, a map needs at least 2");
    if (collection.facts.isEmpty() && !collection.flat) {
        const QStringList beside = addLabelFiles(path, &collection);
        if (!beside.isEmpty())
            collection.what += tr(", with %1").arg(beside.join(QStringLiteral(", ")));
    }
    if (!collection.thumbnail && !collection.flat)
        collection.thumbnail = guessedPictures(collection.points);
    return collection;
}

} // namespace orrery

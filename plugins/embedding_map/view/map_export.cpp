// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_export.h"

#include "orrery/workspace.h"
#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>

#include <algorithm>
#include <cmath>

namespace orrery::embedding_map {

namespace {

const QString kPlugin = QStringLiteral("orrery.embedding-map");
const QString kMade = QStringLiteral("map");

QString say(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

QByteArray compact(const QJsonObject &recipe)
{
    return QJsonDocument(recipe).toJson(QJsonDocument::Compact);
}

QString csvCell(const QString &text)
{
    QString cell = text;
    return QStringLiteral("\"%1\"").arg(cell.replace(u'"', QStringLiteral("\"\"")));
}

/// Dark blue over grey to yellow; the stops of cividis that a chart needs.
QColor cividis(double share)
{
    static const QColor stops[] = {QColor(0, 34, 78),     QColor(53, 69, 108),   QColor(102, 105, 112),
                                   QColor(148, 143, 120), QColor(200, 184, 102), QColor(254, 232, 56)};
    const double at = std::clamp(share, 0.0, 1.0) * 5;
    const int i = std::min(4, int(at));
    const double t = at - i;
    const auto mix = [t](int a, int b) { return int(std::lround(a + (b - a) * t)); };
    return QColor(mix(stops[i].red(), stops[i + 1].red()), mix(stops[i].green(), stops[i + 1].green()),
                  mix(stops[i].blue(), stops[i + 1].blue()));
}

QColor colourOf(const ScatterColouring &colouring, std::size_t row, const Colours &colours)
{
    switch (colouring.kind) {
    case ScatterColouring::Kind::Classes:
        return row < colouring.classes.size() && colouring.classes[row] >= 0
                   ? Theme::classColour(colouring.classes[row], colours)
                   : colours.muted;
    case ScatterColouring::Kind::Values:
        if (row < colouring.values.size() && std::isfinite(colouring.values[row]))
            return cividis((colouring.values[row] - colouring.smallest) /
                           std::max(1e-12, colouring.largest - colouring.smallest));
        return colours.line;
    case ScatterColouring::Kind::Tint: {
        const double share = row < colouring.values.size() ? std::clamp(double(colouring.values[row]), 0.0, 1.0) : 0;
        const auto mix = [share](int a, int b) { return int(std::lround(a + (b - a) * share)); };
        return QColor(mix(colours.line.red(), colours.accent.red()), mix(colours.line.green(), colours.accent.green()),
                      mix(colours.line.blue(), colours.accent.blue()));
    }
    default:
        return colours.accent;
    }
}

} // namespace

QJsonObject mapRecipe(const ExportedMap &map)
{
    return {{QStringLiteral("source"), QStringLiteral("made")},
            {QStringLiteral("made"), kMade},
            {QStringLiteral("plugin"), kPlugin},
            {QStringLiteral("version"), 1},
            {QStringLiteral("collection"), map.collection.id},
            {QStringLiteral("points"), qint64(map.collection.points ? map.collection.points->rows : 0)},
            {QStringLiteral("model"), map.collection.model},
            {QStringLiteral("parameters"), toJson(relevant(map.run.parameters))},
            {QStringLiteral("flat"), map.run.flat},
            {QStringLiteral("tuned"), map.run.tuned},
            {QStringLiteral("stoppedAt"), map.run.complete ? QJsonValue() : QJsonValue(qint64(map.run.iteration))},
            {QStringLiteral("loss"), std::isfinite(map.run.loss) ? QJsonValue(map.run.loss) : QJsonValue()},
            {QStringLiteral("colour"), map.colour},
            {QStringLiteral("words"), map.words},
            {QStringLiteral("build"), QCoreApplication::applicationVersion()}};
}

bool isMapRecipe(const QJsonObject &recipe)
{
    return recipe.value(QStringLiteral("plugin")).toString() == kPlugin &&
           recipe.value(QStringLiteral("made")).toString() == kMade;
}

QByteArray mapCsv(const ExportedMap &map)
{
    const MapCollection &collection = map.collection;
    const std::vector<float> &at = *map.run.positions;
    const std::size_t count = at.size() / 2;
    const bool named = collection.names.size() == qsizetype(count);
    struct Column
    {
        QString title;
        const std::vector<float> *values;
    };
    std::vector<Column> quality;
    std::vector<std::int64_t> place;
    if (const maps::Quality *measured = map.run.quality.get()) {
        quality = {{QStringLiteral("neighbours kept"), &measured->recall},
                   {QStringLiteral("trustworthiness"), &measured->trust},
                   {QStringLiteral("continuity"), &measured->continuityAt},
                   {QStringLiteral("correlation"), &measured->spearmanAt}};
        place.assign(count, -1);
        for (std::size_t i = 0; i < measured->measured.size(); ++i)
            if (std::size_t(measured->measured[i]) < count)
                place[std::size_t(measured->measured[i])] = std::int64_t(i);
    }
    QByteArray csv = "# orrery-recipe: " + compact(mapRecipe(map)) + '\n';
    QStringList head{QStringLiteral("row")};
    if (named)
        head.append(QStringLiteral("name"));
    head += {QStringLiteral("x"), QStringLiteral("y")};
    for (const RowFact &fact : collection.facts)
        head.append(csvCell(fact.title));
    for (const Column &column : quality)
        head.append(column.title);
    csv += head.join(u',').toUtf8() + '\n';
    for (std::size_t row = 0; row < count; ++row) {
        QStringList cells{QString::number(row)};
        if (named)
            cells.append(csvCell(collection.names[qsizetype(row)]));
        cells += {QString::number(at[2 * row], 'g', 9), QString::number(at[2 * row + 1], 'g', 9)};
        for (const RowFact &fact : collection.facts) {
            if (row < fact.classes.size())
                cells.append(fact.classes[row] < 0 ? QString() : csvCell(fact.names.value(fact.classes[row])));
            else
                cells.append(row < fact.values.size() ? QString::number(fact.values[row], 'g', 9) : QString());
        }
        for (const Column &column : quality)
            cells.append(place[row] < 0 || std::size_t(place[row]) >= column.values->size()
                             ? QString()
                             : QString::number((*column.values)[std::size_t(place[row])], 'g', 6));
        csv += cells.join(u',').toUtf8() + '\n';
    }
    return csv;
}

QByteArray mapSvg(const ExportedMap &map)
{
    // Light colours always: charts go into documents.
    const Colours &colours = Theme::colours(false);
    const std::vector<float> &at = *map.run.positions;
    const std::size_t count = at.size() / 2;
    float left = at[0], right = at[0], low = at[1], high = at[1];
    for (std::size_t i = 0; i < count; ++i) {
        left = std::min(left, at[2 * i]);
        right = std::max(right, at[2 * i]);
        low = std::min(low, at[2 * i + 1]);
        high = std::max(high, at[2 * i + 1]);
    }
    constexpr double kSide = 720, kMargin = 24, kTop = 72, kLegend = 200;
    const double scale = (kSide - 2 * kMargin) / std::max({1e-9, double(right - left), double(high - low)});
    const auto x = [&](double value) { return kMargin + (value - left) * scale; };
    const auto y = [&](double value) { return kTop + (high - value) * scale; };
    const auto text = [&](double px, double py, int size, const QString &words, const QColor &colour,
                          int weight = 400) {
        return QStringLiteral("<text x=\"%1\" y=\"%2\" font-family=\"Inter, sans-serif\" font-size=\"%3\" fill=\"%4\" "
                              "font-weight=\"%5\">%6</text>\n")
            .arg(px, 0, 'f', 1)
            .arg(py, 0, 'f', 1)
            .arg(size)
            .arg(colour.name())
            .arg(weight)
            .arg(words.toHtmlEscaped());
    };
    QString svg = QStringLiteral("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1\" height=\"%2\" "
                                 "viewBox=\"0 0 %1 %2\">\n")
                      .arg(kSide + kLegend)
                      .arg(kSide + kTop - kMargin);
    svg += QStringLiteral("<metadata><recipe xmlns=\"https://orrery.example/recipe\">%1</recipe></metadata>\n")
               .arg(QString::fromUtf8(compact(mapRecipe(map))).toHtmlEscaped());
    svg += QStringLiteral("<rect width=\"100%\" height=\"100%\" fill=\"%1\"/>\n").arg(colours.surface.name());
    svg += text(kMargin, 32, 20, map.collection.title, colours.text, 600);
    const std::size_t stride = (count + kMostDrawn - 1) / kMostDrawn;
    QString what = map.run.title();
    if (stride > 1)
        what = say("%1 · %2 of %3 points drawn").arg(what).arg(count / stride).arg(count);
    svg += text(kMargin, 54, 13, what, colours.muted);
    const double radius = std::clamp(60 / std::sqrt(double(count) + 1), 0.8, 4.0);
    for (std::size_t row = 0; row < count; row += std::max<std::size_t>(1, stride))
        svg += QStringLiteral("<circle cx=\"%1\" cy=\"%2\" r=\"%3\" fill=\"%4\" fill-opacity=\"0.8\"/>\n")
                   .arg(x(at[2 * row]), 0, 'f', 2)
                   .arg(y(at[2 * row + 1]), 0, 'f', 2)
                   .arg(radius, 0, 'f', 2)
                   .arg(colourOf(map.colouring, row, colours).name());
    for (const ScatterMark &mark : map.marks)
        svg += text(x(mark.position.x()), y(mark.position.y()), mark.kind == ScatterMark::Kind::Cluster ? 11 : 14,
                    mark.text, colours.text, mark.kind == ScatterMark::Kind::Cluster ? 400 : 600);
    double line = kTop + 8;
    if (map.colouring.kind != ScatterColouring::Kind::None)
        svg += text(kSide, line, 13, map.colouring.title, colours.text, 600);
    if (map.colouring.kind == ScatterColouring::Kind::Classes)
        for (qsizetype i = 0; i < std::min<qsizetype>(15, map.colouring.names.size()); ++i) {
            line += 20;
            svg += QStringLiteral("<circle cx=\"%1\" cy=\"%2\" r=\"5\" fill=\"%3\"/>\n")
                       .arg(kSide + 5)
                       .arg(line - 4)
                       .arg(Theme::classColour(int(i), colours).name());
            svg += text(kSide + 16, line, 12, map.colouring.names[i], colours.text);
        }
    if (map.colouring.kind == ScatterColouring::Kind::Values)
        for (int i = 0; i <= 4; ++i) {
            line += 20;
            svg += QStringLiteral("<rect x=\"%1\" y=\"%2\" width=\"12\" height=\"20\" fill=\"%3\"/>\n")
                       .arg(kSide)
                       .arg(line - 14)
                       .arg(cividis(1 - i / 4.0).name());
            const double value = map.colouring.largest - (map.colouring.largest - map.colouring.smallest) * i / 4;
            svg += text(kSide + 18, line, 12, QString::number(value, 'g', 3), colours.text);
        }
    return (svg + QStringLiteral("</svg>\n")).toUtf8();
}

QString exportMap(const ExportedMap &map, const QImage &picture, const QString &path)
{
    if (!map.run.positions || map.run.positions->empty())
        return say("There is no map to export yet.");
    const QString ending = QFileInfo(path).suffix().toLower();
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return say("%1 could not be written: %2").arg(path, file.errorString());
    if (ending == QLatin1String("csv")) {
        file.write(mapCsv(map));
    } else if (ending == QLatin1String("svg")) {
        file.write(mapSvg(map));
    } else if (ending == QLatin1String("png")) {
        QImage image = picture;
        image.setText(QString::fromLatin1(kRecipeKey), QString::fromUtf8(compact(mapRecipe(map))));
        image.save(&file, "PNG");
    } else {
        return say("%1: a map is saved as .png, .svg or .csv").arg(path);
    }
    if (!file.commit())
        return say("%1 could not be written: %2").arg(path, file.errorString());
    return {};
}

} // namespace orrery::embedding_map

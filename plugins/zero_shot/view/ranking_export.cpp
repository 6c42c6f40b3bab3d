// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/ranking_export.h"

#include "orrery/workspace.h"
#include "widgets/theme/theme.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QImageReader>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPainter>
#include <QSaveFile>
#include <QSvgRenderer>

#include <algorithm>

namespace orrery::zero_shot {

namespace {

constexpr int kPictureSide = 256; // as much of the picture as a recipe keeps
constexpr int kShownRows = 20;
const QString kMade = QStringLiteral("ranking");
const QString kPlugin = QStringLiteral("orrery.zero-shot");

QString tr(const char *text)
{
    return QCoreApplication::translate("ZeroShot", text);
}

QByteArray pngOf(const QImage &picture)
{
    if (picture.isNull())
        return {};
    QImage small = picture;
    if (picture.width() > kPictureSide || picture.height() > kPictureSide)
        small = picture.scaled(kPictureSide, kPictureSide, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    small.save(&buffer, "PNG");
    return bytes;
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

bool isTrue(const RankedEntry &entry, const QString &trueLabel)
{
    return !trueLabel.isEmpty() && entry.label.compare(trueLabel, Qt::CaseInsensitive) == 0;
}

} // namespace

QJsonObject rankingRecipe(const Answer &answer, const QString &trueLabel)
{
    const Question &question = answer.question;
    return {
        {QStringLiteral("source"), QStringLiteral("made")},
        {QStringLiteral("made"), kMade},
        {QStringLiteral("plugin"), kPlugin},
        {QStringLiteral("version"), 1},
        {QStringLiteral("model"), answer.model},
        {QStringLiteral("labels"), QJsonArray::fromStringList(question.labels)},
        {QStringLiteral("templates"), QJsonArray::fromStringList(question.templates)},
        {QStringLiteral("scoring"), static_cast<int>(question.scoring)},
        {QStringLiteral("temperature"), question.temperature},
        {QStringLiteral("trueLabel"), trueLabel},
        {QStringLiteral("pictureName"), question.item.name},
        {QStringLiteral("picture"), QString::fromLatin1(pngOf(question.item.picture).toBase64())},
    };
}

bool isRankingRecipe(const QJsonObject &recipe)
{
    return recipe.value(QStringLiteral("plugin")).toString() == kPlugin &&
           recipe.value(QStringLiteral("made")).toString() == kMade;
}

QJsonObject recipeOf(const Item &item)
{
    if (isRankingRecipe(item.recipe) || QFileInfo(item.path).suffix().toLower() != QStringLiteral("png"))
        return item.recipe;
    // Text chunks stand before the pixels; nothing is decoded here.
    QImageReader reader(item.path, "png");
    return QJsonDocument::fromJson(reader.text(QString::fromLatin1(kRecipeKey)).toUtf8()).object();
}

QImage recipePicture(const QJsonObject &recipe)
{
    const QByteArray png = QByteArray::fromBase64(recipe.value(QStringLiteral("picture")).toString().toLatin1());
    return QImage::fromData(png, "PNG");
}

QByteArray rankingCsv(const Answer &answer, const QString &trueLabel)
{
    QString csv =
        QStringLiteral("# orrery-recipe: ") + QString::fromUtf8(compact(rankingRecipe(answer, trueLabel))) + u'\n';
    csv += QStringLiteral("rank,label,share,cosine,true\n");
    for (int row = 0; row < answer.ranking.size(); ++row) {
        const RankedEntry &entry = answer.ranking.entries[row];
        csv += QStringLiteral("%1,%2,%3,%4,%5\n")
                   .arg(row + 1)
                   .arg(csvCell(entry.label))
                   .arg(entry.share, 0, 'g', 9)
                   .arg(entry.cosine, 0, 'g', 9)
                   .arg(isTrue(entry, trueLabel) ? 1 : 0);
    }
    return csv.toUtf8();
}

QByteArray rankingSvg(const Answer &answer, const QString &trueLabel)
{
    // Light colours always: charts go into documents.
    const Colours &colours = Theme::colours(false);
    const int rows = std::min(kShownRows, answer.ranking.size());
    const int width = 720;
    const int left = 224;
    const int top = 96;
    const int line = 26;
    const int height = std::max(top + rows * line + 24, 260);
    const bool shares = answer.ranking.measure != Ranking::Measure::CosineOnly;
    const auto text = [&](double x, double y, int size, const QString &words, const QColor &colour,
                          const char *anchor = "start", int weight = 400) {
        return QStringLiteral("<text x=\"%1\" y=\"%2\" font-family=\"Inter, sans-serif\" font-size=\"%3\" fill=\"%4\" "
                              "text-anchor=\"%5\" font-weight=\"%6\">%7</text>\n")
            .arg(x)
            .arg(y)
            .arg(size)
            .arg(colour.name(), QString::fromLatin1(anchor))
            .arg(weight)
            .arg(words.toHtmlEscaped());
    };
    const auto rect = [](double x, double y, double w, double h, const QColor &colour) {
        return QStringLiteral("<rect x=\"%1\" y=\"%2\" width=\"%3\" height=\"%4\" rx=\"3\" fill=\"%5\"/>\n")
            .arg(x)
            .arg(y)
            .arg(w)
            .arg(h)
            .arg(colour.name());
    };
    QString svg =
        QStringLiteral("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
                       "width=\"%1\" height=\"%2\" viewBox=\"0 0 %1 %2\">\n")
            .arg(width)
            .arg(height);
    svg += QStringLiteral("<metadata><recipe xmlns=\"https://orrery.example/recipe\">%1</recipe></metadata>\n")
               .arg(QString::fromUtf8(compact(rankingRecipe(answer, trueLabel))).toHtmlEscaped());
    svg += rect(0, 0, width, height, colours.surface);
    const QByteArray png = pngOf(answer.question.item.picture);
    if (!png.isEmpty())
        svg += QStringLiteral(
                   "<image x=\"24\" y=\"24\" width=\"176\" height=\"176\" xlink:href=\"data:image/png;base64,%1\"/>\n")
                   .arg(QString::fromLatin1(png.toBase64()));
    svg += text(24, 220, 12, answer.question.item.name, colours.muted);
    svg += text(24, 238, 12, tr("model: %1").arg(QFileInfo(answer.model).fileName()), colours.muted);
    if (rows > 0) {
        svg += text(left, 54, 32, answer.ranking.entries.front().label, colours.text, "start", 600);
        const int trueRow = trueLabel.isEmpty() ? 0 : answer.ranking.rowOf(trueLabel);
        const QString heading = trueRow < 0           ? tr("✓ %1 · not among these names").arg(trueLabel)
                                : trueLabel.isEmpty() ? headingText(answer.ranking, 0)
                                                      : QStringLiteral("✓ ") + headingText(answer.ranking, trueRow);
        svg += text(left, 78, 13, heading, colours.muted);
    }
    for (int row = 0; row < rows; ++row) {
        const RankedEntry &entry = answer.ranking.entries[row];
        const double y = top + row * line;
        const bool marked = isTrue(entry, trueLabel);
        svg += text(left, y + 17, 13, (marked ? QStringLiteral("✓ ") : QString()) + entry.label, colours.text, "start",
                    marked ? 600 : 400);
        svg += rect(left + 170, y + 7, 180, 10, colours.ground);
        const double share = std::clamp(shares ? entry.share : std::max(0.0, entry.cosine), 0.0, 1.0);
        svg += rect(left + 170, y + 7, std::max(1.5, share * 180), 10, colours.accent);
        if (shares)
            svg += text(left + 410, y + 17, 13, shareText(entry.share), colours.text, "end");
        svg += text(left + 472, y + 17, 13, cosineText(entry.cosine), colours.muted, "end");
    }
    return (svg + QStringLiteral("</svg>\n")).toUtf8();
}

QImage rankingImage(const Answer &answer, const QString &trueLabel, double scale)
{
    QSvgRenderer renderer(rankingSvg(answer, trueLabel));
    QImage image((QSizeF(renderer.defaultSize()) * scale).toSize(), QImage::Format_RGB32);
    image.fill(Qt::white);
    {
        QPainter painter(&image);
        renderer.render(&painter);
    }
    image.setText(QString::fromLatin1(kRecipeKey), QString::fromUtf8(compact(rankingRecipe(answer, trueLabel))));
    return image;
}

QString exportRanking(const Answer &answer, const QString &trueLabel, const QString &path)
{
    const QString ending = QFileInfo(path).suffix().toLower();
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return tr("%1 could not be written: %2").arg(path, file.errorString());
    if (ending == QStringLiteral("csv"))
        file.write(rankingCsv(answer, trueLabel));
    else if (ending == QStringLiteral("svg"))
        file.write(rankingSvg(answer, trueLabel));
    else if (ending == QStringLiteral("png"))
        rankingImage(answer, trueLabel).save(&file, "PNG");
    else
        return tr("%1: a ranking is saved as .png, .svg or .csv").arg(path);
    if (!file.commit())
        return tr("%1 could not be written: %2").arg(path, file.errorString());
    return {};
}

} // namespace orrery::zero_shot

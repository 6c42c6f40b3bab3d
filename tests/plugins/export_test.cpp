// SPDX-License-Identifier: Apache-2.0
// What leaves the classifier as a file, and what comes with it: exports, variations, example pictures, lists.
#include "orrery/workspace.h"
#include "plugins/zero_shot/view/label_lists.h"
#include "plugins/zero_shot/view/ranking_export.h"
#include "plugins/zero_shot/view/variations.h"
#include "plugins/zero_shot/view/votes_view.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QDir>
#include <QImageReader>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPainter>
#include <QSet>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>

using namespace orrery;
using namespace orrery::zero_shot;

class ExportTest : public QObject
{
    Q_OBJECT

    static Answer answer()
    {
        Answer answer;
        answer.model = QStringLiteral("picture-clip");
        answer.question.item = pictureItem(QImage(QStringLiteral(ORRERY_SOURCE_DIR "/resources/examples/fox.png")),
                                           QStringLiteral("fox \"<&>"));
        answer.question.labels = {QStringLiteral("fox"), QStringLiteral("wolf, \"grey\"")};
        answer.question.templates = {QStringLiteral("a {}"), QStringLiteral("the {}")};
        answer.prompts = answer.question.templates;
        answer.question.temperature = 0.1;
        answer.ranking.entries = {{QStringLiteral("fox"), 0.75, 0.5}, {QStringLiteral("wolf, \"grey\""), 0.25, 0.25}};
        answer.perTemplate = {{0.6, 0.4}, {0.3, 0.7}};
        return answer;
    }

    static QJsonObject parse(const QByteArray &json) { return QJsonDocument::fromJson(json).object(); }

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(*qApp); }

    void everyFormatCarriesTheRecipe()
    {
        const QJsonObject recipe = rankingRecipe(answer(), QStringLiteral("fox"));
        QVERIFY(isRankingRecipe(recipe));
        QCOMPARE(recipePicture(recipe).size(), QSize(256, 256));
        QCOMPARE(recipe.value(QStringLiteral("temperature")).toDouble(), 0.1);

        QTemporaryDir folder;
        for (const char *name : {"r.png", "r.svg", "r.csv"})
            QCOMPARE(exportRanking(answer(), QStringLiteral("fox"), folder.filePath(QLatin1String(name))), QString());

        Item png = fileItem(folder.filePath(QStringLiteral("r.png")));
        QCOMPARE(recipeOf(png), recipe);

        QFile svg(folder.filePath(QStringLiteral("r.svg")));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        QXmlStreamReader xml(&svg);
        QByteArray found;
        while (!xml.atEnd())
            if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == QStringLiteral("recipe"))
                found = xml.readElementText().toUtf8();
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(parse(found), recipe);

        QFile csv(folder.filePath(QStringLiteral("r.csv")));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = csv.readAll().split('\n');
        QVERIFY(lines[0].startsWith("# orrery-recipe: "));
        QCOMPARE(parse(lines[0].mid(17)), recipe);
        QCOMPARE(lines[1], QByteArray("rank,label,share,cosine,true"));
        QCOMPARE(lines[2], QByteArray("1,\"fox\",0.75,0.5,1"));
        QCOMPARE(lines[3], QByteArray("2,\"wolf, \"\"grey\"\"\",0.25,0.25,0"));
    }

    void anUnwritablePlaceOrAnotherEndingIsASentence()
    {
        QVERIFY(
            exportRanking(answer(), {}, QStringLiteral("/nowhere/r.png")).contains(QStringLiteral("/nowhere/r.png")));
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("r.doc"));
        QVERIFY(!exportRanking(answer(), {}, path).isEmpty());
        QVERIFY(!QFile::exists(path));
    }

    void foreignRecipesAreNotOurs()
    {
        QVERIFY(!isRankingRecipe({}));
        QVERIFY(!isRankingRecipe({{QStringLiteral("plugin"), QStringLiteral("other")},
                                  {QStringLiteral("made"), QStringLiteral("ranking")}}));
        QVERIFY(recipePicture({{QStringLiteral("picture"), QStringLiteral("!!")}}).isNull());
    }

    void votesCompareOnePromptWithAll()
    {
        const QList<Vote> votes = votesOf(answer());
        QCOMPARE(votes.size(), 2);
        QCOMPARE(votes[0].label, QStringLiteral("fox"));
        QCOMPARE(votes[1].label, QStringLiteral("wolf, \"grey\""));
        QCOMPARE(votes[1].answerRank, 2);
        const QString two = ensembleSentence(answer(), votes);
        QVERIFY2(two.startsWith(QStringLiteral("Both prompts together: fox ")), qPrintable(two));
        QVERIFY2(two.contains(QStringLiteral("so the other adds 15 points")), qPrintable(two));
        Answer three = answer();
        three.perTemplate.append({0.5, 0.5});
        const QString all = ensembleSentence(three, votesOf(three));
        QVERIFY2(all.startsWith(QStringLiteral("All 3 prompts together: fox ")), qPrintable(all));
        QVERIFY2(all.contains(QStringLiteral("so the others add 15 points")), qPrintable(all));
    }

    void variationsKeepTheSizeAndDoWhatTheySay()
    {
        QImage half(40, 20, QImage::Format_ARGB32);
        half.fill(Qt::transparent);
        QPainter(&half).fillRect(0, 0, 10, 20, Qt::red);
        const QList<Variation> all = variations(half);
        QCOMPARE(all.size(), 6);
        for (const Variation &variation : all)
            QCOMPARE(variation.picture.size(), QSize(40, 20));
        QCOMPARE(all[0].picture.pixelColor(30, 10), QColor(Qt::white)); // transparent is white
        QCOMPARE(all[1].picture.pixelColor(35, 10), QColor(Qt::red));   // mirrored
        QCOMPARE(all[2].picture.pixelColor(5, 10).saturation(), 0);     // grey
        QVERIFY(all[3].picture.pixelColor(10, 10).lightness() < 100);   // sketched: a line at the border
        QCOMPARE(all[3].picture.pixelColor(30, 10), QColor(Qt::white));
        QCOMPARE(all[5].picture.pixelColor(5, 10), QColor(Qt::red)); // half covered
        QCOMPARE(all[5].picture.pixelColor(25, 10), QColor(0x9A9A96));
        QVERIFY(variations({}).isEmpty());
    }

    void examplePicturesAreTheirDrawings()
    {
        const QDir folder(QStringLiteral(ORRERY_SOURCE_DIR "/resources/examples"));
        const QFileInfoList drawings = folder.entryInfoList({QStringLiteral("*.svg")}, QDir::Files);
        QVERIFY(drawings.size() >= 10);
        for (const QFileInfo &file : drawings) {
            QImage rendered(256, 256, QImage::Format_RGB32);
            rendered.fill(Qt::white);
            QSvgRenderer renderer(file.absoluteFilePath());
            QVERIFY2(renderer.isValid(), qPrintable(file.fileName()));
            {
                QPainter painter(&rendered);
                renderer.render(&painter, QRectF(0, 0, 256, 256));
            }
            const QImage committed = QImage(folder.filePath(file.completeBaseName() + QStringLiteral(".png")))
                                         .convertToFormat(QImage::Format_RGB32);
            QCOMPARE(committed.size(), rendered.size());
            double difference = 0;
            for (int y = 0; y < 256; ++y)
                for (int x = 0; x < 256; ++x)
                    difference += std::abs(committed.pixelColor(x, y).green() - rendered.pixelColor(x, y).green());
            QVERIFY2(difference / (256 * 256) < 1,
                     qPrintable(file.fileName() + QStringLiteral(" is not what its PNG shows")));
        }
    }

    void theEverydayNamesAreThingsWithoutRepetition()
    {
        const QStringList names = readLines(QStringLiteral(ORRERY_SOURCE_DIR "/resources/labels/everyday_101.txt"));
        QCOMPARE(names.size(), 101);
        QCOMPARE(QSet<QString>(names.begin(), names.end()).size(), 101);
        for (const QString &name : names)
            QVERIFY2(!name.contains(QStringLiteral("arrow")) && !name.contains(QStringLiteral("moon")) &&
                         !name.contains(u' '),
                     qPrintable(name));
        QVERIFY(names.contains(QStringLiteral("fox")));
    }
};

QTEST_MAIN(ExportTest)
#include "export_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/clusters.h"
#include "plugins/embedding_map/view/colouring.h"
#include "plugins/embedding_map/view/map_export.h"
#include "plugins/embedding_map/view/prompt_tint.h"
#include "plugins/embedding_map/view/quality_panel.h"
#include "plugins/embedding_map/view/run_list.h"
#include "tests/plugins/embedding_map/fake_maps.h"
#include "widgets/theme/theme.h"

#include <QJsonDocument>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

using namespace orrery;
using namespace orrery::embedding_map;

namespace {

MapRun runOf(const QString &key, std::size_t points)
{
    MapRun run;
    run.key = key;
    run.complete = true;
    run.positions = std::make_shared<const std::vector<float>>(2 * points, 1.0f);
    return run;
}

/// `each` points around each of the centres, on spirals so that no two are alike.
std::vector<float> blobs(const QList<QPointF> &centres, int each, double radius)
{
    std::vector<float> positions;
    for (const QPointF &centre : centres)
        for (int i = 0; i < each; ++i) {
            const double r = radius * std::sqrt(double(i) / each), angle = 2.4 * i;
            positions.push_back(float(centre.x() + r * std::cos(angle)));
            positions.push_back(float(centre.y() + r * std::sin(angle)));
        }
    return positions;
}

} // namespace

class MapPartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parametersThatMakeTheSameMapAreTheSame()
    {
        MapParameters pca{.method = maps::Method::Pca, .start = maps::Start::Random, .perplexity = 5, .seed = 9};
        QCOMPARE(keyOf(pca), keyOf({.method = maps::Method::Pca}));
        QCOMPARE(keyOf({.start = maps::Start::Pca}), keyOf({}));
        QVERIFY(keyOf({.start = maps::Start::Random}) != keyOf({}));
        QCOMPARE(keyOf({.neighbours = 99}), keyOf({})); // t-SNE has none
        QVERIFY(keyOf({.method = maps::Method::Umap, .neighbours = 99}) != keyOf({.method = maps::Method::Umap}));
        QCOMPARE(keyOf({.perplexities = {12}}), keyOf({.perplexity = 12}));
        QVERIFY(keyOf({.perplexities = {12, 50}}) != keyOf({.perplexity = 12}));
    }

    void parametersComeBackFromTheirText()
    {
        const MapParameters all{.method = maps::Method::Umap,
                                .start = maps::Start::Spectral,
                                .metric = maps::Metric::Cosine,
                                .search = maps::Search::Exact,
                                .perplexity = 12.5,
                                .perplexities = {10, 50},
                                .neighbours = 7,
                                .exaggeration = 4,
                                .minDistance = 0.25,
                                .iterations = 300,
                                .seed = 123456,
                                .supervised = true};
        QCOMPARE(parametersFrom(toJson(all)), all);
        const QJsonObject nonsense =
            QJsonDocument::fromJson(
                R"({"method":"magic","perplexity":-4,"neighbours":"many","seed":1e300,"minDistance":null})")
                .object();
        QCOMPARE(parametersFrom(nonsense), MapParameters());
    }

    void titlesSayWhatIsNotAsUsual()
    {
        QCOMPARE(titleOf({.method = maps::Method::Pca}), QStringLiteral("PCA"));
        QCOMPARE(titleOf(MapParameters()), QStringLiteral("t-SNE · perplexity 30 · seed 0"));
        QCOMPARE(titleOf({.start = maps::Start::Random, .perplexities = {10, 50}, .exaggeration = 4, .seed = 2}),
                 QStringLiteral("t-SNE · perplexity 10 + 50 · exaggeration 4 · random start · seed 2"));
        QCOMPARE(titleOf({.method = maps::Method::Umap, .metric = maps::Metric::Cosine, .supervised = true}),
                 QStringLiteral("UMAP · 15 neighbours · with classes · cosine · seed 0"));
    }

    void oldMapsMakeRoomAndThoseOnScreenStay()
    {
        RunList runs(nullptr, 100 * 2 * sizeof(float)); // room for 100 points
        runs.setCollection(QStringLiteral("x"));
        runs.put(runOf(QStringLiteral("1"), 40));
        runs.setLookedAt({QStringLiteral("1")});
        runs.put(runOf(QStringLiteral("2"), 40));
        QCOMPARE(runs.runs().size(), 2);
        runs.put(runOf(QStringLiteral("3"), 40));
        QVERIFY(runs.find(QStringLiteral("1")));
        QVERIFY(!runs.find(QStringLiteral("2")));
        QVERIFY(runs.find(QStringLiteral("3")));
        // Another collection's go before those on screen.
        runs.setCollection(QStringLiteral("y"));
        runs.put(runOf(QStringLiteral("1"), 60));
        runs.setLookedAt({QStringLiteral("1")});
        runs.put(runOf(QStringLiteral("2"), 30));
        QCOMPARE(runs.runs().size(), 2);
        QVERIFY(runs.bytes() <= 100 * 2 * sizeof(float));
        runs.setCollection(QStringLiteral("x"));
        QVERIFY(!runs.find(QStringLiteral("1")));
    }

    void islandsAreFoundAndNamed()
    {
        const QList<QPointF> centres{{0, 0}, {10, 0}, {0, 12}, {11, 11}};
        const std::vector<float> positions = blobs(centres, 100, 1.5);
        Clusters islands = findClusters(positions);
        QCOMPARE(islands.middles.size(), std::size_t(4));
        for (int group = 0; group < 4; ++group) {
            std::set<std::int32_t> inside(islands.of.begin() + group * 100, islands.of.begin() + (group + 1) * 100);
            QCOMPARE(inside.size(), std::size_t(1));
            const QPointF off = islands.middles[*inside.begin()] - centres[group];
            QVERIFY2(std::hypot(off.x(), off.y()) < 1.5, "the middle lies outside of its island");
        }
        QStringList names;
        for (int i = 0; i < 400; ++i)
            names.append(i < 100   ? QStringLiteral("flag of land %1").arg(i)
                         : i < 200 ? QStringLiteral("happy face %1").arg(i)
                         : i < 300 ? QStringLiteral("clock at %1").arg(i)
                                   : QStringLiteral("thing%1").arg(i));
        nameClusters(islands, positions, names, {});
        QCOMPARE(islands.names[islands.of[0]], QStringLiteral("flag"));
        QVERIFY(islands.names[islands.of[100]] == QStringLiteral("face") ||
                islands.names[islands.of[100]] == QStringLiteral("happy"));
        QCOMPARE(islands.names[islands.of[200]], QStringLiteral("clock"));
        QVERIFY(islands.names[islands.of[300]].startsWith(QStringLiteral("thing"))); // nothing common: one of them
        // Known classes come first where there are no names.
        RowFact fact{QStringLiteral("Digit"), std::vector<std::int32_t>(400), {"zero", "one", "two", "three"}, {}};
        for (int i = 0; i < 400; ++i)
            fact.classes[i] = i / 100;
        nameClusters(islands, positions, {}, {fact});
        QCOMPARE(islands.names[islands.of[250]], QStringLiteral("two"));
    }

    void oneIslandIsNotDivided()
    {
        QCOMPARE(findClusters(blobs({{3, 3}}, 400, 2)).middles.size(), std::size_t(1));
        QVERIFY(findClusters({1, 1, 2, 2}).middles.empty());
        QCOMPARE(findClusters(std::vector<float>(200, 5.0f)).middles.size(), std::size_t(1)); // all in one spot
    }

    void aWordStandsInTheDensestSpotOfItsNearest()
    {
        // Nearest: six in one island, four in another far away. The middle of both would be sea.
        const std::vector<float> positions = blobs({{0, 0}, {100, 0}}, 50, 2);
        std::vector<float> similarity(100, 0.0f);
        for (int i = 0; i < 6; ++i)
            similarity[i] = 0.5f;
        for (int i = 50; i < 54; ++i)
            similarity[i] = 0.5f;
        const QPointF place = placeAmong(similarity, positions);
        QVERIFY2(std::fabs(place.x()) < 5, qPrintable(QString::number(place.x())));
        QCOMPARE(placeAmong({}, {}), QPointF());
    }

    void coloursSayWhatIsKnown()
    {
        const MapCollection collection = test::fakeCollection(QStringLiteral("x"));
        MapRun run = runOf(QStringLiteral("r"), 40);
        QVERIFY(std::ranges::none_of(colourChoices(collection, &run), [](const ColourChoice &choice) {
            return choice.id == QStringLiteral("recall") && choice.possible;
        }));
        auto quality = std::make_shared<maps::Quality>();
        quality->measured = {3, 1};
        quality->recall = {0.25f, 0.75f};
        run.quality = quality;
        const ScatterColouring recall = colouringOf(QStringLiteral("recall"), collection, &run, nullptr);
        QCOMPARE(recall.kind, ScatterColouring::Kind::Values);
        QCOMPARE(recall.values[3], 0.25f);
        QCOMPARE(recall.values[1], 0.75f);
        QVERIFY(std::isnan(recall.values[0])); // was not asked
        QCOMPARE(usualColour(collection), QStringLiteral("fact:0"));
        QCOMPARE(colouringOf(QStringLiteral("fact:0"), collection, &run, nullptr).names,
                 QStringList({"A", "B", "C", "D"}));
        const ScatterColouring size = colouringOf(QStringLiteral("fact:1"), collection, &run, nullptr);
        QCOMPARE(size.smallest, 0.0);
        QCOMPARE(size.largest, 9.0);
        QCOMPARE(colouringOf(QStringLiteral("fact:9"), collection, &run, nullptr).kind, ScatterColouring::Kind::None);
    }

    void tablesCarryRecipeNamesFactsAndQuality()
    {
        ExportedMap map;
        map.collection = test::fakeCollection(QStringLiteral("x"));
        map.collection.names[0] = QStringLiteral("say \"hi\", you");
        map.run = runOf(keyOf({}), 40);
        map.run.parameters.seed = 5;
        auto quality = std::make_shared<maps::Quality>();
        quality->measured = {1};
        quality->recall = {0.5f};
        quality->trust = quality->continuityAt = quality->spearmanAt = {0.25f};
        map.run.quality = quality;
        const QStringList lines = QString::fromUtf8(mapCsv(map)).split(u'\n');
        QCOMPARE(lines.size(), 43); // recipe, head, rows, end
        QVERIFY(lines[0].startsWith(QStringLiteral("# orrery-recipe: {")));
        const QJsonObject recipe = QJsonDocument::fromJson(lines[0].mid(17).toUtf8()).object();
        QVERIFY(isMapRecipe(recipe));
        QCOMPARE(parametersFrom(recipe.value(QStringLiteral("parameters")).toObject()).seed, qint64(5));
        QCOMPARE(
            lines[1],
            QStringLiteral("row,name,x,y,\"Group\",\"Size\",neighbours kept,trustworthiness,continuity,correlation"));
        QCOMPARE(lines[2], QStringLiteral("0,\"say \"\"hi\"\", you\",1,1,\"A\",0,,,,"));
        QCOMPARE(lines[3], QStringLiteral("1,\"a1\",1,1,\"A\",1,0.5,0.25,0.25,0.25"));
    }

    void drawingsHoldEveryPointAndTheLegend()
    {
        ExportedMap map;
        map.collection = test::fakeCollection(QStringLiteral("x"));
        map.collection.title = QStringLiteral("A < B");
        map.run = runOf(keyOf({}), 40);
        map.colouring = colouringOf(QStringLiteral("fact:0"), map.collection, &map.run, nullptr);
        const QString svg = QString::fromUtf8(mapSvg(map));
        QCOMPARE(svg.count(QStringLiteral("fill-opacity")), 40);
        QVERIFY(svg.contains(QStringLiteral("A &lt; B")));
        QVERIFY(svg.contains(QStringLiteral(">Group<")));
        QVERIFY(svg.contains(QStringLiteral("orrery.embedding-map")));
        // Drawings are on white, whatever the window is: the eighth class is the colour of text there.
        map.colouring.classes.assign(40, 7);
        const Scheme before = Theme::instance().scheme();
        Theme::instance().setScheme(Scheme::Dark);
        const QString inTheDark = QString::fromUtf8(mapSvg(map));
        Theme::instance().setScheme(before);
        QCOMPARE(inTheDark.count(QStringLiteral("fill=\"%1\" fill-opacity").arg(Theme::colours(false).text.name())),
                 40);
        QVERIFY(
            exportMap(map, {}, QStringLiteral("/nowhere/at/all.csv")).contains(QStringLiteral("could not be written")));
        QVERIFY(!exportMap({}, {}, QStringLiteral("/tmp/x.csv")).isEmpty());
    }

    void numbersAreWrittenAsTheyAreRead()
    {
        QCOMPARE(qualityText(QStringLiteral("recall"), 0.384), QStringLiteral("38\u00A0%"));
        QCOMPARE(qualityText(QStringLiteral("trustworthiness"), 0.9666), QStringLiteral("0.97"));
        QCOMPARE(qualityText(QStringLiteral("correlation"), std::numeric_limits<double>::quiet_NaN()),
                 QStringLiteral("–"));
    }
};

QTEST_MAIN(MapPartsTest)
#include "map_parts_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/files/file_support.h"
#include "tests/plugins/embedding_map/collections/collection_support.h"
#include "tests/plugins/embedding_map/collections/fake_encoder.h"
#include "tests/plugins/fake_host.h"

#include <QFontDatabase>
#include <QSet>
#include <QStandardPaths>
#include <QThreadPool>

using namespace orrery;
using namespace orrery::test;

class EncodedSourcesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void theListIsAsPromised();
    void drawingsComeInPartsEverydayThingsFirst();
    void drawingsAreKeptOnDisk();
    void layersHaveTheRowsOfTheDrawings();
    void cancellingSilencesDrawings();
    void aBrokenModelFailsOnce();
    void promptsAreSentencesWithFacts();
    void aFolderIsColouredByItsFolders();
    void aFolderWithoutPicturesFails();
    void itemsOfTheWorkspaceAreRows();
    void anEmptyTrayRefuses();
    void arraysAreTakenAsTheyAre();

private:
    std::unique_ptr<CollectionSource> source(const QString &id)
    {
        for (std::unique_ptr<CollectionSource> &one : builtInSources(m_host))
            if (one->id() == id)
                return std::move(one);
        return nullptr;
    }
    void needEmoji()
    {
        if (!QFontDatabase::families().contains("Noto Color Emoji"))
            QSKIP("the font Noto Color Emoji is not installed");
    }
    static void forgetKept()
    {
        QThreadPool::globalInstance()->waitForDone(); // the test before may still write
        QDir(QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + "/maps").removeRecursively();
    }
    FakeHost m_host;
    TemporaryFolder m_folder;
};

void EncodedSourcesTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    registerFakeEncoder();
}

void EncodedSourcesTest::init()
{
    FakeEncoder &fake = FakeEncoder::instance();
    fake.requests = fake.pictures = fake.texts = 0;
    fake.hold = fake.fail = false;
}

void EncodedSourcesTest::theListIsAsPromised()
{
    QStringList ids;
    for (const auto &one : builtInSources(m_host)) {
        ids.append(one->id());
        QVERIFY(!one->title().isEmpty() && !one->summary().isEmpty());
    }
    QCOMPARE(ids, (QStringList{"drawings", "prompts", "digits", "circle", "swiss-roll", "tray", "selection"}));
}

void EncodedSourcesTest::drawingsComeInPartsEverydayThingsFirst()
{
    needEmoji();
    forgetKept();
    const auto drawings = source("drawings");
    QCOMPARE(drawings->refusal(), QString());
    Loader loader(*drawings);
    const MapCollection all = loader.load();
    QCOMPARE(all.points->rows, 1358);
    QCOMPARE(all.points->columns, 4);
    QCOMPARE(all.model, QString("picture-clip"));
    QVERIFY(all.hasLayers);
    QCOMPARE(all.names.mid(0, 3), (QStringList{"house", "school", "fire"}));
    QCOMPARE(QSet<QString>(all.names.begin(), all.names.end()).size(), 1358);
    const RowFact &group = all.facts[0];
    QCOMPARE(group.names[group.classes[std::size_t(all.names.indexOf("fox"))]], QString("Animals & Nature"));
    // Parts: something to see soon, and every part begins as the whole does.
    QVERIFY(loader.parts.size() >= 3 && loader.parts.size() <= 6);
    const MapCollection &first = loader.parts.front();
    QVERIFY(first.points->rows >= 40 && first.points->rows <= 101 && !first.hasLayers);
    QVERIFY(std::equal(first.points->values.begin(), first.points->values.end(), all.points->values.begin()));
    QCOMPARE(all.names.mid(0, first.names.size()), first.names);
    for (const MapCollection &part : loader.parts)
        QCOMPARE(part.facts[0].names, all.facts[0].names); // no group changes its colour on the way
    // Each is drawn: a fox is orange in the middle, on white.
    const QImage fox = all.thumbnail(all.names.indexOf("fox"));
    QCOMPARE(fox.pixelColor(0, 0), QColor(Qt::white));
    const QColor middle = fox.pixelColor(fox.width() / 2, fox.height() / 2);
    QVERIFY2(middle.red() > middle.blue() + 40, qPrintable(middle.name()));
    for (std::int64_t row = 0; row < all.points->rows; ++row)
        QVERIFY2(all.thumbnail(row).size() == QSize(64, 64), qPrintable(all.names[row]));
    const Item item = all.item(all.names.indexOf("fox"));
    QVERIFY(item.hasPicture() && item.name == "fox" && item.trueLabel == "fox");
}

void EncodedSourcesTest::drawingsAreKeptOnDisk()
{
    needEmoji();
    forgetKept();
    std::vector<float> values;
    {
        const auto drawings = source("drawings");
        values = Loader(*drawings).load().points->values;
        QCOMPARE(FakeEncoder::instance().pictures.load(), 1358);
    }
    QThreadPool::globalInstance()->waitForDone(); // it is written behind the user's back
    const auto again = source("drawings");
    Loader loader(*again);
    const MapCollection kept = loader.load();
    QCOMPARE(FakeEncoder::instance().pictures.load(), 1358); // the model was not asked again
    QCOMPARE(loader.parts.size(), std::size_t(1));
    QVERIFY(kept.points->values == values);
    QCOMPARE(kept.names.size(), 1358);
    QVERIFY(kept.hasLayers && !kept.thumbnail(7).isNull());
    // Other weights, other embeddings.
    m_host.setFolder("/another/model");
    const auto other = source("drawings");
    Loader(*other).load();
    QCOMPARE(FakeEncoder::instance().pictures.load(), 2 * 1358);
}

void EncodedSourcesTest::layersHaveTheRowsOfTheDrawings()
{
    needEmoji();
    const auto drawings = source("drawings");
    Loader loader(*drawings);
    loader.load();
    loader.begin();
    drawings->loadLayers();
    loader.end();
    QCOMPARE(loader.layers.size(), 3);
    QCOMPARE(loader.layers.front().name, QString("Pixels"));
    QCOMPARE(loader.layers.back().points->rows, 1358);
}

void EncodedSourcesTest::cancellingSilencesDrawings()
{
    needEmoji();
    forgetKept();
    FakeEncoder::instance().hold = true;
    const auto drawings = source("drawings");
    Loader loader(*drawings);
    loader.begin();
    drawings->load();
    QTRY_VERIFY(FakeEncoder::instance().requests > 0);
    drawings->cancel();
    FakeEncoder::instance().hold = false;
    QTest::qWait(300);
    QVERIFY(loader.parts.empty() && !loader.error);
    QCOMPARE(FakeEncoder::instance().requests.load(), 1);
    QCOMPARE(loader.load().points->rows, 1358);
}

void EncodedSourcesTest::aBrokenModelFailsOnce()
{
    FakeEncoder::instance().fail = true;
    const auto prompts = source("prompts");
    int failures = 0;
    connect(prompts.get(), &CollectionSource::failed, this, [&] { ++failures; });
    QCOMPARE(Loader(*prompts).errorOfLoad(), QString("model.safetensors of picture-clip is damaged"));
    QTest::qWait(200);
    QCOMPARE(failures, 1);
    FakeEncoder::instance().fail = false;
    QVERIFY(Loader(*prompts).load().points->rows > 100);
}

void EncodedSourcesTest::promptsAreSentencesWithFacts()
{
    const auto prompts = source("prompts");
    const MapCollection all = Loader(*prompts).load();
    const auto row = all.names.indexOf("a red fox");
    QVERIFY(row >= 0 && all.names.contains("an orange fox") && all.names.contains("a fox"));
    QCOMPARE(QSet<QString>(all.names.begin(), all.names.end()).size(), all.names.size());
    for (const auto &[title, value] : {std::pair("Colour", "red"), {"Group", "Animals & Nature"}, {"Noun", "fox"}}) {
        const auto fact = std::find_if(all.facts.begin(), all.facts.end(),
                                       [title = title](const RowFact &one) { return one.title == title; });
        QVERIFY(fact != all.facts.end());
        QCOMPARE(fact->names[fact->classes[std::size_t(row)]], QString(value));
    }
    QVERIFY(!all.hasLayers && all.item(row).text == "a red fox");
    QCOMPARE(FakeEncoder::instance().texts.load(), int(all.points->rows));
}

void EncodedSourcesTest::aFolderIsColouredByItsFolders()
{
    const TemporaryFolder folder;
    QImage picture(300, 200, QImage::Format_RGB32);
    picture.fill(Qt::red);
    for (const char *name : {"cats/a.png", "cats/b.png", "dogs/broken.png", "dogs/c.png", "d.png"}) {
        folder.makeFolder(QFileInfo(name).path().toStdString());
        QVERIFY(picture.save(QString::fromStdString(folder.path(name))));
    }
    folder.write("cats/notes.pdf", "no picture");
    const auto source = sourceForFile(m_host, QString::fromStdString(folder.path()));
    const MapCollection all = Loader(*source).load();
    QCOMPARE(all.names, (QStringList{"a", "b", "d", "c"}));
    QCOMPARE(all.facts[0].names, (QStringList{"cats", "dogs"}));
    QVERIFY((all.facts[0].classes == std::vector<std::int32_t>{0, 0, -1, 1}));
    QVERIFY2(all.what.contains("could not be read: dogs/broken.png"), qPrintable(all.what));
    QTRY_VERIFY(!all.thumbnail(3).isNull());
    QCOMPARE(all.thumbnail(3).size(), QSize(64, 42));
    QCOMPARE(all.item(3).path, QString::fromStdString(folder.path("dogs/c.png")));
    QCOMPARE(all.item(3).trueLabel, QString("dogs"));
}

void EncodedSourcesTest::aFolderWithoutPicturesFails()
{
    const TemporaryFolder folder;
    folder.write("notes.pdf", "no picture");
    const auto source = sourceForFile(m_host, QString::fromStdString(folder.path()));
    QVERIFY(Loader(*source).errorOfLoad().contains("holds no pictures, expected some"));
    QImage picture(8, 8, QImage::Format_RGB32);
    picture.save(QString::fromStdString(folder.path("broken.png")));
    picture.save(QString::fromStdString(folder.path("good.png")));
    const QString error = Loader(*source).errorOfLoad();
    QVERIFY2(error.contains("only 1 of 2 could be used") && error.contains("broken.png"), qPrintable(error));
}

void EncodedSourcesTest::itemsOfTheWorkspaceAreRows()
{
    QImage red(20, 20, QImage::Format_RGB32);
    red.fill(Qt::red);
    Item labelled = pictureItem(red, "red");
    labelled.trueLabel = "square";
    Item sound;
    sound.kind = ItemKind::Sound;
    sound.name = "beep";
    sound.sound = {0.5F};
    const QList<ItemId> ids =
        m_host.workspace().add({labelled, textItem("a red\n square"), sound, pictureItem(red, "two")});
    const auto source = sourceForItems(m_host, ids, "Mine");
    Loader loader(*source);
    const MapCollection all = loader.load();
    QCOMPARE(all.title, QString("Mine"));
    QCOMPARE(all.names, (QStringList{"red", "a red square", "two"}));
    QVERIFY((all.items == std::vector<ItemId>{ids[0], ids[1], ids[3]}));
    QCOMPARE(all.facts[0].title, QString("Label"));
    QVERIFY((all.facts[0].classes == std::vector<std::int32_t>{0, -1, -1}));
    QVERIFY((all.facts[1].names == QStringList{"Picture", "Text"}));
    QVERIFY2(all.what.contains("left out: beep"), qPrintable(all.what));
    QCOMPARE(all.thumbnail(0).pixelColor(5, 5), QColor(Qt::red));
    QVERIFY(!all.hasLayers);
    // The same again is kept; a changed item is seen.
    const int asked = FakeEncoder::instance().requests;
    loader.load();
    QCOMPARE(FakeEncoder::instance().requests.load(), asked);
    labelled = m_host.workspace().item(ids[0]);
    labelled.trueLabel = "tile";
    m_host.workspace().update(labelled);
    QCOMPARE(loader.load().facts[0].names, QStringList{"tile"});
}

void EncodedSourcesTest::anEmptyTrayRefuses()
{
    const auto tray = source("tray");
    QVERIFY(tray->refusal().startsWith("The tray is empty"));
    QCOMPARE(Loader(*tray).errorOfLoad(), tray->refusal());
    m_host.workspace().gather(m_host.workspace().add({textItem("fox"), textItem("foxes")}));
    QCOMPARE(tray->refusal(), QString());
    QCOMPARE(Loader(*tray).load().points->rows, 2);
}

void EncodedSourcesTest::arraysAreTakenAsTheyAre()
{
    const auto array = [](const QString &name, const QList<float> &values, const QList<qint64> &shape) {
        Item item;
        item.kind = ItemKind::Array;
        item.name = name;
        item.values = values;
        item.shape = shape;
        return item;
    };
    const QList<ItemId> ids = m_host.workspace().add(
        {array("a", {1, 2, 3}, {3}), array("b", {4, 5, 6}, {3}), array("longer", {1, 2, 3, 4}, {4})});
    const MapCollection all = Loader(*sourceForItems(m_host, ids, "Arrays")).load();
    QVERIFY((all.points->values == std::vector<float>{1, 2, 3, 4, 5, 6}) && all.points->rows == 2);
    QVERIFY(all.model.isEmpty() && all.what.contains("left out: longer") && all.items[1] == ids[1]);
    const QList<ItemId> table = m_host.workspace().add(QList{array("table", {1, 2, 3, 4, 5, 6}, {3, 2})});
    const MapCollection rows = Loader(*sourceForItems(m_host, table, "Table")).load();
    QVERIFY(rows.points->rows == 3 && rows.points->columns == 2);
    const QList<ItemId> single = m_host.workspace().add(QList{array("single", {1, 2, 3}, {3})});
    QVERIFY(Loader(*sourceForItems(m_host, single, "One")).errorOfLoad().contains("single: holds only one row"));
}

QTEST_MAIN(EncodedSourcesTest)
#include "encoded_sources_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "engine/files/npy.h"
#include "plugins/embedding_map/view/collections/file_source.h"
#include "tests/engine/files/file_support.h"
#include "tests/plugins/embedding_map/collections/collection_support.h"

using namespace orrery;
using namespace orrery::test;

class ArrayCollectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTableWithALabelIsColouredByIt();
    void columnsAreTakenForWhatTheyAre();
    void xAndYAreShownAsTheyAre();
    void threeDimensionsAreNotFlat();
    void aLoudColumnIsNamed();
    void tablesWithoutPointsAreRefused();
    void labelsBesideAnArrayColourIt_data();
    void labelsBesideAnArrayColourIt();
    void labelsOfAnotherLengthStayOut();
    void wordVectorsHaveNames();
    void ofAnArchiveTheLargestArrayIsTaken();
    void mnistFindsItsLabels();
    void rowsOfGreyPicturesAreSeen();
    void aChangedFileIsReadAgain();
    void badFilesFailWithASentence();

private:
    MapCollection load(const std::string &path)
    {
        FileSource source(QString::fromStdString(path));
        return Loader(source).load();
    }
    QString errorOf(const std::string &path)
    {
        FileSource source(QString::fromStdString(path));
        return Loader(source).errorOfLoad();
    }
    TemporaryFolder m_folder;
};

void ArrayCollectionTest::aTableWithALabelIsColouredByIt()
{
    const MapCollection iris = load(m_folder.write(
        "iris.csv", "length,width,species\n5.1,3.5,setosa\n7,3.2,virginica\n4.9,3,setosa\n4.7,3.2,setosa\n"));
    QCOMPARE(iris.title, QString("iris.csv"));
    QVERIFY((iris.points->values == std::vector<float>{5.1F, 3.5F, 7, 3.2F, 4.9F, 3, 4.7F, 3.2F}));
    QVERIFY(!iris.flat);
    QCOMPARE(iris.facts[0].title, QString("species"));
    QVERIFY((iris.facts[0].names == QStringList{"setosa", "virginica"})); // the commoner first
    QVERIFY((iris.facts[0].classes == std::vector<std::int32_t>{0, 1, 0, 0}));
    QVERIFY((iris.facts[2].title == "width" && iris.facts[2].values == std::vector<float>{3.5F, 3.2F, 3, 3.2F}));
    QVERIFY(iris.names.isEmpty());
    const Item row = iris.item(1);
    QVERIFY(row.kind == ItemKind::Array && (row.values == QList<float>{7, 3.2F}) && row.shape == QList<qint64>{2});
}

void ArrayCollectionTest::columnsAreTakenForWhatTheyAre()
{
    const MapCollection people = load(m_folder.write("people.csv", "id,name,class,age,fare,sex\n"
                                                                   "1,Ann,3,22,7.25,f\n"
                                                                   "2,Bob,1,,71.3,m\n"
                                                                   "3,Cy,3,26,7.92,m\n"
                                                                   "4,Di,1,NA,53.1,f\n"));
    QVERIFY((people.names == QStringList{"Ann", "Bob", "Cy", "Di"}));
    QVERIFY((people.points->columns == 1 && people.points->values == std::vector<float>{7.25F, 71.3F, 7.92F, 53.1F}));
    QVERIFY((people.facts[0].title == "class" && people.facts[0].names == QStringList{"1", "3"}));
    QVERIFY((people.facts[0].classes == std::vector<std::int32_t>{1, 0, 1, 0}));
    QVERIFY((people.facts[1].title == "sex" && people.facts[1].names.size() == 2));
    QVERIFY(people.facts[2].title == "age" && std::isnan(people.facts[2].values[1]) && people.facts[2].values[2] == 26);
    QVERIFY2(people.what.contains("age") && people.what.contains("left out, as it only counts the rows: id"),
             qPrintable(people.what));
}

void ArrayCollectionTest::xAndYAreShownAsTheyAre()
{
    const MapCollection map = load(m_folder.write("map.tsv", "Y\tsize\tX\n1\t5\t2\n3\t6\t4\n"));
    QVERIFY(map.flat);
    QVERIFY((map.points->values == std::vector<float>{2, 1, 4, 3}));
    QVERIFY((map.facts[0].title == "size" && map.facts[0].values == std::vector<float>{5, 6}));
}

void ArrayCollectionTest::threeDimensionsAreNotFlat()
{
    const MapCollection space = load(m_folder.write("space.csv", "x,y,z\n1,2,3\n4,5,6\n"));
    QVERIFY(!space.flat);
    QVERIFY((space.points->values == std::vector<float>{1, 2, 3, 4, 5, 6}));
    const MapCollection target = load(m_folder.write("target.csv", "a,b,y\n1,2,0\n4,5,1\n"));
    QVERIFY((target.points->columns == 2 && target.facts[0].names == QStringList{"0", "1"}));
}

void ArrayCollectionTest::aLoudColumnIsNamed()
{
    const MapCollection wine = load(m_folder.write("wine.csv", "acid,hue,proline\n1,2,1000\n2,1,3000\n1,1,500\n"));
    QVERIFY2(wine.what.contains("“proline” spreads"), qPrintable(wine.what));
    const MapCollection fair = load(m_folder.write("fair.csv", "acid,hue,proline\n1,2,10\n2,1,3\n1,1,5\n"));
    QVERIFY2(!fair.what.contains("spreads"), qPrintable(fair.what));
}

void ArrayCollectionTest::tablesWithoutPointsAreRefused()
{
    QVERIFY(errorOf(m_folder.write("texts.csv", "a,b\nx,y\nz,w\n")).contains("texts.csv: has no column with a number"));
    QVERIFY(errorOf(m_folder.write("one.csv", "a,b\n1,2\n")).contains("holds 1 rows"));
    QVERIFY(errorOf(m_folder.write("ragged.csv", "a,b\n1,2\n3\n")).contains("line 3 has 1 fields, expected 2"));
    std::string typo = "a,b\n";
    for (int i = 0; i < 30; ++i)
        typo += i == 17 ? "1,2;5\n" : "1,2\n";
    QVERIFY(errorOf(m_folder.write("typo.csv", typo))
                .contains("column 2 (\"b\") holds \"2;5\" in line 19, expected a number as in 29 other lines"));
}

void ArrayCollectionTest::labelsBesideAnArrayColourIt_data()
{
    QTest::addColumn<QString>("array");
    QTest::addColumn<QString>("labels");
    QTest::newRow("the same name") << "a.npy"
                                   << "a_labels.npy";
    QTest::newRow("less of it") << "photos_pca50.npy"
                                << "photos_labels.npy";
    QTest::newRow("scikit-learn") << "X_train.npy"
                                  << "y_train.npy";
    QTest::newRow("one for the folder") << "b.npy"
                                        << "labels.npy";
    QTest::newRow("words") << "c.npy"
                           << "c-labels.txt";
}

void ArrayCollectionTest::labelsBesideAnArrayColourIt()
{
    QFETCH(QString, array);
    QFETCH(QString, labels);
    const TemporaryFolder folder;
    writeNpy(folder.path(array.toStdString()), {3, 2, {1, 2, 3, 4, 5, 6}});
    if (labels.endsWith(".npy"))
        writeNpy(folder.path(labels.toStdString()), {3, 1, {7, 9, 7}});
    else
        folder.write(labels.toStdString(), "cat\ndog\ncat\n");
    const MapCollection collection = load(folder.path(array.toStdString()));
    QCOMPARE(collection.facts.size(), 1);
    QVERIFY(
        (collection.facts[0].names == (labels.endsWith(".npy") ? QStringList{"7", "9"} : QStringList{"cat", "dog"})));
    QVERIFY((collection.facts[0].classes == std::vector<std::int32_t>{0, 1, 0}));
    QVERIFY2(collection.what.contains(labels), qPrintable(collection.what));
}

void ArrayCollectionTest::labelsOfAnotherLengthStayOut()
{
    const TemporaryFolder folder;
    writeNpy(folder.path("a.npy"), {3, 2, {1, 2, 3, 4, 5, 6}});
    writeNpy(folder.path("a_labels.npy"), {2, 1, {1, 2}});
    folder.write("labels.txt", "not an array at all\n\"");
    const MapCollection collection = load(folder.path("a.npy"));
    QVERIFY(collection.facts.isEmpty());
    QCOMPARE(collection.what, QString("3 rows of 2 numbers"));
}

void ArrayCollectionTest::wordVectorsHaveNames()
{
    const MapCollection glove =
        load(m_folder.write("glove.txt", "the 0.418 0.24 -0.4\n\" 0.1 0.2 0.3\nfox 1 -2 3e-1\n"));
    QVERIFY((glove.names == QStringList{"the", "\"", "fox"}));
    QVERIFY((glove.points->columns == 3 && glove.points->values[7] == -2));
}

void ArrayCollectionTest::ofAnArchiveTheLargestArrayIsTaken()
{
    const MapCollection wide = load(ORRERY_SOURCE_DIR "/tests/data/maps/wide.npz");
    QCOMPARE(wide.points->rows, 50);
    QCOMPARE(wide.points->columns, 400);
    QVERIFY2(wide.what.contains("array “points”") && wide.what.contains("projections"), qPrintable(wide.what));
}

static std::string idx(const std::string &header, int bytes)
{
    std::string file = header;
    for (int i = 0; i < bytes; ++i)
        file += char(i);
    return file;
}

void ArrayCollectionTest::mnistFindsItsLabels()
{
    const TemporaryFolder folder;
    folder.write("t10k-images-idx3-ubyte", idx(std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x03\0\0\0\x04", 16), 24));
    folder.write("t10k-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x02\x05\x03", 10));
    const MapCollection mnist = load(folder.path("t10k-images-idx3-ubyte"));
    QCOMPARE(mnist.points->columns, 12);
    QVERIFY((mnist.facts[0].names == QStringList{"3", "5"}));
    QCOMPARE(mnist.thumbnail(1).size(), QSize(4, 3));
    QCOMPARE(qGray(mnist.thumbnail(1).pixel(3, 2)), 23);
    QVERIFY(mnist.item(1).hasPicture());
    folder.write("t10k-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x01\x05", 9));
    QVERIFY(errorOf(folder.path("t10k-images-idx3-ubyte")).contains("has 1 labels, but"));
}

void ArrayCollectionTest::rowsOfGreyPicturesAreSeen()
{
    NpyMatrix digits{2, 64, std::vector<float>(128, 0)};
    digits.values[63] = 16;
    writeNpy(m_folder.path("digits8.npy"), digits);
    QCOMPARE(qGray(load(m_folder.path("digits8.npy")).thumbnail(0).pixel(7, 7)), 255);
    digits.values[5] = -0.5F;
    writeNpy(m_folder.path("vectors.npy"), digits);
    QVERIFY(!load(m_folder.path("vectors.npy")).thumbnail);
}

void ArrayCollectionTest::aChangedFileIsReadAgain()
{
    FileSource source(QString::fromStdString(m_folder.write("grow.csv", "a,b\n1,2\n3,4\n")));
    Loader loader(source);
    QCOMPARE(loader.load().points->rows, 2);
    m_folder.write("grow.csv", "a,b\n1,2\n3,4\n5,6\n");
    QCOMPARE(loader.load().points->rows, 3);
}

void ArrayCollectionTest::badFilesFailWithASentence()
{
    QVERIFY(errorOf(m_folder.path("gone.npy")).contains("gone.npy is not there any more"));
    QVERIFY(errorOf(m_folder.write("x.pkl", "1")).contains("x.pkl is of a kind that makes no map; expected .npy"));
    QVERIFY(errorOf(m_folder.write("nan.npz", "PK")).contains("nan.npz"));
    writeNpy(m_folder.path("inf.npy"), {2, 1, {1, INFINITY}});
    QVERIFY(errorOf(m_folder.path("inf.npy")).contains("row 1 holds NaN or infinite values"));
}

QTEST_MAIN(ArrayCollectionTest)
#include "array_collection_test.moc"

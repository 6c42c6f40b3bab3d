// SPDX-License-Identifier: Apache-2.0
#include "engine/files/array_file.h"
#include "engine/files/npz.h"
#include "tests/engine/files/file_support.h"

using namespace orrery;
using namespace orrery::test;

class ArrayFileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tablesAreRead_data();
    void tablesAreRead();
    void badTablesAreRefused_data();
    void badTablesAreRefused();
    void whatIsWrittenAsCsvIsReadBack();
    void rowsThatAreNotFiniteAreNamed();
    void archivesOfNumPyAreRead();
    void oneOfSeveralArraysHasToBeNamed();
    void storedArraysAreReadAndDamageIsFound();
    void cutOffArchivesAreRefused();
    void kindsAreToldByTheirEnding();

private:
    TemporaryFolder m_folder;
};

/// A zip archive with one stored array, as numpy.savez writes one.
static std::string storedArchive(const std::string &npy, std::uint32_t crc)
{
    const auto number = [](std::uint64_t value, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i)
            text += char(value >> (8 * i) & 0xff);
        return text;
    };
    const std::string name = "a.npy";
    const std::string sizes = number(crc, 4) + number(npy.size(), 4) + number(npy.size(), 4);
    const std::string local = "PK\x03\x04" + number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + sizes +
                              number(name.size(), 2) + number(0, 2) + name + npy;
    const std::string central = "PK\x01\x02" + number(20, 2) + number(20, 2) + number(0, 2) + number(0, 2) +
                                number(0, 4) + sizes + number(name.size(), 2) + number(0, 2) + number(0, 2) +
                                number(0, 2) + number(0, 2) + number(0, 4) + number(0, 4) + name;
    return local + central + "PK\x05\x06" + number(0, 4) + number(1, 2) + number(1, 2) + number(central.size(), 4) +
           number(local.size(), 4) + number(0, 2);
}

void ArrayFileTest::tablesAreRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("names");
    QTest::newRow("plain") << QByteArray("1,2.5\n-3,4e2\n") << 0;
    QTest::newRow("header") << QByteArray("a,b\n1,2.5\n-3,4e2\n") << 2;
    QTest::newRow("semicolons, no last line end") << QByteArray("a;b\r\n1;2.5\r\n-3;4e2") << 2;
    QTest::newRow("tabs and blank lines") << QByteArray("\n1\t 2.5\n\n-3\t+400\n\n") << 0;
    QTest::newRow("quotes and a byte order mark")
        << QByteArray("\xef\xbb\xbf\"a,\n\"\"x\"\"\",b\n\"1\",2.5\n-3,400\n") << 2;
}

void ArrayFileTest::tablesAreRead()
{
    QFETCH(QByteArray, text);
    QFETCH(int, names);
    const CsvTable table = readCsv(m_folder.write("t.csv", text.toStdString()));
    QCOMPARE(table.matrix.rows, 2);
    QCOMPARE(table.matrix.columns, 2);
    QVERIFY((table.matrix.values == std::vector<float>{1, 2.5, -3, 400}));
    QCOMPARE(int(table.columns.size()), names);
}

void ArrayFileTest::badTablesAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("ragged") << QByteArray("a,b\n1,2\n3\n") << "line 3 has 1 fields, expected 2";
    QTest::newRow("longer") << QByteArray("1,2\n3,4,5\n") << "line 2 has 3 fields, expected 2";
    QTest::newRow("text") << QByteArray("size,species\n1,setosa\n")
                          << "column 2 (\"species\") holds \"setosa\" in line 2, expected a number";
    QTest::newRow("gap") << QByteArray("1,2\n3,\n") << "column 2 holds nothing in line 2";
    QTest::newRow("empty") << QByteArray("\n \n") << "is empty";
    QTest::newRow("header only") << QByteArray("a,b\n") << "holds no numbers (0 × 2)";
    QTest::newRow("open quote") << QByteArray("\"1,2\n") << "never closed";
}

void ArrayFileTest::badTablesAreRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, expected);
    const std::string path = m_folder.write("bad.csv", text.toStdString());
    const QString message = messageOf<ErrorCode::BadInput>([&] { readArray(path); });
    QVERIFY2(message.contains("bad.csv") && message.contains(expected), qPrintable(message));
}

void ArrayFileTest::whatIsWrittenAsCsvIsReadBack()
{
    const NpyMatrix matrix{2, 2, {0.1F, -1e-30F, 16777217.F, 3.4e38F}};
    writeArray(m_folder.path("w.csv"), matrix, {"x", "y"});
    QCOMPARE(m_folder.read("w.csv").substr(0, 8), std::string("x,y\n0.1,"));
    QVERIFY(readArray(m_folder.path("w.csv")).values == matrix.values);
}

void ArrayFileTest::rowsThatAreNotFiniteAreNamed()
{
    const std::string one = m_folder.write("nan.csv", "1,2\n3,nan\n5,6\n");
    QVERIFY(messageOf<ErrorCode::BadInput>([&] { readArray(one); }).contains("row 1 holds NaN or infinite"));
    NpyMatrix many{20, 1, std::vector<float>(20, INFINITY)};
    many.values[0] = 0;
    writeNpy(m_folder.path("inf.npy"), many);
    QVERIFY(messageOf<ErrorCode::BadInput>([&] {
                readArray(m_folder.path("inf.npy"));
            }).contains("rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 9 more hold NaN"));
}

void ArrayFileTest::archivesOfNumPyAreRead()
{
    const std::string path = ORRERY_SOURCE_DIR "/tests/data/maps/wide.npz"; // numpy.savez_compressed
    QVERIFY((namesInNpz(path) == std::vector<std::string>{"points", "projections", "variances", "left_out"}));
    const NpyMatrix points = readArray(path, "points");
    QCOMPARE(points.rows, 50);
    QCOMPARE(points.columns, 400);
    QCOMPARE(readArray(path, "variances").rows, 2);
}

void ArrayFileTest::oneOfSeveralArraysHasToBeNamed()
{
    const std::string path = ORRERY_SOURCE_DIR "/tests/data/maps/wide.npz";
    QVERIFY(messageOf<ErrorCode::BadInput>([&] {
                readArray(path);
            }).contains("several arrays (points, projections, variances, left_out)"));
    QVERIFY(messageOf<ErrorCode::BadInput>([&] { readArray(path, "y"); }).contains("no array \"y\""));
    writeNpy(m_folder.path("one.npy"), {1, 1, {1}});
    QVERIFY(messageOf<ErrorCode::BadInput>([&] { readArray(m_folder.path("one.npy"), "y"); }).contains("one array"));
}

void ArrayFileTest::storedArraysAreReadAndDamageIsFound()
{
    writeNpy(m_folder.path("a.npy"), {1, 2, {1, 2}});
    const std::string npy = m_folder.read("a.npy");
    // zlib.crc32 of these 136 bytes
    constexpr std::uint32_t kCrc = 0xea4546b1;
    const NpyMatrix matrix = readArray(m_folder.write("a.npz", storedArchive(npy, kCrc)));
    QVERIFY((matrix.values == std::vector<float>{1, 2}));
    const std::string damaged = m_folder.write("b.npz", storedArchive(npy, kCrc ^ 1));
    QVERIFY(messageOf<ErrorCode::BadInput>([&] { readArray(damaged); }).contains("array \"a\": the checksum is wrong"));
}

void ArrayFileTest::cutOffArchivesAreRefused()
{
    const std::string whole = m_folder.read("a.npz");
    for (std::size_t length = 0; length < whole.size(); length += 7) {
        const std::string path = m_folder.write("cut.npz", whole.substr(0, length));
        QVERIFY(messageOf<ErrorCode::BadInput>([&] { readArray(path); }).contains("cut.npz"));
    }
    // A directory that lies about sizes and places.
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string lying = whole;
        lying[i] = char(lying[i] ^ 0xff);
        const std::string path = m_folder.write("lie.npz", lying);
        try {
            readArray(path); // a time stamp may change without harm
        } catch (const Exception &e) {
            QVERIFY2(std::string(e.what()).find("lie.npz") != std::string::npos, e.what());
        }
    }
}

void ArrayFileTest::kindsAreToldByTheirEnding()
{
    const std::string path = m_folder.write("x.pkl", "1");
    QVERIFY(messageOf<ErrorCode::BadInput>([&] { readArray(path); }).contains("expected .npy, .npz or .csv"));
    QVERIFY(canWriteArray("A.NPY") && canWriteArray("b.csv") && !canWriteArray("c.npz"));
    QVERIFY(messageOf<ErrorCode::BadInput>([&] { writeArray("c.npz", {1, 1, {1}}, {}); }).contains(".npy or .csv"));
}

QTEST_GUILESS_MAIN(ArrayFileTest)
#include "array_file_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "engine/files/idx.h"

#include "engine/files/array_file.h"
#include "tests/engine/files/file_support.h"

#include <QProcess>

using namespace orrery;
using namespace orrery::test;

class IdxTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTypeIsRead_data();
    void everyTypeIsRead();
    void dimensionsAfterTheFirstLieSideBySide();
    void damagedFilesAreRefused_data();
    void damagedFilesAreRefused();
    void everyCutIsNoticed();
    void compressedFilesAreRead();
    void compressedFilesThatLieAreRefused_data();
    void compressedFilesThatLieAreRefused();
    void namesAreKnown();
    void labelsAreFound();
    void readArrayTakesThem();

private:
    TemporaryFolder m_folder;
};

/// Dimensions as the file has them: four bytes, the high one first.
static std::string header(int type, std::initializer_list<std::uint32_t> dimensions)
{
    std::string bytes{'\0', '\0', char(type), char(dimensions.size())};
    for (const std::uint32_t dimension : dimensions)
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes += char(dimension >> shift & 0xff);
    return bytes;
}

/// What gzip makes of it. (Python, so that the reader is not tested with its own library's writer.)
static std::string gzipped(const std::string &bytes)
{
    QProcess python;
    python.start("python3",
                 {"-c", "import gzip, sys; sys.stdout.buffer.write(gzip.compress(sys.stdin.buffer.read()))"});
    python.write(QByteArray::fromStdString(bytes));
    python.closeWriteChannel();
    if (!python.waitForFinished() || python.exitCode() != 0)
        qFatal("python3 could not compress");
    return python.readAllStandardOutput().toStdString();
}

void IdxTest::everyTypeIsRead_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QByteArray>("hex"); // struct.pack(">…", 1, second, 3).hex() in Python
    QTest::addColumn<float>("second");
    QTest::newRow("unsigned byte") << 0x08 << QByteArray("01fe03") << 254.F;
    QTest::newRow("signed byte") << 0x09 << QByteArray("01fe03") << -2.F;
    QTest::newRow("short") << 0x0b << QByteArray("0001fffe0003") << -2.F;
    QTest::newRow("int") << 0x0c << QByteArray("00000001fffffffe00000003") << -2.F;
    QTest::newRow("float") << 0x0d << QByteArray("3f800000c020000040400000") << -2.5F;
    QTest::newRow("double") << 0x0e << QByteArray("3ff0000000000000c0040000000000004008000000000000") << -2.5F;
}

void IdxTest::everyTypeIsRead()
{
    QFETCH(int, type);
    QFETCH(QByteArray, hex);
    QFETCH(float, second);
    const std::string data = QByteArray::fromHex(hex).toStdString();
    const IdxArray array = readIdx(m_folder.write("a.idx", header(type, {3}) + data));
    QVERIFY((array.matrix.rows == 3 && array.matrix.columns == 1));
    QVERIFY((array.matrix.values == std::vector<float>{1, second, 3}));
}

void IdxTest::dimensionsAfterTheFirstLieSideBySide()
{
    const IdxArray array = readIdx(m_folder.write("a.idx3-ubyte", header(8, {2, 2, 3}) + "abcdefghijkl"));
    QVERIFY((array.dimensions == std::vector<std::int64_t>{2, 2, 3}));
    QVERIFY((array.matrix.rows == 2 && array.matrix.columns == 6));
    QVERIFY((array.matrix.values[0] == 'a' && array.matrix.values[6] == 'g' && array.matrix.values[11] == 'l'));
}

void IdxTest::damagedFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const std::string &bytes, const char *expected) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromUtf8(expected);
    };
    row("empty", "", "is not an IDX file");
    row("another kind", "GIF89a, certainly", "is not an IDX file, expected one that begins with two zero bytes");
    row("another type", header(0x0a, {1}) + "x", "the header's type of values is 10, expected 8, 9, 11");
    row("no dimension", std::string("\0\0\x08\0x", 5), "has 0 dimensions, expected 1 to 8");
    row("too many", std::string("\0\0\x08\xff", 4) + std::string(2000, '\0'), "has 255 dimensions");
    row("cut in the header", header(8, {2, 3}).substr(0, 9), "ends within its header");
    row("short of data", header(8, {2, 3}) + "abcde",
        "the header says 2 × 3 values of 1 byte, which makes 18 bytes, but the file has 17");
    row("trailing bytes", header(8, {2, 3}) + "abcdefg", "which makes 18 bytes, but the file has 19");
    row("short of one number", header(0x0e, {2}) + std::string(15, 'x'), "2 values of 8 bytes, which makes 24");
    row("more than any file", header(0x0e, {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}),
        "4294967295 × 4294967295 × 4294967295 × 4294967295 values");
    row("a product that wraps to nothing", header(8, {0x10000, 0x10000, 0x10000, 0x10000}), "65536 × 65536");
}

void IdxTest::damagedFilesAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, expected);
    const std::string path = m_folder.write("bad.idx", bytes.toStdString());
    const QString message = messageOf<ErrorCode::BadInput>([&] { readIdx(path); });
    QVERIFY2(message.contains("bad.idx") && message.contains(expected), qPrintable(message));
}

void IdxTest::everyCutIsNoticed()
{
    const std::string whole = header(0x0b, {4, 2, 2}) + std::string(32, 'x');
    const std::string packed = gzipped(whole);
    QCOMPARE(readIdx(m_folder.write("whole.idx.gz", packed)).matrix.rows, 4);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string path = m_folder.write("cut.idx", whole.substr(0, length));
        QVERIFY(messageOf<ErrorCode::BadInput>([&] { readIdx(path); }).contains("cut.idx"));
    }
    for (std::size_t length = 0; length < packed.size(); ++length) {
        const std::string path = m_folder.write("cut.idx.gz", packed.substr(0, length));
        QVERIFY2(messageOf<ErrorCode::BadInput>([&] { readIdx(path); }).contains("cut.idx.gz"),
                 qPrintable(QString::number(length)));
    }
}

void IdxTest::compressedFilesAreRead()
{
    std::string data;
    for (int i = 0; i < 3000 * 784; ++i) // more than one piece
        data += char(i * 7 % 251);
    const std::string whole = header(8, {3000, 28, 28}) + data;
    const NpyMatrix packed = readIdx(m_folder.write("p-idx3-ubyte.gz", gzipped(whole))).matrix;
    const NpyMatrix plain = readIdx(m_folder.write("p-idx3-ubyte", whole)).matrix;
    QVERIFY((packed.rows == 3000 && packed.columns == 784));
    QVERIFY(packed.values == plain.values);
    QCOMPARE(plain.values[2351999], float(2351999 * 7LL % 251));
}

void IdxTest::compressedFilesThatLieAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const std::string &bytes, const char *expected) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromUtf8(expected);
    };
    row("not packed at all", header(8, {2}) + "ab", "its compressed data is damaged, expected a gzip file");
    row("claims what it cannot unpack to", gzipped(header(8, {1'000'000'000}) + "ab"), "cannot unpack to more than");
    row("claims more than memory", gzipped(header(0x0e, {0xffffffff, 8}) + "ab"), "more than the 4 GB");
    row("short of data", gzipped(header(8, {20}) + "abcdefg"), "ends after 7 bytes of values, expected 20");
    // A bomb: a small array in front of 200 MB of zeros, which are never unpacked.
    row("goes on and on", gzipped(header(8, {2}) + std::string(200'000'000, '\0')),
        "goes on after its 2 bytes of values");
    std::string damaged = gzipped(header(8, {500}) + std::string(500, 'x'));
    damaged[damaged.size() - 6] = char(damaged[damaged.size() - 6] ^ 1); // of the checksum
    row("wrong checksum", damaged, "its compressed data is damaged");
}

void IdxTest::compressedFilesThatLieAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, expected);
    const std::string path = m_folder.write("lie.idx.gz", bytes.toStdString());
    const QString message = messageOf<ErrorCode::BadInput>([&] { readIdx(path); });
    QVERIFY2(message.contains("lie.idx.gz") && message.contains(expected), qPrintable(message));
}

void IdxTest::namesAreKnown()
{
    for (const char *name : {"train-images-idx3-ubyte", "/a/T10K-LABELS-IDX1-UBYTE.GZ", "a.idx", "b.idx.gz",
                             "emnist.idx3-ubyte", "c-idx2-double"})
        QVERIFY2(isIdxName(name), name);
    for (const char *name : {"a.npy", "images-ubyte", "b.gz", "idx", "/a.idx/b.csv", "c-idx0-ubyte"})
        QVERIFY2(!isIdxName(name), name);
}

void IdxTest::labelsAreFound()
{
    const TemporaryFolder folder;
    const std::string images = folder.write("train-images-idx3-ubyte.gz", "");
    QCOMPARE(idxLabelsOf(images), std::string());
    const std::string labels = folder.write("train-labels-idx1-ubyte", "");
    QCOMPARE(idxLabelsOf(images), labels);
    QCOMPARE(idxLabelsOf(folder.path("train-images.idx3-ubyte")), std::string());
    const std::string dotted = folder.write("train-labels.idx1-ubyte.gz", "");
    QCOMPARE(idxLabelsOf(folder.path("train-images.idx3-ubyte")), dotted);
    QCOMPARE(idxLabelsOf(labels), std::string());
}

void IdxTest::readArrayTakesThem()
{
    const std::string path = m_folder.write("x-idx3-ubyte.gz", gzipped(header(8, {2, 1, 3}) + "abcdef"));
    const NpyMatrix matrix = readArray(path);
    QVERIFY((matrix.rows == 2 && matrix.columns == 3 && matrix.values[3] == 'd'));
    const std::string none = m_folder.write("none.idx", header(8, {0, 3}));
    QVERIFY(messageOf<ErrorCode::BadInput>([&] { readArray(none); }).contains("holds no numbers"));
    const std::string nan =
        m_folder.write("nan.idx", header(0x0d, {2}) + QByteArray::fromHex("7fc000003f800000").toStdString());
    QVERIFY(messageOf<ErrorCode::BadInput>([&] { readArray(nan); }).contains("row 0 holds NaN"));
}

QTEST_GUILESS_MAIN(IdxTest)
#include "idx_test.moc"

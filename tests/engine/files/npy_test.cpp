// SPDX-License-Identifier: Apache-2.0
#include "engine/files/npy.h"
#include "tests/engine/files/file_support.h"

#include <sys/stat.h>

using namespace orrery;
using namespace orrery::test;

class NpyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadBack();
    void theHeaderIsWhatNumPyWrites();
    void everyKindOfNumberIsRead_data();
    void everyKindOfNumberIsRead();
    void columnsMayComeFirst();
    void dimensionsAfterTheFirstLieSideBySide();
    void damagedFilesAreRefused_data();
    void damagedFilesAreRefused();
    void aPipeIsNotWaitedFor();

private:
    TemporaryFolder m_folder;
};

void NpyTest::whatIsWrittenIsReadBack()
{
    const NpyMatrix matrix{2, 3, {1.f, 2.f, 3.f, -4.5f, 1e-30f, 6.f}};
    writeNpy(m_folder.path("m.npy"), matrix);
    const NpyMatrix back = readNpy(m_folder.path("m.npy"));
    QCOMPARE(back.rows, 2);
    QCOMPARE(back.columns, 3);
    QVERIFY(back.values == matrix.values);
    writeNpy(m_folder.path("none.npy"), {0, 5, {}});
    QCOMPARE(readNpy(m_folder.path("none.npy")).columns, 5);
    writeNpy(m_folder.path("nothing.npy"), {std::int64_t(1) << 40, 0, {}}); // rows of nothing take no time
    QCOMPARE(readNpy(m_folder.path("nothing.npy")).rows, std::int64_t(1) << 40);
}

void NpyTest::theHeaderIsWhatNumPyWrites()
{
    // numpy 2.4: np.save(f, np.zeros((1, 1), np.float32)) writes these 128 bytes before the data.
    writeNpy(m_folder.path("one.npy"), {1, 1, {0.f}});
    const std::string bytes = m_folder.read("one.npy");
    QCOMPARE(bytes.size(), std::size_t(132));
    QCOMPARE(bytes.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
    QCOMPARE(bytes.substr(10, 59), std::string("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }"));
    QCOMPARE(bytes[127], '\n');
}

void NpyTest::everyKindOfNumberIsRead_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("bytes"); // of [1, -2 or 254 or true, 3]
    QTest::addColumn<float>("second");
    const auto raw = [](const char *hex) { return QByteArray::fromHex(hex); };
    // numpy 2.4: np.array([1, -2, 3], dtype).tobytes().hex()
    QTest::newRow("i1") << QByteArray("|i1") << raw("01fe03") << -2.F;
    QTest::newRow("u1") << QByteArray("|u1") << raw("01fe03") << 254.F;
    QTest::newRow("bool") << QByteArray("|b1") << raw("010003") << 0.F;
    QTest::newRow("i2") << QByteArray("<i2") << raw("0100feff0300") << -2.F;
    QTest::newRow("big i2") << QByteArray(">i2") << raw("0001fffe0003") << -2.F;
    QTest::newRow("u2") << QByteArray("<u2") << raw("0100feff0300") << 65534.F;
    QTest::newRow("i4") << QByteArray("<i4") << raw("01000000feffffff03000000") << -2.F;
    QTest::newRow("big u4") << QByteArray(">u4") << raw("00000001fffffffe00000003") << 4294967294.F;
    QTest::newRow("i8") << QByteArray("<i8") << raw("0100000000000000feffffffffffffff0300000000000000") << -2.F;
    QTest::newRow("big i8") << QByteArray(">i8") << raw("0000000000000001fffffffffffffffe0000000000000003") << -2.F;
    QTest::newRow("f2") << QByteArray("<f2") << raw("003c00c00042") << -2.F;
    QTest::newRow("small f2") << QByteArray("<f2") << raw("003c01000042") << 5.9604645e-08F;
    QTest::newRow("big f4") << QByteArray(">f4") << raw("3f800000c000000040400000") << -2.F;
    QTest::newRow("f8") << QByteArray("<f8") << raw("000000000000f03f00000000000000c00000000000000840") << -2.F;
    QTest::newRow("big f8") << QByteArray(">f8") << raw("3ff0000000000000c0000000000000004008000000000000") << -2.F;
}

void NpyTest::everyKindOfNumberIsRead()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, bytes);
    QFETCH(float, second);
    const QByteArray header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (3,), }";
    const std::string file =
        (QByteArray("\x93NUMPY\x01\x00", 8) + char(header.size()) + '\0' + header + bytes).toStdString();
    const NpyMatrix matrix = readNpy(m_folder.write("kind.npy", file));
    QCOMPARE(matrix.rows, 3);
    QCOMPARE(matrix.columns, 1);
    QCOMPARE(matrix.values[0], 1.F);
    QCOMPARE(matrix.values[1], second);
    QCOMPARE(matrix.values[2], 3.F);
}

void NpyTest::columnsMayComeFirst()
{
    const QByteArray header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }";
    const std::string file =
        (QByteArray("\x93NUMPY\x01\x00", 8) + char(header.size()) + '\0' + header + QByteArray::fromHex("010402050306"))
            .toStdString();
    const NpyMatrix matrix = readNpy(m_folder.write("fortran.npy", file));
    QCOMPARE(matrix.rows, 2);
    QCOMPARE(matrix.columns, 3);
    QVERIFY((matrix.values == std::vector<float>{1, 2, 3, 4, 5, 6}));
}

void NpyTest::dimensionsAfterTheFirstLieSideBySide()
{
    // numpy: np.arange(12).reshape(2, 3, 2), in C order, and the same array in Fortran order (tobytes("A")).
    const auto file = [](const char *order, const char *shape, const char *hex) {
        QByteArray header = QByteArray("{'descr': '|u1', 'fortran_order': ") + order + ", 'shape': " + shape + ", }";
        QByteArray bytes("\x93NUMPY\x01\x00", 8);
        return bytes.append(char(header.size()))
            .append('\0')
            .append(header)
            .append(QByteArray::fromHex(hex))
            .toStdString();
    };
    const std::vector<float> expected = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    for (const std::string &bytes : {file("False", "(2, 3, 2)", "000102030405060708090a0b"),
                                     file("True", "(2, 3, 2)", "00060208040a01070309050b")}) {
        const NpyMatrix matrix = readNpy(m_folder.write("deep.npy", bytes));
        QVERIFY(matrix.rows == 2 && matrix.columns == 6);
        QVERIFY(matrix.values == expected);
    }
    // No rows take no memory, however wide they say they are.
    QVERIFY(readNpy(m_folder.write("none.npy", file("True", "(0, 99999999999)", ""))).values.empty());
}

void NpyTest::damagedFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("expected");
    const auto file = [](const char *header, int dataBytes) {
        QByteArray text(header);
        QByteArray bytes("\x93NUMPY\x01\x00", 8);
        bytes.append(char(text.size())).append('\0').append(text).append(QByteArray(dataBytes, '\0'));
        return bytes;
    };
    QTest::newRow("not an array") << QByteArray("GIF89a, certainly") << "not a NumPy array";
    QTest::newRow("a long header") << QByteArray("\x93NUMPY\x01\x00\xff\xff{}", 12) << "header length is 65535";
    QTest::newRow("another type") << file("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8)
                                  << "array of Python objects";
    QTest::newRow("texts") << file("{'descr': '<U7', 'fortran_order': False, 'shape': (1,), }", 28) << "array of texts";
    QTest::newRow("complex") << file("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", 8)
                             << "whole or floating-point";
    QTest::newRow("columns first?") << file("{'descr': '<f4', 'fortran_order': 'C', 'shape': (1, 1), }", 4)
                                    << "\"fortran_order\"";
    QTest::newRow("no dimension") << file("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 4)
                                  << "expected 1 to 8 dimensions";
    QTest::newRow("nine dimensions")
        << file("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1), }", 4)
        << "expected 1 to 8 dimensions";
    QTest::newRow("dimensions that wrap") << file("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 4294967296, "
                                                  "4294967296, 4294967296), }",
                                                  4)
                                          << "more numbers than any file can hold";
    QTest::newRow("too short") << file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 12)
                               << "12 bytes of data";
    QTest::newRow("overflow")
        << file("{'descr': '<f8', 'fortran_order': False, 'shape': (900000000000, 900000000000), }", 8)
        << "8 bytes of data";
    QTest::newRow("absurd") << file("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 8)
                            << "more than any file";
    QTest::newRow("no shape") << file("{'descr': '<f4', 'fortran_order': False, }", 8) << "\"shape\" is missing";
}

void NpyTest::damagedFilesAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, expected);
    const std::string path = m_folder.write("damaged.npy", bytes.toStdString());
    const QString message = messageOf<ErrorCode::BadInput>([&] { readNpy(path); });
    QVERIFY2(message.contains("damaged.npy") && message.contains(expected), qPrintable(message));
}

void NpyTest::aPipeIsNotWaitedFor()
{
    const std::string path = m_folder.path("pipe.npy");
    QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
    const QString message = messageOf<ErrorCode::ModelFile>([&] { readNpy(path); });
    QVERIFY2(message.contains("pipe.npy: is not a regular file"), qPrintable(message));
}

QTEST_GUILESS_MAIN(NpyTest)
#include "npy_test.moc"

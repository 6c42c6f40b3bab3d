// SPDX-License-Identifier: Apache-2.0
#include "engine/files/npy.h"
#include "tests/engine/files/file_support.h"

using namespace orrery;
using namespace orrery::test;

class NpyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadBack();
    void theHeaderIsWhatNumPyWrites();
    void damagedFilesAreRefused_data();
    void damagedFilesAreRefused();

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
    QTest::newRow("another type") << file("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8) << "\"descr\"";
    QTest::newRow("columns first") << file("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", 4)
                                   << "\"fortran_order\"";
    QTest::newRow("three dimensions") << file("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1), }", 4)
                                      << "one or two dimensions";
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

QTEST_GUILESS_MAIN(NpyTest)
#include "npy_test.moc"

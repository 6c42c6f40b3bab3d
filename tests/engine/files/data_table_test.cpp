// SPDX-License-Identifier: Apache-2.0
#include "engine/files/data_table.h"

#include "tests/engine/files/file_support.h"

#include <cmath>

using namespace orrery;
using namespace orrery::test;

class DataTableTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void headersAreToldFromRows_data();
    void headersAreToldFromRows();
    void numbersAndTextsAreColumns();
    void whatSaysNothingIsMissing();
    void oneTextAmongNumbersIsAMistake();
    void blanksSeparateWhereNothingElseDoes();
    void badTablesAreRefused_data();
    void badTablesAreRefused();
};

void DataTableTest::headersAreToldFromRows_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("firstName");
    QTest::addColumn<int>("rows");
    QTest::newRow("names") << QByteArray("a,b\n1,x\n2,y\n") << "a" << 2;
    QTest::newRow("none") << QByteArray("1,x\n2,y\n") << "" << 2;
    QTest::newRow("names that are numbers") << QByteArray("label,0,1\n5,1,2\n") << "label" << 1;
    QTest::newRow("pandas' index") << QByteArray(",b\n0,1\n1,2\n") << "" << 2;
    QTest::newRow("lines end in CR") << QByteArray("a,b\r1,x\r2,y\r") << "a" << 2;
    QTest::newRow("lines end in CR LF") << QByteArray("a,b\r\n1,x\r\n2,y\r\n") << "a" << 2;
    QTest::newRow("only texts") << QByteArray("word\nfox\ncat\n") << "word" << 2;
}

void DataTableTest::headersAreToldFromRows()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, firstName);
    QFETCH(int, rows);
    const DataTable table = parseTable("t.csv", text.toStdString());
    QCOMPARE(QString::fromStdString(table.columns[0].name), firstName);
    QCOMPARE(int(table.rows), rows);
}

void DataTableTest::numbersAndTextsAreColumns()
{
    const DataTable table = parseTable("t.csv", "size; who \n1,5; \"Ann; B\"\n2; Cy\n");
    QVERIFY(table.columns[0].isText()); // half of it is no number
    const DataTable good = parseTable("t.csv", "size; who \n1.5; \"Ann; B\"\n2; Cy\n");
    QVERIFY((good.columns[0].numbers == std::vector<float>{1.5F, 2}));
    QVERIFY(good.columns[1].isText() && good.columns[1].name == "who");
    QVERIFY((good.columns[1].texts == std::vector<std::string>{"Ann; B", "Cy"}));
}

void DataTableTest::whatSaysNothingIsMissing()
{
    const DataTable table = parseTable("t.csv", "a,b\n1,x\n,\nNA,?\nnan,y\ninf,z\n6,u\n");
    QVERIFY(!table.columns[0].isText());
    QCOMPARE(table.columns[0].missing, 4);
    QVERIFY(table.columns[0].numbers[0] == 1 && table.columns[0].numbers[5] == 6);
    for (int row = 1; row <= 4; ++row)
        QVERIFY(std::isnan(table.columns[0].numbers[std::size_t(row)]));
    QCOMPARE(table.columns[1].missing, 2);
}

void DataTableTest::oneTextAmongNumbersIsAMistake()
{
    std::string text = "size,colour\n";
    for (int i = 0; i < 40; ++i)
        text += (i == 30 ? "1O" : "10") + std::string(",red\n");
    const QString message = messageOf<ErrorCode::BadInput>([&] { parseTable("t.csv", text); });
    QCOMPARE(message,
             QString("t.csv: column 1 (\"size\") holds \"1O\" in line 32, expected a number as in 39 other lines"));
}

void DataTableTest::blanksSeparateWhereNothingElseDoes()
{
    const DataTable vectors = parseTable("glove.txt", "the  0.5 -1\n\"  2 3 \nfox 4\t5\n");
    QCOMPARE(vectors.rows, 3);
    QVERIFY((vectors.columns[0].texts == std::vector<std::string>{"the", "\"", "fox"}));
    QVERIFY((vectors.columns[2].numbers == std::vector<float>{-1, 3, 5}));
    const DataTable comma = parseTable("glove.txt", ", 1 2 3 4 5 6 7 8\nfox 1 2 3 4 5 6 7 9\n");
    QCOMPARE(comma.columns.size(), std::size_t(9));
    QVERIFY((comma.columns[0].texts == std::vector<std::string>{",", "fox"}));
    // One column of texts with blanks stays one column.
    QCOMPARE(parseTable("names.txt", "name\nred fox\nblue cat\n").columns.size(), std::size_t(1));
}

void DataTableTest::badTablesAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("empty") << QByteArray(" \n\n") << "t.csv: is empty";
    QTest::newRow("ragged") << QByteArray("a,b\n1,x\n2\n")
                            << "t.csv: line 3 has 1 fields, expected 2 as in the first line";
    QTest::newRow("ragged words") << QByteArray("a 1 2\nb 3 4\nc 5\n") << "t.csv: line 3 has 2 fields, expected 3";
    QTest::newRow("UTF-16") << QByteArray("\xff\xfe"
                                          "a\0,\0b\0\n\0"
                                          "1\0,\0"
                                          "2\0\n\0",
                                          18)
                            << "t.csv: is no UTF-8 text";
    QTest::newRow("open quote") << QByteArray("a,b\n1,\"x\n") << "t.csv: line 2: a quotation mark is never closed";
}

void DataTableTest::badTablesAreRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, expected);
    const QString message = messageOf<ErrorCode::BadInput>([&] { parseTable("t.csv", text.toStdString()); });
    QVERIFY2(message.contains(expected), qPrintable(message));
}

QTEST_GUILESS_MAIN(DataTableTest)
#include "data_table_test.moc"

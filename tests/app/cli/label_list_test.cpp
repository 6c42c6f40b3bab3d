// SPDX-License-Identifier: Apache-2.0
#include "app/cli/arguments.h"
#include "app/cli/label_list.h"
#include "engine/core/error.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace orrery;
using namespace orrery::cli;

class LabelListTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void commasPartLabels()
    {
        QCOMPARE(labelsFromText("fox, a red wolf ,,dog,").labels,
                 (std::vector<std::string>{"fox", "a red wolf", "dog"}));
        const LabelList twice = labelsFromText("fox,wolf, fox");
        QCOMPARE(twice.labels, (std::vector<std::string>{"fox", "wolf"}));
        QCOMPARE(twice.notes.size(), std::size_t(1));
        QVERIFY(QString::fromStdString(twice.notes[0]).contains("\"fox\" stands twice (label 1 and label 3)"));
        for (const char *empty : {"", " ", ",", " , ,"})
            QVERIFY_EXCEPTION_THROWN(labelsFromText(empty), UsageError);
    }

    void anyLineEndAndAByteOrderMarkAreRead()
    {
        const std::vector<std::string> expected = {"fox", "café, au lait", "狐"};
        for (const QByteArray &text : {QByteArray("fox\ncafé, au lait\n狐\n"),
                                       QByteArray("\xEF\xBB\xBF"
                                                  "fox\r\n\r\n  café, au lait \r\n狐"),
                                       QByteArray("fox\rcafé, au lait\r狐\r")})
            QCOMPARE(labelsFromFile(write(text)).labels, expected);
    }

    void duplicatesAreCountedOnceAndNamed()
    {
        const LabelList list = labelsFromFile(write("fox\nwolf\n\nfox \n"));
        QCOMPARE(list.labels, (std::vector<std::string>{"fox", "wolf"}));
        QCOMPARE(list.notes.size(), std::size_t(1));
        QVERIFY2(QString::fromStdString(list.notes[0]).contains("(line 1 and line 4)"), list.notes[0].c_str());
        QByteArray many;
        for (int i = 0; i < 40; ++i)
            many += QByteArray::number(i % 20) + "\n";
        const LabelList counted = labelsFromFile(write(many));
        QCOMPARE(counted.labels.size(), std::size_t(20));
        QCOMPARE(counted.notes.size(), std::size_t(6));
        QVERIFY(QString::fromStdString(counted.notes.back()).contains("15 more"));
    }

    void refusesFilesByNameAndLine_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("empty") << QByteArray() << "holds no label";
        QTest::newRow("blank") << QByteArray("\n \r\n\t\n") << "holds no label";
        QTest::newRow("utf-16") << QByteArray("\xFF\xFE"
                                              "f\0o\0x\0",
                                              8)
                                << "is UTF-16";
        QTest::newRow("latin-1") << QByteArray("fox\ncaf\xE9\n") << "line 2 is not UTF-8";
        QTest::newRow("overlong") << QByteArray("\xC0\xAF") << "line 1 is not UTF-8";
        QTest::newRow("surrogate") << QByteArray("fox\r\nwolf\r\n\xED\xA0\x80") << "line 3 is not UTF-8";
        QTest::newRow("binary") << QByteArray("a\nb\0c", 5) << "line 2 holds a zero byte";
    }

    void refusesFilesByNameAndLine()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        const std::string path = write(text);
        try {
            labelsFromFile(path);
            QFAIL("nothing was refused");
        } catch (const Exception &error) {
            const QString message = error.what();
            QVERIFY2(message.startsWith(QString::fromStdString(path)) && message.contains(words), qPrintable(message));
        }
    }

    void refusesWhatIsNoFile()
    {
        QVERIFY_EXCEPTION_THROWN(labelsFromFile(m_folder.path().toStdString()), Exception);
        QVERIFY_EXCEPTION_THROWN(labelsFromFile(m_folder.filePath("none").toStdString()), Exception);
    }

private:
    std::string write(const QByteArray &text)
    {
        const QString path = m_folder.filePath(QString("%1.txt").arg(++m_files));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s cannot be written", qPrintable(path));
        return path.toStdString();
    }
    QTemporaryDir m_folder;
    int m_files = 0;
};

QTEST_GUILESS_MAIN(LabelListTest)
#include "label_list_test.moc"

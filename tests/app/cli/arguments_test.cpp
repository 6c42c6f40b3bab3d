// SPDX-License-Identifier: Apache-2.0
#include "app/cli/arguments.h"

#include <QTest>

using namespace orrery::cli;

namespace {

const std::vector<Option> kOptions = {
    {"top", "K", "", false}, {"template", "T", "", true}, {"json", "", "", false}, {"help", "", "", false}};

Arguments parse(const std::vector<std::string> &given)
{
    return Arguments(given, kOptions);
}

} // namespace

class ArgumentsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void optionsStandAnywhere()
    {
        const Arguments arguments =
            parse({"a.png", "--top", "3", "b.png", "--json", "--template=a {}", "--template", "x"});
        QCOMPARE(arguments.integer("top", 5, 1, 10), 3);
        QVERIFY(arguments.has("json"));
        QCOMPARE(arguments.texts("template"), (std::vector<std::string>{"a {}", "x"}));
        QCOMPARE(arguments.others(), (std::vector<std::string>{"a.png", "b.png"}));
        QCOMPARE(parse({}).integer("top", 5, 1, 10), 5);
        QCOMPARE(parse({"--template", "--odd"}).text("template"), std::string("--odd"));
    }

    void twoDashesEndTheOptions()
    {
        QCOMPARE(parse({"--json", "--", "--top", "-"}).others(), (std::vector<std::string>{"--top", "-"}));
        QCOMPARE(parse({"-"}).others(), std::vector<std::string>{"-"});
        QVERIFY(parse({"-h"}).has("help"));
    }

    void refusesWhatItDoesNotKnow_data()
    {
        QTest::addColumn<QStringList>("given");
        QTest::addColumn<QString>("words");
        QTest::newRow("slip") << QStringList{"--tpo", "3"} << "--tpo; did you mean --top?";
        QTest::newRow("unknown") << QStringList{"--frobnicate"} << "unknown option --frobnicate";
        QTest::newRow("short") << QStringList{"-j"} << "unknown option -j";
        QTest::newRow("single dash") << QStringList{"-json"} << "unknown option -json";
        QTest::newRow("no value") << QStringList{"--top"} << "--top needs a value: K";
        QTest::newRow("twice") << QStringList{"--top", "1", "--top=2"} << "--top is given twice";
        QTest::newRow("switch with value") << QStringList{"--json=yes"} << "--json takes no value";
    }

    void refusesWhatItDoesNotKnow()
    {
        QFETCH(QStringList, given);
        QFETCH(QString, words);
        std::vector<std::string> values;
        for (const QString &value : given)
            values.push_back(value.toStdString());
        try {
            parse(values);
            QFAIL("nothing was refused");
        } catch (const UsageError &error) {
            QVERIFY2(QString(error.what()).contains(words), error.what());
        }
    }

    void numbersAreReadWithoutALocale()
    {
        std::setlocale(LC_ALL, "de_DE.UTF-8"); // whether it is installed or not
        QCOMPARE(parse({"--top", "0.5"}).number("top", 0, 0, 1), 0.5);
        for (const char *bad : {"0,5", "1e400", "nan", "inf", "", "1 ", "0x1", "2"})
            QVERIFY_EXCEPTION_THROWN(parse({"--top", bad}).number("top", 0, 0, 1), UsageError);
        for (const char *bad : {"0", "11", "3.5", "three", "", "99999999999999999999"})
            QVERIFY_EXCEPTION_THROWN(parse({"--top", bad}).integer("top", 5, 1, 10), UsageError);
        std::setlocale(LC_ALL, "C");
    }
};

QTEST_GUILESS_MAIN(ArgumentsTest)
#include "arguments_test.moc"

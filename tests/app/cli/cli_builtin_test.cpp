// SPDX-License-Identifier: Apache-2.0
// The built-in model through the real program: the first thing that every new user meets.
#include "tests/app/cli/cli_runner.h"

#include <QJsonArray>

using namespace orrery::test;

class CliBuiltinTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFileInfo::exists(ORRERY_SOURCE_DIR "/resources/models/picture-clip/model.safetensors"))
            QSKIP("resources/models/picture-clip is not in this checkout");
    }

    void namesTheExamplesAmongTheEverydayNames()
    {
        QDir examples(ORRERY_SOURCE_DIR "/resources/examples");
        QStringList pictures;
        for (const QString &name : examples.entryList({"*.png"}, QDir::Files, QDir::Name))
            pictures.append(examples.filePath(name));
        const Answer answer =
            runCli(QStringList{"classify", "--labels-file", ORRERY_SOURCE_DIR "/resources/labels/everyday_101.txt",
                               "--json", "--top", "5"} +
                   pictures);
        QVERIFY2(answer.status == 0, answer.err);
        QCOMPARE(answer.json()["model"].toString(), "picture-clip");
        const QJsonArray results = answer.json()["results"].toArray();
        QCOMPARE(results.size(), pictures.size());
        int named = 0;
        for (const QJsonValue &value : results) {
            const QString name = QFileInfo(value["image"].toString()).completeBaseName();
            for (const QJsonValue &entry : value["ranking"].toArray())
                named += entry["label"].toString().split(' ').contains(name) ? 1 : 0;
            const double familiar = value["familiar"].toDouble(-1);
            QVERIFY(familiar >= 0 && familiar <= 1);
        }
        // Drawn by nobody whose drawings it learned from: half of them among its first five is the least.
        QVERIFY2(named * 2 >= results.size(), qPrintable(QString("%1 of %2").arg(named).arg(results.size())));
    }

    void namesWordsItNeverRead()
    {
        const Answer answer = runCli(
            {"classify", "--labels", "fox,zyzzyvaish", "--json", ORRERY_SOURCE_DIR "/resources/examples/fox.png"});
        QVERIFY2(answer.status == 0, answer.err);
        QCOMPARE(answer.json()["unknown_words"].toArray(), (QJsonArray{"zyzzyvaish"}));
    }

    void cardIsTrueToItsWeights()
    {
        const Answer verify = runCli({"models", "verify", "picture-clip"});
        QVERIFY2(verify.status == 0, verify.out + verify.err);
        const QJsonObject card = runCli({"models", "show", "picture-clip", "--json"}).json();
        QVERIFY(card["built_in"].toBool());
        QVERIFY(!card["licence"].toString().isEmpty());
        QVERIFY(card["recipe"].toString().contains("orrery-cli train picture-clip"));
        QVERIFY(!card["measures"].toObject().isEmpty());
    }

    void computesTheSameOnEveryDevice()
    {
        // Every model that comes along, whatever it is for.
        const Answer answer = runCli({"verify", "--json"});
        QVERIFY2(answer.status == 0, answer.out + answer.err);
        const QJsonArray models = answer.json()["models"].toArray();
        QVERIFY(models.size() >= 4);
        for (const QJsonValue &model : models)
            QVERIFY2(model["passed"].toBool() && !model.toObject().contains("error"),
                     qPrintable(model["model"].toString()));
    }
};

QTEST_GUILESS_MAIN(CliBuiltinTest)
#include "cli_builtin_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/lesson.h"
#include "app/window/lessons/lesson_library.h"
#include "tests/app/lessons/lesson_files.h"

#include <QTemporaryDir>
#include <QTest>

using namespace orrery;
using namespace orrery::test;

class LessonReaderTest : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;

    QString folder() const { return m_folder.filePath(QStringLiteral("a-lesson")); }
    QString errorOf(const QByteArray &bytes)
    {
        writeFile(folder() + QStringLiteral("/lesson.json"), bytes);
        const auto lesson = readLesson(folder());
        return lesson ? QString() : QString::fromStdString(lesson.error().message);
    }
    QString errorOf(const QJsonObject &lesson) { return errorOf(QJsonDocument(lesson).toJson()); }

private Q_SLOTS:
    void init() { QDir(folder()).removeRecursively(); }

    void readsAWholeLesson()
    {
        QCOMPARE(errorOf(goodLesson()), QString());
        const Lesson lesson = *readLesson(folder());
        QCOMPARE(lesson.id, QStringLiteral("a-lesson"));
        QCOMPARE(lesson.minutes, 3);
        QCOMPARE(lesson.steps.size(), 3);
        QCOMPARE(lesson.steps[0].actions[0].name, QStringLiteral("names"));
        QCOMPARE(lesson.steps[1].question->answer, 1);
        QCOMPARE(lesson.steps[1].claims.size(), 2);
        QCOMPARE(lesson.steps[2].tolerance.value(QStringLiteral("share")), 0.02);
        QVERIFY(!lesson.hasResults());
    }

    void badFieldsAreNamedWithWhatWasExpected_data()
    {
        QTest::addColumn<QJsonObject>("lesson");
        QTest::addColumn<QStringList>("words");
        const auto changed = [](const char *field, const QJsonValue &value) {
            QJsonObject lesson = goodLesson();
            lesson[QLatin1String(field)] = value;
            return lesson;
        };
        const auto step = [](int number, const char *field, const QJsonValue &value) {
            return withStep(goodLesson(), number, QLatin1String(field), value);
        };
        const auto row = [](const char *name, const QJsonObject &lesson, const QStringList &words) {
            QTest::newRow(name) << lesson << words;
        };
        row("minutes", changed("minutes", QStringLiteral("ten")), {"minutes", "whole number from 1 to 240"});
        row("format", changed("format", 2), {"format", "from 1 to 1"});
        row("no steps", changed("steps", QJsonArray()), {"steps", "list of 1 to 60"});
        row("misspelt", changed("titel", QStringLiteral("x")), {"titel", "expected one of"});
        row("tolerance", changed("tolerance", QJsonObject{{"share", -1}}), {"tolerance", "share"});
        row("no text", step(0, "text", QJsonValue(QJsonValue::Undefined)), {"step 1", "text", "missing"});
        row("bad term", step(0, "text", QStringLiteral("It has {2 + 2}.")), {"step 1", "{2 + 2}", "measured"});
        row("later step", step(0, "text", QStringLiteral("It has {share of fox at end}.")), {"four", "names no step"});
        row("action", step(0, "actions", QJsonArray{QStringLiteral("names")}),
            {"step 1", "actions", "one action each"});
        row("claim", step(0, "expect", QJsonArray{QStringLiteral("fox wins")}), {"step 1", "expect", "fox wins"});
        row("answer",
            step(1, "question", QJsonObject{{"text", "?"}, {"choices", QJsonArray{"a", "b"}}, {"answer", "c"}}),
            {"step 2", "answer", "one of the choices"});
        row("no reveal", step(1, "reveal", QJsonValue(QJsonValue::Undefined)), {"step 2", "reveal", "missing"});
        row("lone reveal", step(0, "reveal", QStringLiteral("Ah.")), {"step 1", "reveal", "question"});
        row("same id", step(2, "id", QStringLiteral("four")), {"four", "twice"});
    }
    void badFieldsAreNamedWithWhatWasExpected()
    {
        QFETCH(QJsonObject, lesson);
        QFETCH(QStringList, words);
        const QString error = errorOf(lesson);
        QVERIFY2(error.startsWith(QLatin1String("a-lesson/lesson.json")), qPrintable(error));
        QVERIFY2(error.endsWith(u'.') && !error.contains(u'\n'), qPrintable(error));
        for (const QString &word : words)
            QVERIFY2(error.contains(word), qPrintable(error));
    }

    void damagedFilesNameTheLine()
    {
        QVERIFY(errorOf(QByteArray("{\n\"title\": \n}")).contains(QLatin1String("line 3")));
        QVERIFY(errorOf(QByteArray("[]")).contains(QLatin1String("expected {")));
        QVERIFY(errorOf(QByteArray()).contains(QLatin1String("JSON")));
        QVERIFY(!readLesson(m_folder.filePath(QStringLiteral("nowhere"))));
    }

    void resultsComeBackAsTheyWereStored()
    {
        errorOf(goodLesson());
        const Lesson lesson = *readLesson(folder());
        const Readings measured{{QStringLiteral("fox"), {{QStringLiteral("share"), 0.25}}}};
        QCOMPARE(writeResults(lesson, {{"four", measured}, {"wolf", measured}, {"end", measured}}), QString());
        const Lesson again = *readLesson(folder());
        QVERIFY(again.hasResults());
        QCOMPARE(again.steps[1].stored, measured);
    }

    void damagedResultsAreAnErrorToo()
    {
        writeLesson(folder(), goodLesson());
        writeFile(folder() + QStringLiteral("/results.json"), R"({"steps": {"four": {"fox": {"share": "much"}}}})");
        const auto lesson = readLesson(folder());
        QVERIFY(!lesson);
        QVERIFY(QString::fromStdString(lesson.error().message).contains(QLatin1String("results.json")));
    }

    void aBadLessonStandsInTheListWithItsError()
    {
        writeLesson(folder(), goodLesson());
        writeFile(m_folder.filePath(QStringLiteral("b-lesson/lesson.json")), "{");
        const auto entries = readLessons(m_folder.path());
        QCOMPARE(int(entries.size()), 2);
        QVERIFY(entries[0].lesson.has_value());
        QVERIFY(!entries[1].lesson.has_value());
        QDir(m_folder.filePath(QStringLiteral("b-lesson"))).removeRecursively();
    }

    void theLessonsThatComeAlongAreGoodAndHaveResults()
    {
        const auto entries = readLessons(QStringLiteral(ORRERY_SOURCE_DIR "/resources/lessons"));
        QVERIFY(!entries.empty());
        for (const LessonEntry &entry : entries) {
            QVERIFY2(entry.lesson.has_value(), entry.lesson ? "" : entry.lesson.error().message.c_str());
            QVERIFY2(entry.lesson->hasResults(), "run orrery --record-lessons resources/lessons");
        }
    }

    void termsSayWhatWasMeasured()
    {
        LessonScene scene;
        scene.now = {{"fox", {{"share", 0.6}, {"cosine", 0.8}}}, {"cat", {{"share", 0.4}, {"cosine", 0.7}}}};
        scene.before = {{"fox", {{"share", 1.0}}}};
        scene.earlier = {{QStringLiteral("first"), {{"fox", {{"share", 0.9}}}}}};
        const auto value = [&](const char *text) { return evaluate(*parseTerm(QLatin1String(text)), scene); };
        QCOMPARE(*value("share of fox").number, 0.6);
        QCOMPARE(*value("share of fox before").number, 1.0);
        QCOMPARE(*value("share of fox at first").number, 0.9);
        QCOMPARE(*value("highest cosine").number, 0.8);
        QCOMPARE(*value("sum of share").number, 1.0);
        QCOMPARE(*value("best by share").word, QStringLiteral("fox"));
        QVERIFY(value("share of wolf").isNull());
        const auto so = [&](const char *claim) { return holds(*parseClaim(QLatin1String(claim)), scene); };
        QVERIFY(so("share of fox < share of fox before"));
        QVERIFY(!so("share of fox > share of fox before"));
        QVERIFY(so("best by share = fox"));
        QVERIFY(!so("best by share = cat"));
        QVERIFY(so("best by share != cat"));
        QVERIFY(so("share of fox = 0.6002")); // nobody sees the difference
        QVERIFY(!so("share of fox = 0.61"));
        QVERIFY(!so("share of wolf < 1")); // what is not there proves nothing
    }
};

QTEST_MAIN(LessonReaderTest)
#include "lesson_reader_test.moc"
